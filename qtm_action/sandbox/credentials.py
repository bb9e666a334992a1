"""Who may ask: the API key and Jira's two kinds of ``Authorization`` (vendor page, "Request Header")."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.sandbox.options import SandboxOptions

_SECRET_HEADERS = frozenset({"apikey", "authorization", "proxy-authorization", "cookie"})


def is_api_key(value: str | None, options: SandboxOptions) -> bool:
    """Whether the value of the header ``apiKey`` is the one that the sandbox accepts."""
    return _same(value or "", options.api_key)


def is_login(authorization: str | None, options: SandboxOptions) -> bool:
    """Whether the value of the header ``Authorization`` is one that the sandbox accepts."""
    kind, _, value = (authorization or "").strip().partition(" ")
    match kind.lower():
        case "bearer":
            return _same(value.strip(), options.token)
        case "basic":
            return _same(_decoded(value.strip()), f"{options.username}:{options.password}")
        case _:
            return False


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers to show: of a secret only its kind is left, such as ``Basic …``."""
    return {
        name: _hidden(value) if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()
    }


def _hidden(value: str) -> str:
    kind = value.partition(" ")[0]
    return f"{kind} …" if kind.lower() in {"basic", "bearer"} else "…"


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
