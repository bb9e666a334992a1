"""The text of an import spec, with comments on what can be added."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from qtm_action.formats import Format
from qtm_action.init.grouping import Group
from qtm_action.init.questions import GivenAddress
from qtm_action.qtm4j.cloud import WHERE_REGION_IS
from qtm_action.words import counted

EXAMPLE_URL = "https://jira.example.com"
EXAMPLE_REGION = "us"
_COLUMN = 46  # where comments behind a value begin

_HEAD = """\
# Which test results are imported into QTM4J (QMetry Test Management for Jira), and how.
# `qtm-action validate` checks this file and the result files; `qtm-action schema` prints every key.
version: 1
"""
_NO_URL = f"""\
# Jira's base URL, with the context path if there is one. The input jira-url (QTM_JIRA_URL) overrides this.
# jiraUrl: {EXAMPLE_URL}
"""
_NO_REGION = f"""\
# For QTM4J Cloud, us or au; {WHERE_REGION_IS}.
# region: {EXAMPLE_REGION}
"""
_DEFAULTS = """\
# For all imports; each import can override them. To use a line, remove its `#` and that of `defaults`.
# defaults:
{lines}"""
_HIERARCHY = ("automationHierarchy: 1", "1, 2 or 3: what becomes test cycle, test case and test step")
_OPTIONS = {
    Format.JUNIT: (_HIERARCHY,),
    Format.TESTNG: (_HIERARCHY,),
    Format.CUCUMBER: (("attachFile: true", "upload the screenshots, which are in the JSON"),),
    Format.QAF: (("attachFile: true", "upload the screenshots of the folder img"),),
}
# What runs Cucumber as a test class, whose report repeats the scenarios as JUnit XML.
_RUNS_CUCUMBER = frozenset({"surefire", "failsafe", "gradle"})
_SCENARIOS = """\
  # A test class that runs Cucumber reports its scenarios again: exclude it with "!**/TEST-*Cucumber*.xml".
"""


def render(groups: Sequence[Group], *, address: GivenAddress, build: str) -> str:
    """Return the spec with one import for each group; ``build`` is the variable with the build's number."""
    defaults = (
        ("environment: Staging", "where the tests ran"),
        (f"build: ${{{build}:-local}}", "the build that was tested"),
        ("testCycleToReuse: PRJ-TR-1", "import into this test cycle instead of a new one"),
        ("fields: {testCase: {labels: [automated]}}", "fields of test cycles, cases and executions"),
    )
    common = _DEFAULTS.format(lines="".join(_optional(*each, indent="  ") for each in defaults))
    has_scenarios = any(group.format is Format.CUCUMBER for group in groups)
    imports = "\n".join(
        "".join(_import(group, name, has_scenarios=has_scenarios)) for group, name in _named(groups)
    )
    return f"{_HEAD}\n{_where(address)}\n{common}\nimports:\n{imports}"


def _where(address: GivenAddress) -> str:
    """Return the lines on Jira's address; on Cloud that is the region, and the site for links."""
    region = f"region: {quoted(address.region)}\n" if address.region else _NO_REGION
    if address.is_cloud:
        return region + (f"jiraUrl: {quoted(address.jira_url)}  # for links\n" if address.jira_url else "")
    return f"jiraUrl: {quoted(address.jira_url)}\n" if address.jira_url else _NO_URL + region


def tool_of(group: Group) -> str:
    """Return what wrote the files of a group, as far as it is known."""
    return group.framework.name if group.framework else f"{group.format.title} results"


def found_in_words(group: Group) -> str:
    """Return how much was found of a group: ``4 files with 12 tests``; empty where nothing was."""
    if group.runs:
        return counted(group.runs, "run") + (", of which the newest is imported" if group.runs > 1 else "")
    return f"{counted(group.files, 'file')} with {counted(group.tests, 'test')}" if group.files else ""


def quoted(text: str) -> str:
    """Return ``text``, which is printable, as a string of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _import(group: Group, name: str, *, has_scenarios: bool) -> Iterator[str]:
    if found := found_in_words(group):
        yield f"  # {tool_of(group)}: {found}.\n"
    elif group.framework is not None:
        yield f"  # {tool_of(group)}: no results yet. To write them:\n  #   {group.framework.command}\n"
        if group.framework.note:
            yield f"  # {group.framework.note}\n"
    else:
        yield "  # No results were found: set your format and pattern.\n"
    if group.repeated:
        yield f"  # Omitted because TestNG wrote the same tests: {counted(group.repeated, 'JUnit file')}.\n"
    if has_scenarios and group.framework is not None and group.framework.key in _RUNS_CUCUMBER:
        yield _SCENARIOS
    yield f"  - name: {name}\n    format: {group.format.value}\n"
    yield f"    files: [{', '.join(quoted(each) for each in group.patterns)}]\n"
    for option in _OPTIONS.get(group.format, ()):
        yield _optional(*option, indent="    ")


def _optional(text: str, meaning: str, *, indent: str) -> str:
    line = f"# {indent}{text}" if indent == "  " else f"{indent}# {text}"
    return f"{line.ljust(_COLUMN)}  # {meaning}\n"


def _named(groups: Sequence[Group]) -> Iterator[tuple[Group, str]]:
    """Yield each group with the name of its import; a name that was used before gets a number."""
    used: Counter[str] = Counter()
    for group in groups:
        name = group.framework.key if group.framework else group.format.value
        used[name] += 1
        yield group, name if used[name] == 1 else f"{name}-{used[name]}"
