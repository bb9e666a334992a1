"""GitLab's sections and Azure's logging commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.azure import ISSUE_LIMIT
from qtm_action.ci.publishing import Destinations
from qtm_action.errors import Problem, Severity
from tests.unit.ci.readers import Command, azure_commands, gitlab_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ci.conftest import Opened


@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}])
def test_a_group_is_a_collapsible_section_of_gitlab(
    opened: Callable[..., Opened], environ: dict[str, str]
) -> None:
    ci = opened("gitlab", environ)
    for title in ("Check unit", "Check unit"):
        with ci.platform.group(title):
            ci.platform.info("3 files")

    assert gitlab_sections(ci.output) == [
        ("start", "qtm_import_1"),
        ("end", "qtm_import_1"),
        ("start", "qtm_import_2"),
        ("end", "qtm_import_2"),
    ]
    assert ("\x1b[36;1mCheck unit\x1b[0m" in ci.output) is not bool(environ)
    assert all(line.startswith(("\x1b[0Ksection_", "3 files")) for line in ci.output.split("\n")[:-1])


def test_azure_shows_problems_among_the_issues(opened: Callable[..., Opened]) -> None:
    ci = opened("azure")
    ci.platform.problem(Problem("bad; really]", "Do this.", Severity.ERROR, "a;b.yml", 3, 7))
    ci.platform.problem(Problem("two\nlines 100%", severity=Severity.WARNING, file="c.yml"))
    ci.platform.problem(Problem("x" * 2 * ISSUE_LIMIT))

    assert ci.lines[:3] == [
        "##vso[task.logissue type=error;sourcepath=a%3Bb.yml;linenumber=3;]a;b.yml:3:7: bad; really]",
        "hint: Do this.",
        "##vso[task.logissue type=warning;sourcepath=c.yml;]c.yml: two   lines 100%AZP25",
    ]
    assert (
        ci.lines[3] == f"##vso[task.logissue type=error;]{'x' * ISSUE_LIMIT}… ({ISSUE_LIMIT} more characters)"
    )


def test_azure_folds_masks_and_publishes_outputs(opened: Callable[..., Opened]) -> None:
    ci = opened("azure", secrets=["secret%word"])
    ci.platform.mask()
    with ci.platform.group("Check secret%word"):
        ci.platform.info("3 files")
    ci.platform.publish(
        {"import-status": "SUCCESS", "tracking-id": "a;b\n", "report": "{}"},
        summary="",
        page=str,
        report_json="{}",
        destinations=Destinations(),
    )

    commands = azure_commands(ci.output)
    masks = [each.data.replace("%AZP25", "%") for each in commands if each.name == "task.setsecret"]
    assert masks == list(ci.platform._redactor.masks())
    assert commands[len(masks) :] == [
        Command("group", {}, "Check ***"),
        Command("endgroup", {}, ""),
        Command("task.setvariable", {"variable": "QTM_IMPORT_STATUS", "isOutput": "true"}, "SUCCESS"),
        Command("task.setvariable", {"variable": "QTM_IMPORT_TRACKING_ID", "isOutput": "true"}, "a_b_"),
    ]
