"""The settings of a run: every input read, checked and typed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from qtm_action.errors import InvalidInputError, Problem
from qtm_action.formats import DeploymentKind, IfNoFiles
from qtm_action.inputs.reporting import DESTINATIONS, why_not_written, working_directory
from qtm_action.inputs.table import BY_NAME, INPUTS
from qtm_action.qtm4j.values import Credentials, Proxies, Tls
from qtm_action.redaction import MOST_LEARNED, SHORTEST, part_of, redacted
from qtm_action.spec.import_spec import DEFAULT_SPEC, InputValue
from qtm_action.words import TRUTH_OF_INPUTS, one_line, parse_duration

_UNEXPANDED = re.compile(r"\$\w+|\$\{[^}]*\}|\$\{\{.*\}\}|\$\(\w+\)|%\w+%")


class Settings(NamedTuple):
    """The inputs of a run. Durations are in seconds; paths are absolute.

    Which credentials are needed depends on where QTM4J is. ``spec`` is None when there is no spec file;
    no link may lead it out of the folder ``spec_within``, None for a file that the user named elsewhere;
    ``spec_inputs`` holds, by spec key, the inputs that stand for or override keys of the spec.
    """

    working_directory: Path
    jira_url: str | None
    region: str | None
    credentials: Credentials
    spec: Path | None
    spec_shown_as: str
    spec_within: Path | None
    spec_inputs: Mapping[str, InputValue]
    only: tuple[str, ...]
    retry_for: float
    wait: bool
    timeout: float
    tracking_ids: tuple[str, ...]
    max_parallel: int
    if_no_files: IfNoFiles
    skip_without_credentials: bool
    fail_on_tests: bool
    dry_run: bool
    tls: Tls
    proxies: Proxies

    @property
    def deployment(self) -> DeploymentKind | None:
        """The deployment that the inputs choose; None where that is left to the spec."""
        return DeploymentKind.CLOUD if self.region else None


def read_settings(inputs: Mapping[str, InputValue], environ: Mapping[str, str], here: Path) -> Settings:
    """Return the settings; raise InvalidInputError with everything that is wrong with the inputs."""
    reader = _InputReader(inputs)
    base = working_directory(inputs, here)
    if not os.path.isdir(base):  # noqa: PTH112 - Path's raises for a name that is too long
        reader.refuse("working-directory", f"{base} is not a folder")
    spec, shown_as = _spec_path(reader, base)
    settings = Settings(
        working_directory=base,
        jira_url=reader.text("jira-url"),
        region=reader.text("region"),
        credentials=_credentials(reader),
        spec=spec,
        spec_shown_as=shown_as,
        spec_within=_border_of(spec, shown_as, base) if spec else None,
        spec_inputs={
            each.spec_key: inputs[each.name] for each in INPUTS if each.spec_key and each.name in inputs
        },
        only=tuple(filter(None, map(str.strip, (reader.text("only") or "").splitlines()))),
        retry_for=reader.duration("retry-for"),
        wait=reader.boolean("wait"),
        timeout=reader.duration("timeout"),
        tracking_ids=_tracking_ids(reader),
        max_parallel=reader.count("max-parallel", most=MOST_LEARNED),  # each has an upload URL to hide
        if_no_files=IfNoFiles(reader.choice("if-no-files")),
        skip_without_credentials=reader.choice("if-no-credentials") == "skip",
        fail_on_tests=reader.choice("fail-on-tests") == "failed",
        dry_run=reader.boolean("dry-run"),
        tls=Tls(
            ca_bundle=reader.path("ca-bundle", base),
            client_cert=reader.path("client-cert", base),
            verify=reader.boolean("tls-verify"),
        ),
        proxies=read_proxies(environ),
    )
    for name in DESTINATIONS:
        if reason := why_not_written(name, inputs, here):
            reader.refuse(name, reason, "Use the path of a file.")
    reader.boolean("soft-fail")
    reader.choice("log-level")
    reader.finish()
    return settings


def read_proxies(environ: Mapping[str, str]) -> Proxies:
    """Return the proxies that the environment names; the lower-case names win, as in curl.

    ``HTTP_PROXY`` in upper case is not read inside a CGI program, where a request's header could set
    it; no CI step runs as one, so it is honoured here.
    """

    def first(*names: str) -> str | None:
        return next((environ[name] for name in names if environ.get(name)), None)

    return Proxies(
        http=first("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
        https=first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
        no_proxy=first("no_proxy", "NO_PROXY") or "",
    )


class _InputReader:
    """Reads inputs one by one and remembers everything that is wrong with them."""

    def __init__(self, inputs: Mapping[str, InputValue]) -> None:
        self.inputs = inputs
        self.problems: list[Problem] = []

    def refuse(self, name: str, message: str, hint: str = "") -> None:
        source = self.inputs[name].source if name in self.inputs else f'input "{name}"'
        self.problems.append(Problem(f"{source}: {message}", hint))

    def finish(self) -> None:
        if self.problems:
            first = self.problems[0]
            more = len(self.problems) - 1
            message = first.message if not more else f"{len(self.problems)} inputs are invalid"
            hint = first.hint if not more else ""
            raise InvalidInputError(message, hint=hint, problems=self.problems if more else ())

    def text(self, name: str) -> str | None:
        return self.inputs[name].text if name in self.inputs else None

    def path(self, name: str, base: Path) -> Path | None:
        text = self.text(name)
        return base / text if text else None

    def boolean(self, name: str) -> bool:
        given = self.text(name) or BY_NAME[name].default
        value = TRUTH_OF_INPUTS.get(given.lower())
        if value is None:
            self.refuse(name, f"{redacted(given)!r} is neither true nor false", "Use true or false.")
        return bool(value)

    def choice(self, name: str) -> str:
        declared = BY_NAME[name]
        given = self.text(name) or declared.default
        text = given.lower()
        if text not in declared.choices:
            known = ", ".join(declared.choices)
            self.refuse(name, f"{redacted(given)!r} is not a valid value", f"Use one of: {known}.")
            return declared.default
        return text

    def duration(self, name: str) -> float:
        text = self.text(name) or BY_NAME[name].default
        try:
            return parse_duration(text)
        except ValueError as error:
            self.refuse(name, str(error))
            return 0.0

    def count(self, name: str, *, most: int) -> int:
        text = self.text(name) or BY_NAME[name].default
        if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
            self.refuse(name, f"{redacted(text)!r} is not a whole number from 1 to {most}")
            return 1
        return int(text)


def _spec_path(reader: _InputReader, base: Path) -> tuple[Path | None, str]:
    named = reader.text("spec")
    if named is None:
        default = base / DEFAULT_SPEC
        return (default, DEFAULT_SPEC) if os.path.lexists(default) else (None, "")
    return base / named, named


def _border_of(spec: Path, named: str, base: Path) -> Path | None:
    """Return the folder that a spec must not leave through a link, which anyone who can change it can make.

    A file elsewhere, given by its absolute path, is the choice of whoever wrote the pipeline.
    """
    path = Path(os.path.normpath(spec))
    if path.is_relative_to(os.path.normpath(base)):
        return base
    return None if Path(named).is_absolute() else path.parent


def _tracking_ids(reader: _InputReader) -> tuple[str, ...]:
    text = reader.text("tracking-id") or ""
    found = tuple(dict.fromkeys(each for each in re.split(r"[,\s]+", text) if each))
    if redacted(text) != text and all(redacted(each) == each for each in found):
        reader.refuse(
            "tracking-id", "contains a secret of this job", "Set tracking-id to the tracking IDs only."
        )
        return ()
    for each in found:
        if not re.fullmatch(r"[\w.:-]{1,200}", each, re.ASCII):
            reader.refuse(
                "tracking-id",
                f"{one_line(part_of(text, each), 80)!r} is not a tracking ID",
                "Copy it from the log or the `tracking-id` output of the run that uploaded.",
            )
    return found


def _credentials(reader: _InputReader) -> Credentials:
    """Return the credentials, as far as they are given."""
    key, token, user, password = (
        _secret_text(reader, name) for name in ("api-key", "token", "username", "password")
    )
    if token and password and not reader.text("region"):  # Cloud takes neither, which is warned about
        reader.refuse(
            "token",
            "token and password are both set, and Jira accepts only one of them",
            "Remove the token, or the username and password.",
        )
    if user and ":" in user:
        reader.refuse(
            "username",
            "a username with a colon cannot be used for Basic authentication",
            "Use a token instead.",
        )
    if token and token.lower().startswith("bearer "):
        token = token[len("bearer ") :].strip()
    return Credentials(api_key=key or "", token=token, username=user, password=password)


def _secret_text(reader: _InputReader, name: str) -> str | None:
    """Return a credential's text after checks that never quote it."""
    text = reader.text(name)
    if text is None:
        return None
    if _UNEXPANDED.fullmatch(text):
        reader.refuse(
            name,
            "contains an unexpanded variable instead of a value",
            "Define that variable where this job can see it. Protected variables are hidden from "
            "unprotected branches.",
        )
    elif BY_NAME[name].secret and len(text) < SHORTEST:
        reader.refuse(
            name,
            f"is shorter than {SHORTEST} characters, too short to mask safely",
            "Set it to the whole secret.",
        )
    elif name in ("api-key", "token") and not re.fullmatch(r"[\x21-\x7e]+( [\x21-\x7e]+)?", text):
        reader.refuse(
            name,
            "contains a line break or an invalid character",
            "Copy the secret again, on one line and without quotes.",
        )
    elif "\n" in text:
        reader.refuse(name, "contains a line break", "Store it as one line.")
    return text
