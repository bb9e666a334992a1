"""With ``repair`` a copy without the characters that XML forbids is uploaded; the files stay as they are."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import ResultFilesError, Severity
from qtm_action.formats import Format
from qtm_action.log import Silence
from qtm_action.results.archive.payload import pack
from qtm_action.results.collecting import collect
from qtm_action.results.readers import read
from qtm_action.results.result_files import Selection

if TYPE_CHECKING:
    from qtm_action.results.result_files import ResultSet

REAL = Path(__file__).parents[2] / "data" / "real"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    shutil.copy(REAL / "bats" / "hostile.xml", folder / "red.xml")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def collected(folder: Path, *, repair: bool = True) -> ResultSet:
    selection = Selection(Format.JUNIT, ("*.xml",), folder, time.time(), repair=repair)
    return collect(selection, log=Silence())


def test_without_it_the_file_is_refused_and_the_key_named(workspace: Path) -> None:
    (problem,) = collected(workspace, repair=False).problems

    assert problem.severity is Severity.ERROR
    assert "repair: true" in problem.hint


def test_the_copy_is_uploaded_and_the_file_is_not_changed(workspace: Path, scratch: Path) -> None:
    before = (workspace / "red.xml").read_bytes()

    files = collected(workspace)
    payload = pack(files, scratch, log=Silence())

    (warning,) = files.problems
    assert warning.severity is Severity.WARNING
    assert f"{files.repaired['red.xml']} characters that XML does not allow" in warning.message
    assert f"red.xml ({files.repaired['red.xml']})" in warning.message
    assert (payload.file_name, payload.path.parent) == ("red.xml", scratch)
    assert payload.size == payload.path.stat().st_size
    assert read(payload.path, shown_as="it").counts == files.counts
    assert b"&#27;" not in payload.path.read_bytes()
    assert (workspace / "red.xml").read_bytes() == before
    assert [path.name for path in workspace.iterdir()] == ["red.xml"]


def test_in_an_archive_only_what_needs_it_is_a_copy(workspace: Path, scratch: Path) -> None:
    shutil.copy(REAL / "bats" / "junit.xml", workspace / "whole.xml")

    payload = pack(collected(workspace), scratch, log=Silence())

    with zipfile.ZipFile(payload.path) as archive:
        assert archive.namelist() == ["red.xml", "whole.xml"]
        assert archive.read("whole.xml") == (workspace / "whole.xml").read_bytes()
        assert b"&#27;" not in archive.read("red.xml")


def test_a_file_that_changed_after_the_check_is_not_uploaded(workspace: Path, scratch: Path) -> None:
    files = collected(workspace)
    (workspace / "red.xml").write_text("<testsuite/>")

    with pytest.raises(ResultFilesError, match="changed while it was being imported"):
        pack(files, scratch, log=Silence())


def test_of_a_zip_a_copy_is_uploaded_in_which_its_files_are_repaired(workspace: Path, scratch: Path) -> None:
    with zipfile.ZipFile(workspace / "results.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(REAL / "bats" / "junit.xml", "a/whole.xml")
        archive.write(REAL / "bats" / "hostile.xml", "a/red.xml")
        archive.write(REAL / "bats" / "hostile.xml", "red.xml", zipfile.ZIP_STORED)
    before = (workspace / "results.zip").read_bytes()
    selection = Selection(Format.JUNIT, ("*.zip",), workspace, time.time(), repair=True)

    files = collect(selection, log=Silence())
    payload = pack(files, scratch, log=Silence())

    number = files.repaired["results.zip!/red.xml"]
    assert files.repaired == {"results.zip!/a/red.xml": number, "results.zip!/red.xml": number}
    (warning,) = files.problems
    assert f"results.zip!/red.xml ({number})" in warning.message
    assert (payload.file_name, payload.path.parent) == ("results.zip", scratch)
    with zipfile.ZipFile(payload.path) as copy:
        assert copy.testzip() is None
        assert copy.namelist() == ["a/whole.xml", "a/red.xml", "red.xml"]
        assert copy.read("a/whole.xml") == (REAL / "bats" / "junit.xml").read_bytes()
        assert b"&#27;" not in copy.read("a/red.xml") + copy.read("red.xml")
    assert (workspace / "results.zip").read_bytes() == before
    assert collect(selection._replace(root=scratch, repair=False), log=Silence()).counts == files.counts


def test_a_zip_that_changed_after_the_check_is_not_uploaded(workspace: Path, scratch: Path) -> None:
    with zipfile.ZipFile(workspace / "results.zip", "w") as archive:
        archive.write(REAL / "bats" / "hostile.xml", "red.xml")
    selection = Selection(Format.JUNIT, ("*.zip",), workspace, time.time(), repair=True)
    files = collect(selection, log=Silence())
    (workspace / "results.zip").write_bytes((workspace / "results.zip").read_bytes()[:-30])

    with pytest.raises(ResultFilesError, match="changed while it was being imported"):
        pack(files, scratch, log=Silence())


def test_a_zip_that_was_deleted_after_the_check_is_named(workspace: Path, scratch: Path) -> None:
    with zipfile.ZipFile(workspace / "results.zip", "w") as archive:
        archive.writestr("reports/", b"")
        archive.write(REAL / "bats" / "hostile.xml", "reports/red.xml")
    selection = Selection(Format.JUNIT, ("*.zip",), workspace, time.time(), repair=True)
    files = collect(selection, log=Silence())
    assert pack(files, scratch, log=Silence()).size
    (workspace / "results.zip").unlink()

    with pytest.raises(ResultFilesError, match=r"results\.zip was deleted while it was being imported"):
        pack(files, scratch, log=Silence())


def test_a_whole_zip_is_uploaded_as_it_is(workspace: Path) -> None:
    with zipfile.ZipFile(workspace / "results.zip", "w") as archive:
        archive.write(REAL / "bats" / "junit.xml", "whole.xml")
    selection = Selection(Format.JUNIT, ("*.zip",), workspace, time.time(), repair=True)

    files = collect(selection, log=Silence())

    assert not files.problems
    assert pack(files, None, log=Silence()).path == workspace / "results.zip"
