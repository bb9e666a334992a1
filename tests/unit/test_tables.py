"""README, action.yml and code hold the same tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from qtm_action.exit_codes import ExitCode
from qtm_action.inputs.table import INPUTS
from qtm_action.outcome.outputs import OUTPUTS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tool", ["readme", "action", "component", "frameworks", "spec_docs"])
def test_the_rendered_files_are_those_of_the_code(tool: str) -> None:
    command = [sys.executable, "-m", f"tools.render_{tool}", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_action_has_every_input_and_output() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert list(action["inputs"]) == [each.name for each in INPUTS]
    assert list(action["outputs"]) == list(OUTPUTS)


def test_the_readme_names_every_input_output_and_exit_code() -> None:
    for name in (*(each.name for each in INPUTS), *OUTPUTS):
        assert f"| `{name}`" in README
    for code in ExitCode:
        assert f"| {int(code)} | " in README


def test_the_readme_marks_what_is_required() -> None:
    rows = {line.split("`")[1]: line for line in README.splitlines() if line.startswith("| `")}
    assert "**Required.**" in rows["api-key"]
    assert "**Required on Cloud.**" in rows["region"]
    for name in ("jira-url", "token", "username", "password"):
        assert "**Required on Server" in rows[name]
    assert "**Required without a spec.**" in rows["files"]
    assert sum("**Required" in row for row in rows.values()) == 7


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = [part.partition(")")[0] for part in README.split("](")[1:]]
    missing = [link for link in links if "://" not in link and not (ROOT / link.partition("#")[0]).exists()]
    assert missing == []
