"""A ZIP that the user made: taken as it is when it is sound, refused by the member's name when not."""

from __future__ import annotations

import os
import struct
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import Severity
from qtm_action.formats import Format, StaleFiles, ZipMode
from qtm_action.log import Silence
from qtm_action.results.archive import user_zip
from qtm_action.results.archive import user_zip_rules as zip_rules
from qtm_action.results.archive.payload import listing, pack
from qtm_action.results.collecting import collect
from qtm_action.results.result_files import Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.results.result_files import ResultSet
    from tests.integration.files.conftest import Write

JUNIT = '<testsuite name="s"><testcase name="one"/><testcase name="two"/></testsuite>'
QAF = '{"methods": [{"type": "test", "result": "fail", "metaData": {"name": "t"}}]}'
TESTNG = '<testng-results><suite name="s"/></testng-results>'


def zipped(path: Path, members: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def collected(root: Path, *files: str, format: Format | None = Format.JUNIT, **more: object) -> ResultSet:  # noqa: A002
    return collect(Selection(format, files or ("r.zip",), root, 1e10, **more), log=Silence())  # type: ignore[arg-type]


def messages(result: ResultSet, severity: Severity = Severity.ERROR) -> list[str]:
    return [str(problem) for problem in result.problems if problem.severity is severity]


def test_a_sound_zip_goes_as_it_is(root: Path) -> None:
    zipped(root / "r.ZIP", {"a/": b"", "a/one.xml": JUNIT, "a/two.xml": JUNIT})
    result = collected(root, "*.ZIP", zip=ZipMode.NEVER)
    assert result.problems == ()
    assert (result.is_zip, result.as_is, result.upload_name) == (True, True, "r.zip")
    assert result.counts.total == 4
    payload = pack(result, None, log=Silence())
    assert (payload.path, payload.is_zip, payload.size) == (
        root / "r.ZIP",
        True,
        (root / "r.ZIP").stat().st_size,
    )
    assert listing(result).splitlines() == [
        "r.zip: 2 files",
        "            76  deflated  a/one.xml",
        "            76  deflated  a/two.xml",
    ]


def test_a_zip_of_the_zip_command_goes_as_it_is(root: Path, write: Write) -> None:
    write("out/a.xml", "out/b.xml")
    subprocess.run(["zip", "-qr", "../r.zip", "."], cwd=root / "out", check=True)
    assert collected(root).problems == ()


def test_a_zip_of_qaf_may_hold_pictures(root: Path) -> None:
    zipped(root / "r.zip", {"json/meta-info.json": QAF, "img/a.png": b"\x89PNG"})
    result = collected(root, format=Format.QAF)
    assert result.problems == ()
    assert collected(root, format=None).format is Format.QAF
    zipped(root / "r.zip", {"a.xml": JUNIT, "img/a.png": b"\x89PNG"})
    assert messages(collected(root)) == ["r.zip: img/a.png is not a result file"]


def test_the_format_of_a_zip_is_recognised_when_its_members_agree(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT, "b.xml": TESTNG})
    result = collected(root, format=None)
    assert result.format is None
    assert messages(result)[0] == (
        "the files are of several formats (JUnit: 1, such as r.zip!/a.xml; TestNG: 1, such as r.zip!/b.xml)"
    )
    assert messages(collected(root))[0] == "r.zip!/b.xml: this is a TestNG report; the import says junit"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, "the ZIP contains no files"),
        ({"a/": b""}, "the ZIP contains no files"),
        ({"a.xml": ""}, "r.zip!/a.xml: the file is empty"),
        ({"a.xml": "<testsuite>"}, "r.zip!/a.xml:1:12: "),
        ({"a.xml": JUNIT, "b.zip": b"PK"}, "b.zip is an archive inside the ZIP"),
        ({"a.xml": JUNIT, "b.tar.gz": b"x"}, "b.tar.gz is an archive inside the ZIP"),
        ({"/etc/passwd": "x", "a.xml": JUNIT}, "/etc/passwd has an absolute path"),
        ({"C:/x.xml": JUNIT}, "C:/x.xml has an absolute path"),
        ({"../../x.xml": JUNIT}, "../../x.xml has a path that leads outside the ZIP"),
        ({"../": b"", "x.xml": JUNIT}, "../ has a path that leads outside the ZIP"),
        ({"a\\..\\x.xml": JUNIT}, "a\\..\\x.xml has a path that leads outside the ZIP"),
        ({"a\\x.xml": JUNIT}, "a\\x.xml has a backslash in its name"),
        ({"\\x.xml": JUNIT}, "\\x.xml has an absolute path"),
        ({"a\nb.xml": JUNIT}, "a\\x0ab.xml has control characters in its name"),
        ({"a.xml": JUNIT, "readme.txt": "x"}, "readme.txt is not a result file"),
        ({"a.xml": JUNIT, "__MACOSX/._b": "x"}, "__MACOSX/._b is not a result file"),
        ({"a.xml": JUNIT, "b/c/": b"content"}, "b/c/ is not a regular file"),
    ],
)
def test_what_is_wrong_with_a_zip_is_said_by_the_members_name(
    root: Path, members: dict[str, str | bytes], expected: str
) -> None:
    zipped(root / "r.zip", members)
    errors = messages(collected(root))
    assert errors[0].removeprefix("r.zip: ").startswith(expected)


def test_what_a_mac_puts_into_a_zip_can_be_taken_out(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT, "__MACOSX/._a": "x"})
    (problem,) = collected(root).problems
    assert problem.hint == (
        "A ZIP may contain only JUnit files. Leave it out: `zip -d r.zip '__MACOSX*' '*.DS_Store'`."
    )


def edited(path: Path, edit: Callable[[zipfile.ZipInfo], None], data: str | bytes = JUNIT) -> None:
    info = zipfile.ZipInfo("a.xml")
    info.compress_type = zipfile.ZIP_DEFLATED
    edit(info)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, data)


def test_a_symbolic_link_in_a_zip_is_refused(root: Path, write: Write) -> None:
    write("out/a.xml")
    (root / "out" / "b.xml").symlink_to("/etc/passwd")
    subprocess.run(["zip", "-qry", "../r.zip", "."], cwd=root / "out", check=True)
    assert messages(collected(root)) == ["r.zip: b.xml is a symbolic link"]

    def pipe(info: zipfile.ZipInfo) -> None:
        info.external_attr = 0o010644 << 16

    edited(root / "r.zip", pipe)
    assert messages(collected(root)) == ["r.zip: a.xml is not a regular file"]


def test_an_encrypted_member_is_refused(root: Path, write: Write) -> None:
    write("a.xml")
    subprocess.run(["zip", "-q", "-P", "secret", "r.zip", "a.xml"], cwd=root, check=True)
    assert messages(collected(root)) == ["r.zip: a.xml is encrypted"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_java_can_not_read_is_refused(root: Path, method: int) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT}, method=method)
    assert messages(collected(root)) == [f"r.zip: a.xml is compressed with method {method}"]


def test_a_bomb_is_refused_before_it_is_unpacked(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT, "b.xml": b" " * (20 << 20)})
    assert messages(collected(root)) == [
        "r.zip: the ZIP unpacks to 1,026 times its size, too much for test reports",
        "r.zip: b.xml unpacks to 20.0 MiB, 1,028 times its size",
    ]


def test_a_very_repetitive_report_is_no_bomb(root: Path) -> None:
    text = '<testsuite name="s"><testcase name="one"/>' + "<!-- noise -->" * 500_000 + "</testsuite>"
    zipped(root / "r.zip", {"a.xml": text})
    assert messages(collected(root)) == [] or len(text) > 8 << 20


def lie(path: Path, offset: int, number: int, form: str = "<L") -> None:
    """Change a number in the first record of the directory at the end."""
    data = bytearray(path.read_bytes())
    struct.pack_into(form, data, data.rindex(b"PK\x01\x02") + offset, number)
    path.write_bytes(bytes(data))


def test_sizes_beyond_bounds_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(root / "r.zip", {f"{number}.xml": JUNIT for number in range(3)})
    monkeypatch.setattr(zip_rules, "MOST_BYTES", 200)
    monkeypatch.setattr(zip_rules, "MOST_MEMBERS", 2)
    assert messages(collected(root)) == [
        "r.zip: the ZIP contains 3 files; the limit is 2",
        "r.zip: unpacked, the ZIP takes 228 bytes; the limit is 200 bytes",
    ]
    monkeypatch.setattr(user_zip, "LARGEST_DIRECTORY", 100)
    assert messages(collected(root)) == ["r.zip: the ZIP's directory takes 153 bytes; the limit is 100 bytes"]


@pytest.mark.parametrize(
    ("offset", "number", "expected"),
    [
        (24, 77, "r.zip: a.xml can't be unpacked: it is shorter than its entry in the ZIP"),
        (24, 70, "r.zip!/a.xml: "),
        (20, 5000, "r.zip: a.xml extends past the end of the ZIP"),
    ],
)
def test_sizes_that_are_not_true_are_refused(root: Path, offset: int, number: int, expected: str) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT})
    lie(root / "r.zip", offset, number)
    (error,) = messages(collected(root))
    assert error.startswith(expected)


def test_a_huge_directory_of_a_zip64_is_refused(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT})
    data = (root / "r.zip").read_bytes()
    end = data.rindex(b"PK\x05\x06")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 0xFFFFFFFF, 0, 0)
    (root / "r.zip").write_bytes(data[:end] + wide + locator + record)
    assert messages(collected(root)) == ["r.zip: the ZIP's directory takes 1,024 GiB; the limit is 20.0 MiB"]


def test_members_that_share_bytes_are_refused(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT, "b.xml": JUNIT})
    lie(root / "r.zip", 42, 10)
    assert messages(collected(root)) == ["r.zip: b.xml overlaps another file in the ZIP"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(root: Path) -> None:
    with zipfile.ZipFile(root / "r.zip", "w") as made:
        made.writestr("a.xml", JUNIT)
        made.writestr("a.xml", JUNIT)
    assert messages(collected(root)) == ["r.zip: a.xml is in the ZIP twice"]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))


def test_damaged_members_are_named(root: Path) -> None:
    zipped(
        root / "r.zip", {"json/meta-info.json": QAF, "img/a.png": b"picture" * 9}, method=zipfile.ZIP_STORED
    )
    flip(root / "r.zip", 30 + 19 + len(QAF) + 30 + 9 + 5)
    (error,) = messages(collected(root, format=Format.QAF))
    assert error == "r.zip: img/a.png can't be unpacked: Bad CRC-32 for file 'img/a.png'"
    zipped(
        root / "r.zip", {"json/meta-info.json": QAF, "img/a.png": b"picture" * 9}, method=zipfile.ZIP_STORED
    )
    flip(root / "r.zip", 30 + 19 + len(QAF) + 1)
    (error,) = messages(collected(root, format=Format.QAF))
    assert error.startswith("r.zip: img/a.png can't be unpacked: Bad magic number")
    zipped(root / "r.zip", {"a.xml": JUNIT}, method=zipfile.ZIP_STORED)
    flip(root / "r.zip", 30 + 5 + 58)
    (error,) = messages(collected(root))
    assert error.startswith("r.zip!/a.xml")
    zipped(root / "r.zip", {"a.xml": JUNIT}, method=zipfile.ZIP_STORED)
    flip(root / "r.zip", 0)
    (error,) = messages(collected(root))
    assert error.startswith("r.zip: a.xml can't be unpacked: Bad magic number")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "r.zip: the file is empty"),
        (b"this is no zip", "r.zip: this is not a readable ZIP file: File is not a zip file"),
        (b"PK\x05\x06", "r.zip: this is not a readable ZIP file: File is not a zip file"),
    ],
)
def test_what_is_no_zip_is_said(root: Path, data: bytes, expected: str) -> None:
    (root / "r.zip").write_bytes(data)
    assert messages(collected(root)) == [expected]


@pytest.mark.parametrize("keep", [20, 60, 120, 150])
def test_a_zip_cut_off_is_said(root: Path, keep: int) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT})
    os.truncate(root / "r.zip", keep)
    (error,) = messages(collected(root))
    assert error.startswith("r.zip: this is not a readable ZIP file")


def test_a_zip_that_can_not_be_opened_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT})

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    (error,) = messages(collected(root))
    assert error.startswith("r.zip: the file can't be read: Permission denied; this runs as uid ")


def test_a_zip_is_imported_by_itself(root: Path, write: Write) -> None:
    write("a.xml")
    zipped(root / "r.zip", {"a.xml": JUNIT})
    zipped(root / "s.zip", {"a.xml": JUNIT})
    assert messages(collected(root, "*.zip", "*.xml")) == [
        "r.zip is one of 3 matching files; a ZIP must be imported separately"
    ]
    assert messages(collected(root, "r.zip", attachments=("*.png",))) == [
        "attachments can't be added to r.zip"
    ]


def test_an_old_zip_is_reported_or_skipped(root: Path) -> None:
    zipped(root / "r.zip", {"a.xml": JUNIT})
    assert len(messages(collected(root, max_age=60.0), Severity.WARNING)) == 1
    dropped = collected(root, max_age=60.0, if_older=StaleFiles.DROP)
    assert len(messages(dropped)) == 1
    assert dropped.members == ()
