"""How the sandbox's command line reads its values; each refuses with a sentence for the user."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TypeVar

from qtm_action.sandbox.faults import PlannedFault, parse_fault
from qtm_action.words import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_HIGHEST_PORT = 65535
_Choice = TypeVar("_Choice", bound="Enum")
_Value = TypeVar("_Value")


def port(text: str) -> int:
    """Read a port; 0 means any that is free."""
    if text.isdecimal() and int(text) <= _HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")


def context_path(text: str) -> str:
    """Read a context path; the result is empty, or starts with a slash and does not end with one."""
    path = text.strip("/")
    if set(path) & set(" ?#<>\\%") or any(part in {"", ".", ".."} for part in path.split("/") if path):
        raise argparse.ArgumentTypeError(f"{text!r} is not a context path such as /jira")
    return f"/{path}" if path else ""


def seconds(text: str) -> float:
    """Read a duration such as ``90`` or ``2m``; the result is in seconds."""
    return _checked(parse_duration, text)


def size(text: str) -> int:
    """Read a size in bytes, with K, M or G for powers of 1024."""
    plain = text.strip().upper().removesuffix("B")
    digits = plain.rstrip("KMG")
    unit = plain[len(digits) :]
    if not digits.isdecimal() or unit not in _UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500K, 10M or 4G")
    return int(digits) * _UNITS[unit]


def origin(text: str) -> str:
    """Read an origin: a scheme, a host and perhaps a port."""
    scheme, separator, host = text.strip().rstrip("/").partition("://")
    if scheme not in {"http", "https"} or not separator or not host or set(host) & set("/?#@ "):
        raise argparse.ArgumentTypeError(f"{text!r} is not an origin such as http://localhost:8765")
    return f"{scheme}://{host}"


def fault(text: str) -> PlannedFault:
    """Read ``STEP:KIND[:TIMES]``."""
    return _checked(parse_fault, text)


def _checked(read: Callable[[str], _Value], text: str) -> _Value:
    """Let argparse show the sentence of a ValueError, which it keeps to itself otherwise."""
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def one_of(choices: type[_Choice]) -> Callable[[str], _Choice]:
    """Return a reader of the values of an enum."""

    def read(text: str) -> _Choice:
        try:
            return choices(text.strip().lower())
        except ValueError:
            known = ", ".join(str(choice.value) for choice in choices)
            raise argparse.ArgumentTypeError(f"{text!r} is not one of {known}") from None

    return read
