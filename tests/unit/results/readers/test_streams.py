"""Files are read piece by piece: the same in any pieces, in any encoding, in bounded memory and time."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qtm_action.errors import Severity
from qtm_action.formats import Format
from qtm_action.results.readers import json_stream, read, read_stream, recognising, xml_stream
from qtm_action.results.readers.json_stream import JsonStream
from qtm_action.results.readers.tally import UnreadableError
from qtm_action.results.result_files import FileReading, TestCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RESULTS = Path(__file__).parents[3] / "data" / "results"


class Dripping(io.BytesIO):
    """A stream that hands out a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read(self._size)


def in_pieces(text: str, size: int) -> Iterator[bytes]:
    content = text.encode()
    return (content[at : at + size] for at in range(0, len(content), size))


def decode_at_most(characters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything longer be walked into, as the longest values are."""
    monkeypatch.setattr(json_stream, "MAX_VALUE", characters)
    monkeypatch.setattr(recognising, "_ENOUGH", 8)


def unexpected(*_: object, **__: object) -> None:
    raise AssertionError


def read_text(content: str | bytes, expected: Format | None = None) -> FileReading:
    content = content.encode() if isinstance(content, str) else content
    return read_stream(io.BytesIO(content), shown_as="it", expected=expected)


# Pieces


@pytest.mark.parametrize(
    "name",
    [
        "junit/nested-suites.xml",
        "junit/odd.xml",
        "junit/utf-16.xml",
        "junit/not-well-formed.xml",
        "junit/truncated.xml",
        "testng/retried.xml",
        "hpuft/run_results.xml",
        "hpuft/odd.xml",
        "cucumber/jvm.json",
        "cucumber/utf-16.json",
        "cucumber/windows-1252.json",
        "cucumber/control-character.json",
        "cucumber/truncated.json",
        "cucumber/not-a-number.json",
        "specflow/report.json",
        "specflow/steps.json",
        "qaf/odd.json",
    ],
)
def test_a_file_reads_the_same_in_any_pieces(name: str) -> None:
    content = (RESULTS / name).read_bytes()
    whole = read_stream(io.BytesIO(content), shown_as=name)

    for size in (1, 7, 64):
        assert read_stream(Dripping(content, size), shown_as=name) == whole, size


@pytest.mark.parametrize("longest", [60, 400])
@pytest.mark.parametrize(
    "name", ["cucumber/jvm.json", "specflow/report.json", "specflow/steps.json", "qaf/odd.json"]
)
def test_a_file_reads_the_same_however_little_is_decoded_at_once(
    name: str, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RESULTS / name).read_bytes()
    whole = read_stream(io.BytesIO(content), shown_as=name)
    decode_at_most(longest, monkeypatch)

    walked = read_stream(Dripping(content, 50), shown_as=name)

    assert walked.counts == whole.counts
    assert walked.failures == whole.failures
    assert walked.keys == whole.keys


@pytest.mark.parametrize(
    "name", ["element-not-an-object", "steps-not-an-array", "step-not-an-object", "numbers"]
)
def test_a_wrong_shape_is_refused_in_long_features_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (RESULTS / "cucumber" / f"{name}.json").read_bytes()
    decode_at_most(15, monkeypatch)

    (problem,) = read_stream(Dripping(content, 3), shown_as=name).problems

    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("this is not a Cucumber report: ")


def test_a_long_feature_of_another_format_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (RESULTS / "cucumber" / "jvm.json").read_bytes()
    decode_at_most(10, monkeypatch)

    (problem,) = read_stream(Dripping(content, 20), shown_as="it", expected=Format.QAF).problems

    assert problem.message == "this is a Cucumber report; the import says qaf"


OK, ERROR, NOT_RUN = ({"title": "a step", "result": result} for result in ("OK", "Error", "NotRun"))
LONG_SCENARIOS = [
    {"title": "passes", "given": {"title": "x", "steps": [OK]}, "when": "nothing"},
    {"title": "fails", "then": {"steps": [OK, {**ERROR, "error": "no"}]}},
    {"title": "says so at the end", "steps": [ERROR], "padding": "x" * 20, "result": "OK"},
    {"title": "skips", "steps": [OK, NOT_RUN, OK]},
]


@pytest.mark.parametrize("longest", [30, 1 << 18])
def test_a_long_specflow_scenario_is_assessed_by_its_result_or_its_worst_step(
    longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode_at_most(longest, monkeypatch)

    report = json.dumps({"features": [{"title": "F", "scenarios": LONG_SCENARIOS}]}).encode()

    reading = read_stream(Dripping(report, 9), shown_as="it", extension=".json")

    assert reading.counts == TestCounts(passed=2, failed=1, skipped=1)
    assert [(failure.name, failure.message) for failure in reading.failures] == [("F: fails", "no")]


def test_a_long_scenario_without_steps_or_with_wrong_ones_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decode_at_most(12, monkeypatch)
    element = {"type": "scenario", "name": "a", "id": "an id"}

    def read_with(steps: Any) -> FileReading:
        report = [{"keyword": "Feature", "elements": [{**element, "steps": steps}]}]
        return read_stream(Dripping(json.dumps(report).encode(), 5), shown_as="it")

    without, wrong = read_with(None), read_with({"a": 1})

    assert without.counts == TestCounts(passed=1)
    assert [problem.message for problem in wrong.problems] == [
        "this is not a Cucumber report: the `steps` of an element is not an array"
    ]


def test_unknown_keys_are_shown_without_control_characters() -> None:
    reading = read_text('[{"keyword": "Feature", "a\\u001b[31m\\n": 1, "elements": [{"type": "scenario"}]}]')

    (problem,) = reading.problems
    assert problem.message == "the file contains keys that are not part of the format: `a\\x1b[31m\\n`"


# JSON

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def walk(stream: JsonStream) -> Any:
    """Take a document apart and put it together again."""
    match stream.peek():
        case "[":
            return [walk(stream) for _ in stream.items()]
        case "{":
            return {name: walk(stream) for name in stream.members()}
        case _:
            return stream.value()


@given(
    json_values, st.sampled_from([None, 2]), st.sampled_from([0, 1]), st.integers(min_value=1, max_value=9)
)
def test_json_walked_through_is_what_was_written(
    value: Any, indent: int | None, ascii_only: int, size: int
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=bool(ascii_only))
    if "\\ud" in text.lower():
        return  # half a surrogate pair is no text
    stream = JsonStream(in_pieces(text, size), unexpected)

    assert walk(stream) == value
    stream.finish()


@given(
    json_values,
    st.integers(min_value=0, max_value=200),
    st.sampled_from(list('[]{},:"\\0 -.eE1tn\x01é')),
    st.integers(1, 9),
)
@example([1.5], 2, "x", 1)
@example({"a": "\\"}, 5, "u", 2)
def test_what_json_skips_is_checked_as_if_it_were_kept(value: Any, at: int, put: str, size: int) -> None:
    text = json.dumps(value)
    text = text[: at % len(text)] + put + text[at % len(text) + 1 :]
    try:
        json.loads(text)
        is_json = True
    except ValueError:
        is_json = False
    original, json_stream.MAX_VALUE = json_stream.MAX_VALUE, 60
    try:
        stream = JsonStream(in_pieces(text, size), unexpected)
        stream.skip()
        stream.finish()
        accepted = True
    except UnreadableError:
        accepted = False
    finally:
        json_stream.MAX_VALUE = original

    assert accepted == is_json


def test_a_problem_has_the_line_and_column_of_the_cursor() -> None:
    text = '["\u20ac",\n  [1, 2,\n\n 3], {"a": \n4},   oops]'

    for size in range(1, len(text) + 4):
        stream = JsonStream(in_pieces(text, size), unexpected)
        places = [(stream.peek(), *stream.position)]
        for _ in stream.items():
            places.append((stream.peek(), *stream.position))
            if places[-1][0] == "o":
                break
            stream.skip()
        assert places == [("[", 1, 1), ('"', 1, 2), ("[", 2, 3), ("{", 4, 6), ("o", 5, 7)]
        with pytest.raises(UnreadableError) as raised:
            stream.value()
        assert (raised.value.line, raised.value.column) == (5, 7)


@pytest.mark.parametrize(
    "codec", ["utf-8-with-mark", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-32-le"]
)
def test_json_is_read_in_every_encoding_it_may_have(codec: str) -> None:
    reading = read(RESULTS / "cucumber" / f"{codec}.json", shown_as=codec)

    assert reading.counts == TestCounts(passed=1)
    assert reading.problems == ()


def test_json_in_another_encoding_is_taken_with_a_word() -> None:
    reading = read(RESULTS / "cucumber" / "windows-1252.json", shown_as="it")

    assert reading.counts == TestCounts(passed=1)
    (problem,) = reading.problems
    assert problem.severity is Severity.WARNING
    assert problem.message == "the text is not UTF-8: invalid continuation byte (0xe9)"
    assert problem.line == 1


def test_json_that_ends_inside_a_character_is_taken_with_a_word() -> None:
    reading = read_text(b'[{"keyword": "Feature", "elements": [{"type": "scenario"}]}]\n' + b"\xc3")

    assert [problem.severity for problem in reading.problems] == [Severity.ERROR, Severity.WARNING]
    assert reading.problems[0].message.endswith(" not valid: unexpected text after the end of the document")
    assert reading.problems[1].message == "the text is not UTF-8: unexpected end of data (0xc3)"


def test_numbers_that_are_none_are_taken_with_a_word() -> None:
    reading = read(RESULTS / "cucumber" / "not-a-number.json", shown_as="it")

    assert reading.counts == TestCounts(passed=1)
    assert [(problem.severity, problem.message) for problem in reading.problems] == [
        (Severity.WARNING, "NaN is not a JSON number")
    ]


def test_a_number_of_thousands_of_digits_does_no_harm() -> None:
    assert read(RESULTS / "cucumber" / "hostile-number.json", shown_as="it").counts == TestCounts(passed=1)


def test_an_outline_keeps_a_part_of_what_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 20)
    monkeypatch.setattr(json_stream, "MAX_OUTLINE", 200)
    monkeypatch.setattr(json_stream, "_MAX_STRING", 10)
    document: dict[str, Any] = {
        "a": "x" * 500,
        "b": [1, 2, "y" * 500, {"c": 3}],
        "d": [[1] * 9] * 50,
        "e": {"f": 1},
    }
    document |= {"g": list(range(100)), "h": "the end"} | {f"member {n}": n for n in range(50)}

    outline = JsonStream(in_pieces(json.dumps(document), 30), unexpected).outline()

    assert outline["a"] == "x" * 10
    assert outline["b"] == [1, 2, "y" * 10, {"c": 3}]
    assert 0 < len(outline["d"]) < 10
    assert outline["e"] == {"f": 1}
    assert outline["g"] == []
    assert outline["h"] == "the end"
    assert "member 0" in outline
    assert "member 49" not in outline


def test_what_is_wrong_in_a_long_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 20)

    with pytest.raises(UnreadableError, match="a string contains a control character"):
        JsonStream(in_pieces('["' + "x" * 50 + "\x01" + "x" * 50 + '"]', 10), unexpected).skip()
    with pytest.raises(UnreadableError, match="cut off"):
        JsonStream(in_pieces('["' + "x" * 50, 10), unexpected).skip()
    with pytest.raises(UnreadableError, match="a number is longer"):
        JsonStream(in_pieces("1" * 99, 10), unexpected).skip()
    with pytest.raises(UnreadableError, match="a name is longer"):
        JsonStream(in_pieces('{"a": {"' + "n" * 99 + '": 1}}', 10), unexpected).skip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cut off"),
        ("[1", "cut off"),
        ("[1,", "cut off"),
        ("[1 2]", "a comma or ]"),
        ('{"a"', "cut off"),
        ('{"a" 1}', "a colon is expected"),
        ('{"a": 1 "b"}', "a comma or }"),
        ("{1}", "a name in double quotes"),
        ('{"a": 1,}', "a value is expected after the comma"),
        ('{"a', "cut off"),
        ('["a\\u12', "cut off"),
        ("[truth]", "a value is expected"),
        ("[-]", "a value is expected"),
        ('{"a": 1', "cut off"),
        ("[" * 70 + "]" * 70, "nested too deep"),
    ],
)
def test_what_walking_meets_is_reported(text: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=re.escape(message)):
        walk(JsonStream(in_pieces(text, 3), unexpected))


# XML


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iso-8859-1", "Größe é"),
        ("iso-8859-15", "Größe 12 €"),
        ("windows-1252", "Größe 12 € …"),
        ("utf-16", "Größe 12 € …"),
        ("utf-32", "Größe 12 € …"),
        ("utf-8-with-mark", "Größe 12 € …"),
        ("gbk", "购物车"),
        ("shift-jis", "カート"),
    ],
)
def test_xml_is_read_in_the_encoding_it_declares(name: str, text: str) -> None:
    reading = read(RESULTS / "junit" / f"{name}.xml", shown_as=name)

    assert reading.problems == ()
    assert [(failure.name, failure.message) for failure in reading.failures] == [(f"Shop.{text}", text)]


@pytest.mark.parametrize("order", ["be", "le"])
def test_xml_in_utf_32_needs_no_mark(order: str) -> None:
    assert (
        read_text('<testsuite><testcase name="a"/></testsuite>'.encode(f"utf-32-{order}")).counts.total == 1
    )


def test_bytes_that_are_not_of_a_wide_encoding_are_refused() -> None:
    (problem,) = read_text(b'<?xml version="1.0" encoding="gbk"?>\n<testsuite name="\xff\xff"/>').problems

    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("the text can't be decoded: the byte 0xff is not gbk")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE testsuite>",
        '<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE x [<!ELEMENT x ANY>]>",
    ],
)
def test_a_plain_doctype_holds_nothing_back(doctype: str) -> None:
    reading = read_text(f'{doctype}<testsuite><testcase name="a"/></testsuite>')

    assert reading.counts == TestCounts(passed=1)
    assert reading.problems == ()


def test_a_namespace_holds_nothing_back() -> None:
    reading = read_text('<j:testsuite xmlns:j="urn:x" xmlns="urn:y"><testcase name="a"/></j:testsuite>')

    assert reading.counts == TestCounts(passed=1)


def test_markup_in_a_failure_is_no_problem() -> None:
    reading = read_text(
        "<testsuite><testcase name='a'><failure><pre>  </pre><b>one</b> two</failure></testcase>"
        "<testcase name='b'><failure>" + "x" * 5000 + "</failure></testcase></testsuite>"
    )

    assert reading.counts == TestCounts(failed=2)
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<testsuite>" + b"<a>" * 200_000, "elements are nested more than 1,000 levels deep"),
        (b"<testng-results>" + b"<a>" * 200_000, "elements are nested more than 1,000 levels deep"),
        (b"<Results>" + b"<a>" * 200_000, "elements are nested more than 1,000 levels deep"),
        (
            b"<testsuite>" + b"".join(b"<a%d/>" % n for n in range(40_000)),
            "more than 10,000 different element and attribute names",
        ),
        (b"<testsuite><!--" + b"x" * (4 << 20), "one tag or comment is longer than 32 MiB"),
    ],
    ids=["deep JUnit", "deep TestNG", "deep UFT", "names", "comment"],
)
def test_hostile_xml_is_refused_before_it_grows(
    content: bytes, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_stream, "MAX_TAG", 2 << 20)

    assert [problem.message for problem in read_text(content).problems] == [message]


def test_defaults_of_a_dtd_do_not_multiply() -> None:
    long = b"y" * (1 << 20)
    content = b'<!DOCTYPE testsuite [<!ATTLIST testcase x CDATA "' + long + b'">]><testsuite>'

    assert read_text(content + b"<testcase/>" * 20_000 + b"</testsuite>").counts.total == 20_000


# Time and memory


def cucumber_with(long: str) -> str:
    step = '{"result": {"status": "failed", "error_message": "' + long + '"}}'
    return (
        '[{"keyword": "Feature", "elements": [{"type": "scenario", "name": "a", "steps": [' + step + "]}]}]"
    )


LONG: dict[str, tuple[Callable[[str], str], str]] = {
    "text": (lambda long: f"<testsuite><testcase><failure>{long}</failure></testcase></testsuite>", "x"),
    "CDATA": (
        lambda long: f"<testsuite><testcase><failure><![CDATA[{long}]]></failure></testcase></testsuite>",
        "x\n",
    ),
    "attribute": (
        lambda long: f'<testsuite><testcase><failure message="{long}"/></testcase></testsuite>',
        "x",
    ),
    "JSON string": (cucumber_with, "x"),
    "JSON string with escapes": (cucumber_with, '\\"\\n'),
}


@pytest.mark.parametrize("kind", LONG)
def test_a_text_of_16_mib_takes_linear_time(kind: str) -> None:
    around, unit = LONG[kind]

    def seconds(mebibytes: int) -> float:
        content = around(unit * ((mebibytes << 20) // len(unit))).encode()
        start = time.process_time()
        reading = read_stream(io.BytesIO(content), shown_as=kind)
        assert reading.counts == TestCounts(failed=1)
        return time.process_time() - start

    assert seconds(16) < 40 * max(seconds(2), 0.005)  # linear is 8 times, quadratic 64


PROBE = """
import resource, sys
from pathlib import Path
from qtm_action.results.readers import read
small, large = map(Path, sys.argv[1:])
read(small, shown_as="small")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read(large, shown_as="large")
print(reading.counts.total, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""

SUITE = '<testcase classname="shop.CartTest" name="adds"><system-out>{}</system-out></testcase>'.format(
    "x" * 900
)
SCENARIO = (
    '{"type": "scenario", "name": "a", "steps": ['
    + ",".join(['{"name": "I pay", "result": {"status": "passed"}}'] * 20)
    + "]}"
)
FEATURE = '{"keyword": "Feature", "elements": [' + ",".join([SCENARIO] * 20) + "]}"
STEP = '{"name": "I pay", "result": {"status": "passed"}, "embeddings": [{"data": "' + "x" * 900_000 + '"}]}'
METHOD = '{"type": "test", "result": "pass", "metaData": {"name": "adds", "groups": ["a"]}, "args": ["'
METHOD += "x" * 500 + '"]}'


@pytest.mark.parametrize(
    ("start", "unit", "end", "tests_a_unit"),
    [
        ("<testsuite>", SUITE, "</testsuite>", 1),
        ("[", FEATURE + ",", FEATURE + "]", 20),
        ('[{"keyword": "Feature", "elements": [', SCENARIO + ",", SCENARIO + "]}]", 1),
        (
            '[{"keyword": "Feature", "elements": [{"type": "scenario", "steps": [',
            STEP + ",",
            STEP + "]}]}]",
            0,
        ),
        ('{"methods": [', METHOD + ",", METHOD + "]}", 1),
    ],
    ids=["JUnit", "Cucumber", "one feature", "one scenario", "QAF"],
)
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, start: str, unit: str, end: str, tests_a_unit: int
) -> None:
    for name, mebibytes in (("small", 2), ("large", 16)):
        with (tmp_path / name).open("w") as file:
            file.write(start)
            units = (mebibytes << 20) // len(unit)
            for _ in range(units):
                file.write(unit)
            file.write(end)

    run = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path / "small"), str(tmp_path / "large")],
        capture_output=True,
        text=True,
        check=True,
    )

    tests, growth = map(int, run.stdout.split())
    assert tests >= max(units * tests_a_unit, 1)
    assert growth <= 6
