"""Finding files in real folders: patterns, links, odd names, and what can't be searched."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.results.find.matching import Matcher
from qtm_action.results.find.patterns import parse_pattern
from qtm_action.results.find.walk import Findings, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.files.conftest import Write


def search(
    root: Path, *texts: str, extensions: tuple[str, ...] = (".xml",), beyond: bool = False
) -> Findings:
    patterns = tuple(parse_pattern(text, root) for text in texts)
    return walk(root, Matcher(patterns, extensions, beyond=beyond))


def names(root: Path, *texts: str, extensions: tuple[str, ...] = (".xml",)) -> list[str]:
    return [match.name for match in search(root, *texts, extensions=extensions).matches]


TREE = (
    "a.xml",
    "b.json",
    "reports/TEST-a.xml",
    "reports/TEST-b.XML",
    "reports/notes.txt",
    "reports/deep/er/TEST-c.xml",
    "reports/legacy/TEST-d.xml",
    "mod/one/target/surefire-reports/TEST-e.xml",
    "mod/two/target/surefire-reports/TEST-f.xml",
    ".hidden/TEST-g.xml",
    "reports/.cache/TEST-h.xml",
    "node_modules/x/TEST-i.xml",
    "reports/.TEST-j.xml",
)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["a.xml"], ["a.xml"]),
        (["*.xml"], ["a.xml"]),
        (["reports/*.xml"], ["reports/TEST-a.xml"]),
        (["reports/*.{xml,XML}"], ["reports/TEST-a.xml", "reports/TEST-b.XML"]),
        (
            ["reports/**/*.xml"],
            ["reports/TEST-a.xml", "reports/deep/er/TEST-c.xml", "reports/legacy/TEST-d.xml"],
        ),
        (["reports/**/deep/**/TEST-?.xml"], ["reports/deep/er/TEST-c.xml"]),
        (
            ["reports", "!**/legacy"],
            ["reports/TEST-a.xml", "reports/TEST-b.XML", "reports/deep/er/TEST-c.xml"],
        ),
        (["!**/legacy/**", "reports/**/TEST-[cd].xml"], ["reports/deep/er/TEST-c.xml"]),
        (["reports/*"], ["reports/TEST-a.xml", "reports/TEST-b.XML"]),
        (["reports/**", "!reports/*"], ["reports/deep/er/TEST-c.xml", "reports/legacy/TEST-d.xml"]),
        (["reports/notes.txt"], ["reports/notes.txt"]),
        (
            ["reports/"],
            [
                "reports/TEST-a.xml",
                "reports/TEST-b.XML",
                "reports/deep/er/TEST-c.xml",
                "reports/legacy/TEST-d.xml",
            ],
        ),
        (["a.xml/"], []),
        (
            ["**/surefire-reports"],
            ["mod/one/target/surefire-reports/TEST-e.xml", "mod/two/target/surefire-reports/TEST-f.xml"],
        ),
        (
            ["mod/*/target/**"],
            ["mod/one/target/surefire-reports/TEST-e.xml", "mod/two/target/surefire-reports/TEST-f.xml"],
        ),
        (["mod/{one,two,no}/*/*/*-e.xml"], ["mod/one/target/surefire-reports/TEST-e.xml"]),
        (["**/TEST-[ghi].xml"], []),
        ([".hidden/*.xml"], [".hidden/TEST-g.xml"]),
        ([".*/*.xml"], [".hidden/TEST-g.xml"]),
        (["*/TEST-g.xml"], []),
        (["reports/.cache"], ["reports/.cache/TEST-h.xml"]),
        (["**/.cache/*.xml"], ["reports/.cache/TEST-h.xml"]),
        (["node_modules/**"], ["node_modules/x/TEST-i.xml"]),
        (["**/node_modules/**/*.xml"], ["node_modules/x/TEST-i.xml"]),
        (["node_*/**"], []),
        (["reports/.*.xml"], ["reports/.TEST-j.xml"]),
        ([".hidden", "!**/TEST-g.xml"], []),
        (["*.xml", "!*"], []),
        (["**", "!."], []),
        (["**", "!**"], []),
        (["**/**/**/**/**/a.xml"], ["a.xml"]),
        (["a.xml", "*.xml", "{a,b}.xml"], ["a.xml"]),
    ],
)
def test_patterns_match_these_files(
    root: Path, write: Write, patterns: list[str], expected: list[str]
) -> None:
    write(*TREE)
    assert names(root, *patterns) == expected


def test_a_folder_stands_for_files_of_the_extensions_only(root: Path, write: Write) -> None:
    write(*TREE)
    assert names(root, ".", extensions=(".json",)) == ["b.json"]
    assert "reports/notes.txt" in names(root, ".", extensions=())


def test_beyond_looks_into_hidden_folders_and_node_modules(root: Path, write: Write) -> None:
    write(*TREE)
    found = {match.name for match in search(root, "**/TEST-*.xml", beyond=True).matches}
    assert {".hidden/TEST-g.xml", "node_modules/x/TEST-i.xml", "reports/.cache/TEST-h.xml"} <= found


def test_each_match_knows_its_patterns_and_if_only_a_folder_names_it(root: Path, write: Write) -> None:
    write("r/a.xml", "r/b.xml")
    found = search(root, "r", "r/a.xml", "r/**")
    assert [
        (match.name, sorted(meaning.pattern for meaning in match.meanings), match.by_folder)
        for match in found.matches
    ] == [
        ("r/a.xml", [0, 1, 2], False),
        ("r/b.xml", [0, 2], False),
    ]
    assert [match.by_folder for match in search(root, "r").matches] == [True, True]


def test_odd_names_are_found_as_they_are(root: Path) -> None:
    odd = [
        "new\nline.xml",
        "tab\t.xml",
        "esc\x1b[31m.xml",
        " space .xml",
        "ünïcode.xml",
        "a'b\"c.xml",
        "-rf.xml",
    ]
    for name in odd:
        (root / name).write_text("x")
    raw = os.fsencode(root) + b"/caf\xe9.xml"
    Path(os.fsdecode(raw)).write_text("x")
    assert names(root, "*.xml") == sorted([*odd, "caf\udce9.xml"])


def test_a_link_to_a_file_inside_counts_once(root: Path, write: Write) -> None:
    write("real/a.xml", "real/c.xml")
    (root / "link.xml").symlink_to("real/a.xml")
    (root / "again.xml").symlink_to("real/a.xml")
    assert names(root, "**/*.xml") == ["real/a.xml", "real/c.xml"]
    assert names(root, "*.xml") == ["again.xml"]


def test_a_link_to_a_folder_inside_is_followed_where_a_pattern_names_it(root: Path, write: Write) -> None:
    write("real/sub/a.xml")
    (root / "link").symlink_to("real")
    assert names(root, "link/**/*.xml") == ["link/sub/a.xml"]
    assert names(root, "l*k/sub/*.xml") == ["link/sub/a.xml"]
    assert names(root, "link") == ["link/sub/a.xml"]
    assert names(root, "**/*.xml") == ["real/sub/a.xml"]
    assert names(root, "*/sub/*.xml") == ["real/sub/a.xml"]
    assert search(root, "**/*.xml").unfollowed == ["link"]


def test_links_inside_are_taken_where_real_paths_have_backslashes(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("real/a.xml")
    (root / "link.xml").symlink_to("real/a.xml")
    (root / "out.xml").symlink_to(root.parent)
    realpath = os.path.realpath
    monkeypatch.setattr(os, "sep", "\\")
    monkeypatch.setattr(os.path, "realpath", lambda path: realpath(path).replace("/", "\\"))
    assert names(root, "*.xml") == ["link.xml"]
    assert names(root, "**/*.xml") == ["real/a.xml"]


def test_links_in_a_circle_end(root: Path, write: Write) -> None:
    write("a/x.xml")
    for name in "bcdef":
        (root / "a" / name).symlink_to("..")
        (root / name).symlink_to("a")
    (root / "self").symlink_to("self")
    (root / "a" / "self.xml").symlink_to("self.xml")
    started = time.process_time()
    found = search(root, "*/*/*/*/*/*/*/*/*/*/*/*/*.xml", "**/*.xml")
    assert [match.name for match in found.matches] == ["a/x.xml"]
    assert found.unusable == [("a/self.xml", "a broken symbolic link")]
    assert time.process_time() - started < 2


def test_what_is_outside_of_the_working_directory_is_reported_and_not_taken(root: Path, write: Write) -> None:
    write("r/a.xml")
    outside = root.parent / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "secret.xml").write_text("x")
    (outside / "deep" / "other.xml").write_text("x")
    (root / "r" / "evil.xml").symlink_to(outside / "secret.xml")
    (root / "out").symlink_to(outside)
    (root.parent / "workspace-2").mkdir()
    (root / "near").symlink_to(root.parent / "workspace-2")
    found = search(root, "r/*.xml", "out/*.xml", "near/*.xml")
    assert [match.name for match in found.matches] == ["r/a.xml"]
    assert found.outside == [
        ("near", str(root.parent / "workspace-2")),
        ("out", str(outside)),
        ("r/evil.xml", str(outside / "secret.xml")),
    ]
    found = search(root, "*/*.xml", "**/*.xml")
    assert [match.name for match in found.matches] == ["r/a.xml"]
    assert [name for name, _ in found.outside] == ["r/evil.xml"]
    assert found.unfollowed == ["near", "out"]
    assert search(root, "r", "!**/evil.xml", "!out").outside == []


def test_what_is_no_file_is_reported(root: Path, write: Write) -> None:
    write("r/a.xml")
    os.mkfifo(root / "r" / "pipe.xml")
    (root / "r" / "gone.xml").symlink_to("nowhere")
    (root / "r" / "to-pipe.xml").symlink_to("pipe.xml")
    (root / "r" / "gone.txt").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root / "r")
            listener.bind("sock.xml")
        found = search(root, "r")
    assert [match.name for match in found.matches] == ["r/a.xml"]
    assert found.unusable == [
        ("r/gone.xml", "a broken symbolic link"),
        ("r/pipe.xml", "not a regular file"),
        ("r/sock.xml", "not a regular file"),
        ("r/to-pipe.xml", "not a regular file"),
    ]


def test_a_folder_that_can_not_be_read_is_reported_and_one_that_vanished_is_not(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a/x.xml", "locked/y.xml", "gone/z.xml")
    scandir = os.scandir

    def guarded(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        if path.endswith("gone"):
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)  # root, as in a container, may read everything
    found = search(root, "**/*.xml")
    assert [match.name for match in found.matches] == ["a/x.xml"]
    ((name, why),) = found.unreadable
    assert name == "locked"
    assert why.startswith("Permission denied; this runs as uid ")


def test_folders_that_no_pattern_can_match_are_not_entered(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        "target/surefire-reports/a.xml", "src/main/x.java", "node_modules/y/b.xml", "target/legacy/deep/c.xml"
    )
    entered = []
    scandir = os.scandir

    def noted(path: str) -> Iterator[os.DirEntry[str]]:
        entered.append(os.path.relpath(path, root))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", noted)
    names(root, "target/**/*.xml", "target/*/a.xml", "!**/legacy/**")
    assert sorted(entered) == [".", "target", "target/surefire-reports"]


def test_a_deep_tree_is_walked_without_recursion(root: Path) -> None:
    folder = root
    for _ in range(300):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "a.xml").write_text("x")
    assert len(names(root, "**/*.xml")) == 1


@pytest.mark.parametrize(
    "pattern", ["/".join(["**", "*"] * 40) + "/x.xml", "/".join(["*a*"] * 8) + "/**/*b*/*.xml"]
)
def test_no_pattern_takes_long(root: Path, pattern: str) -> None:
    for first in range(20):
        for second in range(20):
            (root / f"aaa{first}" / f"aaa{second}" / "aaa").mkdir(parents=True)
    started = time.process_time()
    assert names(root, pattern) == []
    assert time.process_time() - started < 4
