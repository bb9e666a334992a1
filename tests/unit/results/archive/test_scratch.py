"""The temporary folder that is always given back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qtm_action.errors import ResultFilesError
from qtm_action.results.archive.scratch import scratch_base, scratch_folder


def test_the_folder_is_gone_after_the_block_also_when_it_raises(tmp_path: Path) -> None:
    def work() -> None:
        with scratch_folder(tmp_path) as folder:
            (folder / "archive.zip").write_bytes(b"x")
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="no modes here")
def test_only_the_steps_user_can_open_the_folder(tmp_path: Path) -> None:
    usual = os.umask(0)
    try:
        with scratch_folder(tmp_path) as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(usual)


def test_a_folder_that_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys; from qtm_action.results.archive.scratch import scratch_folder\n"
        "with scratch_folder(pathlib.Path(sys.argv[1])) as folder: print(folder); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-u", "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[4],
    )
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    with scratch_folder(tmp_path):
        assert left.is_dir(), "too young to be taken from a run that may be starting"
    long_ago = time.time() - 3600
    os.utime(left / "in-use", (long_ago, long_ago))
    with scratch_folder(tmp_path):
        assert not left.exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as other:
        long_ago = time.time() - 3600
        os.utime(other / "in-use", (long_ago, long_ago))
        with scratch_folder(tmp_path):
            assert other.is_dir()


def test_runner_temp_is_used_only_where_it_is_there(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    assert scratch_base({"RUNNER_TEMP": str(tmp_path)}, workspace) == tmp_path
    elsewhere = scratch_base({"RUNNER_TEMP": str(tmp_path / "of-the-host")}, workspace)
    assert elsewhere == scratch_base({}, workspace)


def test_a_folder_inside_the_workspace_is_passed_over(tmp_path: Path) -> None:
    inside = tmp_path / "tmp"
    inside.mkdir()
    assert scratch_base({"TMPDIR": str(inside)}, tmp_path) == Path("/tmp")  # noqa: S108


def test_without_a_writable_temporary_folder_the_error_says_what_to_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ResultFilesError) as refused:
        scratch_base({}, tmp_path)
    assert "TMPDIR" in refused.value.hint


def test_a_folder_that_cannot_be_made_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    with pytest.raises(ResultFilesError, match="gone"), scratch_folder(tmp_path / "gone"):
        pass
