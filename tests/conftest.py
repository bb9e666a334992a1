"""What holds for every test."""

from __future__ import annotations

import os

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

# `make test` looks at some examples of each property, `make fuzz` at ten times as many.
for name, examples in (("some", 16), ("many", 160)):
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("some")

# They try one thing with very much data or very often, and run no line that other tests do not.
NOT_MEASURED = {
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
}


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run tests: many tests wait for a server, and leave a processor to others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """End what pytest-cov starts in a worker too early, and what `no_cover` would not end."""
    if hasattr(session.config, "workerinput") and (early := Coverage.current()):
        early.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure no coverage where that takes longer than the test."""
    for item in items:
        if not NOT_MEASURED.isdisjoint(item.path.parts):
            item.add_marker("no_cover")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by its argument where that is bytes: an archive made now is another one in each worker."""
    del config
    return argname if isinstance(val, bytes) else None
