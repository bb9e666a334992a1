"""The import spec: YAML with positions, its JSON Schema, messages, and the typed model.

Importing this room is cheap; what reads a spec is imported by the function that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtm_action.spec.model import ImportSpec, InputValue, JsonValue, Origin, Spec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from pathlib import Path

    from qtm_action.errors import Problem
    from qtm_action.formats import Format, ZipMode
    from qtm_action.spec.loading import Surroundings

__all__ = [
    "ImportSpec",
    "InputValue",
    "JsonValue",
    "Origin",
    "Spec",
    "check_parameters",
    "effective",
    "load_spec",
    "schema",
    "schema_text",
    "spec_from_inputs",
]


def load_spec(
    path: Path,
    *,
    shown_as: str,
    environ: Mapping[str, str],
    inputs: Mapping[str, InputValue],
    secret_variables: Collection[str],
    today: date | None = None,
) -> Spec:
    """Return the spec in the file ``path``, which messages call ``shown_as``.

    ``environ`` is what ``${NAME}`` expands from, but for ``secret_variables``, which are refused.
    ``inputs`` are the non-empty inputs by the spec's keys; each overrides its key in every import
    (``fields`` key by key). ``today`` is the day in examples of messages; default: the system's.

    Raises InvalidSpecError with every error of the file and the inputs, sorted by position, and
    InvalidInputError for an input that can't stand beside a spec: ``format``, ``files``, ``attachments``.
    """
    from qtm_action.spec.loading import read_spec_file  # noqa: PLC0415 - start-up

    return read_spec_file(path, shown_as, _surroundings(environ, inputs, secret_variables, today))


def spec_from_inputs(
    *,
    environ: Mapping[str, str],
    inputs: Mapping[str, InputValue],
    secret_variables: Collection[str],
    today: date | None = None,
) -> Spec:
    """Return the one import that ``inputs`` describe, which are as for :func:`load_spec`.

    Variables expand in ``fields`` only, the one input that is written like a spec. Raises
    InvalidSpecError; a problem's ``file`` is the source of its input.
    """
    from qtm_action.spec.loading import read_spec_inputs  # noqa: PLC0415 - start-up

    return read_spec_inputs(_surroundings(environ, inputs, secret_variables, today))


def check_parameters(
    format: Format,  # noqa: A002 - the API's own word
    parameters: Mapping[str, JsonValue],
    *,
    zip: ZipMode | None = None,  # noqa: A002 - the spec's own word
    origins: Mapping[str, Origin] | None = None,
) -> tuple[Problem, ...]:
    """Return what the API would refuse (errors) or ignore (warnings) of an import in ``format``.

    For an import whose format was left out and has since been recognised; with a format in the spec,
    :func:`load_spec` has checked it. ``origins`` are the import's, for the place in each problem.
    """
    from qtm_action.formats import ZipMode  # noqa: PLC0415 - start-up
    from qtm_action.spec.rules import Facts, check_format  # noqa: PLC0415 - start-up

    facts = Facts(format, parameters, zip or ZipMode.AUTO)
    return tuple(check_format(facts, origins or {}))


def effective(import_spec: ImportSpec) -> str:
    """Return the import as a spec of its own, with the origin of each value in a comment beside it."""
    from qtm_action.spec.effective_text import show  # noqa: PLC0415 - start-up

    return show(import_spec)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the spec; not to be changed."""
    from qtm_action.spec.json_schema import root  # noqa: PLC0415 - start-up

    return root()


def schema_text() -> str:
    """Return the JSON Schema as the command ``schema`` prints it, with a line break at its end."""
    from qtm_action.spec import json_schema  # noqa: PLC0415 - start-up

    return json_schema.schema_text()


def _surroundings(
    environ: Mapping[str, str],
    inputs: Mapping[str, InputValue],
    secret_variables: Collection[str],
    today: date | None,
) -> Surroundings:
    from datetime import UTC, datetime  # noqa: PLC0415 - start-up

    from qtm_action.spec.loading import Surroundings  # noqa: PLC0415 - start-up

    return Surroundings(environ, inputs, secret_variables, today or datetime.now(UTC).date())
