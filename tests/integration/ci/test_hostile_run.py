"""A whole run against a server, result files and a spec that all try to command the platform."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN, SandboxOptions
from tests.unit.ci.readers import (
    azure_commands,
    github_commands,
    github_file,
    gitlab_dotenv,
    gitlab_sections,
    rendered,
)

if TYPE_CHECKING:
    from tests.integration.ci.conftest import Job

EVIL = (
    "fine\n::error::pwned\r##[add-mask]SUCCESS ##vso[task.complete result=Succeeded;]pwned "
    "\x1b[0Ksection_start:1:pwned\r\x1b[0K \x1b]0;pwned\x07 \u202edenwp </details><script>pwned</script> "
    "| `pwned` ${{ pwned }} @pwned #1 http://pwned.example %0A::error::pwned\nEOF\n"
)
IN_XML = re.sub("[\x00-\x08\x0b-\x1f]", "", EVIL)
IN_SPEC = EVIL.replace("${{", "{{")  # which a spec refuses
PLATFORMS = {
    "github": {"GITHUB_ACTIONS": "true"},
    "gitlab": {"GITLAB_CI": "true"},
    "azure": {"TF_BUILD": "True"},
    "jenkins": {"JENKINS_URL": "https://jenkins.example.com/"},
    "plain": {},
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_text_from_outside_acts_on_the_platform(job: Job, platform: str) -> None:
    spec = {
        "version": 1,
        "imports": [{"name": IN_SPEC, "format": "junit", "files": ["*.xml"], "environment": IN_SPEC}],
    }
    job.write("qtm-import.yml", json.dumps(spec))
    name = "a ::error::b ##[group]c\n::error::d.xml"
    text = quoteattr(IN_XML)
    job.write(
        name,
        f"<testsuite name={text}><testcase classname={text} name={text}><failure message={text}/>"
        "</testcase></testsuite>",
    )
    handed_on = job.workspace.parent
    files = {each: handed_on / each for each in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    with Sandbox(SandboxOptions(fail_import=EVIL)) as sandbox:
        done = subprocess.run(
            job.command,
            cwd=job.workspace,
            env=job.environ(
                {
                    **PLATFORMS[platform],
                    **{each: str(path) for each, path in files.items()},
                    "QTM_JIRA_URL": sandbox.url,
                    "QTM_API_KEY": SANDBOX_API_KEY,
                    "QTM_TOKEN": SANDBOX_TOKEN,
                    "QTM_LOG_LEVEL": "debug",
                    "QTM_REPORT_FILE": "../report.json",
                    "QTM_DOTENV_FILE": "../out.env",
                    "QTM_SUMMARY_FILE": "../summary.md",
                }
            ),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    assert done.returncode == 1, done.stdout
    assert done.stderr == ""
    assert "pwned" in done.stdout  # it is shown
    own = {"add-mask", "group", "endgroup", "error", "warning"}
    for command in github_commands(done.stdout):
        if platform == "github":
            assert command.name in own
            assert not command.properties.get("file", "").startswith("pwned")
        else:
            assert platform == "azure"
    azure = [each.name for each in azure_commands(done.stdout)]
    if platform == "azure":
        assert set(azure) <= {"task.setsecret", "group", "endgroup", "task.logissue", "task.setvariable"}
    else:
        assert azure == []
    assert all(name.startswith("qtm_import_") for _, name in gitlab_sections(done.stdout))

    report = json.loads((handed_on / "report.json").read_text(encoding="utf-8"))
    assert "pwned" in report["imports"][0]["message"]
    dotenv = gitlab_dotenv((handed_on / "out.env").read_bytes())
    assert (dotenv["QTM_IMPORT_STATUS"], dotenv["QTM_EXIT_CODE"]) == ("FAILED", "1")
    summary = rendered((handed_on / "summary.md").read_text(encoding="utf-8"))
    assert not {tag.split(" ")[0] for tag in summary.tags} & {"script", "img", "iframe", "h1"}
    assert all(address.startswith(sandbox.url) for address in summary.addresses)
    if platform == "github":
        outputs = github_file(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        assert outputs["import-status"] == "FAILED"
        assert json.loads(outputs["report"])["status"] == "FAILED"
