"""The problems of a spec, in order and as the one error that carries them."""

from __future__ import annotations

from collections.abc import Iterable

from qtm_action.errors import InvalidSpecError, Problem

# Nobody fixes more than these before the next try. Finding each takes time, so the search ends, too.
MAX_SHOWN = 20
MAX_FOUND = 500


def in_order(problems: Iterable[Problem], file: str) -> list[Problem]:
    """Return each problem once, those of ``file`` first, by position."""
    return sorted(
        dict.fromkeys(problems),
        key=lambda each: (each.file != file, each.file or "", each.line or 0, each.column or 0),
    )


def invalid_spec(*errors: Problem) -> InvalidSpecError:
    """Return the error that carries the first MAX_SHOWN of ``errors``, and counts them all."""
    if len(errors) == 1:
        return InvalidSpecError(str(errors[0]), hint=errors[0].hint, problems=errors)
    where = ", ".join(dict.fromkeys(each.file or "the inputs" for each in errors))
    count = f"at least {len(errors)}" if len(errors) >= MAX_FOUND else f"{len(errors)}"
    cut = f"; these are the first {MAX_SHOWN}" if len(errors) > MAX_SHOWN else ""
    return InvalidSpecError(f"{count} errors in {where}{cut}", problems=errors[:MAX_SHOWN])
