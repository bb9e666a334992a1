"""The image as GitLab's runner runs a job in it: a script piped into a shell of the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.container.engine import Engine, Finished

# How the runner looks for a shell in the image.
FIND_A_SHELL = """\
if [ -x /usr/local/bin/bash ]; then exec /usr/local/bin/bash
elif [ -x /usr/bin/bash ]; then exec /usr/bin/bash
elif [ -x /bin/bash ]; then exec /bin/bash
elif [ -x /usr/local/bin/sh ]; then exec /usr/local/bin/sh
elif [ -x /usr/bin/sh ]; then exec /usr/bin/sh
elif [ -x /bin/sh ]; then exec /bin/sh
elif [ -x /busybox/sh ]; then exec /busybox/sh
else echo shell not found; exit 1
fi
"""


class Job:
    """One job of a pipeline."""

    def __init__(self, engine: Engine, image: str, workspace: Path) -> None:
        self.engine, self.image, self.workspace = engine, image, workspace

    def script(self, text: str, variables: dict[str, str], *options: str) -> Finished:
        """Run a job's script."""
        return self.engine.in_container(
            self.image,
            *("sh", "-c", FIND_A_SHELL),
            options=["--volume", f"{self.workspace}:/builds/group/project", *options],
            environ={
                "CI": "true",
                "GITLAB_CI": "true",
                "CI_PROJECT_DIR": "/builds/group/project",
                "CI_PIPELINE_IID": "12",
                **variables,
            },
            stdin=f"set -eo pipefail\ncd /builds/group/project\n{text}\n",
        )

    @property
    def dotenv(self) -> dict[str, str]:
        lines = (self.workspace / "qtm-import.env").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def job(engine: Engine, image: str, workspace: Path) -> Job:
    return Job(engine, image, workspace)


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"QTM_JIRA_URL": sandbox.url, "QTM_API_KEY": API_KEY, "QTM_TOKEN": TOKEN}


@pytest.mark.parametrize("command", ["qtm-action", "qtm-action import", "python -m qtm_action"])
@pytest.mark.parametrize("options", [(), ("--user", "1000:1000")], ids=["as root", "as another user"])
def test_a_successful_import_is_green_and_leaves_a_dotenv_report(
    job: Job, sandbox: Sandbox, command: str, options: tuple[str, ...]
) -> None:
    done = job.script(f"{command}\necho the next line runs", credentials(sandbox), *options)

    assert done.code == 0, done.output
    assert "the next line runs" in done.output
    assert job.dotenv["QTM_IMPORT_STATUS"] == "SUCCESS"
    assert job.dotenv["QTM_TEST_CYCLE_KEY"].count("SBX-TR-") == 4
    assert "QTM_REPORT" not in job.dotenv


def test_a_failed_import_is_red_and_ends_the_script(job: Job) -> None:
    with Sandbox(SandboxOptions(fail_import="the project is read-only")) as sandbox:
        done = job.script("qtm-action\necho the next line runs", credentials(sandbox))

    assert done.code == 1, done.output
    assert "the next line runs" not in done.output
    assert "the project is read-only" in done.output
    assert job.dotenv["QTM_IMPORT_STATUS"] == "FAILED"
    assert job.dotenv["QTM_EXIT_CODE"] == "1"


def test_on_cloud_a_region_and_the_key_alone_are_enough(job: Job) -> None:
    with Sandbox(SandboxOptions(cloud=True)) as cloud:
        files = {"QTM_WORKING_DIRECTORY": "results", "QTM_FORMAT": "junit", "QTM_FILES": "junit/*.xml"}
        done = job.script("qtm-action", {"QTM_REGION": cloud.url, "QTM_API_KEY": API_KEY, **files})
        made = cloud.imports

    assert done.code == 0, done.output
    assert "SUCCESS: 1 import; 2 tests failed; exit code 0" in done.output
    assert len(made) == 1


def test_no_secret_is_shown(job: Job, sandbox: Sandbox) -> None:
    done = job.script("qtm-action --log-level debug", credentials(sandbox))

    assert done.code == 0, done.output
    assert API_KEY not in done.output
    assert TOKEN not in done.output
