"""Inputs read into settings, and the messages about those that can't be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qtm_action.ci.publishing import Destinations
from qtm_action.errors import InvalidInputError
from qtm_action.exit_codes import ExitCode
from qtm_action.formats import DeploymentKind, IfNoFiles
from qtm_action.inputs.reporting import debug, destinations, soft_fail
from qtm_action.inputs.settings import Settings, read_proxies, read_settings
from qtm_action.inputs.sources import read_sources
from qtm_action.qtm4j.cloud import CloudAddress
from qtm_action.qtm4j.server import ServerAddress
from qtm_action.qtm4j.values import Credentials
from qtm_action.redaction import Redactor, protect

CREDENTIALS = {"QTM_API_KEY": "key-of-the-project", "QTM_TOKEN": "personal-token"}


def settings(here: Path, environ: dict[str, str] | None = None, **options: str) -> Settings:
    environ = CREDENTIALS | (environ or {})
    named = {name.replace("_", "-"): text for name, text in options.items()}
    return read_settings(read_sources(environ, named), environ, here)


def refusal(here: Path, environ: dict[str, str] | None = None, **options: Any) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        settings(here, environ, **options)
    assert caught.value.exit_code is ExitCode.INVALID_INPUT
    return caught.value


def test_the_defaults_are_those_of_the_table(tmp_path: Path) -> None:
    read = settings(tmp_path)
    assert (read.retry_for, read.timeout, read.max_parallel) == (60.0, 900.0, 4)
    assert (read.wait, read.dry_run, read.tls.verify) == (True, False, True)
    assert read.if_no_files is IfNoFiles.ERROR
    assert (read.spec, read.tracking_ids, read.fail_on_tests) == (None, (), False)


@pytest.mark.parametrize("text", ["false", "False", "NO", "0"])
def test_booleans_are_read_in_any_case(tmp_path: Path, text: str) -> None:
    assert settings(tmp_path, wait=text).wait is False


def test_the_spec_is_found_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / "qtm-import.yml").touch()
    assert settings(tmp_path).spec == tmp_path / "qtm-import.yml"
    assert settings(tmp_path, spec="ci/other.yml").spec_shown_as == "ci/other.yml"


def test_inputs_that_stand_for_spec_keys_keep_where_they_came_from(tmp_path: Path) -> None:
    read = settings(tmp_path, {"INPUT_ENVIRONMENT": "Staging"}, test_cycle_to_reuse="PRJ-TR-1")
    assert read.spec_inputs["testCycleToReuse"].source == "option --test-cycle-to-reuse"
    assert read.spec_inputs["environment"].text == "Staging"


def test_several_tracking_ids_are_separated_by_comma_or_line(tmp_path: Path) -> None:
    assert settings(tmp_path, tracking_id="a-1, b-2\nc-3,a-1").tracking_ids == ("a-1", "b-2", "c-3")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"wait": "maybe"}, "option --wait: 'maybe' is neither true nor false"),
        ({"timeout": "soon"}, "option --timeout: 'soon' is not a duration such as 90, 90s, 15m or 1h"),
        ({"if-no-files": "fail"}, "option --if-no-files: 'fail' is not a valid value"),
        ({"max-parallel": "0"}, "option --max-parallel: '0' is not a whole number from 1 to 32"),
        ({"max-parallel": "many"}, "option --max-parallel: 'many' is not a whole number from 1 to 32"),
        ({"tracking-id": "a b?"}, "option --tracking-id: 'b?' is not a tracking ID"),
        ({"soft-fail": "perhaps"}, "option --soft-fail: 'perhaps' is neither true nor false"),
    ],
)
def test_an_input_that_cannot_be_used_is_named_with_its_value(
    tmp_path: Path, options: dict[str, Any], shown: str
) -> None:
    assert refusal(tmp_path, **options).message == shown


def test_a_working_directory_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "nowhere is not a folder" in refusal(tmp_path, working_directory="nowhere").message


def test_everything_that_is_wrong_is_reported_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, wait="maybe", timeout="soon")
    assert error.message == "2 inputs are invalid"
    assert len(error.problems) == 2


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"QTM_API_KEY": ""}, "api-key"),
        ({"QTM_TOKEN": ""}, "token (or username and password)"),
        ({"QTM_API_KEY": "", "QTM_TOKEN": ""}, "api-key and token (or username and password)"),
        ({"QTM_TOKEN": "", "QTM_USERNAME": "fred"}, "password"),
        ({"QTM_TOKEN": "", "QTM_PASSWORD": "fred's word"}, "username"),
        ({}, ""),
        ({"QTM_TOKEN": "", "QTM_USERNAME": "fred", "QTM_PASSWORD": "fred's word"}, ""),
    ],
)
def test_what_is_missing_of_the_credentials_is_named(
    tmp_path: Path, environ: dict[str, str], missing: str
) -> None:
    assert ServerAddress.missing_credentials(settings(tmp_path, environ).credentials) == missing


def test_on_cloud_the_api_key_is_enough_and_the_rest_is_not_used(tmp_path: Path) -> None:
    read = settings(tmp_path, {"QTM_PASSWORD": "secret-word", "QTM_REGION": "us"})
    assert (read.region, read.deployment) == ("us", DeploymentKind.CLOUD)
    assert CloudAddress.missing_credentials(read.credentials) == ""
    assert CloudAddress.unused_credentials(read.credentials) == ("token", "password")
    assert CloudAddress.missing_credentials(Credentials()).startswith("api-key (")


def test_a_token_pasted_with_its_scheme_is_understood(tmp_path: Path) -> None:
    read = settings(tmp_path, {"QTM_TOKEN": "Bearer NTE1NTYz"})
    assert read.credentials.token == "NTE1NTYz"


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        ({"QTM_PASSWORD": "secret-word"}, "token and password are both set"),
        ({"QTM_API_KEY": "abc"}, "is shorter than 4 characters"),
        ({"QTM_API_KEY": "$QTM_KEY"}, "contains an unexpanded variable"),
        ({"QTM_TOKEN": "${{ secrets.JIRA }}"}, "contains an unexpanded variable"),
        ({"QTM_API_KEY": "two\nlines-of-key"}, "contains a line break or an invalid"),
        ({"QTM_API_KEY": "“curly-quotes”"}, "contains a line break or an invalid"),
        ({"QTM_TOKEN": "", "QTM_USERNAME": "fred", "QTM_PASSWORD": "one\ntwo"}, "contains a line break"),
        ({"QTM_TOKEN": "", "QTM_USERNAME": "a:b", "QTM_PASSWORD": "a-word"}, "username with a colon"),
    ],
)
def test_a_credential_that_cannot_be_right_is_refused_without_quoting_it(
    tmp_path: Path, environ: dict[str, str], shown: str
) -> None:
    message = refusal(tmp_path, environ).message
    assert shown in message
    assert not any(value in message for value in environ.values() if value)


def test_failures_can_be_made_soft_even_when_other_inputs_are_wrong() -> None:
    assert soft_fail(read_sources({"QTM_SOFT_FAIL": "Yes", "QTM_WAIT": "maybe"}, {}))
    assert not soft_fail(read_sources({"QTM_SOFT_FAIL": "perhaps"}, {}))
    assert not soft_fail({})


def test_the_log_is_at_debug_level_when_asked_or_when_the_runner_is() -> None:
    assert debug(read_sources({"QTM_LOG_LEVEL": "DEBUG"}, {}), {})
    assert debug({}, {"RUNNER_DEBUG": "1"})
    assert not debug(read_sources({"QTM_LOG_LEVEL": "info"}, {}), {"RUNNER_DEBUG": "1"})
    assert not debug({}, {})


def test_paths_of_the_outcome_start_at_the_working_directory_and_default_to_the_platforms(
    tmp_path: Path,
) -> None:
    given = read_sources(
        {"QTM_WORKING_DIRECTORY": "sub", "QTM_SUMMARY_FILE": "a.md\n\n b.html", "QTM_REPORT_FILE": "r.json"},
        {},
    )
    defaults = Destinations(Path("default.json"), Path("default.env"))
    assert destinations(given, tmp_path, defaults=defaults) == Destinations(
        tmp_path / "sub/r.json",
        tmp_path / "sub/default.env",
        (tmp_path / "sub/a.md", tmp_path / "sub/b.html"),
    )
    assert destinations({}, tmp_path, defaults=Destinations()) == Destinations()


def test_proxies_are_read_as_curl_reads_them() -> None:
    found = read_proxies(
        {"https_proxy": "http://lower:1", "HTTPS_PROXY": "http://upper:2", "ALL_PROXY": "http://all:3"}
    )
    assert (found.https, found.http, found.no_proxy) == ("http://lower:1", "http://all:3", "")


def test_a_secret_in_parts_is_no_list_of_tracking_ids(tmp_path: Path) -> None:
    protect(Redactor(["abcdefgh ijklmnop"]))
    try:
        error = refusal(tmp_path, {"QTM_TRACKING_ID": "1 abcdefgh\tijklmnop 2"})
    finally:
        protect(Redactor(()))
    assert error.message == "variable QTM_TRACKING_ID: contains a secret of this job"
