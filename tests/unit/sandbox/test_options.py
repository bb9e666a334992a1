"""The sandbox's command line."""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from qtm_action.sandbox.faults import FaultKind, PlannedFault, Step
from qtm_action.sandbox.options import (
    DEFAULT_DURATION,
    DEFAULT_PORT,
    SandboxOptions,
    add_arguments,
    from_arguments,
)


def parse(*words: str) -> SandboxOptions:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return from_arguments(parser.parse_args(words))


def test_without_options_the_command_listens_on_loopback_and_takes_a_moment_to_import() -> None:
    assert parse() == SandboxOptions(port=DEFAULT_PORT, duration=DEFAULT_DURATION)
    assert parse().host == "127.0.0.1"


def test_every_option_arrives() -> None:
    options = parse(
        *("--host", "::1", "--port", "0", "--context-path", "jira/", "--project", "PRJ"),
        *("--accept-api-key", "k", "--accept-username", "u", "--accept-password", "p", "--accept-token", "t"),
        *("--refusal", "redirect", "--start-prefix", "qmetry", "--track-prefix", "QTM4J"),
        *("--missing-route", "html", "--component", "a", "--component", "b", "--label", "l"),
        *("--test-cycle", "PRJ-TR-1", "--duration", "1.5", "--not-yet", "2", "--latency", "0.1"),
        *("--upload-expiry", "9", "--upload-origin", "http://localhost:1/", "--max-upload-size", "2k"),
        *("--keep-uploads", "kept", "--fail-import", "no", "--partial", "--fault", "upload:503:2"),
        *("--retry-after", "3", "--xsrf-check", "--cloud", "--tls-cert", "c.pem", "--tls-key", "k.pem"),
    )
    assert options == SandboxOptions(
        cloud=True,
        host="::1",
        port=0,
        context_path="/jira",
        project="PRJ",
        api_key="k",
        username="u",
        password="p",
        token="t",
        refusal="redirect",
        start_prefix="qmetry",
        track_prefix="qtm4j",
        missing_route="html",
        components=("a", "b"),
        labels=("l",),
        test_cycles=("PRJ-TR-1",),
        duration=1.5,
        not_yet=2.0,
        latency=0.1,
        upload_expiry=9.0,
        upload_origin="http://localhost:1",
        max_upload_size=2048,
        keep_uploads=Path("kept"),
        fail_import="no",
        partial=True,
        faults=(PlannedFault(Step.UPLOAD, FaultKind.STATUS, 503, 2),),
        retry_after="3",
        xsrf_check=True,
        tls_cert=Path("c.pem"),
        tls_key=Path("k.pem"),
    )
    defaults = SandboxOptions()
    same = [one.name for one in fields(options) if getattr(options, one.name) == getattr(defaults, one.name)]
    assert same == ["port"]


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (("--port", "70000"), "not a port"),
        (("--port", "-1"), "not a port"),
        (("--context-path", "/a b"), "not a context path"),
        (("--context-path", "/a/../b"), "not a context path"),
        (("--duration", "soon"), "not a duration"),
        (("--latency", "-1"), "not a duration"),
        (("--latency", "inf"), "not a duration"),
        (("--duration", "nan"), "not a duration"),
        (("--max-upload-size", "10X"), "not a size"),
        (("--max-upload-size", "K"), "not a size"),
        (("--upload-origin", "localhost:80"), "not an origin"),
        (("--upload-origin", "http://h/path"), "not an origin"),
        (("--refusal", "402"), "choose from .*captcha"),
        (("--start-prefix", "jira"), "choose from .*qmetry"),
        (("--fault", "upload"), "expected STEP:KIND"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(words: tuple[str, str], fragment: str) -> None:
    with pytest.raises(argparse.ArgumentError, match=fragment):
        parse(*words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("/", ""), ("/jira", "/jira"), ("jira", "/jira"), ("/a/b/", "/a/b")],
)
def test_a_context_path_is_put_in_one_form(text: str, expected: str) -> None:
    assert parse("--context-path", text).context_path == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("500", 500),
        ("1K", 1024),
        ("10M", 10 << 20),
        ("4G", 4 << 30),
        ("1 kb".replace(" ", ""), 1024),
    ],
)
def test_a_size_is_in_bytes(text: str, expected: int) -> None:
    assert parse("--max-upload-size", text).max_upload_size == expected


def test_credentials_are_not_in_the_representation() -> None:
    shown = repr(SandboxOptions(api_key="key-1", password="word-2", token="token-3"))
    assert not [secret for secret in ("key-1", "word-2", "token-3") if secret in shown]


def test_help_says_what_every_option_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser(prog="qtm-action sandbox")
    add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--help"])
    shown = capsys.readouterr().out
    assert "swallow-504" in shown
    assert "sandbox-api-key" in shown


def test_options_do_not_load_the_server() -> None:
    code = (
        "import sys, qtm_action.sandbox.options as o, argparse;"
        "o.add_arguments(argparse.ArgumentParser());"
        "sys.exit('werkzeug' in sys.modules or 'ssl' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
