"""What is read of a verified certificate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from qtm_action.qtm4j.transport.handshake import read_certificate

NOT_AFTER = "Mar  4 12:00:00 2031 GMT"


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
def test_the_issuer_is_named_and_the_end_is_a_moment(issuer: Any, name: str) -> None:
    certificate = read_certificate({"issuer": issuer, "notAfter": NOT_AFTER})
    assert certificate.issuer == name
    assert certificate.expires == datetime(2031, 3, 4, 12, tzinfo=UTC)
