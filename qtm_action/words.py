"""Spans of time as inputs and spec write them: ``90``, ``90s``, ``15m``, ``1h``, ``2d``."""

from __future__ import annotations

import re

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([smhd]?)")


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` means; a bare number is seconds.

    Raises ValueError with one sentence for a person when it means none.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write it like 90, 90s, 15m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def in_words(seconds: float) -> str:
    """Return ``seconds`` as a log shows them: ``0.4 s``, ``12 s``, ``3 min 5 s``, ``1 h 2 min``."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds the tenths are worth reading
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
