"""The archive: the same bytes every time, readable by others' tools, and never of changed files."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self

import pytest

from qtm_action.errors import ResultFilesError
from qtm_action.formats import Format, ZipMode
from qtm_action.log import Silence
from qtm_action.results.archive import deflate as deflate_module
from qtm_action.results.archive import payload as payloads
from qtm_action.results.archive import writing
from qtm_action.results.archive.deflate import deflate
from qtm_action.results.archive.payload import pack
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.results.result_files import Payload, ResultSet
    from tests.integration.files.conftest import LogLines, Write

CASE = '<testcase classname="com.example.CartTest" name="adds item %d" time="0.%03d"/>\n'


def report(cases: int, seed: int = 0) -> str:
    numbers = random.Random(seed)  # noqa: S311 - made-up reports
    return (
        '<testsuite name="s">\n'
        + "".join(CASE % (numbers.randrange(10**6), numbers.randrange(1000)) for _ in range(cases))
        + "</testsuite>\n"
    )


@pytest.fixture(params=["isal", "zlib"])
def either_codec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "zlib":
        monkeypatch.setattr(deflate_module, "_isal", None)
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scratch"
    made.mkdir()
    return made


@pytest.fixture
def files(root: Path, write: Write) -> ResultSet:
    """Small, empty-ish, large and odd files of one import."""
    write("r/a.xml", "r/sub/b.xml", "r/größe 日本.xml", "r/new\nline.xml")
    write("r/large.xml", text=report(16_000))
    result = collect(Selection(Format.JUNIT, ("r",), root, 0.0), log=Silence())
    assert [problem.message for problem in result.problems] == []
    return result


def packed(result: ResultSet, folder: Path) -> tuple[Payload, bytes]:
    payload = pack(result, folder, log=Silence())
    return payload, payload.path.read_bytes()


def contents(result: ResultSet) -> dict[str, bytes]:
    return {member.name: member.path.read_bytes() for member in result.members}


@pytest.mark.usefixtures("either_codec")
def test_the_archive_holds_every_file_in_order_and_is_made_in_the_folder_given(
    files: ResultSet, folder: Path
) -> None:
    payload, data = packed(files, folder)
    assert payload.path.parent == folder
    assert list(folder.iterdir()) == [payload.path]
    assert (payload.file_name, payload.is_zip) == ("junit-results.zip", True)
    assert payload.size == len(data)
    assert payload.sha256 == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(payload.path) as made:
        assert made.testzip() is None
        assert made.namelist() == sorted(contents(files))
        assert {name: made.read(name) for name in made.namelist()} == contents(files)


@pytest.mark.usefixtures("either_codec")
def test_the_same_input_gives_the_same_bytes_with_any_number_of_threads(
    files: ResultSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packed(files, folder)[1]
    for member in files.members:
        assert member.path.stat().st_mtime_ns == member.modified
    for cores, ahead in ((1, 0), (2, 1), (64, 9)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        monkeypatch.setattr(writing, "_AHEAD", ahead)
        assert packed(files, folder)[1] == first
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: packed(files, folder)[1], range(3))) == {first}


@pytest.mark.usefixtures("either_codec")
def test_time_and_mode_of_the_files_do_not_show(files: ResultSet, root: Path, folder: Path) -> None:
    first = packed(files, folder)[1]
    for member in files.members:
        member.path.chmod(0o700)
        os.utime(member.path, (5, 5))
    again = collect(Selection(Format.JUNIT, ("r",), root, 0.0), log=Silence())
    assert packed(again, folder)[1] == first


@pytest.mark.usefixtures("either_codec")
@pytest.mark.skipif(shutil.which("unzip") is None, reason="no unzip here")
def test_info_zip_finds_nothing_wrong(files: ResultSet, folder: Path) -> None:
    payload, _ = packed(files, folder)
    checked = subprocess.run(["unzip", "-tq", payload.path], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


JAVA = """
import java.io.*; import java.nio.file.*; import java.security.*; import java.util.zip.*;
public class Check {
  public static void main(String[] a) throws Exception {
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8"));
    byte[] all = new byte[1 << 16];
    try (ZipInputStream in = new ZipInputStream(new FileInputStream(a[0]))) {
      for (ZipEntry e; (e = in.getNextEntry()) != null;) {
        MessageDigest d = MessageDigest.getInstance("SHA-256");
        for (int n; (n = in.read(all)) >= 0;) d.update(all, 0, n);
        System.out.println("stream " + hex(d) + " " + e.getName().replace("\\n", "~"));
      }
    }
    try (ZipFile f = new ZipFile(a[0])) {
      for (ZipEntry e : java.util.Collections.list(f.entries())) {
        MessageDigest d = MessageDigest.getInstance("SHA-256");
        InputStream in = f.getInputStream(e);
        for (int n; (n = in.read(all)) >= 0;) d.update(all, 0, n);
        System.out.println("file " + hex(d) + " " + e.getName().replace("\\n", "~"));
      }
    }
  }
  static String hex(MessageDigest d) {
    StringBuilder s = new StringBuilder(); for (byte b : d.digest()) s.append(String.format("%02x", b));
    return s.toString();
  }
}
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java here")
def test_java_reads_every_byte_as_a_stream_and_as_a_file(root: Path, write: Write, folder: Path) -> None:
    """Jira's side is Java; its stream can't read a stored entry whose sizes follow."""
    write("run/json/meta-info.json", text='{"tests": [], "total": 1}')
    write(
        "run/json/größe.json",
        text='{"methods": [{"type": "test", "result": "pass", "metaData": {"name": "t"}}]}',
    )
    write("run/json/large.json", text='{"checkPoints": [' + ",".join(['{"message": "ok"}'] * 150_000) + "]}")
    pictures = random.Random(1)  # noqa: S311 - made-up pictures
    write("run/img/small.png", text=pictures.randbytes(5000))
    write("run/img/large.png", text=pictures.randbytes(2_500_000))
    result = collect(Selection(Format.QAF, ("run",), root, 0.0, attach_file=True), log=Silence())
    assert [problem.message for problem in result.problems] == []
    payload, _ = packed(result, folder)
    (folder / "Check.java").write_text(JAVA, encoding="utf-8")
    ran = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", folder / "Check.java", payload.path],
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    expected = [
        f"{way} {hashlib.sha256(data).hexdigest()} {name}"
        for way in ("stream", "file")
        for name, data in sorted(contents(result).items())
    ]
    assert ran.stdout.decode().splitlines() == expected


def test_pictures_are_stored_and_reports_deflated(root: Path, write: Write, folder: Path) -> None:
    write(
        "run/json/meta-info.json",
        text='{"methods": [{"type": "test", "result": "pass", "metaData": {"name": "t"}}]}' + " " * 200,
    )
    write("run/img/a.PNG", text=b"\0" * 50_000)
    write("run/img/film.mp4", text=b"\0" * 1_500_000)
    result = collect(Selection(Format.QAF, ("run",), root, 0.0, attach_file=True), log=Silence())
    with zipfile.ZipFile(packed(result, folder)[0].path) as made:
        kinds = {info.filename: (info.compress_type, info.flag_bits & 8) for info in made.infolist()}
        assert kinds == {
            "img/a.PNG": (zipfile.ZIP_STORED, 0),
            "img/film.mp4": (zipfile.ZIP_STORED, 0),
            "meta-info.json": (zipfile.ZIP_DEFLATED, 0),
        }


def test_many_small_files_are_compressed_in_groups(root: Path, write: Write, folder: Path) -> None:
    write(*(f"r/{number % 7}/TEST-{number}.xml" for number in range(300)))
    result = collect(Selection(Format.JUNIT, ("r",), root, 0.0), log=Silence())
    with zipfile.ZipFile(packed(result, folder)[0].path) as made:
        assert made.testzip() is None
        assert made.namelist() == sorted(contents(result))


def test_where_no_thread_can_be_started_the_archive_is_the_same(
    files: ResultSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packed(files, folder)[1]

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert packed(files, folder)[1] == first


def test_short_reads_do_not_show(files: ResultSet, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = packed(files, folder)[1]
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 997)))
    assert packed(files, folder)[1] == first


def change(path: Path) -> None:
    path.write_text("<testsuite><testcase name='other'/></testsuite>")


def grow(path: Path) -> None:
    with path.open("a") as out:
        out.write("<!-- more -->")


def touch_content(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


def remove(path: Path) -> None:
    path.unlink()


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    os.utime(path, ns=(0, 0))


def become_link_to_a_twin(path: Path) -> None:
    """A file of the same name, size and time, but another one."""
    state = path.stat()
    twin = path.parents[2] / "twin"
    twin.write_bytes(b"?" * state.st_size)
    os.utime(twin, ns=(0, state.st_mtime_ns))
    path.unlink()
    path.symlink_to(twin)


def become_twin(path: Path) -> None:
    become_link_to_a_twin(path)
    twin = path.readlink()
    path.unlink()
    twin.rename(path)


@pytest.mark.parametrize("name", ["r/a.xml", "r/large.xml"])
@pytest.mark.parametrize(
    ("act", "message"),
    [
        (change, "changed while it was being imported"),
        (grow, "changed while it was being imported"),
        (touch_content, "changed while it was being imported"),
        (become_link_to_a_twin, "changed while it was being imported"),
        (become_twin, "changed while it was being imported"),
        (remove, "was deleted while it was being imported"),
        (become_folder, ""),
    ],
)
def test_a_file_that_is_not_what_was_checked_is_named_and_nothing_is_left(  # noqa: PLR0917 - a table
    files: ResultSet, root: Path, folder: Path, name: str, act: Callable[[Path], None], message: str
) -> None:
    act(root / name)
    with pytest.raises(ResultFilesError, match=name) as refused:
        pack(files, folder, log=Silence())
    assert message in refused.value.message
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("act", [grow, touch_content, lambda path: os.truncate(path, 1_100_000)])
def test_a_file_that_changes_while_it_is_read_is_named(
    files: ResultSet, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None]
) -> None:
    """The file is changed after its first block was read."""
    acted = threading.Event()

    def deflate_and_act(block: bytes, *, is_last: bool = True) -> bytes:
        if not acted.is_set():
            acted.set()
            act(root / "r" / "large.xml")
        return deflate(block, is_last=is_last)

    monkeypatch.setattr(writing, "deflate", deflate_and_act)
    monkeypatch.setattr(writing, "_AHEAD", 0)
    with pytest.raises(ResultFilesError, match=r"r/large\.xml changed while"):
        pack(files, folder, log=Silence())
    assert list(folder.iterdir()) == []


def test_one_file_as_it_is_is_read_once_more_and_hashed(root: Path, write: Write) -> None:
    write("a.xml", text=report(30_000))
    result = collect(Selection(Format.JUNIT, ("a.xml",), root, 0.0), log=Silence())
    payload = pack(result, None, log=Silence())
    assert payload.path == root / "a.xml"
    assert payload.sha256 == hashlib.sha256((root / "a.xml").read_bytes()).hexdigest()
    grow(root / "a.xml")
    with pytest.raises(ResultFilesError, match=r"a\.xml changed while"):
        pack(result, None, log=Silence())


def test_space_is_looked_at_before_the_archive_is_begun(
    files: ResultSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 4096))
    with pytest.raises(
        ResultFilesError, match=r"not enough space for the archive: it needs at least .* KiB"
    ) as refused:
        pack(files, folder, log=Silence())
    assert "has 4.0 KiB free" in refused.value.message
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_an_error_and_nothing_is_left(
    files: ResultSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fdopen = os.fdopen

    class Full:
        def __init__(self, out: Any) -> None:
            self.out = out

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.out.close()

        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", lambda *given: Full(fdopen(*given)))
    with pytest.raises(ResultFilesError, match=r"can't be written in .*: No space left on device"):
        pack(files, folder, log=Silence())
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(files: ResultSet, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(ResultFilesError, match=r"can't be written in .*: No such file"):
        pack(files, folder, log=Silence())


def test_an_interruption_leaves_nothing(files: ResultSet, folder: Path) -> None:
    class Interrupting(Silence):
        def progress(self, message: str) -> None:
            raise KeyboardInterrupt(message)

    with pytest.raises(KeyboardInterrupt):
        pack(files, folder, log=Interrupting())
    assert list(folder.iterdir()) == []


def test_progress_has_rate_and_time_left(files: ResultSet, folder: Path, log: LogLines) -> None:
    seconds = iter(range(1, 100))
    payloads.pack(files, folder, log=log, clock=lambda: float(next(seconds)))
    lines = log.all("progress")
    assert re.fullmatch(r"packed 1\.\d MiB of 1\.\d MiB, \d+ KiB/s, 0\.0 s left", lines[-1])


def test_a_large_upload_is_explained(root: Path, write: Write, folder: Path, log: LogLines) -> None:
    write(
        "run/json/meta-info.json",
        text='{"methods": [{"type": "test", "result": "pass", "metaData": {"name": "t"}}]}',
    )
    write("run/img/a.png", text=os.urandom(11 << 20))
    result = collect(Selection(Format.QAF, ("run",), root, 0.0, attach_file=True), log=Silence())
    payload = pack(result, folder, log=log)
    (line,) = log.all("info")
    assert line.endswith("unpacked: .png 11.0 MiB in 1, .json 76 bytes in 1")
    shutil.copy(payload.path, root / "made.zip")
    again = collect(Selection(Format.QAF, ("made.zip",), root, 0.0), log=Silence())
    pack(again, None, log=log)
    assert log.all("info") == [line, line]


def test_the_archive_of_one_file_holds_it_by_its_name(root: Path, write: Write, folder: Path) -> None:
    write("deep/er/a.xml")
    selection = Selection(Format.JUNIT, ("deep/er/a.xml",), root, 0.0, zip=ZipMode.ALWAYS)
    result = collect(selection, log=Silence())
    with zipfile.ZipFile(packed(result, folder)[0].path) as made:
        assert made.namelist() == ["a.xml"]
