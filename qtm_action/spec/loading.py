"""From text to :class:`Spec`: read, give every scalar its meaning, merge, check, build.

Everything that is wrong is collected on the way and told at once, in the order of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidSpecError, Problem, Severity
from qtm_action.spec.building import build_import, facts_of, jira_url_of, names_of
from qtm_action.spec.document import read_document
from qtm_action.spec.field_rules import check_fields
from qtm_action.spec.given import read_inputs, refuse_with_spec
from qtm_action.spec.json_schema import DEFAULTS, IMPORT, referred, root
from qtm_action.spec.messages import MAX_COUNTED, schema_problems
from qtm_action.spec.model import Spec
from qtm_action.spec.nodes import Node, Style, Written, merged, origins
from qtm_action.spec.rules import check_format
from qtm_action.spec.scalars import Reading
from qtm_action.spec.source import read_text
from qtm_action.spec.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qtm_action.spec.model import InputValue

MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a spec is read in: variables, the inputs that go before it, and the day for examples."""

    environ: Mapping[str, str]
    inputs: Mapping[str, InputValue]
    secret_variables: Collection[str]
    today: date

    def reading(self, problems: Sequence[Problem]) -> Reading:
        """Return a reading that starts with ``problems``."""
        return Reading(Variables(self.environ, frozenset(self.secret_variables)), list(problems))


def read_spec_file(path: Path, shown_as: str, surroundings: Surroundings) -> Spec:
    """Return the spec in the file ``path``; see :func:`qtm_action.spec.load_spec`."""
    refuse_with_spec(surroundings.inputs, spec=shown_as)
    written, problems = read_document(read_text(path, shown_as=shown_as), file=shown_as)
    given, of_inputs = read_inputs(surroundings.inputs)
    if written is None or written.content == Written("", Style.PLAIN):
        hint = "Write at least `files: […]`; `schema` prints all that a spec can say."
        empty = Problem("the file holds no spec: it is empty", hint, file=shown_as)
        raise _invalid([*(problems or [empty]), *of_inputs])
    reading = surroundings.reading([*problems, *of_inputs])
    document = reading.read(written, root())
    inputs = reading.read(given, referred(DEFAULTS))
    against_schema = [*schema_problems(document), *schema_problems(inputs, DEFAULTS)]
    imports = [Node(each.origin, merged(each, inputs).content) for each in _imports(document)]
    return _checked(document, imports, reading.problems, against_schema, surroundings.today)


def read_spec_inputs(surroundings: Surroundings) -> Spec:
    """Return the one import that inputs describe; see :func:`qtm_action.spec.spec_from_inputs`."""
    given, problems = read_inputs(surroundings.inputs)
    reading = surroundings.reading(problems)
    document = reading.read(given, referred(DEFAULTS))
    against_schema = schema_problems(document, DEFAULTS)
    if "files" not in surroundings.inputs:
        hint = "Give the patterns of the result files, one a line, such as **/TEST-*.xml."
        against_schema.append(Problem("the input files is missing: there is nothing to import", hint))
    return _checked(document, [document], reading.problems, against_schema, surroundings.today)


def _imports(document: Node) -> Iterator[Node]:
    """Yield each import with the defaults below it."""
    content = document.content
    if not isinstance(content, dict):
        return
    if "imports" not in content:
        known = referred(IMPORT)["properties"]
        yield Node(document.origin, {key: each for key, each in content.items() if key in known})
        return
    defaults = content.get("defaults")
    items = content["imports"].content
    for item in items if isinstance(items, list) else ():
        if isinstance(item.content, dict):
            yield merged(defaults, item) if defaults and isinstance(defaults.content, dict) else item


def _checked(
    document: Node,
    imports: Sequence[Node],
    from_reading: Sequence[Problem],
    against_schema: Sequence[Problem],
    today: date,
) -> Spec:
    """Return the spec, or raise InvalidSpecError with everything that is wrong with it."""
    names, repeated = names_of(imports)
    found = [*from_reading, *repeated]
    for each in imports:
        found += _against_rules(each, today)
    # Where a rule has spoken of a value, the schema's more general words would only repeat it.
    places = {_place(each) for each in found if each.severity is Severity.ERROR}
    found += [each for each in against_schema if each.file is None or _place(each) not in places]
    problems = _in_order(found, document.origin.file)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if errors:
        raise _invalid(errors)
    return Spec(
        imports=tuple(build_import(each, name) for each, name in zip(imports, names, strict=True)),
        jira_url=jira_url_of(document),
        warnings=tuple(problems),
    )


def _against_rules(each: Node, today: date) -> Iterator[Problem]:
    if isinstance(each.content, dict) and "fields" in each.content:
        yield from check_fields(each.content["fields"], today=today)
    facts = facts_of(each)
    if facts is not None:
        yield from check_format(facts, origins(each))


def _place(problem: Problem) -> tuple[str | None, int | None, int | None, str]:
    return problem.file, problem.line, problem.column, problem.path


def _in_order(problems: Sequence[Problem], file: str) -> list[Problem]:
    """Return each problem once, those of ``file`` first, by position."""
    return sorted(
        dict.fromkeys(problems),
        key=lambda each: (each.file != file, each.file or "", each.line or 0, each.column or 0),
    )


def _invalid(errors: Sequence[Problem]) -> InvalidSpecError:
    """Return the error that carries the first MAX_PROBLEMS of ``errors``, and counts them all."""
    if len(errors) == 1:
        return InvalidSpecError(str(errors[0]), hint=errors[0].hint, problems=errors)
    where = ", ".join(dict.fromkeys(each.file or "the inputs" for each in errors))
    # The schema's judge stops at this many, so that there may be more.
    count = f"at least {len(errors)}" if len(errors) >= MAX_COUNTED else f"{len(errors)}"
    told = f"; these are the first {MAX_PROBLEMS}" if len(errors) > MAX_PROBLEMS else ""
    return InvalidSpecError(f"{count} errors in {where}{told}", problems=errors[:MAX_PROBLEMS])
