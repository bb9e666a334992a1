"""What is sent is what was meant: valid specs of any content, written in any of YAML's ways."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qtm_action.spec.dates import MINUTE, read_time, show_time
from qtm_action.spec.effective_text import effective

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.spec.conftest import Reader

# What a text file can hold, and `$`, of which `${` has a meaning of its own.
CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"
)
TRAPS = st.sampled_from(
    [
        *("4.10", "10:10", "007", "no", "on", "1e3", "0x1F", "2026-05-20", "1_000", ".5", "true", "", " "),
        *("a: b", "- x", "#1", "a #b", "*", "!x", "&a", "%x", "@x", "`", "[", "{a}", "|", ">", "?", "'", '"'),
        *("\\", "\t", "\n", "a\nb\n", "${", "$${x}", "${X}", "$X", "“x”", "<<", "null", "~", "---", "..."),
        *("=", "\x85", "\x00", "\u2028", "🚀", "é"),
    ]
)
TEXTS = st.one_of(TRAPS, st.text(CHARACTERS, max_size=12))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1))  # noqa: DTZ001 - the vendor's have no zone


def moment(when: datetime) -> str:
    return show_time(when, MINUTE)


DURATIONS = st.builds(
    lambda hours, minutes: f"{hours:02}:{minutes:02}", st.integers(0, 200), st.integers(0, 59)
)
IDS = st.one_of(st.integers(0, 10**9), st.integers(0, 10**9).map(str))
NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.decimals(-1000, 1000, places=2).map(float).filter(lambda number: "e" not in repr(number)),
)
CUSTOM_FIELDS = st.lists(
    st.fixed_dictionaries(
        {"name": st.text(CHARACTERS, min_size=1, max_size=8), "value": st.one_of(TEXTS, NUMBERS)},
        optional={"cascadeValue": TEXTS},
    ),
    max_size=3,
)
WORDS = st.lists(TEXTS.filter(bool), max_size=3)
SHARED = {
    "labels": WORDS,
    "components": WORDS,
    "status": TEXTS,
    "priority": TEXTS,
    "folderPath": TEXTS,
    "fixVersionId": IDS,
    "sprintId": IDS,
    "description": TEXTS,
    "assignee": TEXTS,
    "reporter": TEXTS,
    "customFields": CUSTOM_FIELDS,
}


@st.composite
def cycles(draw: st.DrawFn) -> dict[str, Any]:
    cycle: dict[str, Any] = draw(st.fixed_dictionaries({}, optional={**SHARED, "summary": TEXTS}))
    start = draw(MOMENTS)
    if draw(st.booleans()):
        cycle["plannedStartDate"] = moment(start)
    if draw(st.booleans()):
        cycle["plannedEndDate"] = moment(start + timedelta(minutes=draw(st.integers(0, 10**6))))
    return cycle


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "testCycle": cycles(),
        "testCase": st.fixed_dictionaries(
            {}, optional={**SHARED, "precondition": TEXTS, "estimatedTime": DURATIONS}
        ),
        "testCaseExecution": st.fixed_dictionaries(
            {},
            optional={
                "comment": TEXTS,
                "assignee": TEXTS,
                "actualTime": DURATIONS,
                "executionPlannedDate": MOMENTS.map(show_time),
                "customFields": CUSTOM_FIELDS,
            },
        ),
    },
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "testCycleToReuse": st.from_regex(re.compile(r"[A-Z]{1,4}-TR-[0-9]{1,4}"), fullmatch=True),
        "environment": TEXTS,
        "build": TEXTS,
        "attachFile": st.booleans(),
        "fields": FIELDS,
        "matchTestSteps": st.booleans(),
        "appendTestName": st.booleans(),
        "automationHierarchy": st.sampled_from([1, 2, 3]),
        "useFeatureName": st.booleans(),
        "useFeatureDescription": st.booleans(),
    },
)

# Keys whose text, written without quotes, may be a number.
NUMERIC = {"value", "fixVersionId", "sprintId"}


def bare(text: str) -> bool:
    """Tell whether ``text`` may be written without quotes."""
    return (
        re.fullmatch(r"[\w.+/][\w./,;()$%~^*!' :+-]*", text) is not None
        and text.isprintable()
        and text == text.strip()
        and ": " not in text
        and not text.endswith(":")
        and text not in {"null", "Null", "NULL"}
    )


def double_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in escaped) + '"'


class Writer:
    """Writes values as YAML, each scalar in one of the ways that mean it, as ``draw`` chooses."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def mapping(self, value: dict[str, Any], indent: str) -> str:
        return "".join(f"{indent}{key}:{self.child(key, each, indent)}" for key, each in value.items())

    def child(self, key: str, value: Any, indent: str) -> str:
        deeper = indent + self.draw(st.sampled_from(["  ", "    "]))
        if isinstance(value, dict) and value:
            return "\n" + self.mapping(value, deeper)
        if isinstance(value, list) and value:
            return "\n" + "".join(f"{deeper}- {self.item(each, deeper)}" for each in value)
        return f" {self.scalar(key, value, deeper)}\n"

    def item(self, value: Any, indent: str) -> str:
        if isinstance(value, dict):
            return self.mapping(value, indent + "  ").lstrip()
        return f"{self.scalar('', value, indent + '  ')}\n"

    def scalar(self, key: str, value: Any, indent: str) -> str:
        match value:
            case True:
                return str(self.draw(st.sampled_from(["true", "True", "yes", "on"])))
            case False:
                return str(self.draw(st.sampled_from(["false", "No", "off"])))
            case str():
                return str(self.draw(st.sampled_from(self.ways(key, value, indent))))
            case _:
                return json.dumps(value)

    def ways(self, key: str, text: str, indent: str) -> list[str]:
        ways = [double_quoted(text)]
        if text.isprintable():
            ways.append("'" + text.replace("'", "''") + "'")
        if bare(text) and key not in NUMERIC:
            ways.append(text)
        lines = text.split("\n")
        whole = len(lines) > 1 and lines[-1] == "" and not text.startswith(" ")
        if whole and all(line.isprintable() and line.strip() for line in lines[:-1]):
            ways.append("|\n" + "\n".join(indent + line for line in lines[:-1]))
        return ways


def literally(value: Any) -> Any:
    """Return ``value`` with every ``${`` written so that it stays."""
    match value:
        case str():
            return value.replace("${", "$${")
        case list():
            return [literally(each) for each in value]
        case dict():
            return {key: literally(each) for key, each in value.items()}
        case _:
            return value


def exactly(value: Any) -> str:
    """Return ``value`` so that 1, 1.0, True and "1" differ, and the order of keys doesn't matter."""
    return json.dumps(value, sort_keys=True)


CHECKS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(parameters=PARAMETERS, indent=st.sampled_from([None, 1, 4]))
@CHECKS
def test_as_json(spec_of: Reader, parameters: dict[str, Any], indent: int | None) -> None:
    text = json.dumps({"files": ["a"], **literally(parameters)}, indent=indent)
    assert exactly(dict(spec_of(text).imports[0].parameters)) == exactly(parameters)


@given(parameters=PARAMETERS, data=st.data())
@CHECKS
def test_as_yaml(spec_of: Reader, parameters: dict[str, Any], data: st.DataObject) -> None:
    text = Writer(data.draw).mapping({"files": ["a"], **literally(parameters)}, "")
    assert exactly(dict(spec_of(text).imports[0].parameters)) == exactly(parameters)


@given(fields=FIELDS, data=st.data())
@CHECKS
def test_in_the_input_fields(from_inputs: Any, fields: dict[str, Any], data: st.DataObject) -> None:
    written = {"testCase": {}, **literally(fields)}
    text = Writer(data.draw).mapping(written, "")
    parameters = from_inputs({"files": "a", "fields": text}).imports[0].parameters
    assert exactly(parameters["fields"]) == exactly({"testCase": {}, **fields})


@given(parameters=PARAMETERS, data=st.data())
@CHECKS
def test_split_between_defaults_and_import(
    spec_of: Reader, parameters: dict[str, Any], data: st.DataObject
) -> None:
    """Whichever of the two says a key, and whatever the defaults say that the import says otherwise."""
    own = {key: each for key, each in parameters.items() if data.draw(st.booleans())}
    defaults = {key: each for key, each in parameters.items() if key not in own}
    overridden = {"environment": "not this", "build": "not this"}
    defaults = {**{key: each for key, each in overridden.items() if key in own}, **defaults}
    document = {"defaults": literally(defaults), "imports": [{"files": ["a"], **literally(own)}]}
    (only,) = spec_of(Writer(data.draw).mapping(document, "")).imports
    assert exactly(dict(only.parameters)) == exactly(parameters)


@given(parameters=PARAMETERS)
@CHECKS
def test_the_effective_spec_says_the_same(spec_of: Reader, parameters: dict[str, Any]) -> None:
    (first,) = spec_of(json.dumps({"files": ["a"], **literally(parameters)})).imports
    (again,) = spec_of(effective(first)).imports
    assert exactly(dict(again.parameters)) == exactly(parameters)


@given(value=TEXTS)
@CHECKS
def test_from_a_variable(spec_of: Reader, value: str) -> None:
    spec = spec_of("files: [a]\nbuild: ${A}\nenvironment: '${A:-}'\n", {"A": value})
    assert spec.imports[0].parameters == {"environment": value, "build": value}


@pytest.mark.parametrize("when", ["20/May/2026 00:00", "01/Jan/1900 23:59"])
def test_moments_are_written_as_the_vendor_writes_them(when: str) -> None:
    read = read_time(when, MINUTE)
    assert read is not None
    assert moment(read) == when
