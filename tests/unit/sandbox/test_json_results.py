"""The sandbox's own readers of Cucumber, SpecFlow and QAF."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from qtm_action.sandbox.json_results import read_check_points, read_cucumber, read_qaf_methods, read_specflow
from qtm_action.sandbox.model import ReadCase, ReadStep, Result, ResultsError

PASS, FAIL, IDLE = Result.PASS, Result.FAIL, Result.NOT_EXECUTED


def stream(value: object) -> io.BytesIO:
    return io.BytesIO(json.dumps(value).encode())


def step(name: str, status: str = "passed", **more: Any) -> dict[str, Any]:
    return {"keyword": "Given ", "name": name, "result": {"status": status}} | more


def feature(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"keyword": "Feature", "name": "Cart", "elements": list(elements)} | more


def test_a_scenario_is_a_case_and_the_background_belongs_to_it() -> None:
    background = {"type": "background", "name": "", "steps": [step("a cart")]}
    cases = read_cucumber(
        stream(
            [
                feature(
                    background,
                    {"type": "scenario", "name": "add", "steps": [step("I add", "passed")]},
                    background,
                    {"type": "scenario", "name": "pay", "steps": [step("I pay", "failed")]},
                    description=" about carts \n",
                )
            ]
        )
    )
    assert list(cases) == [
        ReadCase("add", (ReadStep("a cart"), ReadStep("I add")), PASS, None, "Cart", "about carts"),
        ReadCase("pay", (ReadStep("a cart"), ReadStep("I pay", FAIL)), FAIL, None, "Cart", "about carts"),
    ]


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"steps": [step("a"), step("b", "skipped")]}, IDLE),
        ({"steps": [step("a"), step("b", "undefined")]}, IDLE),
        ({"steps": [step("a", "pending"), step("b", "ambiguous")]}, FAIL),
        ({"steps": [step("a")], "after": [{"result": {"status": "failed"}}]}, FAIL),
        ({"steps": [step("a")], "before": [{"result": {"status": "passed"}}]}, PASS),
        ({"steps": [step("a"), {"keyword": "After", "hidden": True, "result": {"status": "failed"}}]}, FAIL),
        ({"steps": [step("a"), {"keyword": "After", "result": {"status": "passed"}}]}, PASS),
        ({"steps": [{"name": "a"}]}, IDLE),
        ({}, PASS),
    ],
)
def test_a_scenario_is_judged_by_its_steps_and_hooks(element: dict[str, Any], expected: Result) -> None:
    (case,) = read_cucumber(stream([feature({"name": "s"} | element)]))
    assert case.result is expected


def test_hidden_steps_are_not_told_but_their_embeddings_count() -> None:
    shot = [{"mime_type": "image/png", "data": "AA=="}]
    hidden = {"keyword": "After", "hidden": True, "embeddings": shot}
    (case,) = read_cucumber(
        stream([feature({"name": "s", "steps": [step("a", embeddings=shot * 2), hidden]})])
    )
    assert [one.name for one in case.steps] == ["a"]
    assert case.attachments == 3


@pytest.mark.parametrize(
    ("tags", "key"),
    [
        (["@regression"], None),
        (["@testcasekey=PRJ-TC-4"], "PRJ-TC-4"),
        (["@TestCaseKey:PRJ-TC-4", "@PRJ-TC-9"], "PRJ-TC-4"),
        (["@smoke", "@PRJ-TC-9"], "PRJ-TC-9"),
        (["@PRJ-9"], None),
    ],
)
def test_a_tag_names_the_test_case_key(tags: list[str], key: str | None) -> None:
    element = {"name": "s", "tags": [{"name": tags[0]}, *tags[1:]] if tags else [], "steps": []}
    (case,) = read_cucumber(stream([feature(element)]))
    assert case.key == key


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "not an array"),
        ([1], "array of features"),
        ([{"name": "x"}], "array of features"),
        ([{"uri": "x", "elements": [1]}], "elements must be an array of objects"),
        ([{"uri": "x", "elements": {}}], None),
        ([{"uri": "x", "elements": {"a": 1}}], "elements must be an array of objects"),
        ([{"uri": "x", "elements": [{"steps": []}]}], "has no name"),
        ([{"uri": "x", "elements": [{"name": "a", "steps": "b"}]}], "steps must be an array of objects"),
    ],
)
def test_what_is_wrong_with_a_cucumber_result_is_told(value: object, said: str | None) -> None:
    if said is None:
        assert list(read_cucumber(stream(value))) == []
        return
    with pytest.raises(ResultsError, match=said):
        list(read_cucumber(stream(value)))


def test_a_specflow_scenario_is_a_case() -> None:
    document = {
        "features": [
            {
                "title": "Cart",
                "scenarios": [
                    {
                        "title": "add",
                        "tags": ["@PRJ-TC-1"],
                        "result": "Passed",
                        "steps": [
                            {"title": "a cart", "result": "Passed"},
                            {"title": "I add", "status": "OK"},
                        ],
                    },
                    {"title": "pay", "status": "Failed", "steps": None},
                    {"title": "wait", "steps": [{"title": "later", "result": "Skipped"}]},
                ],
            }
        ]
    }
    assert list(read_specflow(stream(document))) == [
        ReadCase("add", (ReadStep("a cart"), ReadStep("I add")), PASS, "PRJ-TC-1", "Cart"),
        ReadCase("pay", (), FAIL, None, "Cart"),
        ReadCase("wait", (ReadStep("later", IDLE),), IDLE, None, "Cart"),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "an object with features"),
        ({}, "an object with features"),
        ({"features": [1]}, "features must be an array of objects"),
        ({"features": [{"scenarios": [{}]}]}, "has no title"),
    ],
)
def test_what_is_wrong_with_a_specflow_result_is_told(value: object, said: str) -> None:
    with pytest.raises(ResultsError, match=said):
        list(read_specflow(stream(value)))


def test_qaf_methods_are_tests_but_for_configuration() -> None:
    document = {
        "methods": [
            {"type": "config", "metaData": {"name": "setup"}, "result": "pass"},
            {"type": "test", "metaData": {"name": "a", "resultFileName": "a_1"}, "result": "pass"},
            {"type": "test", "metaData": {"name": "b", "groups": ["x", "PRJ-TC-4"]}, "result": "fail"},
            {"metaData": {"name": "c", "testcasekey": "PRJ-TC-5"}, "result": "skip"},
            {"metaData": {"name": "d", "groups": ["@testcasekey=PRJ-TC-6"]}},
        ]
    }
    assert list(read_qaf_methods(document)) == [
        ("a", "a_1", PASS, None),
        ("b", "b", FAIL, "PRJ-TC-4"),
        ("c", "c", IDLE, "PRJ-TC-5"),
        ("d", "d", IDLE, "PRJ-TC-6"),
    ]
    assert list(read_qaf_methods({"reports": []})) == []


@pytest.mark.parametrize("value", [[], {"methods": [1]}, {"methods": [{}]}, {"methods": [{"metaData": {}}]}])
def test_what_is_wrong_with_qaf_meta_data_is_told(value: object) -> None:
    with pytest.raises(ResultsError):
        list(read_qaf_methods(value))


def test_qaf_check_points_are_steps() -> None:
    points = [
        {"message": "opens", "type": "TestStepPass"},
        {"message": "pays", "type": "Fail"},
        {"type": "Info"},
    ]
    expected = (ReadStep("opens"), ReadStep("pays", FAIL), ReadStep(""))
    assert read_check_points({"checkPoints": points}) == expected
    assert read_check_points({}) == ()
    with pytest.raises(ResultsError, match="is an object"):
        read_check_points([])
