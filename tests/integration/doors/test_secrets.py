"""Secrets planted everywhere, and looked for in everything a run leaves."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.sandbox.embedded_server import Sandbox
    from tests.integration.doors.conftest import Door, Outcome

KEY = 'canary-key-"7f3/+a\\b='  # what JSON, URLs and shells would each write another way
TOKEN = "canary-token-91c2"
PASSWORD = "canary pass/wörd&<1>"
USER = "demo"


def forms(secret: str) -> set[str]:
    return {
        secret,
        base64.b64encode(secret.encode()).decode(),
        base64.b64encode(f"{USER}:{secret}".encode()).decode(),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }


def assert_no_secret(door: Door, outcome: Outcome, *secrets: str) -> None:
    log = "\n".join(line for line in outcome.log.splitlines() if not line.startswith("::add-mask::"))
    texts = {"log": log, "summary": outcome.summary, **outcome.outputs}
    texts |= {
        str(path): path.read_text(encoding="utf-8", errors="replace")
        for path in door.workspace.parent.rglob("*")
        if path.is_file()
    }
    for where, text in texts.items():
        for secret in secrets:
            for form in forms(secret):
                assert form not in text, f"{form!r} in {where}"


@pytest.mark.parametrize("step", ["start", "upload", "track"])
@pytest.mark.parametrize("basic", [False, True], ids=["token", "password"])
def test_a_server_that_repeats_the_credentials_is_not_repeated(
    door_to: Callable[[Sandbox | str], Door],
    echoing: Callable[[str], str],
    step: str,
    *,
    basic: bool,
) -> None:
    door = door_to(echoing(step))
    door.write("a.xml")
    environ = door.environment(format="junit", files="a.xml", log_level="debug", report_file="r.json")
    environ |= {
        "QTM_API_KEY": KEY,
        "QTM_TOKEN": TOKEN,
        "QTM_DOTENV_FILE": "o.env",
        "QTM_SUMMARY_FILE": "s.html",
    }
    if basic:
        environ |= {"QTM_TOKEN": "", "QTM_USERNAME": USER, "QTM_PASSWORD": PASSWORD}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code in (1, 4, 5, 6, 7), outcome.log
    assert "echo" in outcome.log, "the server's words should be told, without the secrets in them"
    assert_no_secret(door, outcome, KEY, PASSWORD if basic else TOKEN)


def test_secrets_in_spec_file_names_and_inputs_are_hidden(door: Door) -> None:
    door.write(f"{TOKEN}.xml", "<broken")
    environ = door.environment(format="junit", files="*.xml", environment=f"env {TOKEN}", log_level="debug")
    environ |= {"QTM_TOKEN": TOKEN, "QTM_TIMEOUT": TOKEN}
    outcome = door.outcome(door.start(environ=environ), environ)
    assert outcome.code == 2
    environ["QTM_TIMEOUT"] = ""
    (door.workspace / f"{TOKEN}.xml").rename(door.workspace / "moved.xml")
    for_files = door.outcome(door.start(environ=environ), environ)
    assert for_files.code == 3
    assert_no_secret(door, outcome, TOKEN)
    assert_no_secret(door, for_files, TOKEN)


def test_a_spec_cannot_send_a_secret_to_jira_by_naming_its_variable(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    door.write("qtm-import.yml", "version: 1\nformat: junit\nfiles: [a.xml]\nbuild: ${QTM_TOKEN}\n")
    outcome = door.run()
    assert outcome.code == 2
    assert "QTM_TOKEN" in outcome.log
    assert len(sandbox.imports) == 0


@pytest.mark.parametrize(
    "address", ["http://user:hunter22@127.0.0.1:1/jira", "user:hunter22@127.0.0.1:1", "http://x/?pw=hunter22"]
)
@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--tracking-id", "id-1"), ("validate",)])
def test_a_secret_in_the_address_is_refused_and_never_passed_on(
    door: Door, address: str, words: tuple[str, ...]
) -> None:
    door.write("a.xml")
    environ = door.environment(
        format="junit", files="a.xml", report_file="r.json", summary_file="s.html\ns.md"
    )
    process = door.start(*words, "--jira-url", address, environ=environ)
    outcome = door.outcome(process, environ)
    assert outcome.code == 2
    assert "jira-url" in outcome.log
    left = [path.read_text() for path in door.workspace.iterdir()] + list(outcome.outputs.values())
    said = [line for line in outcome.log.splitlines() if not line.startswith("::add-mask::")]
    assert not [text for text in (*left, *said, outcome.summary) if "hunter22" in text]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no process listing to read here")
def test_no_secret_stands_on_any_command_line(
    door_to: Callable[[Sandbox | str], Door], sandbox_of: Callable[..., Sandbox]
) -> None:
    sandbox = sandbox_of(duration=30.0, token=TOKEN)
    door = door_to(sandbox)
    for name in ("a.xml", "b.xml"):
        door.write(name)
    environ = door.environment(format="junit", files="*.xml") | {"QTM_TOKEN": TOKEN}
    process = door.start_python(environ=environ)
    try:
        deadline = time.monotonic() + 20
        while not any(each.uploads for each in sandbox.imports):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        lines = [_command_line(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert any("entrypoint.py" in line for line in lines)
    assert not any(form in line for line in lines for form in forms(TOKEN))


def _command_line(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # it ended in the meantime
        return ""


@pytest.mark.parametrize(
    "named", [None, "qtm-import.yml", "./sub/../qtm-import.yml", "WORKSPACE/qtm-import.yml"]
)
def test_a_spec_that_is_a_link_out_of_the_working_directory_is_not_read(
    door: Door, named: str | None
) -> None:
    (door.workspace / "sub").mkdir()
    (door.workspace.parent / "elsewhere.txt").write_text("first line of another file: x\n")
    (door.workspace / "qtm-import.yml").symlink_to("../elsewhere.txt")
    inputs = {"spec": named.replace("WORKSPACE", str(door.workspace))} if named else {}
    outcome = door.run(**inputs)
    assert outcome.code == 2
    assert f"this is a link that leads outside {door.workspace}, so it was not read" in outcome.log
    assert "first line" not in outcome.log


def test_a_spec_next_to_the_working_directory_is_read_unless_it_is_a_link_to_elsewhere(door: Door) -> None:
    door.write("sub/a.xml")
    door.write("ci/spec.yml", "files: [a.xml]\n")
    (door.workspace / "ci" / "link.yml").symlink_to("/etc/passwd")
    base = {"working_directory": "sub", "dry_run": "true"}
    assert door.run(**base, spec="../ci/spec.yml").code == 0
    refused = door.run(**base, spec="../ci/link.yml")
    assert refused.code == 2
    assert "root:" not in refused.log


def test_a_spec_elsewhere_that_is_named_by_its_whole_path_is_read_also_by_a_link(door: Door) -> None:
    door.write("a.xml")
    elsewhere = door.workspace.parent / "mounted"
    elsewhere.mkdir()
    (elsewhere / "data.yml").write_text("files: [a.xml]\n")
    (elsewhere / "spec.yml").symlink_to("data.yml")
    assert door.run(dry_run="true", spec=str(elsewhere / "spec.yml")).code == 0
