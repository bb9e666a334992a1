"""Which files patterns mean, and which folders they lead into, without a disk."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from qtm_action.results.find.matching import Matcher, name_test
from qtm_action.results.find.patterns import literal_pattern, parse_pattern

ROOT = PurePosixPath("/home/ci/shop")


def matcher(*texts: str) -> Matcher:
    return Matcher([parse_pattern(text, ROOT) for text in texts], (".xml",))


@pytest.mark.parametrize(
    ("segment", "name", "expected"),
    [
        ("*.xml", "TEST-a.xml", True),
        ("*.xml", "TEST-a.XML", False),
        ("TEST-*.xml", "TEST-.xml", True),
        ("?.xml", "a.xml", True),
        ("?.xml", "ab.xml", False),
        ("*", "a\nb.xml", True),
        ("*.xml", "a.xml\n", False),
        ("*", ".hidden", False),
        ("[.]*", ".hidden", False),
        (".*", ".hidden", True),
        ("[ab].xml", "b.xml", True),
        ("[!ab].xml", "b.xml", False),
        ("[^ab].xml", "c.xml", True),
        ("[^ab].xml", "a.xml", False),
        ("[[^]x", "^x", True),
        ("[0-9]*", "7.xml", True),
        ("[z-a]", "m", False),
        ("[]]", "]", True),
        ("[*].xml", "*.xml", True),
        ("[*].xml", "a.xml", False),
        ("?.c", "abc", False),
        ("$*", "$a", True),
        ("{x}*", "{x}y", True),
        ("@(a)|b*", "@(a)|bc", True),
        ("*.xml", "\udcff.xml", True),
        ("ä*", "ärger.xml", True),
    ],
)
def test_a_segment_matches_a_name(segment: str, name: str, *, expected: bool) -> None:
    assert bool(name_test(segment)(name)) is expected


@pytest.mark.parametrize(
    "segment", ["*a" * 100 + "b", "*" * 500 + "b", "*?" * 60 + "b", "*[ab]" * 60 + "c", "*[!x]*" * 50 + "b"]
)
def test_no_segment_takes_long_on_any_name(segment: str) -> None:
    started = time.process_time()
    assert not name_test(segment)("a" * 255)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("segment", "ending"),
    [
        ("*.xml", ".xml"),
        ("a[*]b", "b"),
        ("[ab]", ""),
        ("x?", ""),
        ("plain", "plain"),
        ("x]y", "y"),
        ("*]", ""),
    ],
)
def test_the_quick_test_of_a_name_lets_through_what_may_match(segment: str, ending: str) -> None:
    place = matcher(segment).start()
    assert place is not None
    assert place.endings() == (ending,)


@pytest.mark.parametrize(
    ("patterns", "folders", "entered"),
    [
        (["target/*/a.xml"], ["target", "surefire-reports"], True),
        (["target/*/a.xml"], ["src"], False),
        (["target/*/a.xml"], ["target", "x", "deep"], False),
        (["target/*"], ["target", "deep.xml"], False),
        (["**/a.xml"], ["x", "y"], True),
        (["**/a.xml"], ["node_modules"], False),
        (["**/a.xml"], [".cache"], False),
        (["*/a.xml"], ["node_modules"], False),
        (["node_modules/**/a.xml"], ["node_modules", "x"], True),
        (["node_modules/**/a.xml"], ["node_modules", "node_modules"], False),
        (["**/a.xml", "!**/legacy"], ["x", "legacy"], False),
        (["**/a.xml", "!**/legacy/*"], ["x", "legacy"], True),
        (["**/a.xml", "!**/*"], [], False),
    ],
)
def test_a_folder_is_entered_only_where_something_can_match(
    patterns: list[str], folders: list[str], *, entered: bool
) -> None:
    known = matcher(*patterns)
    place = known.start()
    for name in folders:
        assert place is not None
        place = known.enter(place, name)
    assert (place is not None) is entered


def test_no_path_takes_long_however_many_stars_a_pattern_has() -> None:
    known = matcher("**/a/" * 20 + "b.xml", "**/*/" * 40 + "b.xml")
    started = time.process_time()
    place = known.start()
    for _ in range(500):
        assert place is not None
        place = known.enter(place, "a")
    assert place is not None
    assert {meaning.pattern for meaning in place.meanings("b.xml")} == {0, 1}
    assert time.process_time() - started < 2


def test_a_folder_with_wildcards_in_its_name_is_taken_literally() -> None:
    known = Matcher([literal_pattern(r"run [1]/what?/*/back\slash")])
    place = known.start()
    for name in ("run [1]", "what?", "*", r"back\slash"):
        assert place is not None
        place = known.enter(place, name)
    assert place is not None
    assert place.meanings("anything.png")
    start = known.start()
    assert start is not None
    assert known.enter(start, "run 1") is None
