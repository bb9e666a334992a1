"""The program run for real, as a step of a GitHub job, against a sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_TOKEN

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Run:
    """What a run left: its exit code, its log, the job summary as Markdown and as a page."""

    code: int
    log: str
    markdown: str
    page: str


def workspace_with_examples(folder: Path, more_imports: str = "") -> Path:
    """Copy the shipped examples into ``folder``; ``more_imports`` is YAML that is added to their spec."""
    shutil.copytree(EXAMPLES, folder)
    spec = folder / "qtm-import.yml"
    spec.write_text(spec.read_text(encoding="utf-8") + more_imports, encoding="utf-8")
    return folder


def import_from(workspace: Path, jira_url: str, **inputs: str) -> Run:
    """Run the step in a workspace; ``inputs`` are those of the action, with underscores."""
    outputs = workspace.parent / f"{workspace.name}-outputs"
    outputs.mkdir(exist_ok=True)
    markdown, page = outputs / "summary.md", outputs / "summary.html"
    markdown.write_bytes(b"")
    kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    given = {
        "jira_url": jira_url,
        "api_key": SANDBOX_API_KEY,
        "token": SANDBOX_TOKEN,
        "summary_file": str(page),
        **inputs,
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "entrypoint.py")],
        cwd=workspace,
        env={
            **kept,
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(markdown),
            "GITHUB_REF_NAME": "main",
            "GITHUB_RUN_NUMBER": "128",
            **{f"INPUT_{name.upper().replace('_', '-')}": text for name, text in given.items()},
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Run(
        done.returncode, done.stdout, markdown.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")
    )
