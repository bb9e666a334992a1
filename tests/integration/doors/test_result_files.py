"""Result files of the six formats through the real door: refused or imported, as each should be."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.faults.fault_server import UPLOAD, FaultServer
from tests.integration.doors.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door

DATA = ROOT / "tests" / "data"
EXTENSIONS = {
    "junit": "xml",
    "testng": "xml",
    "hpuft": "xml",
    "cucumber": "json",
    "specflow": "json",
    "qaf": "json",
}
# What a format can't be, cut off in the middle, and what attacks the parser.
WRONG = {"xml": '{"a": [1]}', "json": "<html><body>502 Bad Gateway</body></html>"}
TRUNCATED = {
    "junit": '<testsuite name="s"><testcase name="t"><failu',
    "testng": '<testng-results><suite name="s"><test name="t">',
    "hpuft": '<Results><ReportNode type="testrun"><ReportNode type="Action">',
    "cucumber": '[{"name": "f", "elements": [{"type": "scenario", "na',
    "specflow": '{"features": [{"title": "f", "scenarios": [{"title"',
    "qaf": '{"methods": [{"type": "test", "resu',
}
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<{root}><testcase name="&c;"/></{root}>'
)
ROOTS = {"junit": "testsuite", "testng": "testng-results", "hpuft": "Results"}


def hostile(format_: str) -> str:
    if EXTENSIONS[format_] == "xml":
        return BOMB.replace("{root}", ROOTS[format_])
    opening = {"qaf": '{"methods": ', "specflow": '{"features": [{"x": '}.get(format_, "")
    return opening + "[" * 200_000


def result_file(door: Door, format_: str, text: str) -> str:
    """Write one file where the format has it, and return the pattern that finds it."""
    if format_ == "qaf":
        door.write("run/json/meta-info.json", text)
        return "run"
    door.write(f"report.{EXTENSIONS[format_]}", text)
    return f"report.{EXTENSIONS[format_]}"


@pytest.mark.parametrize("format_", EXTENSIONS)
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("wrong", ("this is", "not")),
        ("empty", ("the file is empty", "no test case")),
        ("truncated", ("the file is cut off",)),
        ("hostile", ("entit", "nested")),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_one_look(
    door: Door, sandbox: Sandbox, format_: str, kind: str, told: tuple[str, ...]
) -> None:
    extension = EXTENSIONS[format_]
    text = {
        "wrong": WRONG[extension],
        "empty": "",
        "truncated": TRUNCATED[format_],
        "hostile": hostile(format_),
    }[kind]
    outcome = door.run(format=format_, files=result_file(door, format_, text))
    assert outcome.code == 3, outcome.log
    errors = [line for line in outcome.log.splitlines() if line.startswith("::error")]
    assert errors
    assert any(words in errors[0] for words in told), errors[0]
    assert outcome.report["imports"][0]["error"]["problems"][0]["file"]
    assert len(sandbox.imports) == 0


def test_a_file_swapped_for_a_link_after_the_start_is_not_uploaded(door: Door) -> None:
    report = door.write("report.xml")
    state = report.stat()
    secret = door.workspace.parent / "secret.xml"
    secret.write_bytes(b"s" * state.st_size)
    os.utime(secret, ns=(state.st_atime_ns, state.st_mtime_ns))

    def swap(base: str, tracking_id: str) -> str:
        report.unlink()
        report.symlink_to(secret)
        return f"{base}/upload?trackingId={tracking_id}"

    with FaultServer(upload_url=swap) as server:
        outcome = door.run(format="junit", files="report.xml", jira_url=server.url)
        assert server.count(UPLOAD) == 0
    assert outcome.code == 3, outcome.log
    assert "report.xml changed while it was being imported" in outcome.log


def huge(format_: str) -> str:
    cases = range(5_000)
    match format_:
        case "junit":
            return "<testsuite>" + "".join(f'<testcase name="t{n}"/>' for n in cases) + "</testsuite>"
        case "testng":
            methods = "".join(f'<test-method name="t{n}" status="PASS"/>' for n in cases)
            body = f'<suite name="s"><test name="t"><class name="c">{methods}</class></test></suite>'
            return f"<testng-results>{body}</testng-results>"
        case "hpuft":
            result = "<Data><Result>Passed</Result></Data>"
            actions = "".join(f'<ReportNode type="Action">{result}</ReportNode>' for _ in cases)
            return f'<Results><ReportNode type="testrun">{actions}</ReportNode></Results>'
        case "cucumber":
            scenarios = ",".join(f'{{"type": "scenario", "name": "s{n}", "steps": []}}' for n in cases)
            return f'[{{"name": "f", "elements": [{scenarios}]}}]'
        case "specflow":
            scenarios = ",".join(f'{{"title": "s{n}", "result": "OK", "steps": []}}' for n in cases)
            return f'{{"features": [{{"title": "f", "scenarios": [{scenarios}]}}]}}'
        case _:
            methods = ",".join(
                f'{{"type": "test", "result": "pass", "metaData": {{"name": "t{n}"}}}}' for n in cases
            )
            return f'{{"methods": [{methods}]}}'


@pytest.mark.parametrize("format_", EXTENSIONS)
def test_a_huge_file_is_imported_and_every_test_counted(door: Door, sandbox: Sandbox, format_: str) -> None:
    outcome = door.run(format=format_, files=result_file(door, format_, huge(format_)), wait="false")
    assert outcome.code == 0, outcome.log
    assert outcome.report["imports"][0]["tests"]["total"] == 5_000
    assert len(sandbox.imports) == 1


REAL = [
    ("pytest/junit.xml", "junit"),
    ("behave/report.json", "cucumber"),
    ("behave/junit.xml", "junit"),
    ("pytest-bdd/cucumber.json", "cucumber"),
    ("cucumber-js/report.json", "cucumber"),
    ("cucumber-ruby/report.json", "cucumber"),
    ("robot/xunit.xml", "junit"),
    ("jest/junit.xml", "junit"),
    ("mocha/xunit.xml", "junit"),
    ("playwright/junit.xml", "junit"),
    ("surefire/TEST-shop.CartTest.xml", "junit"),
    ("testng/testng-results.xml", "testng"),
    ("qaf-python/test-results", "qaf"),
]


@pytest.mark.parametrize(("name", "format_"), REAL)
def test_what_a_real_framework_wrote_is_recognised_and_imported(door: Door, name: str, format_: str) -> None:
    source: Path = DATA / "real" / name
    copy: Callable[..., object] = shutil.copytree if source.is_dir() else shutil.copy
    copy(source, door.workspace / source.name)
    outcome = door.run(files=source.name)
    assert outcome.code == 0, outcome.log
    (told,) = outcome.report["imports"]
    assert (told["format"], told["importStatus"]) == (format_, "SUCCESS")
    assert told["tests"]["total"] > 0
    assert int(outcome.outputs["test-cases-created"]) > 0
