"""Expands ``${NAME}`` and ``${NAME:-default}`` in texts of a spec, after it was parsed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from qtm_action.redaction import SHORTEST, masked_in_place, part_of
from qtm_action.spec.foreign_text import short_key

MAX_NESTING = 8

_TOKEN = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(\}|:-))?|\}")
_BARE = re.compile(r"(?<!\$)\$([A-Za-z_][A-Za-z0-9_]*)")
_ANY = re.compile(r"(?<!\$)\$(?:\{(?=\w+\}))?([A-Za-z_][A-Za-z0-9_]*)\}?")
_GITHUB = re.compile(r"\{\s*(?:(github|runner)|env|vars)\.(\w+)\s*\}\}")
# What is not UTF-8 in the environment arrives as lone surrogates.
_NOT_UTF_8 = re.compile("[\ud800-\udfff]")
_JENKINS = re.compile(r"env\.(\w+)\}")


class VariableError(Exception):
    """A text can't be expanded; ``message`` says why and ``hint`` what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class TooMuchTextError(Exception):
    """Variables make more of a text than may be made of it: at least ``excess`` characters more."""

    def __init__(self, excess: int) -> None:
        super().__init__(excess)
        self.excess = excess


class Variables(NamedTuple):
    """The environment that texts are expanded from, and the names in it that hold secrets."""

    environ: Mapping[str, str]
    secret: Collection[str]

    def expand(self, text: str, *, most: int) -> str:
        """Return ``text`` with its variables replaced; ``$${`` becomes ``${``.

        Raises VariableError for a variable that is not set and has no default, one that holds a secret,
        and ``${`` that begins no variable; TooMuchTextError beyond ``most`` characters.
        """
        parts: list[str] = []
        # For each default that is open: what comes before its variable, and the variable's value.
        outer: list[tuple[list[str], str | None]] = []
        position = expanded = 0
        for token in _TOKEN.finditer(text):
            parts.append(text[position : token.start()])
            position = token.end()
            if token[0] == "$${" or (token[0] == "}" and not outer):
                parts.append(token[0].removeprefix("$"))
                continue
            if token[0] == "}":
                default = "".join(parts)
                parts, value = outer.pop()
            else:
                default, value = "", self._value(token, text, nesting=len(outer))
                if token[2] == ":-":
                    outer.append((parts, value))
                    parts = []
                    continue
                if value is None and not any(above for _, above in outer):
                    name = _shown(text, token[1])
                    raise VariableError(f"the variable {name} is not set", self._unset_hint(name))
            part = value or default  # as in a shell, an empty value counts as none
            expanded += len(part)
            if expanded > most:
                raise TooMuchTextError(expanded - most)
            parts.append(part)
        if outer:
            raise VariableError("a variable with a default has no closing }", "Write ${NAME:-default}.")
        return "".join([*parts, text[position:]])

    def _value(self, token: re.Match[str], text: str, *, nesting: int) -> str | None:
        """Return the value of the variable that ``token`` begins; None where it is not set."""
        if nesting == MAX_NESTING:
            raise VariableError("defaults of variables are nested too deeply", "Write ${NAME:-default}.")
        name = token[1]
        if not name:
            raise _malformed(text, token.end())
        if self._holds_secret(name):
            raise VariableError(
                f"the variable {_shown(text, name)} contains a secret, which must not be used in a spec",
                "Values in a spec are sent to Jira and shown in logs. Use a variable without a secret.",
            )
        value = self.environ.get(name)
        if value is not None and _NOT_UTF_8.search(value):
            raise VariableError(
                f"the variable {_shown(text, name)} is not UTF-8 text", "Set it to UTF-8 text."
            )
        return value

    def unexpanded(self, text: str, *, is_input: bool) -> str | None:
        """Return the first variable that ``text`` names and that stays as it is, as messages show it.

        In a spec that is ``$NAME``; in an input, which isn't expanded at all, ``${NAME}`` too.
        """
        if "$" in text:
            for found in (_ANY if is_input else _BARE).finditer(text):
                if found[1] in self.environ:
                    return part_of(text, found[0])
        return None

    def _holds_secret(self, name: str) -> bool:
        """Return whether ``name`` is a secret's variable, or another one with a secret in its value."""
        if name in self.secret:
            return True
        value = self.environ.get(name, "")
        return any(
            secret in value
            for secret in (self.environ.get(each, "").strip() for each in self.secret)
            if len(secret) >= SHORTEST
        )

    def _unset_hint(self, name: str) -> str:
        """Return what to do about the variable ``name``, which is not set."""
        near = get_close_matches(name, self.environ, n=1, cutoff=0.8)
        meant = f"Did you mean {short_key(near[0])}? " if near else ""
        return f"{meant}Set it, or add a default: ${{{name}:-default}}."


def _shown(text: str, name: str) -> str:
    return short_key(part_of(text, name))


def _malformed(text: str, start: int) -> VariableError:
    """Return the error of ``${`` that begins no variable; ``start`` is behind it."""
    text = masked_in_place(text)
    if text.startswith("{", start):
        name = "NAME"
        if found := _GITHUB.match(text, start):
            name = short_key(f"{found[1]}_{found[2]}".upper() if found[1] else found[2])
        return VariableError("GitHub's ${{ … }} is not evaluated in this file", f"Write ${{{name}}}.")
    if found := _JENKINS.match(text, start):
        name = short_key(found[1])
        return VariableError(f"${{env.{name}}} is not a variable here", f"Write ${{{name}}}.")
    return VariableError(
        f"`{short_key(text[start - 2 : text.find('}', start) + 1 or None])}` is not a valid variable",
        "Write ${NAME} or ${NAME:-default}. $${ stands for the characters ${.",
    )
