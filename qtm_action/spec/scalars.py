"""What the characters of a scalar mean, decided by what the schema expects in its place.

A text stays the characters that were written: YAML 1.1 would turn ``4.10``, ``10:10``, ``no`` and
``2026-05-20`` into other things before the schema is looked at. Plain characters become a
number or a truth value only where the schema expects one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from qtm_action.errors import InvalidSpecError, Problem, Severity
from qtm_action.redaction import redacted
from qtm_action.spec.foreign_text import printable, short_key
from qtm_action.spec.import_spec import Location
from qtm_action.spec.invalid_spec import MAX_FOUND, invalid_spec
from qtm_action.spec.json_schema import choices, resolved, types
from qtm_action.spec.nodes import Node, Style, Written
from qtm_action.spec.unknown_keys import unknown_key
from qtm_action.spec.variables import TooMuchTextError, VariableError, Variables
from qtm_action.spec.wrong_values import unexpected
from qtm_action.words import TRUTH_OF_INPUTS

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

_INTEGER = re.compile(r"-?[1-9][0-9]{0,15}|0")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{1,17}")
_LIKE_A_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
# Beyond these, a number in JSON loses digits in most readers.
_GREATEST = 2**53

_INPUT_IS_LITERAL = (
    "inputs are not expanded",
    "Let the pipeline substitute the value, or set it in a spec.",
)
_ONLY_BRACES = ("only ${NAME} is expanded", "To use the variable's value, write its name in braces.")
# Characters of all texts together: variables and aliases count with everything they stand for.
MOST_TEXT = 4 * 1024 * 1024

_CURLY = re.compile("[\u2018-\u201f].*[\u2018-\u201f]", re.DOTALL)


@dataclass(slots=True)
class Reading:
    """Gives the scalars of a document their meaning, and collects the problems found."""

    variables: Variables
    problems: list[Problem] = field(default_factory=list)
    characters: int = 0

    def read(self, node: Node, schema: Any) -> Node:
        """Return ``node`` with every scalar below it as the value that ``schema`` makes of it."""
        expected = resolved(schema)
        match node.content:
            case dict() as children:
                return Node(
                    node.location, self._mapping(children, expected.get("properties")), node.key_location
                )
            case list() as items:
                read_items = [self.read(child, expected.get("items")) for child in items]
                return Node(node.location, read_items, node.key_location)
            case Written() as written if _may_be_alone(written, expected):
                return self._list_of_one(node, written, expected)
            case Written() as written:
                try:
                    value = self._value(written, expected, node.location)
                except VariableError as error:
                    self.problems.append(node.location.problem(error.message, error.hint))
                    return Node(node.location, written.text, node.key_location, written)
                self.characters += len(value) if isinstance(value, str) else 0
                if self.characters > MOST_TEXT:
                    raise _too_much_text(node.location, self.characters)
                read = Node(node.location, value, node.key_location, written)
                if isinstance(value, str) and "${" in value:
                    self._refuse_placeholder(read, expected)
                return read
            case _:
                return node

    def _list_of_one(self, node: Node, written: Written, expected: dict[str, Any]) -> Node:
        """Read one string in place of a list; list items without a space after the ``-`` are none."""
        items = [self.read(Node(node.location, written), expected["items"])]
        if written.style is Style.PLAIN and written.text.startswith("-"):
            self.problems.append(unexpected(replace(node, content=written.text, written=written), expected))
            items = []
        return Node(node.location, items, node.key_location)

    def _mapping(self, children: dict[str, Node], known: dict[str, Any] | None) -> dict[str, Node]:
        """Read each child; one with a mistyped key as what the key means, so that it is checked too."""
        if not known:
            return {key: self.read(child, None) for key, child in children.items()}
        content: dict[str, Node] = {}
        for key, child in children.items():
            name = key
            if key not in known and len(self.problems) < MAX_FOUND:
                problem, meant = unknown_key(key, child, known)
                self.problems.append(problem)
                if meant is not None and meant not in children and meant not in content:
                    name = meant
            content[name] = self.read(child, known.get(name))
        return content

    def _refuse_placeholder(self, node: Node, schema: dict[str, Any]) -> None:
        """Refuse ``${`` that stays where only some texts are right.

        The schema's patterns allow it for editors, which see a spec before variables are expanded.
        """
        if r"\$\{" in schema.get("pattern", "") or "anyOf" in schema:
            self.problems.append(unexpected(node, schema))

    def _value(
        self, written: Written, schema: dict[str, Any], location: Location
    ) -> bool | int | float | str | None:
        expected = types(schema)
        if not expected:  # an unknown key's value
            return written.text
        if written.style is Style.PLAIN and written.text in _NULLS:
            return None
        if written.style is Style.BLOCK and not written.text:
            return None
        value: bool | int | float | str | None = None
        if written.style in (Style.PLAIN, Style.INPUT):
            value = _typed(written, expected)
        if value is not None:
            return value
        if "string" not in expected:
            return written.text
        text = self._text(written, location)
        if "number" in expected:
            self._doubt_number(written, location)
        return text.lower() if "anyOf" in schema and text.lower() in choices(schema) else text

    def _text(self, written: Written, location: Location) -> str:
        """Return a string with its variables expanded; an input is used as it is. Raises VariableError."""
        text = written.text
        is_input = written.style is Style.INPUT
        if name := self.variables.unexpanded(text, is_input=is_input):
            reason, hint = _INPUT_IS_LITERAL if is_input else _ONLY_BRACES
            self._warn(location, f"`{short_key(name)}` is sent literally: {reason}", hint)
        if is_input:
            return text
        if written.style is Style.PLAIN and _CURLY.fullmatch(text):
            straight = printable(redacted(text)[1:-1])
            self.problems.append(
                location.problem(
                    f"the curly quotes {text[0]} {text[-1]} are not quotes in YAML, but part of the string",
                    f'Write "{straight}". To keep the curly quotes, put straight ones around them.',
                )
            )
        try:
            return self.variables.expand(text, most=MOST_TEXT - self.characters)
        except TooMuchTextError as error:
            raise _too_much_text(location, MOST_TEXT + error.excess) from None

    def _doubt_number(self, written: Written, location: Location) -> None:
        if written.style is Style.PLAIN and _LIKE_A_NUMBER.fullmatch(written.text):
            self._warn(
                location,
                f"`{printable(written.text)}` is sent as a string, since a number would lose characters",
                "To keep it a string, put it in quotes. Otherwise, write a plain number such as 4.1 or 1000.",
            )

    def _warn(self, location: Location, message: str, hint: str) -> None:
        self.problems.append(location.problem(message, hint, Severity.WARNING))


def _may_be_alone(written: Written, expected: dict[str, Any]) -> bool:
    """Return whether a text stands where a list is expected that one text may stand for."""
    is_nothing = written.style is Style.PLAIN and written.text in _NULLS
    return not is_nothing and {"array", "string"} <= set(types(expected))


def _too_much_text(location: Location, characters: int) -> InvalidSpecError:
    return invalid_spec(
        location.problem(
            f"with its variables expanded, the spec has at least {characters:,} characters; "
            f"at most {MOST_TEXT:,} are allowed",
            "Use long variables less often. Aliases (*) count with everything they stand for.",
        )
    )


def _typed(written: Written, expected: tuple[str, ...]) -> bool | int | float | None:
    """Return the truth value or number that plain characters stand for where one is expected."""
    text = written.text
    if "boolean" in expected:
        return (TRUTH_OF_INPUTS if written.style is Style.INPUT else _TRUTH).get(text.lower())
    if ("integer" in expected or "number" in expected) and _INTEGER.fullmatch(text):
        number = int(text)
        return number if abs(number) <= _GREATEST else None
    if "number" in expected and _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return None
