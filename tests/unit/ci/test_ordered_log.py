"""Imports that run in parallel are logged in the order of the spec."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ci.conftest import Clock, Opened


def test_the_first_is_shown_live_and_the_others_in_their_turn(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    one, two, three = ci.platform.ordered(["one", "two", "three"])

    three.info("three starts")
    one.info("one starts")
    assert ci.lines == ["::group::one", "one starts"]
    with two:
        two.warning("two is odd")
    one.debug("one goes on")
    with one:
        pass
    assert ci.lines[2:] == [
        "debug: one goes on",
        "::endgroup::",
        "::group::two",
        "::warning title=QTM4J import::two is odd",
        "::endgroup::",
        "::group::three",
        "three starts",
    ]
    three.info("three goes on")
    with three:
        pass
    assert ci.lines[9:] == ["three goes on", "::endgroup::"]


def test_progress_is_shown_of_the_one_whose_turn_it_is(opened: Callable[..., Opened], clock: Clock) -> None:
    ci = opened("plain")
    one, two = ci.platform.ordered(["one", "two"])
    for log in (two, one):
        clock.now += 10
        log.progress("50 %")

    assert ci.lines == ["-- one"]
    clock.now += 10
    one.progress("60 %")
    assert ci.lines == ["-- one", "60 %"]


def test_an_import_that_logs_nothing_has_no_group(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    for log in ci.platform.ordered(["one", "two"]):
        with log:
            pass

    assert ci.output == ""


def test_no_imports_no_logs(opened: Callable[..., Opened]) -> None:
    ci = opened("github")

    assert ci.platform.ordered([]) == ()
    ci.platform.settle()


def test_an_import_that_fails_closes_its_group(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    (log,) = ci.platform.ordered(["one"])
    log.info("starts")
    with pytest.raises(ValueError, match="defect"), log:
        raise ValueError("defect")

    assert ci.lines == ["::group::one", "starts", "::endgroup::"]


def test_when_the_run_is_ended_all_that_was_logged_is_shown(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    one, two = ci.platform.ordered(["one", "two"])
    two.info("two has tracking id 7")
    one.info("one has tracking id 8")

    ci.platform.settle()
    ci.platform.info("terminated")
    one.info("too late")
    two.progress("too late")

    assert ci.lines == [
        "::group::one",
        "one has tracking id 8",
        "::endgroup::",
        "::group::two",
        "two has tracking id 7",
        "::endgroup::",
        "terminated",
    ]


def test_threads_do_not_mix_their_lines(opened: Callable[..., Opened]) -> None:
    ci = opened("github")
    logs = ci.platform.ordered([f"import {number}" for number in range(8)])
    start = threading.Barrier(len(logs))

    def run(number: int) -> None:
        start.wait()
        with logs[number] as log:
            for line in range(50):
                log.info(f"{number}: {line}")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(logs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ci.lines == [
        line
        for number in range(8)
        for line in (
            f"::group::import {number}",
            *(f"{number}: {each}" for each in range(50)),
            "::endgroup::",
        )
    ]
