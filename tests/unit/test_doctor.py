"""Doctor's ten seconds, whatever the network does."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest

from qtm_action import doctor as module
from qtm_action.doctor import doctor
from qtm_action.exit_codes import ExitCode
from qtm_action.qtm4j.probe_findings import Finding, Subject
from qtm_action.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INPUTS = {
    "QTM_JIRA_URL": "https://jira.example",
    "QTM_API_KEY": "an-api-key",
    "QTM_TOKEN": "a-token",
    "QTM_FILES": "*.xml",
}


@pytest.fixture
def stdout() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def session(stdout: io.StringIO, tmp_path: Path) -> Session:
    (tmp_path / "a.xml").write_text('<testsuite name="s"><testcase name="t"/></testsuite>', encoding="utf-8")
    return Session.open(stdout, INPUTS | {"QTM_WORKING_DIRECTORY": str(tmp_path)}, {})


def test_what_hangs_is_named_and_does_not_hold_the_rest(
    session: Session, stdout: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def hang(*_: object, **__: object) -> Iterator[Finding]:
        yield Finding(Subject.ADDRESS, "there")
        let_go.wait(30)

    monkeypatch.setattr(module, "probe", hang)
    monkeypatch.setattr(module, "_LONGEST_PROBE", 0.2)
    try:
        assert doctor(session) is ExitCode.UNREACHABLE
    finally:
        let_go.set()
    log = stdout.getvalue()
    assert "✓ address" in log
    assert "✗ proxy        no response within 0.2 s" in log
    assert "TLS          not checked, see proxy" in log
    assert "✓ files" in log


def test_a_defect_is_not_hidden(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Iterator[Finding]:
        raise KeyError

    monkeypatch.setattr(module, "probe", fail)
    with pytest.raises(KeyError):
        doctor(session)
