"""How the deployments of QTM4J differ: keys that one of them has, and how users are named.

Sources: for Server the vendor's page, for Cloud the vendor's Jenkins plugin and MCP server. The forms of
times are in :mod:`~qtm_action.spec.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qtm_action.errors import Problem, Severity
from qtm_action.formats import DeploymentKind
from qtm_action.spec.nodes import Node

_SERVER, _CLOUD = DeploymentKind.SERVER, DeploymentKind.CLOUD
NOT_SENT: dict[DeploymentKind, frozenset[str]] = {
    _SERVER: frozenset(),
    _CLOUD: frozenset({"useFeatureName", "useFeatureDescription"}),
}
# The key of the other deployment, and what to do about it.
_OTHERS_FOLDER = {
    _SERVER: (
        "folderId",
        "Use `folderPath`, such as Automation/Nightly. To import into Cloud, set `region`.",
    ),
    _CLOUD: (
        "folderPath",
        "Use `folderId`, the folder's number: right-click the folder in QTM4J and choose Copy Folder Id.",
    ),
}
# A user as the other deployment, or neither of them, names one, and how this one does.
_WRONG_USER = {
    _SERVER: (re.compile(r"[0-9]{6}:[0-9a-f-]{36}|[0-9a-f]{24}"), "account key, such as JIRAUSER11801"),
    _CLOUD: (
        re.compile(r"JIRAUSER[0-9]+|[^@\s]+@[^@\s]+"),
        "Atlassian account ID, such as 5b10a2844c20165700ede21f, which is in the URL of the user's profile",
    ),
}


def check_deployment(node: Node, deployment: DeploymentKind) -> Iterator[Problem]:
    """Yield what of an import ``deployment`` would reject (errors), or ignore or not recognize (warnings)."""
    for key in sorted(NOT_SENT[deployment]):
        child = node.children.get(key)
        if child is not None and child.content is not False:
            yield (child.key_location or child.location).problem(
                f"`{key}` is not sent: QTM4J {deployment.value} does not support it",
                f"Remove `{key}`.",
                Severity.WARNING,
            )
    fields = node.children.get("fields")
    for section in fields.children.values() if fields is not None else ():
        yield from _folder(section, deployment)
        for key in ("assignee", "reporter"):
            yield from _user(section, key, deployment)


def _folder(section: Node, deployment: DeploymentKind) -> Iterator[Problem]:
    key, hint = _OTHERS_FOLDER[deployment]
    child = section.children.get(key)
    if child is not None:
        yield child.location.problem(f"`{key}` is not available on QTM4J {deployment.value}", hint)


def _user(section: Node, key: str, deployment: DeploymentKind) -> Iterator[Problem]:
    child = section.children.get(key)
    form, right = _WRONG_USER[deployment]
    if child is not None and isinstance(child.content, str) and form.fullmatch(child.content):
        yield child.location.problem(
            f"`{key}` {child.shown()} is not a user of QTM4J {deployment.value}",
            f"Use the {right}.",
            Severity.WARNING,
        )
