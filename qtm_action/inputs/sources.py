"""Where inputs come from: the text of each, and which source gave it; nothing is judged yet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from qtm_action.inputs.table import BY_NAME, INPUTS, Input
from qtm_action.spec.import_spec import InputValue

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_sources(environ: Mapping[str, str], options: Mapping[str, str]) -> dict[str, InputValue]:
    """Return the non-empty inputs by name; of several sources the first wins.

    The order: the command-line option, GitHub's ``INPUT_NAME`` with hyphens and with underscores,
    ``QTM_NAME``. An empty text is unset, since GitHub passes an input that is not set that way.
    """
    found: dict[str, InputValue] = {}
    for declared in INPUTS:
        for text, source in _candidates(declared, environ, options):
            cleaned = _clean(declared, text)
            if cleaned:
                found[declared.name] = InputValue(cleaned, source)
                break
    return found


def secret_texts(environ: Mapping[str, str], options: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret any source holds, also one that another source overrules.

    Passwords inside URLs count too: those of proxies, and one in ``jira-url``, which is refused later.
    """
    texts = dict.fromkeys(_url_passwords(environ, options))
    for declared in INPUTS:
        if declared.secret:
            for text, _ in _candidates(declared, environ, {}):
                cleaned = _clean(declared, text)
                if cleaned:
                    texts[cleaned] = None
    return tuple(texts)


def _url_passwords(environ: Mapping[str, str], options: Mapping[str, str]) -> list[str]:
    """Return the passwords in the URLs of the environment, as they are written and as they are meant."""
    urls = [text for name, text in environ.items() if name.lower().endswith("_proxy")]
    urls += [text for text, _ in _candidates(BY_NAME["jira-url"], environ, options)]
    found = []
    for url in urls:
        user, at, _ = url.rpartition("://")[2].rpartition("@")
        password = user.partition(":")[2]
        if at and password:
            found += [password, unquote(password)]
    return found


def _candidates(
    declared: Input, environ: Mapping[str, str], options: Mapping[str, str]
) -> list[tuple[str, str]]:
    candidates = []
    if declared.name in options and not declared.secret:
        candidates.append((options[declared.name], f"option --{declared.name}"))
    candidates += [
        (environ[variable], f'input "{declared.name}"')
        for variable in declared.github_variables
        if variable in environ
    ]
    if declared.variable in environ:
        candidates.append((environ[declared.variable], f"variable {declared.variable}"))
    return candidates


def _clean(declared: Input, text: str) -> str:
    """Drop what editors and secret stores add: CRs, line ends, white space around all but a password."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n") if declared.name == "password" else text.strip()
