"""What YAML can't read is explained in the words of who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.spec.conftest import Problems, Reader

TAB = "there is a tab in the indentation; YAML allows only spaces"

# The text, where the problem is, and what the message has in it.
CASES = {
    "tab before an item": ("imports:\n\t- name: x\n", "2:1", TAB),
    "tab in a continued text": ("files:\n  - a\n\tb: c\n", "3:1", TAB),
    "tab before a key": ("fields:\n  testCycle:\n\tsummary: x\n", "3:1", TAB),
    "no closing quote": ('build: "Staging\nfiles: [a]\n', "1:8", 'begins here with " has no closing "'),
    "no closing apostrophe": ("build: 'Staging\nfiles: [a]\n", "1:8", "begins here with ' has no closing '"),
    "no closing quote in a list": ("files: ['a.xml, b.xml]\n", "1:9", "begins here with ' has no closing '"),
    "quote closed by a later one": (
        'build: "Staging\nname: "5"\n',
        "1:8",
        'the quotes " on line 1 are unbalanced',
    ),
    "apostrophe in apostrophes": (
        "build: x\nname: 'it's'\n",
        "2:12",
        "the quotes ' on line 2 are unbalanced",
    ),
    "too little indentation": (
        "imports:\n  - name: x\n   format: junit\n",
        "3:4",
        "the indentation is wrong: 3 spaces before `format`, 4 spaces before `name` on line 2",
    ),
    "key in the column of its dash": (
        "imports:\n  - name: x\n  files: [a]\n",
        "3:3",
        "the indentation is wrong: 2 spaces before `files`, 4 spaces before `name` on line 2",
    ),
    "too much indentation": (
        "format: junit\n environment: x\n",
        "2:2",
        "the indentation is wrong: 1 space before `environment`, no space before `format` on line 1",
    ),
    "indentation between two levels": (
        "fields:\n    testCycle:\n        summary: x\n      labels: [a]\n",
        "4:7",
        "the indentation is wrong: 6 spaces before `labels`, 8 spaces before `summary` on line 3",
    ),
    "indentation after a comment": (
        "format: junit\n# c\n\n environment: x\n",
        "4:2",
        "no space before `format` on line 1",
    ),
    "no space after the first colon": (
        "format:junit\nfiles: [a]\n",
        "1:8",
        "a space is missing after `format:`",
    ),
    "no space after a colon": (
        "format: junit\nfiles:[a]\nbuild: x\n",
        "2:7",
        "a space is missing after `files:`",
    ),
    "no colon": ("format junit\nfiles: [a]\n", "1:7", "a colon is missing after `format`"),
    "a colon in a text": (
        "build: Nightly: one\n",
        "1:15",
        "a string with a colon and a space in it must be in quotes",
    ),
    "a colon alone": ("files: [a]\n  : x\n", "2:3", "a key is missing before the colon"),
    "a word alone": ("files: [a]\nbuild \n", "2:6", "a colon is missing after `build`"),
    "a piece of a line": (
        'files: [a]\nml"]\nbuild: x\n',
        "2:1",
        "a key or its colon is missing on this line",
    ),
    "a comma first": (",\n", "1:1", "unexpected , where a key or a value should begin"),
    "a bad escape": ('build: "\\xZZ"\n', "1:", "a backslash in double quotes begins an escape"),
    "a star": ("files:\n  - **/*.xml\n", "2:5", 'a string that begins with * must be in quotes: "**/*.xml"'),
    "a star in brackets": ("files: [**/*.xml, b]\n", "1:9", 'must be in quotes: "**/*.xml"'),
    "a star at a key": ("files: *.xml\n", "1:8", 'must be in quotes: "*.xml"'),
    "an exclusion in brackets": ("files: [a, !b/*.xml]\n", "1:12", 'must be in quotes: "!b/*.xml'),
    "an at sign": ("build: @me\n", "1:8", 'must be in quotes: "@me"'),
    "a backtick": ("build: `x`\n", "1:8", "a string that begins with ` must be in quotes"),
    "a percent sign": ("build: %BUILD%\n", "1:8", 'must be in quotes: "%BUILD%"'),
    "a percent sign first": ("%BUILD%\n", "1:7", "a line that begins with % must be in quotes"),
    "an ampersand": ("build: & x\n", "1:8", "a string that begins with & must be in quotes"),
    "a question mark": ("build: ? x\n", "1:8", "a string that begins with ? must be in quotes"),
    "no closing bracket": ("files: [a.xml\nbuild: 5\n", "1:8", "the [ that opens here has no closing ]"),
    "one bracket too many": ("files: [a, b]]\n", "1:14", "unexpected text after a closing bracket"),
    "braces": (
        "files:\n  - {a,b}.xml\n",
        "2:5",
        'a string that begins with { must be in quotes: "{a,b}.xml"',
    ),
    "brackets": (
        "files:\n  - [ab]*.xml\n",
        "2:5",
        'a string that begins with [ must be in quotes: "[ab]*.xml"',
    ),
    "a text after its quote": ('build: "5" x\n', "1:12", "the string continues after its closing quote"),
    "a text after a bracket": ("files: [a] b]\n", "1:12", "unexpected text after a closing bracket"),
    "a variable in brackets": (
        "labels: [${X}]\n",
        "1:10",
        "a string with ${…} inside [ ] or { } must be in quotes",
    ),
    "a variable in braces": (
        "fields: {summary: Unit ${X}}\n",
        "1:24",
        "a string with ${…} inside [ ] or { }",
    ),
    "no comma in JSON": (
        '{"format": "junit"\n "files": ["a"]}',
        "2:2",
        "a comma or the closing } is missing before",
    ),
    "no closing brace in JSON": (
        '{"format": "junit",\n "files": ["a"]',
        "1:1",
        "the { that opens here has no closing }",
    ),
    "a backslash": (
        'files: ["C:\\results\\*.xml"]\n',
        "1:2",
        "a backslash in double quotes begins an escape",
    ),
    "a text after a bar": ("build: | text\n", "1:10", "after | or >, the text must begin on the next line"),
    "a list beside its key": ("files: - a\n", "1:8", "a list cannot begin on the line of its key"),
    "curly quotes": ("build: “Nightly: one”\n", "1:8", "the curly quote “ is not a quotation mark in YAML"),
    "a merge conflict": (
        "build: x\n<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> b\n",
        "2:1",
        "a merge conflict",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_mistake_is_named_where_it_is(problems_of: Problems, case: str) -> None:
    text, place, message = CASES[case]
    problem = problems_of(text)[0]
    assert message in problem.message
    assert problem.location.startswith(f"qtm-import.yml:{place}")
    assert problem.hint.endswith((".", '"', "'", "]"))


PARSER_WORDS = ("scan", "token", "scalar", "sequence", "anchor", "flow", "context", "<")


def test_no_word_of_the_parser_reaches_the_user(problems_of: Problems) -> None:
    for text, _, message in CASES.values():
        if message != "a merge conflict":
            problem = problems_of(text)[0]
            assert not [word for word in PARSER_WORDS if word in f"{problem.message} {problem.hint}"], text


def test_what_may_be_a_secret_is_not_repeated(problems_of: Problems) -> None:
    (problem,) = problems_of("files: [a]\npassword: @hunter2\n")
    assert problem.message == 'a string that begins with @ must be in quotes: "@…"'


def test_a_mistake_without_an_explanation_is_still_reported_in_plain_words(problems_of: Problems) -> None:
    (problem,) = problems_of("&a *b: c\n")
    assert problem.message == "invalid YAML from here"


@pytest.mark.parametrize("line", ["- {name: a, files: [x]}", "-   files: [x]", "- files:\n    - x"])
def test_usual_forms_are_read(spec_of: Reader, line: str) -> None:
    assert spec_of(f"imports:\n  {line}\n").imports[0].files == ("x",)
