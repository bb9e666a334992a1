"""The GitHub example of sharded tests, run by act: shards become one import, the next joins its cycle.

Other people's actions can't be fetched here: two composite actions of a few lines, which copy folders,
stand in for upload-artifact and download-artifact. All else is as the example has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.container.engine import API_KEY, ROOT, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.runners.platforms import Act
    from tests.runners.project import Project

EXAMPLE = "github/fan-in.yml"
RUN_TESTS = """\
#!/bin/sh
mkdir -p results/unit
n=${SHARD:-acceptance}
echo "<testsuite name='suite $n'><testcase name='opens $n'/></testsuite>" >results/unit/TEST-shop.xml
"""
STAND_IN = """\
name: stand-in
description: copies folders
inputs: {name: {}, path: {}, pattern: {}, if-no-files-found: {}}
runs:
  using: composite
  steps:
    - run: SCRIPT
      shell: sh
      env:
        NAME: ${{ inputs.name }}
        FOLDER: ${{ inputs.path }}
"""
SCRIPTS = {
    "upload-artifact": 'mkdir -p "/artifacts/$NAME" && cp -r "$FOLDER/." "/artifacts/$NAME/"',
    "download-artifact": 'mkdir -p "$FOLDER" && cp -r /artifacts/. "$FOLDER/"',
}


@pytest.fixture
def stand_ins(tmp_path: Path) -> tuple[str, ...]:
    """Return act's options that put the stand-ins in the place of the actions that the example names."""
    (tmp_path / "artifacts").mkdir(mode=0o777)
    options = ["--container-options", f"--volume {tmp_path / 'artifacts'}:/artifacts"]
    text = (ROOT / "examples" / "ci" / EXAMPLE).read_text(encoding="utf-8")
    for name, script in SCRIPTS.items():
        (used,) = set(re.findall(rf"uses: (actions/{name}@\w+)", text))
        folder = tmp_path / name
        folder.mkdir()
        (folder / "action.yml").write_text(STAND_IN.replace("SCRIPT", script), encoding="utf-8")
        options += ["--local-repository", f"{used}={folder}"]
    return tuple(options)


@pytest.mark.parametrize("fails", [False, True], ids=["green tests", "failing tests"])
def test_shards_become_one_import_and_the_next_one_joins_their_cycle(
    github: Act, project: Project, sandbox: Sandbox, stand_ins: tuple[str, ...], *, fails: bool
) -> None:
    before = len(sandbox.imports)
    project.write("run-tests.sh", RUN_TESTS + ("exit 1\n" if fails else ""))
    project.copy_example(EXAMPLE, ".github/workflows/import.yml", sandbox.url)
    secrets = {"QTM_API_KEY": API_KEY, "JIRA_TOKEN": TOKEN}
    done = github.push(project, sandbox.url, secrets, *stand_ins)

    assert (done.code != 0) == fails, done.output
    shards, acceptance = sandbox.imports[before:]
    assert len(shards.members) == 2
    (cycle,) = shards.cycles
    assert acceptance.body["testCycleToReuse"] == cycle.key
