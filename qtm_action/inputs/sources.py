"""Where inputs come from: the text and the source of each; nothing is validated yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from qtm_action.inputs.table import BY_NAME, INPUTS, Input
from qtm_action.spec.import_spec import InputValue


def read_sources(environ: Mapping[str, str], options: Mapping[str, str]) -> dict[str, InputValue]:
    """Return the non-empty inputs by name; of several sources the first wins.

    The order: the command-line option, GitHub's ``INPUT_NAME`` with hyphens and with underscores,
    ``QTM_NAME``. An empty text is unset, since GitHub passes an input that is not set that way.
    """
    found = {}
    for declared in INPUTS:
        if first := next(_candidates(declared, environ, options), None):
            found[declared.name] = first
    return found


def secret_texts(environ: Mapping[str, str], options: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret any source holds, also one that another source overrules.

    Passwords inside URLs count too: those of proxies, and one in ``jira-url``, which is refused later.
    """
    secrets = (value.text for each in INPUTS if each.secret for value in _candidates(each, environ, {}))
    return tuple(dict.fromkeys((*_url_passwords(environ, options), *secrets)))


def _url_passwords(environ: Mapping[str, str], options: Mapping[str, str]) -> list[str]:
    """Return the passwords in the URLs of the environment, as they are written and as they are meant."""
    urls = [text for name, text in environ.items() if name.lower().endswith("_proxy")]
    urls += [value.text for value in _candidates(BY_NAME["jira-url"], environ, options)]
    found = []
    for url in urls:
        user, at, _ = url.rpartition("://")[2].rpartition("@")
        password = user.partition(":")[2]
        if at and password:
            found += [password, unquote(password)]
    return found


def _candidates(
    declared: Input, environ: Mapping[str, str], options: Mapping[str, str]
) -> Iterator[InputValue]:
    """Yield the texts that are not empty, the one that counts first."""
    sources = [
        (None if declared.secret else options.get(declared.name), f"option --{declared.name}"),
        *((environ.get(each), f'input "{declared.name}"') for each in declared.github_variables),
        (environ.get(declared.variable), f"variable {declared.variable}"),
    ]
    for text, source in sources:
        if cleaned := _clean(declared, text or ""):
            yield InputValue(cleaned, source)


def _clean(declared: Input, text: str) -> str:
    """Drop what editors and secret stores add: CRs, line ends, white space around all but a password."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n") if declared.name == "password" else text.strip()
