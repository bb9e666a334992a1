"""Jira's two kinds of ``Authorization`` (vendor page, "Request Header"), and what is shown of secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import Authorization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.sandbox.options import SandboxOptions

_SECRET_HEADERS = frozenset({"apikey", "authorization", "proxy-authorization", "cookie"})


def is_login(authorization: Authorization | None, options: SandboxOptions) -> bool:
    """Whether the header ``Authorization`` is one that the sandbox accepts."""
    basic = Authorization("basic", {"username": options.username, "password": options.password})
    return authorization in (basic, Authorization("bearer", token=options.token))


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers to show: of a secret only its kind is left, such as ``Basic …``."""
    return {
        name: _hidden(value) if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()
    }


def _hidden(value: str) -> str:
    kind = value.partition(" ")[0]
    return f"{kind} …" if kind.lower() in {"basic", "bearer"} else "…"
