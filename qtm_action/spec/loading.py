"""From text to :class:`Spec`: read, give every scalar its meaning, merge, check, build.

Everything that is wrong is collected on the way and reported at once, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from qtm_action.errors import Problem, Severity
from qtm_action.formats import DeploymentKind
from qtm_action.spec.building import build_import, check_rules, names_of
from qtm_action.spec.dates import check_fields
from qtm_action.spec.deployment_rules import check_deployment
from qtm_action.spec.document import read_document
from qtm_action.spec.import_spec import InputValue, Location, Spec
from qtm_action.spec.inputs_as_spec import read_inputs, refuse_with_spec
from qtm_action.spec.invalid_spec import in_order, invalid_spec
from qtm_action.spec.json_schema import DEFAULTS, IMPORT, referred, schema
from qtm_action.spec.nodes import Node, Style, Written, merged
from qtm_action.spec.scalars import Reading
from qtm_action.spec.schema_errors import schema_problems
from qtm_action.spec.spec_file import read_text
from qtm_action.spec.variables import Variables


def load_spec(
    path: Path,
    *,
    shown_as: str,
    environ: Mapping[str, str],
    inputs: Mapping[str, InputValue],
    secret_variables: Collection[str],
    deployment: DeploymentKind | None = None,
    within: Path | None = None,
    today: date | None = None,
) -> Spec:
    """Return the spec in the file ``path``, which messages call ``shown_as``.

    A link out of the folder ``within`` is not followed; None: the file may be anywhere.
    ``environ`` is what ``${NAME}`` expands from, but for ``secret_variables``, which are refused.
    ``inputs`` are the non-empty inputs by the spec's keys; each overrides its key in every import
    (``fields`` key by key). ``deployment`` is the one that the inputs choose; without it, the spec's own
    ``region`` makes it Cloud. ``today`` is the day in examples of messages; default: the system's.

    Raises InvalidSpecError with every error of the file and the inputs, sorted by position, and
    InvalidInputError for an input that excludes a spec: ``format``, ``files``, ``attachments``.
    """
    refuse_with_spec(inputs, spec=shown_as)
    text = read_text(path, shown_as=shown_as, within=within)
    written, problems = read_document(text, Location(shown_as))
    written_inputs, of_inputs = read_inputs(inputs)
    if written is None or written.content == Written("", Style.PLAIN):
        hint = "Add at least `files: […]`. `qtm-action schema` prints all keys."
        empty = Problem("the spec is empty", hint, file=shown_as)
        raise invalid_spec(*(problems or [empty]), *of_inputs)
    reading = Reading(Variables(environ, frozenset(secret_variables)), [*problems, *of_inputs])
    document = reading.read(written, schema())
    overrides = reading.read(written_inputs, referred(DEFAULTS))
    against_schema = [*schema_problems(document), *schema_problems(overrides, DEFAULTS)]
    imports = [Node(each.location, merged(each, overrides).content) for each in _imports(document)]
    return _checked(document, imports, reading.problems, against_schema, deployment=deployment, today=today)


def spec_from_inputs(
    *,
    environ: Mapping[str, str],
    inputs: Mapping[str, InputValue],
    secret_variables: Collection[str],
    deployment: DeploymentKind | None = None,
    today: date | None = None,
) -> Spec:
    """Return the one import that ``inputs`` describe, which are as for :func:`load_spec`.

    Variables expand in ``fields`` only, the one input that is written like a spec. Raises
    InvalidSpecError; a problem's ``file`` is the source of its input.
    """
    written, problems = read_inputs(inputs)
    reading = Reading(Variables(environ, frozenset(secret_variables)), problems)
    document = reading.read(written, referred(DEFAULTS))
    against_schema = schema_problems(document, DEFAULTS)
    if "files" not in inputs:
        hint = "Set it to the patterns of the result files, one per line, such as **/TEST-*.xml."
        against_schema.append(Problem("the input files is not set: there is nothing to import", hint))
    return _checked(
        document, [document], reading.problems, against_schema, deployment=deployment, today=today
    )


def _imports(document: Node) -> Iterator[Node]:
    """Yield each import with the defaults below it."""
    if "imports" not in document.children:
        if isinstance(document.content, dict):
            known = referred(IMPORT)["properties"]
            own = {key: each for key, each in document.content.items() if key in known}
            yield Node(document.location, own)
        return
    defaults = document.children.get("defaults")
    items = document.children["imports"].content
    for item in items if isinstance(items, list) else ():
        if isinstance(item.content, dict):
            yield merged(defaults, item) if defaults else item


def _checked(
    document: Node,
    imports: Sequence[Node],
    from_reading: Sequence[Problem],
    against_schema: Sequence[Problem],
    *,
    deployment: DeploymentKind | None,
    today: date | None,
) -> Spec:
    """Return the spec, or raise InvalidSpecError with everything that is wrong with it."""
    names, repeated = names_of(imports)
    day = today or datetime.now(UTC).date()
    region = document.children.get("region")
    kind = deployment or (DeploymentKind.CLOUD if region else DeploymentKind.SERVER)
    fields = [each.children["fields"] for each in imports if "fields" in each.children]
    found = [
        *from_reading,
        *repeated,
        *chain.from_iterable(check_fields(each, today=day, deployment=kind) for each in fields),
        *chain.from_iterable(check_rules(each, kind) for each in imports),
        *chain.from_iterable(check_deployment(each, kind) for each in imports),
    ]
    # Where a rule has reported a value, the schema's more general message would only repeat it.
    places = {_place(each) for each in found if each.severity is Severity.ERROR}
    found += [each for each in against_schema if each.file is None or _place(each) not in places]
    problems = in_order(found, document.location.file)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if errors:
        raise invalid_spec(*errors)
    url = document.children.get("jiraUrl")
    return Spec(
        imports=tuple(build_import(each, name, kind) for each, name in zip(imports, names, strict=True)),
        jira_url=str(url.content) if url else None,
        region=str(region.content) if region else None,
        warnings=tuple(problems),
    )


def _place(problem: Problem) -> tuple[str | None, int | None, int | None, str]:
    return problem.file, problem.line, problem.column, problem.path
