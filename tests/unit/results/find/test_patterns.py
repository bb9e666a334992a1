"""What a user may write as a pattern, and what it is taken for."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from qtm_action.results.find.patterns import (
    Glob,
    PatternError,
    literal_end,
    literal_pattern,
    matches_name,
    parse_pattern,
)

ROOT = PurePosixPath("/home/ci/shop")


def segments(text: str) -> list[str]:
    return ["/".join(glob.segments) for glob in parse_pattern(text, ROOT).globs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("report.xml", ["report.xml"]),
        ("./target//surefire-reports/./*.xml", ["target/surefire-reports/*.xml"]),
        ("a/b/../c.xml", ["a/c.xml"]),
        ("**/**/**/*.xml", ["**/*.xml"]),
        ("a/***/b.xml", ["a/**/b.xml"]),
        ("{unit,it}/*.xml", ["unit/*.xml", "it/*.xml"]),
        ("{a,b{c,d}}.{xml,json}", ["a.xml", "a.json", "bc.xml", "bc.json", "bd.xml", "bd.json"]),
        ("{a/b,c}/x.xml", ["a/b/x.xml", "c/x.xml"]),
        ("{a,a}.xml", ["a.xml"]),
        ("{x}/{,sub/}r.xml", ["{x}/r.xml", "{x}/sub/r.xml"]),
        ("[{]a,b[}].xml", ["[{]a,b[}].xml"]),
        ("[]ab]{c,d}", ["[]ab]c", "[]ab]d"]),
        (".", [""]),
    ],
)
def test_a_pattern_stands_for_these_paths(text: str, expected: list[str]) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reports/**", Glob(("reports",), everything_below=True)),
        ("**", Glob((), everything_below=True)),
        ("reports/", Glob(("reports",), folders_only=True)),
        ("reports/**/", Glob(("reports",), everything_below=True, folders_only=True)),
    ],
)
def test_stars_and_a_slash_at_the_end_stand_for_a_folder(text: str, expected: Glob) -> None:
    assert parse_pattern(text, ROOT).globs == (expected,)


def test_an_exclamation_mark_excludes_and_a_dot_slash_before_it_does_not() -> None:
    assert parse_pattern("!**/legacy/**", ROOT).excludes
    odd = parse_pattern("./!important/x.xml", ROOT)
    assert not odd.excludes
    assert odd.globs[0].segments == ("!important", "x.xml")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "empty", "write the path"),
        ("!", "empty", ""),
        ("  ", "empty", ""),
        ("target\\surefire-reports\\*.xml", "has a backslash", "`target/surefire-reports/*.xml`"),
        ("/home/ci/shop/target/*.xml", "is absolute", "relative to the working directory: `target/*.xml`"),
        ("/home/ci/shop", "is absolute", "`.`"),
        ("/etc/passwd", "is absolute", "working directory, /home/ci/shop; set working-directory"),
        ("C:/ws/*.xml", "is absolute", "set working-directory"),
        ("~/results/*.xml", "starts with ~", "set working-directory"),
        ("../other/*.xml", "leaves the working directory", "set working-directory"),
        ("a/../../x.xml", "leaves the working directory", "set working-directory"),
        ("*/../x.xml", "`..` after a wildcard", "write the folders"),
        ("a/{b,c.xml", "a `{` without a `}`", "`[{]`"),
        ("a/b}.xml", "a `}` without a `{`", "`[}]`"),
        ("test[1.xml", "a `[` without a `]`", "`[[]`"),
        ("test[a/b].xml", "a `[` without a `]`", "`[[]`"),
        ("part{1..3}.xml", "has a range, `{1..3}`", "`[1-3]`"),
        ("{a,b}" * 30, "more than 256 alternatives", "use *"),
        ("{" * 900 + "a,b" + "}" * 900 + "{c,d}" * 8, "more than 256 alternatives", "use *"),
        ("x" * 3000, "3,000 characters", ""),
        ("a\0b", "NUL", ""),
    ],
)
def test_a_pattern_that_can_not_be_used_says_why_and_what_to_write(
    text: str, message: str, hint: str
) -> None:
    with pytest.raises(PatternError) as refused:
        parse_pattern(text, ROOT)
    assert message in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("segment", "name", "expected"),
    [
        ("*.xml", "TEST-a.xml", True),
        ("*.xml", "TEST-a.XML", False),
        ("TEST-*.xml", "TEST-.xml", True),
        ("?.xml", "a.xml", True),
        ("?.xml", "ab.xml", False),
        ("*", "a\nb.xml", True),
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
        ("a.c", "abc", False),
        ("$a", "$a", True),
        ("*.xml", "\udcff.xml", True),
        ("ä*", "ärger.xml", True),
    ],
)
def test_a_segment_matches_a_name(segment: str, name: str, *, expected: bool) -> None:
    assert matches_name(segment, name) is expected


@pytest.mark.parametrize(
    ("segment", "ending"),
    [
        ("*.xml", ".xml"),
        ("a[*]b", "b"),
        ("[ab]", ""),
        ("x?", ""),
        ("plain", "plain"),
        ("x]y", "x]y"),
        ("*]", "]"),
    ],
)
def test_every_match_ends_with_what_follows_the_last_wildcard(segment: str, ending: str) -> None:
    assert literal_end(segment) == ending


@pytest.mark.parametrize("segment", ["*a" * 100 + "b", "*" * 500 + "b", "*?" * 60 + "b", "*[ab]" * 60 + "c"])
def test_no_segment_takes_long_on_any_name(segment: str) -> None:
    started = time.process_time()
    assert not matches_name(segment, "a" * 255)
    assert time.process_time() - started < 1


def test_a_folder_with_wildcards_in_its_name_is_taken_literally() -> None:
    (glob,) = literal_pattern("run [1]/what?/*").globs
    assert [matches_name(*pair) for pair in zip(glob.segments, ("run [1]", "what?", "*"), strict=True)] == [
        True
    ] * 3
    assert not matches_name(glob.segments[1], "whats")
