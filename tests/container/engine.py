"""A real container engine, as the container and runner tests use it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtm_action.sandbox.options import SandboxOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = os.environ.get("BASE", "python:3.13-slim")
API_KEY, TOKEN = SandboxOptions().api_key, SandboxOptions().token
PATIENCE = 300  # seconds; no single command of these tests comes near


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: its exit code, and what it printed on both streams together."""

    code: int
    output: str


class Engine:
    """The engine that ``tools/with-docker.sh`` found or started; ``DOCKER`` names the client."""

    def __init__(self) -> None:
        self.client = os.environ.get("DOCKER", "docker")

    def run(self, *words: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> Finished:
        """Run one command of the client to its end."""
        done = subprocess.run(
            [self.client, *words],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
            env=None if environ is None else {**os.environ, **environ},
        )
        return Finished(done.returncode, done.stdout)

    def ok(self, *words: str, stdin: str = "") -> str:
        """Run one command of the client that has to succeed, and return what it printed."""
        done = self.run(*words, stdin=stdin)
        assert done.code == 0, f"{' '.join(words)}: {done.output}"
        return done.output.strip()

    def inspect(self, image: str) -> dict[str, Any]:
        """Return what the engine knows of an image."""
        found: list[dict[str, Any]] = json.loads(self.ok("image", "inspect", image))
        return found[0]

    def build(self, tag: str, *arguments: str) -> None:
        """Build the checkout's Dockerfile."""
        self.ok("build", "--tag", tag, "--build-arg", f"BASE={BASE}", *arguments, str(ROOT))

    def in_container(
        self,
        image: str,
        *command: str,
        options: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> Finished:
        """Run a container on the host's network (where the sandbox listens) to its end.

        Variables are handed over by name, as runners do, so that no value is on a command line.
        """
        given = environ or {}
        names = [word for name in given for word in ("--env", name)]
        return self.run(
            *("run", "--rm", "--interactive", "--network", "host", *options, *names, image, *command),
            stdin=stdin,
            environ=given,
        )
