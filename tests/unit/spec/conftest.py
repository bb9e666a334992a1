"""A spec as text in, what the rest of the program sees of it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from qtm_action.errors import InvalidSpecError, Problem
from qtm_action.spec.import_spec import InputValue, Spec
from qtm_action.spec.loading import load_spec, spec_from_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qtm_action.formats import DeploymentKind

TODAY = date(2026, 5, 20)


# Both take the text, and by name: environ, inputs and secrets; FromInputs takes inputs in place of the text.
Reader = Callable[..., Spec]
Problems = Callable[..., list[Problem]]
FromInputs = Callable[..., Spec]


def input_values(inputs: Mapping[str, str] | None) -> dict[str, InputValue]:
    return {key: InputValue(text, f'input "{key}"') for key, text in (inputs or {}).items()}


@pytest.fixture
def spec_of(tmp_path: Path) -> Reader:
    """Load a spec file with the given text."""

    def read(
        text: str,
        environ: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
        deployment: DeploymentKind | None = None,
    ) -> Spec:
        path = tmp_path / "qtm-import.yml"
        path.write_text(text, encoding="utf-8")
        return load_spec(
            path,
            shown_as="qtm-import.yml",
            environ=environ or {},
            inputs=input_values(inputs),
            secret_variables=secrets,
            deployment=deployment,
            today=TODAY,
        )

    return read


@pytest.fixture
def problems_of(spec_of: Reader) -> Problems:
    """Load a spec that must be refused, and return its problems."""

    def read(*arguments: Any, **named: Any) -> list[Problem]:
        with pytest.raises(InvalidSpecError) as refused:
            spec_of(*arguments, **named)
        return list(refused.value.problems)

    return read


@pytest.fixture
def from_inputs() -> FromInputs:
    """Read one import from inputs alone."""

    def read(
        inputs: Mapping[str, str], environ: Mapping[str, str] | None = None, secrets: tuple[str, ...] = ()
    ) -> Spec:
        return spec_from_inputs(
            environ=environ or {}, inputs=input_values(inputs), secret_variables=secrets, today=TODAY
        )

    return read
