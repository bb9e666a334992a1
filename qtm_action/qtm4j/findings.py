"""What an answer to a question that imports nothing proves, and what it can't.

The question is for the progress of an import that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from qtm_action.errors import AuthenticationError, QtmActionError, RefusedError
from qtm_action.qtm4j.progress import is_progress_record
from qtm_action.qtm4j.refusals import is_missing_route, names_no_import, refusal
from qtm_action.qtm4j.transport.answers import with_message
from qtm_action.redaction import redacted
from qtm_action.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtm_action.qtm4j.deployment import Address, Deployment
    from qtm_action.qtm4j.transport.answers import Answer

# What Jira sends with every answer of its own, a refusal and a 404 too.
_JIRAS_HEADERS = frozenset({"x-arequestid", "x-ausername", "x-seraph-loginreason"})
_DOING = "to return the import status"


class Subject(Enum):
    """What can be right or wrong, in the order in which a request meets it."""

    ADDRESS = "address"
    PROXY = "proxy"
    TLS = "TLS"
    CONTEXT_PATH = "context path"
    APP = "app"
    CREDENTIALS = "credentials"
    API_KEY = "api-key"


# Cloud has no Jira between, and no log-in beside the key.
CLOUD_SUBJECTS = (Subject.ADDRESS, Subject.PROXY, Subject.TLS, Subject.APP, Subject.API_KEY)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a subject.

    ``seen`` in a few words; ``hint`` what to do although nothing is wrong. ``is_known`` is false where the
    answers don't tell. ``error`` is what an import would fail with.
    """

    subject: Subject
    seen: str = ""
    hint: str = ""
    error: QtmActionError | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class JiraFound:
    """A Jira that said so itself; ``base`` is where that was, and ``version`` its version."""

    base: Address
    version: str


def is_past_login(answer: Answer, deployment: Deployment) -> bool:
    """Return whether Jira let the request pass: QTM4J looked for the import, or refused the API key.

    Any other error with an ``errorMessage`` proves nothing: a gateway or another application may send it too.
    """
    is_app_error = answer.app_error() is not None and not answer.is_transient and not answer.is_server_error
    return _is_accepted(answer) or (is_app_error and deployment.authentication_failure(answer) is not None)


def _is_accepted(answer: Answer) -> bool:
    """Return whether QTM4J answered the question itself, which it does only to who may ask."""
    record = answer.json()
    return names_no_import(answer) or (
        answer.is_success and record is not None and is_progress_record(record)
    )


def conclude_from(
    answers: Sequence[Answer], base: Address, jira: JiraFound | None, deployment: Deployment
) -> list[Finding]:
    """Return what the answers to the question for an unknown import prove.

    ``answers`` is one answer, or those of all paths where none has the app. ``jira`` is the Jira that said
    so itself, if there is one.
    """
    answer = next((each for each in answers if deployment.authentication_failure(each)), answers[0])
    refused = deployment.authentication_failure(answer)
    if is_past_login(answer, deployment):
        return [
            Finding(Subject.CONTEXT_PATH, _shown_path(base)),
            Finding(Subject.APP, "QTM4J answers"),
            Finding(Subject.CREDENTIALS, "accepted by Jira"),
            _of_api_key(answer),
        ]
    if refused is not None:
        return _of_refusal(answer, refused, base, jira)
    if is_missing_route(answer):
        path = context_path(base, jira, answer)
        if path.error:
            return [path]
        error = RefusedError(
            with_message("Jira is there, and QTM4J is not", answer),
            hint="install or enable QTM4J (QMetry Test Management for Jira) under Manage apps; it needs a "
            "licence",
        )
        return [path, Finding(Subject.APP, error=error)]
    if answer.is_redirect:
        return [Finding(Subject.ADDRESS, error=refusal(answer, _DOING, deployment))]
    return [context_path(base, jira, answer), Finding(Subject.APP, error=refusal(answer, _DOING, deployment))]


def conclude_from_cloud(answer: Answer, deployment: Deployment) -> list[Finding]:
    """Return what an answer of QTM4J Cloud proves: no Jira stands before it, and there is no log-in."""
    record = answer.json() if answer.is_success else None
    app = Finding(Subject.APP, "QTM4J Cloud answers")
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
    return [Finding(subject, error=refusal(answer, _DOING, deployment))]


def _of_api_key(answer: Answer) -> Finding:
    if _is_accepted(answer):
        return Finding(Subject.API_KEY, "accepted by QTM4J")
    message = one_line(redacted(str((answer.app_error() or {})["errorMessage"])), 200)
    error = AuthenticationError(
        f"QTM4J did not accept the API key ({answer.status}): {message}",
        hint="generate api-key in QTM4J for this user and project (Automation API > Rest API > Generate)",
    )
    return Finding(Subject.API_KEY, error=error)


def _of_refusal(
    answer: Answer, refused: AuthenticationError, base: Address, jira: JiraFound | None
) -> list[Finding]:
    """Return what is known where something refused the question that is not the app."""
    app = Finding(Subject.APP, "can't be known before the credentials are accepted", is_known=False)
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
    """Return whether a Jira is below the context path, by what it says of itself and by ``answer``."""
    if jira is not None and jira.base == base:
        return Finding(Subject.CONTEXT_PATH, f"{_shown_path(base)}, Jira {jira.version}")
    if answer is not None and (answer.is_login_page or _JIRAS_HEADERS & answer.headers.keys()):
        return Finding(Subject.CONTEXT_PATH, f"{_shown_path(base)}, Jira answers")
    is_elsewhere = f"Jira answers at {jira.base}: give that as jira-url" if jira is not None else ""
    if answer is None or not is_missing_route(answer):
        return Finding(
            Subject.CONTEXT_PATH, f"{_shown_path(base)}; the answers don't tell", is_elsewhere, is_known=False
        )
    hint = is_elsewhere or (
        "check the context path (such as /jira) and the host; if both are right, QTM4J is not installed or "
        "not enabled"
    )
    # An import takes a page in the place of an answer for a refusal of the credentials.
    kind = AuthenticationError if answer.is_success or answer.is_redirect else RefusedError
    error = kind(with_message(f"neither QTM4J nor Jira answers below {base}", answer), hint=hint)
    return Finding(Subject.CONTEXT_PATH, error=error)


def _shown_path(base: Address) -> str:
    return base.path or "none"
