"""Make the virtual environment that the Makefile's targets run in, from the locks and nothing else.

    python tools/environment.py runtime|dev|lint

``.venv`` is made where it is missing, made anew when a lock or the Python changes, and left alone
otherwise. Each level holds what the one before it does: ``runtime`` is enough to run the program,
``dev`` adds what the tests need, ``lint`` the validators. Nothing outside ``.venv`` is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

OLDEST_PYTHON = (3, 11)
LEVELS = {
    "runtime": ["requirements.txt"],
    "dev": ["requirements.txt", "requirements-dev.txt"],
    "lint": ["requirements.txt", "requirements-dev.txt", "requirements-lint.txt"],
}
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RECORD = VENV / "installed-locks.json"
THIS_PYTHON = "{}.{}".format(*sys.version_info)


class Record(TypedDict):
    """What an environment was made from: the Python's version, and each lock's SHA-256 at that time."""

    python: str
    locks: dict[str, str]


def lock_digest(lock: str) -> str:
    """Return the SHA-256 of a lock file, in hexadecimal."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def read_record() -> Record | None:
    """Return the record of an environment made here before; None when there is none that still works."""
    try:
        record: Record = json.loads(RECORD.read_text(encoding="utf-8"))
        subprocess.run([VENV_PYTHON, "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return record


def is_outdated(record: Record) -> bool:
    """Tell whether the environment has to be made anew: another Python, or a lock that changed since."""
    if record["python"] != THIS_PYTHON:
        return True
    return any(digest != lock_digest(lock) for lock, digest in record["locks"].items())


def make_empty_environment() -> None:
    """Replace ``.venv`` by an empty environment of the Python that runs this."""
    print(f"Making .venv with Python {THIS_PYTHON} …", flush=True)
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], check=False)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"This Python ({sys.executable}) can't make virtual environments. "
            f"On Debian and Ubuntu: apt-get install python{THIS_PYTHON}-venv"
        )


def install(lock: str) -> None:
    """Install one lock into the environment; pip checks the hash of every file."""
    print(f"Installing {lock} …", flush=True)
    command = [str(VENV_PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    command += [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--retries",
        "5",
        "--requirement",
        str(ROOT / lock),
    ]
    # A user's settings for installing elsewhere must not lead out of .venv.
    settings = {name: value for name, value in os.environ.items() if name not in {"PIP_TARGET", "PIP_PREFIX"}}
    if subprocess.run(command, check=False, env={**settings, "PIP_USER": "0"}).returncode != 0:
        sys.exit(f"{lock} could not be installed; pip's message is above.")


def bring_to(level: str) -> None:
    """Make or complete ``.venv`` so that it holds the locks of a level."""
    record = read_record()
    if record is None and VENV_PYTHON.exists() and not RECORD.exists():
        # Someone's own environment: keep what is in it, and add what the locks say.
        record = {"python": THIS_PYTHON, "locks": {}}
    if record is None or is_outdated(record):
        record = {"python": THIS_PYTHON, "locks": {}}
        make_empty_environment()
    for lock in LEVELS[level]:
        if lock not in record["locks"]:
            install(lock)
            record["locks"][lock] = lock_digest(lock)
            RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or later is needed; {sys.executable} is {THIS_PYTHON}")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("level", choices=LEVELS)
    bring_to(parser.parse_args().level)
