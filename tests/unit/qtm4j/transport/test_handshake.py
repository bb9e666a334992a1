"""What is read of a verified certificate."""

from __future__ import annotations

from typing import Any

import pytest

from qtm_action.qtm4j.transport.handshake import issuer_name


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        (
            ((("organizationName", "A company"),), (("commonName", "Its CA 2"),)),
            "Its CA 2, A company",
        ),
        (((("organizationName", "A company"), ("countryName", "CH")),), "A company"),
        (((("emailAddress", "ca@example.com"),),), "ca@example.com"),
        ((), ""),
    ],
)
def test_the_issuer_is_named(issuer: Any, name: str) -> None:
    assert issuer_name(issuer) == name
