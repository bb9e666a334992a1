"""What a user may write as a pattern, and what it is taken for."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from qtm_action.errors import InvalidInputError
from qtm_action.results.find.patterns import (
    PatternError,
    parse_pattern,
    parse_patterns,
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
        ("{[a,b],c}.xml", ["[a,b].xml", "c.xml"]),
        ("$x${a,b}", ["$x$a", "$x$b"]),
        (".", [""]),
    ],
)
def test_a_pattern_stands_for_these_paths(text: str, expected: list[str]) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("a.xml", [("a.xml", False), ("a.xml/**/*.xml", True)]),
        ("reports/", [("reports/**/*.xml", True)]),
        (".", [("**/*.xml", True)]),
        ("reports/**", [("reports/**/*.xml", False)]),
        ("reports/**/", [("reports/**/*.xml", False)]),
        ("reports/*", [("reports/*.xml", False)]),
        ("*/", [("*/**/*.xml", True)]),
    ],
)
def test_a_folder_and_stars_at_the_end_stand_for_result_files(
    text: str, paths: list[tuple[str, bool]]
) -> None:
    (glob,) = parse_pattern(text, ROOT).globs
    assert [("/".join(path), by_folder) for path, by_folder in glob.paths((".xml",))] == paths


def test_an_exclamation_mark_excludes_and_a_dot_slash_before_it_does_not() -> None:
    assert parse_pattern("!**/legacy/**", ROOT).excludes
    odd = parse_pattern("./!important/x.xml", ROOT)
    assert not odd.excludes
    assert odd.globs[0].segments == ("!important", "x.xml")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "empty", "Write the path"),
        ("!", "empty", ""),
        ("  ", "empty", ""),
        ("target\\surefire-reports\\*.xml", "has a backslash", "`target/surefire-reports/*.xml`"),
        (
            "/home/ci/shop/target/*.xml",
            "is absolute",
            "relative to the working directory: write `target/*.xml`",
        ),
        ("/home/ci/shop", "is absolute", "write `.`."),
        ("/etc/passwd", "is absolute", "working directory, /home/ci/shop. Set working-directory"),
        ("C:/ws/*.xml", "is absolute", "Set working-directory"),
        (
            "/home/runner/work/shop/shop/target/*.xml",
            "is absolute",
            "working directory: write `target/*.xml`",
        ),
        ("/srv/_work/shop/shop/a/b.xml", "is absolute", "working directory: write `a/b.xml`"),
        ("D:/a/shop/shop/b.xml", "is absolute", "working directory: write `b.xml`"),
        ("/home/vsts/work/1/s/b.xml", "is absolute", "working directory: write `b.xml`"),
        ("/__w/shop/shop/target/*.xml", "is absolute", "working directory: write `target/*.xml`"),
        ("/__w/shop/shop", "is absolute", "working directory: write `.`"),
        ("/github/workspace/target/*.xml", "is absolute", "working directory: write `target/*.xml`"),
        ("/github/workspace/", "is absolute", "working directory: write `.`"),
        ("/github/workspaces/a.xml", "is absolute", "Set working-directory"),
        ("~/results/*.xml", "starts with ~", "set working-directory"),
        ("../other/*.xml", "leaves the working directory", "Set working-directory"),
        ("a/../../x.xml", "leaves the working directory", "Set working-directory"),
        ("*/../x.xml", "`..` after a wildcard", "Name the folders"),
        ("a/{b,c.xml", "a `{` without a `}`", "`[{]`"),
        ("a/b}.xml", "a `}` without a `{`", "`[}]`"),
        ("test[1.xml", "a `[` without a `]`", "`[[]`"),
        ("test[a/b].xml", "a `[` without a `]`", "`[[]`"),
        ("part{1..3}.xml", "has a range, `{1..3}`", "`[1-3]`"),
        ("{" * 900 + "a,b" + "}" * 900, "more than 20 nested braces", ""),
        ("*/" * 101 + "x.xml", "102 names between slashes; at most 100", "Use **"),
        ("[]", "a `[` without a `]`", "`[[]`"),
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


def test_the_patterns_of_an_import_are_bounded_together() -> None:
    lines = ["{a,b}" * 8 + f"/{number}/*.xml" for number in range(2000)]
    started = time.process_time()
    with pytest.raises(InvalidInputError) as refused:
        parse_patterns(lines, ROOT)
    assert refused.value.message == (
        "the first 20 patterns of an import stand for 5,120 alternatives; at most 5,000 are allowed"
    )
    assert time.process_time() - started < 1


def test_every_pattern_that_can_not_be_used_is_reported() -> None:
    patterns, problems = parse_patterns(["a{", "b.xml", "/c"], ROOT)
    assert [pattern.text for pattern in patterns] == ["b.xml"]
    assert [problem.message for problem in problems] == [
        "the pattern `a{` has a `{` without a `}`",
        "the pattern `/c` is absolute",
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("{a,b}" * 9, "512"), ("{a,b}" * 30, "more than 10,000"), ("{" + "a," * 256 + "a}", "257")],
)
def test_a_pattern_of_too_many_alternatives_is_an_invalid_input_that_names_number_and_bound(
    text: str, number: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_pattern(text, ROOT)
    assert f"stands for {number} alternatives; at most 256 are allowed" in refused.value.message
