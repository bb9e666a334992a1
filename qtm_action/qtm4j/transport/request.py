"""A request as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qtm_action.qtm4j.transport.body import UploadBody
    from qtm_action.qtm4j.transport.origins import Target

SMALL_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send.

    ``whole`` limits the exchange, in seconds; for an upload, all before its body, and again the answer.
    ``max_answer`` is in bytes; no more of an answer's body is read.
    """

    method: str
    target: Target
    headers: Mapping[str, str] = field(repr=False)
    whole: float
    body: bytes | UploadBody | None = None
    max_answer: int = SMALL_ANSWER


def header_value(name: str, value: str) -> str:
    """Return ``value`` of the input ``name``; raise :class:`InvalidInputError` if no header can carry it."""
    if not value.isascii() or not value.isprintable():
        raise InvalidInputError(
            f"{name} has a character in it that can't be sent", hint="copy it again, without line breaks"
        )
    return value
