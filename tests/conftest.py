"""What holds for every test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# They try one thing with very much data or very often, and run no line that other tests do not; those of the
# doors run the program in other processes.
NOT_MEASURED = {
    "test_archives.py",
    "test_canaries.py",
    "doors",
    "test_hostile_run.py",
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure no coverage where that takes longer than the test."""
    for item in items:
        if not NOT_MEASURED.isdisjoint(item.path.parts):
            item.add_marker("no_cover")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by its argument where that is bytes: an archive made now is another one in each worker."""
    del config
    return argname if isinstance(val, bytes) else None
