"""What holds for every test."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

import qtm_action

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# `make test` looks at some examples of each property, each time the same; `make fuzz` at ten times as many,
# each time others.
for name, examples in (("some", 16), ("many", 160)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=name == "some",
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("some")

COVERAGE = pytest.StashKey["Coverage | None"]()
# They read the sources and documents, or try one thing with very much data or very often, and run no line
# that other tests do not.
NOT_MEASURED = {
    "test_docs.py",
    "test_hints.py",
    "test_house.py",
    "test_releasing.py",
    "test_schemastore.py",
    "test_security_page.py",
    "test_troubleshooting.py",
    "test_exit_codes.py",
    "test_frameworks.py",
    "test_guarantees.py",
    "test_outcome.py",
    "test_result_files.py",
    "test_secrets.py",
    "test_surroundings.py",
    "test_archives.py",
    "test_canaries.py",
    "test_hostile_text.py",
    "test_limits.py",
    "test_matrix_slice.py",
    "test_no_leak.py",
    "test_no_secret.py",
    "test_one_judgement.py",
    "test_redaction.py",
    "test_safety.py",
    "test_spec_fuzz.py",
    "test_streams.py",
}


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run tests: many tests wait for a server, and leave a processor to others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End what pytest-cov starts in a worker before it knows that it is one: all would be measured twice."""
    if hasattr(session.config, "workerinput") and (early := Coverage.current()):
        early.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Measure the import of the package, then stop: measuring pytest itself takes as long as the tests."""
    if measuring := Coverage.current():
        for module in pkgutil.walk_packages(qtm_action.__path__, "qtm_action."):
            importlib.import_module(module.name)
        measuring.stop()
    session.config.stash[COVERAGE] = measuring
    gc.disable()  # thousands of tests that stay: looking through them again takes a tenth of the run
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """Measure a fixture as the test that it is for."""
    with measured(request.node):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure a test."""
    with measured(item):
        return (yield)


@contextmanager
def measured(node: pytest.Item) -> Iterator[None]:
    """Measure what runs in the context, if the node is to be measured."""
    measuring = node.config.stash.get(COVERAGE, None)
    runs_often = node.get_closest_marker("hypothesis") or not NOT_MEASURED.isdisjoint(node.path.parts)
    if measuring is None or runs_often:
        yield
        return
    measuring.start()
    try:
        yield
    finally:
        measuring.stop()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by its argument where that is bytes: an archive made now is another one in each worker."""
    del config
    return argname if isinstance(val, bytes) else None
