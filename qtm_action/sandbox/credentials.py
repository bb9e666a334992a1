"""Who may ask: the API key and Jira's two kinds of ``Authorization`` (vendor page, "Request Header")."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import Authorization

    from qtm_action.sandbox.options import SandboxOptions

_SECRET_HEADERS = frozenset({"apikey", "authorization", "proxy-authorization", "cookie"})


def is_api_key(value: str | None, options: SandboxOptions) -> bool:
    """Whether the value of the header ``apiKey`` is the one that the sandbox accepts."""
    return _same(value or "", options.api_key)


def is_login(authorization: Authorization | None, options: SandboxOptions) -> bool:
    """Whether the header ``Authorization`` is one that the sandbox accepts."""
    if authorization is None:
        return False
    if authorization.type == "basic":
        sent = f"{authorization.username}:{authorization.password}"
        return _same(sent, f"{options.username}:{options.password}")
    return authorization.type == "bearer" and _same(authorization.token or "", options.token)


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers to show: of a secret only its kind is left, such as ``Basic …``."""
    return {
        name: _hidden(value) if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()
    }


def _hidden(value: str) -> str:
    kind = value.partition(" ")[0]
    return f"{kind} …" if kind.lower() in {"basic", "bearer"} else "…"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
