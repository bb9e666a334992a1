"""The files that a run leaves: whole, within the platforms' limits; what can't be written is reported."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.ci.publishing import (
    DOTENV_LIMIT,
    Destinations,
    dotenv_lines,
    harmless,
    write_failure,
    write_whole,
)
from tests.unit.ci.conftest import ENVIRONMENTS
from tests.unit.ci.readers import gitlab_dotenv

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ci.conftest import Opened

OUTPUTS = {
    "import-status": "SUCCESS",
    "test-cycle-key": "PRJ-TR-1,PRJ-TR-2",
    "report": '{"status":"SUCCESS"}',
}


def publish(ci: Opened, destinations: Destinations) -> bool:
    return ci.platform.publish(
        OUTPUTS,
        summary="<h2>Imported with secret-word</h2>\n",
        page=lambda: "<!DOCTYPE html>\n<p>secret-word ✅</p>\n",
        report_json='{\n  "status": "secret-word\u202e ✅"\n}\n',
        destinations=destinations,
    )


@pytest.mark.parametrize("name", ["gitlab", "jenkins", "plain", "azure"])
def test_each_file_is_written_where_it_was_asked_for(
    opened: Callable[..., Opened], tmp_path: Path, name: str
) -> None:
    ci = opened(name, secrets=["secret-word"])
    folder = tmp_path / "made" / "on the way"
    asked = Destinations(
        folder / "report.json",
        folder / "qtm.env",
        (folder / "s.md", folder / "s.HTML", folder / "s.htm", folder / "s"),
    )

    assert publish(ci, asked)
    assert (folder / "report.json").read_text(encoding="utf-8") == '{\n  "status": "***\\u202e ✅"\n}\n'
    assert gitlab_dotenv((folder / "qtm.env").read_bytes()) == {
        "QTM_IMPORT_STATUS": "SUCCESS",
        "QTM_TEST_CYCLE_KEY": "PRJ-TR-1,PRJ-TR-2",
    }
    for markdown in ("s.md", "s"):
        assert (folder / markdown).read_text(encoding="utf-8") == "<h2>Imported with ***</h2>\n"
    for page in ("s.HTML", "s.htm"):
        assert (folder / page).read_text(encoding="utf-8") == "<!DOCTYPE html>\n<p>*** ✅</p>\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        "qtm.env",
        "report.json",
        "s",
        "s.HTML",
        "s.htm",
        "s.md",
    ]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_file_that_cant_be_written_is_reported_and_the_others_are_written(
    opened: Callable[..., Opened], tmp_path: Path, name: str
) -> None:
    ci = opened(name, {"GITHUB_OUTPUT": str(tmp_path / "o"), "GITHUB_STEP_SUMMARY": str(tmp_path / "s")})
    blocked = tmp_path / "a file"
    blocked.touch()
    good = tmp_path / "summary.md"

    assert not publish(ci, Destinations(blocked / "report.json", tmp_path, (good, tmp_path / "nul\0.md")))
    assert "the report could not be written to" in ci.output
    assert "the outputs could not be written to" in ci.output
    assert "the summary could not be written to" in ci.output
    assert "Traceback" not in ci.output
    assert good.exists()
    assert not list(tmp_path.glob(".qtm-*"))


def test_a_file_that_is_there_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    reader = path.open()
    write_whole(path, "new ✅")

    assert path.read_text(encoding="utf-8") == "new ✅"
    assert reader.read() == "old"
    reader.close()


def test_a_link_that_somebody_left_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    link = tmp_path / "report.json"
    link.symlink_to(target)
    write_whole(link, "{}")

    assert target.read_text() == "precious"
    assert link.read_text() == "{}"


def test_others_may_read_a_file_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "report.json", "{}")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/full"), tmp_path):
        with pytest.raises(OSError, match="it is a"):
            write_whole(path, "{}")


def test_publishing_again_replaces_what_was_published(opened: Callable[..., Opened], tmp_path: Path) -> None:
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    ci = opened("github", files)
    (tmp_path / "GITHUB_STEP_SUMMARY").write_text("# Mine\n")
    for _ in range(2):
        assert not publish(ci, Destinations(report_file=tmp_path))

    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().count("Imported with") == 1
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().startswith("# Mine\n")
    assert ci.output.count("the report could not be written to") == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PRJ-TR-1,PRJ-TR-2", "PRJ-TR-1,PRJ-TR-2"),
        ("In Progress", "In Progress"),
        ("Prüfung", "Prüfung"),
        ('"; rm -rf ~; $(id) `id`', "__ rm -rf __ __id_ _id_"),
        ("two\nlines\r\0", "two_lines__"),
    ],
)
def test_an_output_pasted_into_a_script_does_nothing(value: str, expected: str) -> None:
    assert harmless(value) == expected


def test_a_dotenv_value_is_the_same_for_gitlab_and_for_a_shell() -> None:
    lines, left_out = dotenv_lines({"process-status": 'In Progress\'s $HOME "x" a=b #é'})

    assert lines == ["QTM_PROCESS_STATUS=In_Progress_s__HOME__x__a_b___\n"]
    assert left_out == []


def test_a_dotenv_file_stays_within_gitlabs_size_by_whole_items() -> None:
    keys = ",".join(f"PRJ-TR-{number}" for number in range(2_000))
    ids = ",".join(f"{number:032d}" for number in range(100))
    lines, left_out = dotenv_lines(
        {"exit-code": "0", "test-cycle-key": keys, "tracking-id": ids, "report": keys}
    )

    found = gitlab_dotenv("".join(lines).encode())
    assert 0.97 * DOTENV_LIMIT < len("".join(lines)) <= DOTENV_LIMIT
    assert found["QTM_EXIT_CODE"] == "0"
    for name, value in (("QTM_TEST_CYCLE_KEY", keys), ("QTM_IMPORT_TRACKING_ID", ids)):
        assert value.startswith(found[name] + ",")
        missing = value.count(",") - found[name].count(",")
        assert (
            f"{missing} of {value.count(',') + 1} values of {name} omitted: GitLab allows 5 KiB" in left_out
        )


def test_one_value_larger_than_the_file_may_be_is_left_out_whole() -> None:
    lines, left_out = dotenv_lines({"exit-code": "0", "tracking-id": "x" * 10_000})

    assert lines == ["QTM_EXIT_CODE=0\n", "QTM_IMPORT_TRACKING_ID=\n"]
    assert left_out == ["1 of 1 values of QTM_IMPORT_TRACKING_ID omitted: GitLab allows 5 KiB"]


def test_a_report_stays_json_when_a_secret_is_a_number_in_it(
    opened: Callable[..., Opened], tmp_path: Path
) -> None:
    ci = opened("plain", secrets=["1234567"])
    path = tmp_path / "report.json"
    ci.platform.publish(
        {},
        summary="",
        page=str,
        report_json='{\n  "bytes": 1234567\n}\n',
        destinations=Destinations(report_file=path),
    )

    assert json.loads(path.read_text()) == {"bytes": "***"}


def test_a_place_where_the_user_may_not_write_comes_with_a_remedy() -> None:
    problem = write_failure("the report", "/ro/report.json", PermissionError(13, "Permission denied"))

    assert problem.message == "the report could not be written to /ro/report.json: Permission denied"
    assert "--user" in problem.hint
