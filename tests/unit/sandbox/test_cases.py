"""What an import creates and reuses in Jira."""

from __future__ import annotations

import pytest

from qtm_action.formats import Format
from qtm_action.results.readers.reported_tests import Status, StepResult, Suite
from qtm_action.results.readers.reported_tests import TestResult as ReadTest
from qtm_action.sandbox.cases import Library, plan_cases
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.received import ImportedCycle, Result, ResultsError

PASSED, SKIPPED, FAILED = Status.PASSED, Status.SKIPPED, Status.FAILED
JUNIT = Parameters(Format.JUNIT)
CUCUMBER = Parameters(Format.CUCUMBER)


def suite(name: str, *tests: str, key: str = "", parent: str = "") -> list[ReadTest]:
    """The tests of a suite, which all passed."""
    around = Suite(name, parent, key)
    return [ReadTest(around, test, PASSED) for test in tests]


CART, USER = Suite("Cart", "Shop"), Suite("User", "Site")
CASES = [
    ReadTest(CART, "adds", PASSED),
    ReadTest(CART, "pays", FAILED, keys=("PRJ-TC-9",)),
    ReadTest(USER, "logs in", PASSED),
]


def imported(library: Library, cases: list[ReadTest], parameters: Parameters) -> tuple[ImportedCycle, ...]:
    return library.import_cases(plan_cases(cases, parameters), parameters)


def counts(cycle: ImportedCycle) -> tuple[int, int, int, int]:
    summary = cycle.as_summary()
    return (
        summary["testCasesCreated"],
        summary["testCaseVersionsCreated"],
        summary["testCaseVersionsReused"],
        summary["testStepsCreated"],
    )


@pytest.mark.parametrize(
    ("result_format", "hierarchy", "cycle_to_reuse", "expected"),
    [
        (Format.JUNIT, 1, None, {None: ["Cart", "User"]}),
        (Format.TESTNG, 1, None, {None: ["Cart", "User"]}),
        (Format.JUNIT, 2, None, {"Cart": ["adds", "pays"], "User": ["logs in"]}),
        (Format.TESTNG, 2, None, {"Cart": ["adds", "pays"], "User": ["logs in"]}),
        (Format.JUNIT, 3, None, {None: ["adds", "pays", "logs in"]}),
        (Format.TESTNG, 3, None, {"Shop": ["adds", "pays"], "Site": ["logs in"]}),
        (Format.TESTNG, 3, "PRJ-TR-1", {None: ["adds", "pays", "logs in"]}),
        (Format.JUNIT, 3, "PRJ-TR-1", {None: ["adds", "pays", "logs in"]}),
    ],
)
def test_the_hierarchy_makes_cycles_and_cases(
    result_format: Format, hierarchy: int, cycle_to_reuse: str | None, expected: dict[str | None, list[str]]
) -> None:
    parameters = Parameters(result_format, hierarchy=hierarchy, cycle_to_reuse=cycle_to_reuse)
    found: dict[str | None, list[str]] = {}
    for case in plan_cases(CASES, parameters):
        found.setdefault(case.cycle, []).append(case.summary)
        assert bool(case.steps) is (hierarchy == 1)
    assert found == expected


def test_the_suite_can_be_put_before_the_name() -> None:
    planned = plan_cases(CASES, Parameters(Format.JUNIT, hierarchy=3, append_test_name=True))
    assert [case.summary for case in planned] == ["Cart: adds", "Cart: pays", "User: logs in"]


def test_names_over_255_characters_are_cut_and_empty_ones_are_named() -> None:
    tests = suite("n" * 300, "s" * 256, "")
    (planned,) = plan_cases(tests, JUNIT)
    assert [len(planned.summary), len(planned.steps[0].name)] == [255, 255]
    assert planned.steps[1].name == "(no name)"
    by_suite = plan_cases(tests, Parameters(Format.JUNIT, hierarchy=2))
    assert len(by_suite[0].cycle or "") == 255


@pytest.mark.parametrize(
    ("statuses", "result"),
    [
        ((PASSED, SKIPPED), Result.PASS),
        ((SKIPPED, SKIPPED), Result.NOT_EXECUTED),
        ((PASSED, FAILED, SKIPPED), Result.FAIL),
        ((SKIPPED, Status.ERROR), Result.FAIL),
    ],
)
def test_a_case_made_of_a_suite_has_the_result_of_its_tests(
    statuses: tuple[Status, ...], result: Result
) -> None:
    around = Suite("s")
    (planned,) = plan_cases([ReadTest(around, "t", status) for status in statuses], JUNIT)
    assert planned.result is result


def test_a_suite_without_name_is_split_by_class_and_suites_of_one_name_stay_apart() -> None:
    nameless = Suite()
    tests = [ReadTest(nameless, name, PASSED, class_name) for class_name, name in ("A1", "B2", "A3")]
    planned = plan_cases([*tests, *suite("A", "4")], JUNIT)
    assert [(case.summary, [step.name for step in case.steps]) for case in planned] == [
        ("A", ["1", "3"]),
        ("B", ["2"]),
        ("A", ["4"]),
    ]


def test_a_scenario_is_a_case_with_its_steps() -> None:
    steps = (StepResult("a cart", PASSED), StepResult("I pay", SKIPPED))
    (planned,) = plan_cases([ReadTest(Suite("F"), "pay", SKIPPED, steps=steps)], CUCUMBER)
    assert (planned.summary, planned.result) == ("pay", Result.NOT_EXECUTED)
    assert [(step.name, step.result) for step in planned.steps] == [
        ("a cart", Result.PASS),
        ("I pay", Result.NOT_EXECUTED),
    ]


def test_cucumber_features_can_become_components_and_descriptions() -> None:
    read = [ReadTest(Suite("Cart", description="about carts"), "s", PASSED)]
    plain = plan_cases(read, CUCUMBER)
    rich = plan_cases(read, Parameters(Format.CUCUMBER, use_feature_name=True, use_feature_description=True))
    assert [(case.component, case.description) for case in plain + rich] == [
        ("", ""),
        ("Cart", "about carts"),
    ]


def test_a_first_import_creates_and_a_second_reuses() -> None:
    library = Library("SBX")
    (first,) = imported(library, CASES, JUNIT)
    (second,) = imported(library, CASES, JUNIT)
    assert (first.key, second.key) == ("SBX-TR-1", "SBX-TR-2")
    assert (
        [case.key for case in first.cases] == [case.key for case in second.cases] == ["SBX-TC-1", "SBX-TC-2"]
    )
    assert counts(first) == (2, 2, 0, 3)
    assert counts(second) == (0, 0, 2, 0)
    assert first.summary == "Automated Test Cycle"


def test_changed_steps_make_a_new_version_and_old_ones_are_found_again() -> None:
    library = Library("SBX")
    (first,) = imported(library, suite("Cart", "a"), JUNIT)
    (second,) = imported(library, suite("Cart", "a", "b"), JUNIT)
    (third,) = imported(library, suite("Cart", "a"), JUNIT)
    assert [cycle.cases[0].version for cycle in (first, second, third)] == [1, 2, 1]
    assert [counts(cycle) for cycle in (first, second, third)] == [(1, 1, 0, 1), (0, 1, 0, 2), (0, 0, 1, 0)]


def test_without_matching_steps_a_summary_is_enough() -> None:
    library = Library("SBX")
    loose = Parameters(Format.JUNIT, match_test_steps=False)
    imported(library, suite("Cart", "a"), loose)
    (second,) = imported(library, suite("Cart", "other"), loose)
    assert counts(second) == (0, 0, 1, 0)
    assert second.cases[0].version == 1


def test_without_matching_steps_a_new_case_in_a_reused_cycle_has_no_steps() -> None:
    parameters = Parameters(Format.JUNIT, match_test_steps=False, cycle_to_reuse="SBX-TR-7")
    (cycle,) = imported(Library("SBX"), suite("Cart", "a"), parameters)
    assert counts(cycle) == (1, 1, 0, 0)


def test_the_same_case_twice_in_one_import_is_reused() -> None:
    (cycle,) = imported(Library("SBX"), suite("User", "logs in") + suite("User", "logs in"), JUNIT)
    assert counts(cycle) == (1, 1, 1, 1)


def test_a_key_in_the_results_binds_whatever_the_summary() -> None:
    library = Library("SBX")
    imported(library, suite("Cart", "a"), JUNIT)
    (cycle,) = imported(library, suite("Renamed", "a", key="SBX-TC-1"), JUNIT)
    assert cycle.cases[0].key == "SBX-TC-1"
    assert counts(cycle) == (0, 0, 1, 0)


def test_a_key_that_does_not_exist_makes_a_new_case() -> None:
    (cycle,) = imported(Library("SBX"), suite("Cart", "a", key="PRJ-TC-77"), JUNIT)
    assert cycle.cases[0].key == "SBX-TC-1"


def test_a_cycle_that_the_sandbox_made_is_reused() -> None:
    library = Library("SBX", ["PRJ-TR-1"])
    named = Parameters(Format.JUNIT, cycle_summary="Nightly")
    (first,) = imported(library, CASES, named)
    (again,) = imported(library, CASES, Parameters(Format.JUNIT, cycle_to_reuse=first.key))
    assert (again.id, again.key, again.summary, again.reused) == (first.id, first.key, "Nightly", True)


def test_any_cycle_exists_where_none_were_named() -> None:
    (cycle,) = imported(Library("SBX"), CASES, Parameters(Format.JUNIT, cycle_to_reuse="PRJ-TR-5"))
    assert (cycle.key, cycle.reused) == ("PRJ-TR-5", True)


def test_where_cycles_were_named_others_do_not_exist() -> None:
    library = Library("SBX", ["PRJ-TR-1"])
    with pytest.raises(ResultsError, match="Test Cycle 'PRJ-TR-2' not found"):
        imported(library, CASES, Parameters(Format.JUNIT, cycle_to_reuse="PRJ-TR-2"))
    (cycle,) = imported(library, CASES, Parameters(Format.JUNIT, cycle_to_reuse="PRJ-TR-1"))
    assert cycle.key == "PRJ-TR-1"


def test_new_cycles_get_no_key_that_is_taken() -> None:
    library = Library("SBX", ["SBX-TR-1"])
    imported(library, CASES, Parameters(Format.JUNIT, cycle_to_reuse="SBX-TR-1"))
    imported(Library("SBX"), CASES, JUNIT)
    (cycle,) = imported(library, CASES, JUNIT)
    assert cycle.key == "SBX-TR-2"


def test_several_cycles_come_in_the_order_of_the_results() -> None:
    cycles = imported(Library("SBX"), CASES, Parameters(Format.TESTNG, hierarchy=2))
    assert [(cycle.key, cycle.summary) for cycle in cycles] == [("SBX-TR-1", "Cart"), ("SBX-TR-2", "User")]
