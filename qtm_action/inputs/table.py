"""The table of inputs: each is declared here, once.

A test checks ``action.yml``, the README's table and the command line against this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from qtm_action.formats import Format, IfNoFiles, StaleFiles, ZipMode
from qtm_action.words import environment_variable


class Kind(Enum):
    """What the text of an input is, for the command line and GitLab's component."""

    TEXT = auto()
    LINES = auto()
    PATH = auto()
    BOOLEAN = auto()
    DURATION = auto()
    COUNT = auto()


class Input(NamedTuple):
    """One input: its kebab-case name, what it means, and what its text is.

    ``default`` is the value used when none is given; ``default_note`` describes a default that
    depends on where the program runs. ``required`` says when an import needs the input, empty where it
    never does. ``spec_key`` names the spec key that the input stands for.
    """

    name: str
    help: str
    kind: Kind = Kind.TEXT
    default: str = ""
    default_note: str = ""
    required: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    spec_key: str = ""

    @property
    def variable(self) -> str:
        """The environment variable for GitLab, Jenkins and shells: ``QTM_JIRA_URL``."""
        return environment_variable(self.name)

    @property
    def github_variables(self) -> tuple[str, ...]:
        """What GitHub's runner sets: ``INPUT_JIRA-URL``, and the form a shell can set."""
        upper = self.name.upper()
        return tuple(dict.fromkeys((f"INPUT_{upper}", f"INPUT_{upper.replace('-', '_')}")))


def _of_spec(
    key: str,
    help_text: str,
    kind: Kind = Kind.TEXT,
    choices: tuple[str, ...] = (),
    required: str = "",
) -> Input:
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in key)
    return Input(name, help_text, kind=kind, choices=choices, required=required, spec_key=key)


def _values(choices: type[Enum]) -> tuple[str, ...]:
    return tuple(each.value for each in choices)


_BASIC = "required on Server without `token`"

GROUPS: Mapping[str, tuple[Input, ...]] = {
    "Connection": (
        Input(
            "jira-url",
            "Jira's base URL; a context path is allowed. With `region`: the Jira site, for links only",
            default_note="the spec's `jiraUrl`",
            required="required on Server",
        ),
        Input(
            "region",
            "QTM4J Cloud: `us`, `au`, or a base URL; `api-key` is then the only credential",
            default_note="the spec's `region`",
            required="required on Cloud",
        ),
        Input("api-key", "QTM4J automation API key", required="required", secret=True),
        Input(
            "token",
            "Jira personal access token, sent as Bearer (not on Cloud)",
            required="required on Server, or `username` and `password`",
            secret=True,
        ),
        Input("username", "Jira user for Basic authentication (not on Cloud)", required=_BASIC),
        Input(
            "password",
            "Password or API token of that user",
            required=_BASIC,
            secret=True,
        ),
        Input("ca-bundle", "PEM file of CAs to trust in addition to the system's", kind=Kind.PATH),
        Input("client-cert", "PEM file with a client certificate and its key", kind=Kind.PATH),
        Input("tls-verify", "Verify the server's certificate", kind=Kind.BOOLEAN, default="true"),
        Input(
            "retry-for",
            "How long to retry one request after temporary errors",
            kind=Kind.DURATION,
            default="60s",
        ),
        Input(
            "if-no-credentials",
            "What to do if the credentials are empty, as in a pull request from a fork: `error` or `skip`",
            default="error",
            choices=("error", "skip"),
        ),
    ),
    "Result files": (
        Input(
            "spec",
            "Path of the import spec",
            kind=Kind.PATH,
            default_note="`qtm-import.yml`, if it exists",
        ),
        Input(
            "only",
            "Names of the imports to run, one per line, for example those that failed",
            kind=Kind.LINES,
            default_note="all",
        ),
        _of_spec(
            "format",
            "Format of the result files, for one import without a spec",
            choices=_values(Format),
        ),
        _of_spec(
            "files",
            "Patterns of the result files, one per line; `!` excludes",
            Kind.LINES,
            required="required without a spec",
        ),
        Input(
            "working-directory",
            "Folder that patterns and paths are relative to",
            kind=Kind.PATH,
            default_note="the workspace",
        ),
        _of_spec("zip", "When to zip: `auto`, `always`, `never`", choices=_values(ZipMode)),
        _of_spec("attachments", "Patterns of files to attach (QAF screenshots), one per line", Kind.LINES),
        _of_spec("maxAge", "Maximum age of result files, such as `2h`"),
        _of_spec(
            "ifOlder",
            "What to do with result files older than `max-age`: `warn`, or `drop` to skip them",
            choices=_values(StaleFiles),
        ),
        _of_spec(
            "repair", "Upload a copy of XML files without the characters that XML forbids", Kind.BOOLEAN
        ),
        Input(
            "if-no-files",
            "What to do if no file matches: `error`, `warn` or `ignore`",
            default="error",
            choices=_values(IfNoFiles),
        ),
    ),
    "Mapping in QTM4J": (
        _of_spec("testCycleToReuse", "Key of the test cycle to reuse, such as `PRJ-TR-1`"),
        _of_spec("environment", "Environment that the tests ran on"),
        _of_spec("build", "Build that was tested"),
        _of_spec("fields", "Fields of test cycle, test case and execution, as YAML or JSON", Kind.LINES),
        _of_spec(
            "automationHierarchy",
            "1, 2 or 3: what becomes a test cycle, test case and test step (TestNG, JUnit)",
        ),
        _of_spec("matchTestSteps", "Match test steps, not only test cases", Kind.BOOLEAN),
        _of_spec("appendTestName", "Append the test's name (TestNG, JUnit; hierarchy 2 and 3)", Kind.BOOLEAN),
        _of_spec("attachFile", "Upload attachments to the executions (QAF, Cucumber)", Kind.BOOLEAN),
        _of_spec("useFeatureName", "Import the feature's name as the component (Cucumber)", Kind.BOOLEAN),
        _of_spec("useFeatureDescription", "Import the feature's description (Cucumber)", Kind.BOOLEAN),
    ),
    "Behavior": (
        Input(
            "wait",
            "`false`: exit after the upload with status INPROCESS and exit code 0, without waiting for QTM4J",
            kind=Kind.BOOLEAN,
            default="true",
        ),
        Input(
            "timeout",
            "How long to wait for QTM4J to finish one import: `90`, `90s`, `15m`, `1h`",
            kind=Kind.DURATION,
            default="15m",
        ),
        Input(
            "tracking-id",
            "Tracking IDs of earlier imports to wait for instead of uploading, separated by commas or lines",
        ),
        Input(
            "fail-on-tests",
            "`failed`: also exit with 1 if imported tests failed",
            default="none",
            choices=("none", "failed"),
        ),
        Input(
            "soft-fail",
            "Report errors as warnings and exit with 0",
            kind=Kind.BOOLEAN,
            default="false",
        ),
        Input(
            "dry-run",
            "Do everything except send requests; print request bodies, files and archive listing",
            kind=Kind.BOOLEAN,
            default="false",
        ),
        Input(
            "max-parallel",
            "How many imports of a spec run in parallel",
            kind=Kind.COUNT,
            default="4",
        ),
    ),
    "Output": (
        Input(
            "report-file",
            "Write the report as JSON to this path",
            kind=Kind.PATH,
            default_note="Jenkins: `qtm-import.json`",
        ),
        Input(
            "dotenv-file",
            "Write the outputs as `QTM_NAME=value` lines to this path",
            kind=Kind.PATH,
            default_note="GitLab: `qtm-import.env`",
        ),
        Input(
            "summary-file",
            "Write the summary to these paths, one per line: as HTML to `.html`, otherwise as Markdown",
            kind=Kind.LINES,
        ),
        Input(
            "log-level",
            "`info` or `debug`",
            default="info",
            default_note="`debug` when `RUNNER_DEBUG=1`",
            choices=("info", "debug"),
        ),
    ),
}
INPUTS: tuple[Input, ...] = tuple(each for group in GROUPS.values() for each in group)

BY_NAME = {each.name: each for each in INPUTS}
SECRET_VARIABLES = frozenset(
    variable for each in INPUTS if each.secret for variable in (each.variable, *each.github_variables)
)
