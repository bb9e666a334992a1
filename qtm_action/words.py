"""How values are written: durations (``15m``, ``3 min 5 s``), sizes (``3.4 KiB``), counts, variables."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from qtm_action.redaction import redacted

_COMPARED = 40  # characters of a word
# What an input may say where true or false is expected, in any case.
TRUTH_OF_INPUTS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([smhd]?)")


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` means; a bare number is seconds.

    Raises ValueError with one sentence for a person when it means none.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{redacted(text)!r} is not a duration such as 90, 90s, 15m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def format_duration(seconds: float) -> str:
    """Return ``seconds`` as a log shows them: ``0.4 s``, ``12 s``, ``3 min 5 s``, ``1 h 2 min``."""
    if seconds < 10:  # noqa: PLR2004 - below ten seconds the tenths are worth reading
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def format_size(count: float) -> str:
    """Return a number of bytes: ``512 bytes``, ``3.4 KiB``, ``120 MiB``."""
    if count < 1024:  # noqa: PLR2004 - a KiB
        return f"{count:.0f} byte{'' if count == 1 else 's'}"
    for unit in ("KiB", "MiB"):
        count /= 1024
        if count < 1023.5:  # noqa: PLR2004 - what rounds to 1024 goes to the next unit
            return _three_digits(count, unit)
    return _three_digits(count / 1024, "GiB")


def _three_digits(size: float, unit: str) -> str:
    return f"{size:.1f} {unit}" if size < 99.95 else f"{size:,.0f} {unit}"  # noqa: PLR2004 - three digits


def pace(done: int, whole: int, seconds: float) -> str:
    """Return how fast ``done`` of ``whole`` bytes went in ``seconds``: ``12 MiB/s, 3 min 5 s left``."""
    speed = done / max(seconds, 0.001)
    return f"{format_size(speed)}/s, {format_duration((whole - done) / max(speed, 1))} left"


def counted(number: int, noun: str) -> str:
    """Return ``1 test`` or ``1,234 tests``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(items: Sequence[str], most: int, shown: Callable[[str], str] = str) -> str:
    """Return ``a, b and 3 more``: the first ``most`` items, each as ``shown`` returns it."""
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return ", ".join(map(shown, items[:most])) + more


def closest_match(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word most similar to ``word``, None where none is; comparing more of it takes long."""
    return next(iter(get_close_matches(word[:_COMPARED], list(known), 1, cutoff)), None)


def environment_variable(name: str) -> str:
    """Return the variable of an input or output in GitLab, Jenkins and shells: ``QTM_JIRA_URL``."""
    return f"QTM_{name.replace('-', '_').upper()}"


def set_in_shell(variables: Mapping[str, str], *, system: str = os.name) -> str:
    """Return the line that sets environment variables in a shell of this system: PowerShell on Windows."""
    if system == "nt":
        return "; ".join(f'$env:{name} = "{value}"' for name, value in variables.items())
    return f"export {' '.join(f'{name}={value}' for name, value in variables.items())}"


def one_line(text: str, limit: int = 200) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, without control characters and secrets."""
    cut = redacted(text)[: limit * 8]
    words = "".join(character if character.isprintable() else " " for character in cut).split()
    line = " ".join(words)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
