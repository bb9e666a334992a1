"""A workspace, and what init makes of it, read by the program's own reader of specs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.formats import Format
from qtm_action.init.command import InitRequest, spec_text
from qtm_action.init.questions import GivenAddress
from qtm_action.log import Silence
from qtm_action.results.find.finding import find
from qtm_action.spec.loading import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.spec.import_spec import ImportSpec, Spec

DATA = Path(__file__).parents[2] / "data"
JUNIT = '<testsuite name="shop"><testcase classname="Cart" name="adds"/></testsuite>'
RESULTS = {
    Format.TESTNG: DATA / "real/testng/testng-results.xml",
    Format.CUCUMBER: DATA / "real/cucumber-js/report.json",
    Format.HPUFT: DATA / "results/hpuft/run_results.xml",
    Format.SPECFLOW: DATA / "results/specflow/report.json",
}


@dataclass(frozen=True)
class Project:
    """A folder, and the spec that init writes for it."""

    root: Path

    def write(self, name: str, text: str = JUNIT) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def put(self, name: str, format_: Format) -> None:
        """Put a result file, or QAF's folder of runs, where ``name`` says."""
        if format_ is Format.QAF:
            shutil.copytree(DATA / "real/qaf-python/test-results", self.root / name)
        else:
            self.write(name, RESULTS[format_].read_text(encoding="utf-8") if format_ in RESULTS else JUNIT)

    def text(self, jira_url: str = "", region: str = "") -> str:
        return spec_text(InitRequest(self.root, self.root, address=GivenAddress(jira_url, region)), Silence())

    def spec(self, jira_url: str = "", region: str = "") -> Spec:
        return self.load(self.text(jira_url, region))

    def load(self, text: str) -> Spec:
        path = self.root / "written.yml"
        path.write_text(text, encoding="utf-8")
        return load_spec(path, shown_as="spec", environ={}, inputs={}, secret_variables=frozenset())

    def imports(self) -> dict[str, tuple[Format | None, list[str]]]:
        """Return format and patterns of each import by its name."""
        return {each.name: (each.format, list(each.files)) for each in self.spec().imports}

    def matched(self, each: ImportSpec) -> list[str]:
        extensions = (each.format.extension,) if each.format else ()
        return list(find(self.root, each.files, extensions, log=Silence()).files)


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[], Project]:
    """Make one empty project after the other."""
    numbers = count()

    def make() -> Project:
        root = tmp_path / f"project{next(numbers)}"
        root.mkdir()
        return Project(root)

    return make


@pytest.fixture
def project(new_project: Callable[[], Project]) -> Project:
    return new_project()
