"""``doctor`` through the real door: it names what is wrong, and imports nothing."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qtm_action.sandbox.embedded_server import Sandbox
from qtm_action.sandbox.options import SANDBOX_TOKEN
from tests.faults.certificates import Certificates, make_certificates
from tests.faults.fault_server import START, TRACK, Fault, FaultServer, http
from tests.faults.forward_proxy import ForwardProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.doors.conftest import Door

    Doors = Callable[[Sandbox | str], Door]
    Sandboxes = Callable[..., Sandbox]

LISTED = "address proxy TLS context path app credentials api-key spec files"
NAMES = ("inputs", "region", "context path", *LISTED.replace("context path ", "").split())
FILES = {"format": "junit", "files": "*.xml"}


class Seen:
    """What a run of doctor showed: its lines by their sign."""

    def __init__(self, code: int, log: str, summary: str) -> None:
        self.code = code
        self.log = log
        self.summary = summary

    def of(self, sign: str) -> str:
        lines = [line[2:] for line in self.log.splitlines() if line.startswith(f"{sign} ")]
        names = (next(name for name in NAMES if line.startswith(f"{name} ")) for line in lines)
        return " ".join(dict.fromkeys(names))

    @property
    def fine(self) -> str:
        return self.of("✓")

    @property
    def wrong(self) -> str:
        return self.of("✗")


def examine(door: Door, *words: str, **inputs: str) -> Seen:
    """Run doctor; an input in capitals is a variable of the environment."""
    variables = {name: text for name, text in inputs.items() if name.isupper()}
    environ = door.environment(**{name: inputs[name] for name in inputs if name not in variables}) | variables
    log, _ = (process := door.start("doctor", *words, environ=environ)).communicate(timeout=30)
    assert "Traceback" not in log
    assert Path(environ["GITHUB_OUTPUT"]).read_text(encoding="utf-8").strip() == ""
    return Seen(process.returncode, log, Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8"))


@contextmanager
def jira(*, context_path: str = "", has_app: bool = True) -> Iterator[str]:
    """Serve a Jira that tells its version, and whose QTM4J accepts no API key.

    Gives its URL without the context path.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == f"{context_path}/rest/api/2/serverInfo":
                assert "apiKey" not in self.headers
                assert "Authorization" not in self.headers
                self.answer(200, "application/json", json.dumps({"baseUrl": "x", "version": "9.12.4"}))
            elif has_app and self.path.startswith(f"{context_path}/rest/qtm4j/"):
                self.answer(401, "application/json", json.dumps({"errorMessage": "Invalid API key"}))
            else:
                self.answer(404, "text/html", "<html><title>Oops, you've found a dead link</title></html>")

        def answer(self, status: int, kind: str, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tls_sandbox(sandbox_of: Sandboxes, certificates: Certificates) -> Sandbox:
    return sandbox_of(tls_cert=certificates.server, tls_key=certificates.server)


def test_where_all_is_well_every_check_is_fine_and_nothing_is_imported(
    door_to: Doors, tls_sandbox: Sandbox, certificates: Certificates
) -> None:
    door = door_to(tls_sandbox)
    door.write("a.xml")
    seen = examine(door, ca_bundle=str(certificates.ca), **FILES)
    assert seen.code == 0, seen.log
    assert (seen.fine, seen.wrong) == (LISTED, "")
    assert "signed by A company, valid until " in seen.log
    assert "1 file, 1 test: 1 passed" in seen.log
    assert "no problems found; nothing was imported" in seen.log
    assert "<td>✓</td><td>api-key</td><td>accepted by QTM4J</td>" in seen.summary
    assert tls_sandbox.imports == ()


def test_a_wrong_token_is_named(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    seen = examine(door, QTM_TOKEN="another-token", **FILES)
    assert (seen.code, seen.wrong) == (4, "credentials"), seen.log
    assert "Check token" in seen.log
    assert "api-key      not checked, see credentials" in seen.log
    assert seen.log.count("another-token") == 1  # GitHub is told to mask it
    assert sandbox.imports == ()


def test_a_wrong_api_key_is_named(door_to: Doors) -> None:
    with jira() as url:
        door = door_to(url)
        door.write("a.xml")
        seen = examine(door, **FILES)
    assert (seen.code, seen.wrong) == (4, "api-key"), seen.log
    assert "QTM4J did not accept the API key: Invalid API key" in seen.log
    assert "credentials  accepted by Jira" in seen.log


@pytest.mark.parametrize("token", [SANDBOX_TOKEN, "anything-at-all"])
def test_qtm4j_cloud_as_jira_url_is_never_green(door_to: Doors, sandbox_of: Sandboxes, token: str) -> None:
    sandbox = sandbox_of(cloud=True)
    door = door_to(sandbox)
    door.write("a.xml")
    seen = examine(door, QTM_TOKEN=token, **FILES)
    assert (seen.code, seen.wrong, seen.fine) == (5, "app", "address proxy spec files"), seen.log
    assert "The requested resource was not found" in seen.log
    assert "does jira-url include the context path" in seen.log
    imported = door.run(**FILES)
    assert imported.code == seen.code
    assert "The requested resource was not found" in imported.log


def test_a_wrong_context_path_is_named(door_to: Doors, sandbox_of: Sandboxes) -> None:
    sandbox = sandbox_of(context_path="/jira")
    door = door_to(sandbox.url.removesuffix("/jira"))
    door.write("a.xml")
    seen = examine(door, **FILES)
    assert (seen.code, seen.wrong) == (5, "context path"), seen.log
    assert f"Set jira-url to {sandbox.url}, where Jira was found." in seen.log
    assert "(404): null for uri" in seen.log
    assert sandbox.imports == ()


def test_without_a_token_the_context_path_is_checked_at_the_sandbox(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    seen = examine(door, QTM_TOKEN="", **FILES)
    assert (seen.code, seen.wrong, sandbox.imports) == (2, "credentials", ()), seen.log
    assert "✓ context path none, Jira 9." in seen.log


def test_where_jira_is_found_at_another_context_path_that_is_reported(door_to: Doors) -> None:
    with jira(context_path="/jira") as url:
        seen = examine(door_to(f"{url}/wrong"), **FILES)
        assert f"→ Set jira-url to {url}/jira, where Jira was found." in seen.log
        assert seen.wrong == "context path files"
        assert seen.code == 3  # the files are checked before the first request


def test_http_that_jira_redirects_to_https_says_what_to_set(door_to: Doors) -> None:
    moved = Fault(answer=http(301, Location="https://127.0.0.1/jira/rest/qmetry/automation/latest"))
    with FaultServer({TRACK: [moved], START: [moved]}) as server:
        door = door_to(server.url)
        door.write("a.xml")
        for outcome in (examine(door, **FILES), door.run(**FILES)):
            assert outcome.code == 5, outcome.log
            assert "to https://127.0.0.1 (301)" in outcome.log
            assert "Set jira-url to https://127.0.0.1/jira." in outcome.log


def test_a_missing_app_is_named(door_to: Doors) -> None:
    with jira(has_app=False) as url:
        door = door_to(url)
        door.write("a.xml")
        seen = examine(door, **FILES)
    assert (seen.code, seen.wrong) == (5, "app"), seen.log
    assert "context path none, Jira 9.12.4" in seen.log
    assert "Install or enable QTM4J" in seen.log


def test_a_ca_that_is_not_known_is_named(door_to: Doors, tls_sandbox: Sandbox) -> None:
    door = door_to(tls_sandbox)
    door.write("a.xml")
    seen = examine(door, **FILES)
    assert (seen.code, seen.wrong, seen.fine) == (7, "TLS", "address proxy spec files"), seen.log
    assert "signed by a CA that this machine does not trust" in seen.log
    assert "Set ca-bundle to your company's CA certificate" in seen.log


def test_a_ca_bundle_of_another_ca_is_not_asked_for_again(
    door_to: Doors, tls_sandbox: Sandbox, certificates: Certificates
) -> None:
    door = door_to(tls_sandbox)
    door.write("a.xml")
    other = FILES | {"ca_bundle": str(certificates.self_signed)}
    seen = examine(door, **other)
    assert (seen.code, seen.wrong) == (7, "TLS"), seen.log
    for log in (seen.log, door.run(**other).log):
        assert "The CA in ca-bundle did not sign it." in log
        assert "Set ca-bundle to" not in log


def test_a_certificate_that_is_not_verified_is_reported(door_to: Doors, tls_sandbox: Sandbox) -> None:
    door = door_to(tls_sandbox)
    door.write("a.xml")
    seen = examine(door, tls_verify="false", **FILES)
    assert (seen.code, seen.of("–")) == (0, "TLS"), seen.log  # noqa: RUF001
    assert "not verified, because tls-verify is false" in seen.log


def test_a_ca_bundle_that_is_not_there_is_named(door: Door) -> None:
    door.write("a.xml")
    seen = examine(door, ca_bundle="nowhere.pem", **FILES)
    assert (seen.code, seen.wrong) == (2, "TLS"), seen.log


def test_a_client_certificate_that_is_missing_is_named(door_to: Doors, certificates: Certificates) -> None:
    context = certificates.server_context(certificates.server, demands_client=True)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # in 1.3 the refusal may be lost in a reset
    with Sandbox(ssl_context=context) as sandbox:
        door = door_to(sandbox)
        door.write("a.xml")
        seen = examine(door, ca_bundle=str(certificates.ca), **FILES)
        assert (seen.code, seen.wrong) == (7, "TLS"), seen.log
        assert "client-cert" in seen.log
        seen = examine(door, ca_bundle=str(certificates.ca), client_cert=str(certificates.client), **FILES)
        assert (seen.code, seen.fine) == (0, LISTED), seen.log


def test_a_port_where_nothing_listens_is_named(door_to: Doors) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        seen = examine(door_to(f"http://127.0.0.1:{unused.getsockname()[1]}"), **FILES)
    assert "refused the connection" in seen.log
    assert seen.wrong == "address files"


def test_an_address_that_can_not_be_one_is_named(door: Door) -> None:
    door.write("a.xml")
    seen = examine(door, "--jira-url=jira.example.com", **FILES)
    assert (seen.code, seen.wrong, seen.fine) == (2, "address", "spec files"), seen.log
    assert "Start it with https://" in seen.log


def test_a_proxy_that_does_not_answer_is_named(door_to: Doors, tls_sandbox: Sandbox) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{unused.getsockname()[1]}"
        door = door_to(tls_sandbox)
        door.write("a.xml")
        seen = examine(door, HTTPS_PROXY=proxy, **FILES)
    assert (seen.code, seen.wrong) == (7, "proxy"), seen.log
    assert f"the proxy {proxy} refused the connection" in seen.log


def test_the_way_through_a_proxy_is_looked_at_as_a_whole(
    door_to: Doors, tls_sandbox: Sandbox, certificates: Certificates
) -> None:
    with ForwardProxy() as proxy:
        door = door_to(tls_sandbox)
        door.write("a.xml")
        url = f"http://127.0.0.1:{proxy.port}"
        seen = examine(door, HTTPS_PROXY=url, ca_bundle=str(certificates.ca), **FILES)
        assert (seen.code, seen.fine) == (0, LISTED), seen.log
        assert f"proxy        {url}" in seen.log
        assert {line.split()[0] for line in proxy.requests} == {"CONNECT"}


def test_missing_credentials_are_named_and_the_rest_is_still_checked(door_to: Doors) -> None:
    with jira(context_path="/jira") as url:
        door = door_to(f"{url}/jira")
        door.write("a.xml")
        seen = examine(door, QTM_TOKEN="", **FILES)
        assert (seen.code, seen.wrong) == (2, "credentials"), seen.log
        assert "/jira, Jira 9.12.4" in seen.log
        assert "not set: token (or username and password)" in seen.log
        seen = examine(door, QTM_API_KEY="", if_no_credentials="skip", **FILES)
        assert (seen.code, seen.wrong) == (0, ""), seen.log


@pytest.mark.parametrize(
    ("spec", "inputs", "expected"),
    [
        ("version: 1\nfiels: [a.xml]\nformat: junit\n", {}, (2, "spec")),
        ("version: 1\nfiles: [b.xml]\nformat: junit\n", {}, (3, "files")),
        ("version: 1\nfiles: [b.xml]\nformat: junit\n", {"if_no_files": "warn"}, (0, "")),
        ("version: 1\nfiles: [a.xml]\nformat: testng\n", {}, (3, "files")),
        ("version: 1\nfiles: [a.xml]\nformat: junit\n", {"wait": "maybe"}, (2, "inputs")),
        ("version: 1\nfiels: [a.xml]\nformat: junit\n", {"soft_fail": "true"}, (0, "spec")),
    ],
)
def test_spec_and_files_are_checked_as_an_import_checks_them(
    door: Door, sandbox: Sandbox, spec: str, inputs: dict[str, str], expected: tuple[int, str]
) -> None:
    door.write("a.xml")
    door.write("qtm-import.yml", spec)
    seen = examine(door, **inputs)
    assert (seen.code, seen.wrong) == expected, seen.log
    assert sandbox.imports == ()


def test_to_follow_an_import_needs_neither_spec_nor_files(door: Door) -> None:
    seen = examine(door, tracking_id="id-1")
    assert (seen.code, seen.wrong) == (0, ""), seen.log
    assert "spec         skipped: tracking-id is set" in seen.log


def test_to_follow_an_import_the_region_is_read_from_the_spec_as_an_import_reads_it(
    door_to: Doors, sandbox_of: Sandboxes
) -> None:
    door = door_to("https://acme.atlassian.net")
    door.write("a.xml")
    region = sandbox_of(cloud=True).url
    door.write("qtm-import.yml", f"version: 1\nregion: {region}\nfiles: [a.xml]\nformat: junit\n")
    seen = examine(door, tracking_id="id-1", QTM_TOKEN="")
    assert (seen.code, seen.wrong) == (0, ""), seen.log
    assert "the spec's region" in seen.log


def test_of_a_cloud_site_and_a_spec_that_is_not_valid_only_the_spec_is_wrong(door_to: Doors) -> None:
    door = door_to("https://acme.atlassian.net")
    door.write("qtm-import.yml", "version: 1\nregion: us\nfiels: [a.xml]\nformat: junit\n")
    seen = examine(door)
    assert (seen.code, seen.wrong) == (2, "spec"), seen.log


def test_a_server_that_never_answers_is_given_up_in_ten_seconds(door_to: Doors) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        door = door_to(f"http://127.0.0.1:{silent.getsockname()[1]}")
        door.write("a.xml")
        seen = examine(door, **FILES)
    assert (seen.code, seen.wrong) == (7, "address"), seen.log
    assert "timed out" in seen.log


def test_a_wrong_key_is_distinguished_from_a_wrong_login_at_the_sandbox(door: Door, sandbox: Sandbox) -> None:
    door.write("a.xml")
    seen = examine(door, QTM_API_KEY="another-key", **FILES)
    assert (seen.code, seen.wrong) == (4, "api-key"), seen.log
    assert sandbox.imports == ()


CLOUD = "region proxy TLS app api-key spec files"


def test_on_cloud_the_history_is_asked(
    door_to: Doors, sandbox_of: Sandboxes, certificates: Certificates
) -> None:
    sandbox = sandbox_of(cloud=True, tls_cert=certificates.server, tls_key=certificates.server)
    door = door_to("")
    door.write("a.xml")
    cloud = FILES | {"region": sandbox.url, "ca_bundle": str(certificates.ca)}
    seen = examine(door, QTM_TOKEN="", **cloud)
    assert (seen.code, seen.fine) == (0, CLOUD), seen.log
    seen = examine(door, QTM_TOKEN="", QTM_API_KEY="another-key", **cloud)
    assert (seen.code, seen.wrong) == (4, "api-key"), seen.log
    seen = examine(door, QTM_TOKEN="", **cloud | {"region": f"{sandbox.url}/wrong"})
    assert (seen.code, seen.wrong) == (5, "region"), seen.log
    assert "Check region" in seen.log
    assert sandbox.imports == ()


def test_a_region_that_is_not_given_or_not_known_is_named(door_to: Doors) -> None:
    door = door_to("https://acme.atlassian.net")
    door.write("a.xml")
    seen = examine(door, **FILES)
    assert (seen.code, seen.wrong) == (2, "region"), seen.log
    assert "Set region" in seen.log
    seen = examine(door_to("https://qtmcloud.qmetry.com"), **FILES)
    assert (seen.code, seen.wrong) == (2, "region"), seen.log
    seen = examine(door, region="uk", **FILES)
    assert (seen.code, seen.wrong) == (2, "region"), seen.log
    assert "region 'uk' is unknown" in seen.log
    seen = examine(door, **FILES | {"format": "junti"})
    assert seen.code == 2, seen.log
    assert "Set region" in seen.log


def test_on_cloud_a_missing_api_key_is_named(door_to: Doors, sandbox_of: Sandboxes) -> None:
    door = door_to("")
    door.write("a.xml")
    region = sandbox_of(cloud=True).url
    seen = examine(door, QTM_REGION=region, QTM_JIRA_URL="", QTM_TOKEN="", QTM_API_KEY="", **FILES)
    assert (seen.code, seen.wrong) == (2, "api-key"), seen.log


def test_a_region_in_the_spec_gets_no_key_with_the_input_of_a_server(
    door: Door, sandbox_of: Sandboxes
) -> None:
    region = sandbox_of(cloud=True).url
    door.write("a.xml")
    door.write("qtm-import.yml", f"version: 1\nregion: {region}\nfiles: [a.xml]\nformat: junit\n")
    seen = examine(door)
    assert (seen.code, seen.wrong) == (2, "region"), seen.log
    assert "jira-url is set as an input, but the spec sets region" in seen.log
