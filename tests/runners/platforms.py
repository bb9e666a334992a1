"""The three platforms' local runners."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from qtm_action.sandbox.options import SandboxOptions
from tests.container.engine import API_KEY, BASE, ROOT, TOKEN
from tests.runners.project import program_on_path

if TYPE_CHECKING:
    from tests.container.engine import Engine, Finished
    from tests.runners.project import Project

CREDENTIALS = {
    "qtm-api-key": API_KEY,
    "jira-token": TOKEN,
    "jira-user": [SandboxOptions().username, SandboxOptions().password],
}


def docker_on_path(
    folder: Path, engine: Engine, *, log: Path = Path(os.devnull), network: str = "host"
) -> str:
    """Put a command ``docker`` into a folder, and return a PATH that finds it; command lines go into ``log``.

    It starts containers in ``network``: the host's lets them reach a sandbox on this machine's loopback.
    """
    folder.mkdir(parents=True)
    client = folder / "docker"
    client.write_text(
        f"#!/bin/sh\necho \"$@\" >>'{log}'\n"
        f'if [ "$1" = run ]; then shift; set -- run --network {network} "$@"; fi\n'
        f'exec {engine.client} "$@"\n'
    )
    client.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


class Act:
    """Pushes a project to act."""

    def __init__(self, program: str, folder: Path, action: Path) -> None:
        self.program, self.folder, self.action = program, folder, action
        (folder / "act").mkdir(parents=True)
        (folder / "act" / "actrc").write_text(f"-P ubuntu-latest={BASE}\n")

    def push(self, project: Project, jira_url: str, secrets: dict[str, str], *options: str) -> Finished:
        (self.folder / "secrets").write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
        (self.folder / "variables").write_text(f"JIRA_URL={jira_url}\n")
        project.commit()
        return project.run(
            *(self.program, "push", "--rm", "--pull=false", "--action-offline-mode", "--no-cache-server"),
            *("--workflows", ".github/workflows/import.yml"),
            *("--secret-file", str(self.folder / "secrets"), "--var-file", str(self.folder / "variables")),
            *("--local-repository", f"owner/qtm-action@v1={self.action}"),
            *options,
            environ={"XDG_CONFIG_HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")},
        )


class GitLab:
    """Runs a project's pipeline, with the project's masked variables."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self.program, self.home, self.options = program, folder / "home", options
        self.path = program_on_path(folder / "bin")
        variables = self.home / ".gitlab-ci-local" / "variables.yml"
        variables.parent.mkdir(parents=True)
        variables.write_text(f"global:\n  QTM_API_KEY: {API_KEY}\n  QTM_TOKEN: {TOKEN}\n")
        # The component is fetched from a GitLab that is not there: a copy of this checkout takes its place.
        (self.home / ".gitconfig").write_text(
            f"[user]\n  name = User\n  email = user@example.com\n"
            f'[url "{folder / "remotes"}/"]\n  insteadOf = https://gitlab.example.com:443/\n'
        )

    def pipeline(self, project: Project) -> Finished:
        project.write(".gitignore", ".gitlab-ci-local/\n")
        project.commit()
        return project.run(self.program, *self.options, environ={"HOME": str(self.home), "PATH": self.path})


def _java() -> dict[str, str]:
    """Return where Java is: Debian's groovy looks only where Debian's default one would be."""
    java = shutil.which("java")
    assert java, "java is not installed: Debian's groovy brings one"
    return {"JAVA_HOME": os.environ.get("JAVA_HOME") or str(Path(java).resolve().parents[1])}


class Jenkins:
    """Builds a project."""

    def __init__(self, groovy: str, folder: Path, engine: Engine) -> None:
        self.groovy, self.folder, self.engine = groovy, folder, engine
        self.path = docker_on_path(folder / "bin", engine, log=folder / "command-lines")
        library = folder / "library" / "vars"
        library.mkdir(parents=True)
        step = (ROOT / "vars" / "qtmImport.groovy").read_text(encoding="utf-8")
        (library / "qtmImport.groovy").write_text(step.replace("OWNER", "owner"), encoding="utf-8")

    def build(self, project: Project, jenkinsfile: str = "Jenkinsfile") -> Finished:
        credentials = self.folder / "credentials.json"
        credentials.write_text(json.dumps(CREDENTIALS))
        return project.run(
            *(self.groovy, str(Path(__file__).with_name("RunJenkinsfile.groovy"))),
            *(jenkinsfile, str(self.folder / "library"), str(credentials)),
            environ={"PATH": self.path, "DOCKER": self.engine.client} | _java(),
        )
