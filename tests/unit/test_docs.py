"""The documentation is held against the code: links lead somewhere, snippets parse, names exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import textwrap
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from qtm_action.arguments import parse
from qtm_action.ci.publishing import variable_name
from qtm_action.cli import COMMANDS
from qtm_action.inputs.table import BY_NAME, INPUTS
from qtm_action.outcome.outputs import OUTPUTS
from qtm_action.sandbox.faults import FaultKind
from qtm_action.sandbox.options import SANDBOX_API_KEY, SANDBOX_PASSWORD, SANDBOX_TOKEN
from qtm_action.spec.json_schema import schema_text
from qtm_action.spec.loading import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# Folders whose Markdown is not ours, or is what a test reads.
_NOT_OURS = {"node_modules", "build", "dist", "data"}
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part in _NOT_OURS or part.startswith(".") for part in path.relative_to(ROOT).parts[:-1])
) + sorted((ROOT / ".github").rglob("*.md"))
_OUTPUT_VARIABLES = {variable_name(name) for name in OUTPUTS if name != "report"}
_INPUT_VARIABLES = {each.variable for each in INPUTS}
# What the tests and the shared-library step read, and the placeholder for every name.
_OTHER_VARIABLES = {"QTM_TEST_IMAGE", "QTM_ACTION_IMAGE", "QTM_NAME"}
# Inputs that only the GitLab component has; its template is held against the code by its own test.
_COMPONENT_INPUTS = {"job-name", "stage", "when", "image", "expire-in"}
# Names in backticks that are written as ours are, and belong to somebody else.
_FOREIGN = {
    "add-mask",
    "after-script",
    "continue-on-error",
    "download-artifact",
    "fail-fast",
    "id-token",
    "jest-junit",
    "jira-token",
    "max-parallel",
    "merge-multiple",
    "qmetry-for-jira-test-management",
    "qtm-action",
    "qtm-api-key",
    "qtm-import",
    "test-method",
    "test-results",
    "timeout-minutes",
    "upload-artifact",
    "yaml-language-server",
}

# What the sandbox accepts, and the trouble that it makes.
_SANDBOX = {kind.value for kind in FaultKind} | {SANDBOX_API_KEY, SANDBOX_TOKEN, SANDBOX_PASSWORD}


class Block(NamedTuple):
    """A fenced block: the page, the line of its first line, its language and its text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


def fenced(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("text")) + 1,
            found["language"],
            textwrap.dedent(found["text"]),
        )
        for found in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks and comments."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


BLOCKS = [block for page in PAGES for block in fenced(page)]
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def blocks(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


class NoDuplicates(yaml.SafeLoader):
    """Refuses a key that is there twice, and lets GitLab's own tags be."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as PyYAML has it
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key is there twice: {keys}"
        return super().construct_mapping(node, deep=deep)


NoDuplicates.add_multi_constructor("!", lambda _loader, suffix, _node: suffix)


def parsed(block: Block) -> list[Any]:
    return list(yaml.load_all(block.text, NoDuplicates))


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping inside ``value``, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(inner)


# ---- links ----


def slugs(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(page), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.replace("`", ""))
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found.append(slug if slug not in found else f"{slug}-{sum(each == slug for each in found)}")
    return {*found, *re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text(encoding="utf-8"))}


def links(page: Path) -> list[str]:
    text = CODE.sub("", prose(page))
    inline = re.findall(r"\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)", re.sub(r"\]\n", "]", text))
    return inline + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in PAGES:
        for link in links(page):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or not target.is_relative_to(ROOT):
                broken.append(f"{name(page)}: {link}")
            elif anchor and target.suffix == ".md" and anchor not in slugs(target):
                broken.append(f"{name(page)}: {link} (there are: {', '.join(sorted(slugs(target)))})")
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md", *links(DOCS / "README.md")} == set()


def test_the_anchors_are_made_as_github_makes_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# What to write for `format`?\n## [One](#two) & two_three\n## A.B\n## A.B\n```\n# no heading\n```\n"
    )
    assert slugs(page) == {"what-to-write-for-format", "one--two_three", "ab", "ab-1"}


# ---- snippets ----


def test_every_yaml_snippet_parses(subtests: pytest.Subtests) -> None:
    for block in blocks("yaml", "yml"):
        with subtests.test(str(block)):
            assert parsed(block) or block.text.lstrip().startswith("#")


def test_every_json_snippet_parses(subtests: pytest.Subtests) -> None:
    for block in blocks("json"):
        with subtests.test(str(block)):
            json.loads(block.text)


def test_every_shell_snippet_parses(subtests: pytest.Subtests) -> None:
    for block in blocks("sh", "bash", "shell"):
        with subtests.test(str(block)):
            done = subprocess.run(
                ["bash", "-n"], input=block.text, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, "")


_SPEC_KEYS = set(json.loads(schema_text())["properties"])


def is_spec(block: Block) -> bool:
    """Tell whether a snippet is a whole spec."""
    try:
        document = next(iter(parsed(block)), None)
    except yaml.YAMLError:  # which the test above tells
        return False
    if not isinstance(document, dict) or not {"imports", "files"} & set(document):
        return False
    return "version" in document or set(document) <= _SPEC_KEYS


@pytest.mark.parametrize("block", [block for block in blocks("yaml", "yml") if is_spec(block)], ids=str)
def test_every_spec_in_a_snippet_is_valid(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "qtm-import.yml"
    path.write_text(block.text, encoding="utf-8")
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)", block.text), "1")
    spec = load_spec(path, shown_as=str(block), environ=environ, inputs={}, secret_variables=frozenset())
    assert (spec.warnings, bool(spec.imports)) == ((), True)


@pytest.mark.parametrize("block", blocks("groovy"), ids=str)
def test_every_groovy_snippet_is_balanced(block: Block) -> None:
    code = re.sub(
        r"'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"",
        "",
        block.text,
        flags=re.DOTALL,
    )
    code = re.sub(r"//[^\n]*", "", code)
    pairs = {")": "(", "]": "[", "}": "{"}
    stack: list[str] = []
    for character in code:
        if character in "([{":
            stack.append(character)
        elif character in pairs:
            assert stack, f"{character} closes nothing"
            assert stack.pop() == pairs[character]
    assert stack == []
    assert not re.search(r"['\"]", code)


# ---- names ----


def is_our_step(step: dict[str, Any]) -> bool:
    return bool(re.match(r"OWNER/qtm-action@|\./$", str(step.get("uses", ""))))


def test_the_snippets_have_steps_of_ours() -> None:
    found = [step for block in blocks("yaml") for step in mappings(parsed(block)) if is_our_step(step)]
    assert len(found) > 5


def test_every_with_of_our_action_has_inputs_that_exist(subtests: pytest.Subtests) -> None:
    for block in blocks("yaml", "yml"):
        steps = [mapping for mapping in mappings(parsed(block)) if is_our_step(mapping)]
        with subtests.test(str(block)):
            assert {key for step in steps for key in step.get("with", {})} - set(BY_NAME) == set()


def test_every_input_of_the_gitlab_component_exists(subtests: pytest.Subtests) -> None:
    for block in blocks("yaml", "yml"):
        given = {
            key
            for mapping in mappings(parsed(block))
            if "/qtm-import@" in str(mapping.get("component", ""))
            for key in mapping.get("inputs", {})
        }
        with subtests.test(str(block)):
            assert given - set(BY_NAME) - _COMPONENT_INPUTS == set()


def test_every_step_output_that_is_read_exists(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        read = re.findall(r"\bsteps\.qtm\.outputs\.([\w-]+)", page.read_text(encoding="utf-8"))
        with subtests.test(name(page)):
            assert set(read) - set(OUTPUTS) == set()


def test_every_job_output_that_is_read_is_passed_on(subtests: pytest.Subtests) -> None:
    for block in blocks("yaml", "yml"):
        jobs = [each["jobs"] for each in mappings(parsed(block)) if isinstance(each.get("jobs"), dict)]
        passed_on = {
            (job, output) for each in jobs for job, body in each.items() for output in body.get("outputs", {})
        }
        read = set(re.findall(r"\bneeds\.(\w+)\.outputs\.([\w-]+)", block.text))
        with subtests.test(str(block)):
            assert read - passed_on == set()


def test_every_variable_of_ours_exists(subtests: pytest.Subtests) -> None:
    known = _INPUT_VARIABLES | _OUTPUT_VARIABLES | _OTHER_VARIABLES
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("QTM_…", "").replace("QTM_*", "")
        with subtests.test(name(page)):
            assert set(re.findall(r"\bQTM_\w*", text)) - known == set()


def test_every_name_in_backticks_that_looks_like_ours_is(subtests: pytest.Subtests) -> None:
    """Inputs and outputs are kebab names, alone or with a value: ``tls-verify: false``.

    A name here is an input or output that does not exist, or a foreign one that ``_FOREIGN`` lacks.
    """
    known = {*BY_NAME, *OUTPUTS, *_COMPONENT_INPUTS, *_SANDBOX, *_FOREIGN}
    kebab = re.compile(r"([a-z]+(?:-[a-z]+)+)(?:: .+)?")
    for page in PAGES:
        names = {found[1] for code in CODE.finditer(prose(page)) if (found := kebab.fullmatch(code[2]))}
        with subtests.test(name(page)):
            assert names - known == set()


def test_every_command_and_option_of_ours_exists(subtests: pytest.Subtests) -> None:
    for block in blocks("sh", "bash", "shell", "groovy", "yaml"):
        for words in commands(block.text):
            with subtests.test(str(block)):
                parse(words, COMMANDS)  # raises where it does not understand


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of the program: after ``qtm-action``, or after the image's name."""
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        found = re.search(r"(?:^|[\s'/])qtm-action(?::[\w.]+)?(?P<rest>\s.*)?$", line)
        if found is None or re.match(r"\s*(?:#|//|(?:- )?uses:|image\b)", line):
            continue
        rest = found["rest"] or ""
        try:
            words = shlex.split(rest, comments=True)
        except ValueError:  # the end of a quoted script
            words = rest.replace("'", " ").split()
        yield list(takewhile(lambda word: word not in ("|", "||", "&&", "&", ";", ">", ">>"), words))


def test_commands_are_found_where_they_are() -> None:
    text = (
        "qtm-action import --soft-fail\n"
        "docker run --rm ghcr.io/OWNER/qtm-action:1 \\\n  validate --files 'a b'\n"
        "image: ghcr.io/OWNER/qtm-action:1\n"
        "  - qtm-action --wait=false  # comment\n"
        "qtm-action schema > schema.json\n"
    )
    assert list(commands(text)) == [
        ["import", "--soft-fail"],
        ["validate", "--files", "a b"],
        ["--wait=false"],
        ["schema"],
    ]


# ---- promises that pages make ----


def test_a_page_says_what_owner_stands_for() -> None:
    texts = {name(page): page.read_text(encoding="utf-8") for page in PAGES}
    using = {page for page, text in texts.items() if "OWNER/qtm" in text}
    assert using
    assert {page for page in using if "`OWNER` stands for" not in texts[page]} == set()


def test_the_pages_that_write_a_path_of_the_repository_write_one_that_exists() -> None:
    missing = []
    for page in PAGES:
        for match in CODE.finditer(prose(page)):
            path = match[2]
            if re.fullmatch(
                r"(?:docs|examples|qtm_action|tests|tools|templates|vars|bench|\.github)/[\w./-]+", path
            ):
                missing += [f"{name(page)}: {path}"] if not (ROOT / path).exists() else []
    assert missing == []


def test_the_readme_and_the_page_of_jenkins_begin_with_the_same_pipeline() -> None:
    of_readme, of_page = (
        next(block.text for block in fenced(page) if block.language == "groovy")
        for page in (ROOT / "README.md", DOCS / "jenkins.md")
    )
    assert of_readme == of_page
    assert of_page.startswith("pipeline {")


def test_the_readme_has_a_whole_command_for_the_shell() -> None:
    [block] = [each for each in fenced(ROOT / "README.md") if each.language == "sh"]
    *_, words = commands(block.text)
    assert {"--jira-url", "--format", "--files"} <= set(words)


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 200
