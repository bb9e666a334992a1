"""What the answer to a request that imports nothing proves, and what it cannot prove.

The request asks for the progress of an import that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from qtm_action.errors import AuthenticationError, LoginError, QtmActionError, RefusedError
from qtm_action.qtm4j.deployment import Address, Deployment
from qtm_action.qtm4j.progress import progress_record
from qtm_action.qtm4j.refusals import is_missing_route, names_no_import, refusal
from qtm_action.qtm4j.tracking import DOING
from qtm_action.qtm4j.transport.answers import Answer, with_message

# What Jira sends with every answer of its own, a refusal and a 404 too.
_JIRAS_HEADERS = frozenset({"x-arequestid", "x-ausername", "x-seraph-loginreason"})


class Subject(Enum):
    """What is checked, in the order in which a request depends on it."""

    ADDRESS = "address"
    PROXY = "proxy"
    TLS = "TLS"
    CONTEXT_PATH = "context path"
    APP = "app"
    CREDENTIALS = "credentials"
    API_KEY = "api-key"


# On Cloud there is no Jira in between, and no login in addition to the key.
CLOUD_SUBJECTS = (Subject.ADDRESS, Subject.PROXY, Subject.TLS, Subject.APP, Subject.API_KEY)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for a subject.

    ``seen`` in a few words; ``hint`` is advice even if nothing is wrong. ``is_known`` is false where it could
    not be verified. ``error`` is the error that an import would fail with.
    """

    subject: Subject
    seen: str = ""
    hint: str = ""
    error: QtmActionError | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class JiraFound:
    """A Jira that identified itself: its base URL and its version."""

    base: Address
    version: str


def is_past_login(answer: Answer, deployment: Deployment) -> bool:
    """Return whether Jira accepted the login: QTM4J looked for the import, or refused the API key.

    Any other error with an ``errorMessage`` proves nothing: a gateway or another application may send it too.
    """
    is_app_error = answer.app_error() is not None and not answer.is_transient and not answer.is_server_error
    refused = deployment.authentication_failure(answer) if is_app_error else None
    return _is_accepted(answer) or (refused is not None and not isinstance(refused, LoginError))


def _is_accepted(answer: Answer) -> bool:
    """Return whether QTM4J answered the request itself, which it does only with valid credentials."""
    return names_no_import(answer) or progress_record(answer) is not None


def conclude_from(
    answers: Sequence[Answer], base: Address, jira: JiraFound | None, deployment: Deployment
) -> list[Finding]:
    """Return what the answers to the request for an unknown import prove.

    ``answers`` is one answer, or those of all paths where none has the app. ``jira`` is the Jira that
    identified itself, if there is one.
    """
    answer = next((each for each in answers if deployment.authentication_failure(each)), answers[0])
    refused = deployment.authentication_failure(answer)
    if is_past_login(answer, deployment):
        accepted = Finding(Subject.API_KEY, "accepted by QTM4J")
        return [
            Finding(Subject.CONTEXT_PATH, _shown_path(base)),
            Finding(Subject.APP, "QTM4J responded"),
            Finding(Subject.CREDENTIALS, "accepted by Jira"),
            accepted if _is_accepted(answer) else Finding(Subject.API_KEY, error=refused),
        ]
    if refused is not None:
        return _of_refusal(answer, refused, base, jira)
    if is_missing_route(answer):
        path = context_path(base, jira, answer)
        if path.error:
            return [path]
        error = RefusedError(
            with_message("Jira responded, but QTM4J is not installed", answer),
            hint="Install or enable QTM4J (QMetry Test Management for Jira) under Manage apps. It needs a "
            "license.",
        )
        return [path, Finding(Subject.APP, error=error)]
    if answer.is_redirect:
        return [Finding(Subject.ADDRESS, error=refusal(answer, DOING, deployment))]
    return [context_path(base, jira, answer), Finding(Subject.APP, error=refusal(answer, DOING, deployment))]


def conclude_from_cloud(answer: Answer, deployment: Deployment) -> list[Finding]:
    """Return what an answer of QTM4J Cloud proves: there is no Jira in front of it, and no login."""
    record = answer.json() if answer.is_success else None
    app = Finding(Subject.APP, "QTM4J Cloud responded")
    if record is not None and isinstance(record.get("data"), list):  # a page of the history
        return [app, Finding(Subject.API_KEY, "accepted by QTM4J Cloud")]
    refused = deployment.authentication_failure(answer)
    if refused is not None:
        return [app, Finding(Subject.API_KEY, error=refused)]
    if is_missing_route(answer) or answer.status == HTTPStatus.NOT_FOUND:
        error = RefusedError(
            with_message(f"QTM4J Cloud was not found at {deployment.origin}", answer),
            hint=deployment.not_found_hint,
        )
        return [Finding(Subject.ADDRESS, error=error)]
    subject = Subject.ADDRESS if answer.is_redirect else Subject.APP
    return [Finding(subject, error=refusal(answer, DOING, deployment))]


def _of_refusal(
    answer: Answer, refused: AuthenticationError, base: Address, jira: JiraFound | None
) -> list[Finding]:
    """Return what is known where something other than the app refused the request."""
    app = Finding(Subject.APP, "unknown until the credentials are accepted", is_known=False)
    path = context_path(base, jira, answer)
    if path.error:
        return [path]
    user = answer.headers.get("x-ausername", "anonymous").lower()  # whom Jira took the credentials for
    if answer.status == HTTPStatus.FORBIDDEN and user != "anonymous":
        return [
            path,
            app,
            Finding(Subject.CREDENTIALS, "accepted by Jira"),
            Finding(Subject.API_KEY, error=refused),
        ]
    return [path, app, Finding(Subject.CREDENTIALS, error=refused)]


def context_path(base: Address, jira: JiraFound | None, answer: Answer | None = None) -> Finding:
    """Return whether a Jira is at the context path, by its own information and by ``answer``."""
    if jira is not None and jira.base == base:
        return Finding(Subject.CONTEXT_PATH, f"{_shown_path(base)}, Jira {jira.version}")
    if answer is not None and (answer.is_login_page or _JIRAS_HEADERS & answer.headers.keys()):
        return Finding(Subject.CONTEXT_PATH, f"{_shown_path(base)}, Jira responded")
    is_elsewhere = f"Set jira-url to {jira.base}, where Jira was found." if jira is not None else ""
    if answer is None or not is_missing_route(answer):
        return Finding(
            Subject.CONTEXT_PATH, f"{_shown_path(base)}, could not be verified", is_elsewhere, is_known=False
        )
    hint = is_elsewhere or (
        "Check the context path (such as /jira) and the host. If both are right, QTM4J is not installed or "
        "not enabled."
    )
    # An import takes a page instead of an answer for a refusal of the credentials.
    kind = AuthenticationError if answer.is_success or answer.is_redirect else RefusedError
    error = kind(with_message(f"no Jira or QTM4J found at {base}", answer), hint=hint)
    return Finding(Subject.CONTEXT_PATH, error=error)


def _shown_path(base: Address) -> str:
    return base.path or "none"
