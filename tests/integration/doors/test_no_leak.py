"""Whatever door a secret comes in by, and wherever a text is cut: no part of it is shown anywhere.

A door is a function that lets a text come in and returns all that was shown of the run: the log at debug
level, outputs, summaries and the report. The doors here are those of spec, files, their content, patterns and
inputs.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import urllib.parse
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qtm_action.inputs.table import INPUTS
from qtm_action.redaction import Redactor, protect
from qtm_action.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Door = Callable[["Workspace", str], str]

JUNIT = '<testsuite name="shop"><testcase classname="Cart" name="adds"/></testsuite>'
RUN = 6  # characters of a secret that nobody may see together
CUTS = (0, 40, 60, 200, 300, 400)


@dataclass
class Workspace:
    """A folder that a run works in, and what the job's secret is."""

    folder: Path
    secret: str

    def write(self, name: str, text: str) -> bool:
        """Write a file; return False where no file can have that name."""
        try:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="surrogateescape")
        except (OSError, ValueError):
            return False
        return True

    def run(self, **inputs: str) -> str:
        """Make a dry run; return everything that it showed."""
        shown = self.folder.parent / "shown"
        shutil.rmtree(shown, ignore_errors=True)
        shown.mkdir()
        environ = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_OUTPUT": str(shown / "output"),
            "GITHUB_STEP_SUMMARY": str(shown / "summary.md"),
            "QTM_API_KEY": "the-key-of-the-project",
            "QTM_USERNAME": "ci",
            "QTM_PASSWORD": self.secret,
            "QTM_JIRA_URL": "https://jira.example.com",
            "QTM_WORKING_DIRECTORY": str(self.folder),
            "QTM_LOG_LEVEL": "debug",
            "QTM_DRY_RUN": "true",
            "QTM_REPORT_FILE": str(shown / "report.json"),
            "QTM_DOTENV_FILE": str(shown / "outputs.env"),
            "QTM_SUMMARY_FILE": str(shown / "summary.html"),
        }
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(environ[name]).touch()
        environ |= {f"QTM_{name.upper().replace('-', '_')}": text for name, text in inputs.items()}
        log = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
        code = Session.open(log, environ, {}).import_all()
        assert code != 70
        log.seek(0)
        lines = [line for line in log.read().split("\n") if not line.startswith("::add-mask::")]
        files = [path.read_text(encoding="utf-8") for path in shown.iterdir()]
        return "\n".join([*lines, *files])


def spec_door(template: str) -> Door:
    """Return the door of a place in a spec: TEXT as it is, JSON in quotes, HALF in each of two lines."""

    def door(workspace: Workspace, text: str) -> str:
        half = 0 if "%" in text or "\\" in text else len(text) // 2  # not within an escape
        spec = template.replace("JSON", json.dumps(text, ensure_ascii=False))
        spec = spec.replace("HALF", f"{text[:half]}\n      {text[half:]}").replace("TEXT", text)
        workspace.write("qtm-import.yml", spec)
        return workspace.run()

    return door


def input_door(name: str) -> Door:
    def door(workspace: Workspace, text: str) -> str:
        inputs = {"files": "a.xml"} if name not in ("spec", "tracking-id") else {}
        return workspace.run(**(inputs | {name: text.replace("\0", "")}))

    return door


def pattern_door(template: str) -> Door:
    def door(workspace: Workspace, text: str) -> str:
        workspace.write("reports/TEST-a.xml", JUNIT)
        return workspace.run(files=template.replace("TEXT", text.replace("\n", " ")))

    return door


def file_door(template: str, *, content: str = JUNIT, **inputs: str) -> Door:
    def door(workspace: Workspace, text: str) -> str:
        if "/" in workspace.secret:  # which no file can have in its name
            return ""
        workspace.write(template.replace("TEXT", text.replace("/", "-")), content)
        workspace.write("other/a.txt", "")
        return workspace.run(**({"files": "**/*.xml"} | inputs))

    return door


def zip_member(workspace: Workspace, text: str) -> str:
    with zipfile.ZipFile(workspace.folder / "a.zip", "w") as archive:
        archive.writestr(f"{text}.xml", "<testsuite><testcase name='a'/></testsuite>")
        archive.writestr(f"{text}.exe", "")
    return workspace.run(files="a.zip")


def content_door(template: str, format_id: str = "") -> Door:
    """Return the door of a place in a result file: TEXT as it is, XML and JSON without their quotes."""

    def door(workspace: Workspace, text: str) -> str:
        xml = escape(text, {'"': "&quot;"})
        content = template.replace("XML", xml).replace("JSON", json.dumps(text)[1:-1])
        name = "a.json" if template[:1] in "[{" else "a.xml"
        if format_id != "qaf":
            workspace.write(name, content.replace("TEXT", text))
            return workspace.run(files=name, **({"format": format_id} if format_id else {}))
        workspace.write("json/s/meta-info.json", content)
        workspace.write("json/s/n.json", OWN_FILE_OF_QAF.replace("JSON", json.dumps(text)[1:-1]))
        return workspace.run(files="json/**", format="qaf")

    return door


def content_in_zip(workspace: Workspace, text: str) -> str:
    with zipfile.ZipFile(workspace.folder / "a.zip", "w") as archive:
        archive.writestr("a.xml", f"abcd{text}".encode(errors="replace"))
        archive.writestr("b.xml", f"<{text}/>".encode(errors="replace"))
        for place, content in enumerate(CONTENTS["junit"]):
            xml = escape(text, {'"': "&quot;"})
            archive.writestr(f"{place}.xml", content.replace("XML", xml).replace("TEXT", text).encode())
    return workspace.run(files="a.zip", format="junit")


OWN_FILE_OF_QAF = '{"errorTrace": "JSON", "checkPoints": [{"message": "JSON", "type": "JSON"}]}'
_TEST = "<testcase name='a' classname='b'>"
_FAILED = "<failure message='m'/></testcase>"


def _testng(**texts: str) -> str:
    parts = dict.fromkeys(("suite", "test", "class", "name", "group", "value", "exception", "key"), "a")
    parts |= {"status": "FAIL", "message": "m"} | texts
    return (
        '<testng-results><suite name="{suite}"><groups><group name="{group}"/></groups><test name="{test}">'
        '<class name="{class}"><test-method status="{status}" name="{name}" testcasekey="{key}">'
        '<params><param index="0"><value>{value}</value></param></params>'
        '<exception class="{exception}"><message>{message}</message></exception>'
        "</test-method></class></test></suite></testng-results>"
    ).format_map(parts)


def _cucumber(feature: str = "", scenario: str = "", step: str = "", end: str = '"status": "failed"') -> str:
    step = f'{{"keyword": "When ", "name": "n", {step} "result": {{{end}}}}}'
    return f"""[{{"name": "f", {feature} "elements": [
        {{"type": "scenario", "id": "test_a", "name": "s", {scenario} "steps": [{step}]}}]}}]"""


def _specflow(feature: str = "", scenario: str = "", step: str = "") -> str:
    step = f'{{"title": "n", {step} "result": "failed"}}'
    return f"""{{"features": [{{"title": "a", {feature} "scenarios": [
        {{"title": "s", "result": "failed", {scenario} "steps": [{step}]}}]}}]}}"""


def _uft(name: str = "a", result: str = "Failed", error: str = "e", step: str = "s") -> str:
    of_step = f"<Data><Name>{step}</Name><Result>Failed</Result><ErrorText>{error}</ErrorText></Data>"
    of_action = f"<Data><Name>{name}</Name><Result>{result}</Result><Description>{error}</Description></Data>"
    return f"""<Results><ReportNode type="Action"><ReportNode type="Step">{of_step}</ReportNode></ReportNode>
        <ReportNode type="Action">{of_action}</ReportNode></Results>"""


def _qaf(meta: str = "", result: str = "fail", rest: str = "") -> str:
    meta = f'{{"name": "n", {meta} "groups": []}}'
    return f'{{"methods": [{{"type": "test", "metaData": {meta}, {rest} "result": "{result}"}}]}}'


CONTENTS: dict[str, tuple[str, ...]] = {
    "junit": (
        f'<testsuite name="XML"><testcase name="a">{_FAILED}</testsuite>',
        f'<testsuite><testcase name="XML" classname="b">{_FAILED}</testsuite>',
        f'<testsuite><testcase name="a" classname="XML">{_FAILED}</testsuite>',
        f'<testsuite>{_TEST}<failure message="XML"/></testcase></testsuite>',
        f'<testsuite>{_TEST}<failure type="XML"/></testcase></testsuite>',
        f"<testsuite>{_TEST}<error>XML</error></testcase></testsuite>",
        f"<testsuite>{_TEST}<failure/><system-out>XML</system-out></testcase></testsuite>",
        '<testsuite testcasekey="XML"><testcase name="a" testcasekey="XML" storykey="a,XML"/></testsuite>',
        f'<testsuite>{_TEST}<property name="testcasekey" value="XML"/></testcase></testsuite>',
        '<testsuite><error message="XML"/></testsuite>',
        "<testsuite><error>XML</error></testsuite>",
        f'<testsuite><testcase name="XML">{_FAILED}<testcase name="XML"/><testcase name="z"/></testsuite>',
        f'<testsuite><testcase classname="XML">{_FAILED}<testcase classname="XML"/></testsuite>',
        '<testsuite errors="XML"><testcase name="a" status="XML"/></testsuite>',
        '<?xml version="1.0" encoding="TEXT"?><testsuite/>',
        '<!DOCTYPE a [<!ENTITY TEXT "x">]><testsuite/>',
        *("<!DOCTYPE TEXT><testsuite/>", "<testsuite>&TEXT;</testsuite>", "<testsuite TEXT/>", "<TEXT/>"),
        *("<testsuite><TEXT>", "<testsuite/>TEXT", "TEXT", "abcdTEXT", "<testsuite>TEXT&#27;</testsuite>"),
    ),
    "testng": (
        *(_testng(suite="XML"), _testng(test="XML"), _testng(**{"class": "XML"}), _testng(status="XML")),
        *(
            _testng(name="XML"),
            _testng(value="XML"),
            _testng(exception="XML", message=""),
            _testng(key="XML"),
        ),
        *(_testng(message="XML"), _testng(group="testcasekey=XML"), _testng(value="testcasekey=XML")),
    ),
    "cucumber": (
        *(_cucumber(feature='"name": "JSON",'), _cucumber(feature='"JSON": 1,')),
        _cucumber(feature='"description": "JSON", "tags": [{"name": "@testcasekey=JSON"}],'),
        *(_cucumber(scenario='"name": "JSON",'), _cucumber(scenario='"type": "JSON",')),
        *(_cucumber(scenario='"JSON": 1,'), _cucumber(scenario='"status": "JSON",')),
        _cucumber(scenario='"before": [{"result": {"status": "failed", "error_message": "JSON"}}],'),
        *(
            _cucumber(step='"name": "JSON",'),
            _cucumber(step='"JSON": 1,'),
            _cucumber(end='"status": "JSON"'),
        ),
        _cucumber(step='"name": "JSON",', scenario='"status": "error",', end='"status": "undefined"'),
        _cucumber(end='"status": "failed", "error_message": "JSON"'),
        _cucumber(scenario='"name": "JSON",', end='"status": "passed"'),
        *(
            '{"JSON": 1}',
            '["JSON"]',
            '[{"JSON": 1}]',
            '[{"elements": "JSON"}]',
            '[{"a": "TEXT',
            '[{"a": TEXT}]',
        ),
    ),
    "specflow": (
        *(_specflow(feature='"title": "JSON",'), _specflow(feature='"JSON": 1,')),
        *(_specflow(scenario='"title": "JSON",'), _specflow(scenario='"result": "JSON",')),
        *(_specflow(scenario='"error": "JSON",'), _specflow(scenario='"tags": ["testcasekey=JSON"],')),
        *(_specflow(scenario='"JSON": 1,'), _specflow(step='"error": {"message": "JSON"},')),
    ),
    "hpuft": (_uft(name="XML"), _uft(result="XML"), _uft(error="XML"), _uft(step="XML", error="")),
    "qaf": (
        *(_qaf('"name": "JSON",'), _qaf('"testcasekey": "JSON",'), _qaf('"testcasekey": ["JSON"],')),
        *(_qaf('"groups": ["testcasekey=JSON"],'), _qaf(result="JSON"), _qaf(rest='"JSON": 1,'), _qaf()),
    ),
    "": ("abcdTEXT", "<TEXT/>", '{"JSON": 1}', "[TEXT]", '{"a": "TEXT"', '<TEXT xmlns="XML"/>'),
}
SPECS = (
    *("JSON: 1", "TEXT: 1", "? TEXT", "defaults: {JSON: 1}", "fields: {testCycle: {JSON: 1}}"),
    *("files: JSON", "zip: JSON", "zip: TEXT", "format: JSON", "version: JSON", "jiraUrl: JSON"),
    *("maxAge: TEXT", "testCycleToReuse: JSON", "attachFile: TEXT", "automationHierarchy: JSON"),
    "fields: {testCycle: {plannedStartDate: JSON}}",
    "fields: {testCase: {estimatedTime: JSON}}",
    "fields: {testCycle: {labels: JSON, summary: [JSON]}}",
    "fields: {testCycle: {summary: [TEXT]}}",
    "files: [a.xml]\nbuild: ${TEXT}",
    "files: [a.xml]\nbuild: JSON${",
    "files: [a.xml]\nbuild: '${{ env.TEXT }}'",
    "files: [a.xml]\nbuild: ${TEXT:-",
    "files: [a.xml]\nbuild: TEXT #5TEXT",
    "files: [a.xml]\nbuild: \u201cTEXT\u201d",
    "imports:\n  - {name: JSON, files: [a.xml]}\n  - {name: JSON, files: [a.xml]}",
    *("TEXT", "build: *TEXT", "build: &TEXT x", "build: !TEXT x", "build: !!TEXT x", "build: @TEXT"),
    *("build TEXT\nfiles: a", "build:TEXT\nfiles: a", "build: [TEXT", "build: {TEXT}.xml", 'build: "TEXT'),
    *("build: 'a'TEXT", 'build: "\\qTEXT"', "build: a\n   TEXT: b\n TEXT: c", "%TEXT", "build: |TEXT"),
    *("build: HALF: 1", "zip:\n      HALF", 'zip: "HALF"', "build: [HALF", "TEXT:TEXT", "- TEXT\nTEXT: a"),
)
PATTERNS = (
    *(
        "TEXT",
        "TEXT.xml",
        "**TEXT",
        "/TEXT",
        "C:TEXT",
        "TEXT\\",
        "{a,TEXT",
        "[TEXT",
        "{TEXT..TEXT}",
        "../TEXT",
    ),
    *("**/TEXT/*.xml", "reports/TEXT", "!TEXT", "'TEXT'", "reports/*/TEXT", "~TEXT", "TEXT,a"),
)
DOORS: dict[str, Door] = {
    **{f"spec: {template}": spec_door(template) for template in SPECS},
    **{f"pattern: {template}": pattern_door(template) for template in PATTERNS},
    **{
        f"input: {each.name}": input_door(each.name)
        for each in INPUTS
        if not each.secret and not each.name.endswith("-file") and each.name != "log-level"
    },
    "file": file_door("TEXT.xml"),
    "file in a folder": file_door("TEXT/a.xml"),
    "file that is none of the formats": file_door("TEXT.xml", content="hello"),
    "file with another ending": file_door("a.TEXT"),
    "file left out": file_door("TEXT.xml", files="**/*.xml\n!**/*.xml"),
    "file of another name": file_door("TEXT.xml", files="**/TEST.xml"),
    "member of a ZIP": zip_member,
    "content of a ZIP": content_in_zip,
    **{
        f"{format_id or 'any'}: {place}": content_door(template, format_id)
        for format_id, templates in CONTENTS.items()
        for place, template in enumerate(templates)
    },
}

_LETTERS = "abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_OTHERS = ("", "äöüß€é", "   ", "+/=", "!\"#$%&'()*,-.:;<>?@[]^_`{|}~ \\")


def _is_distinct(secret: str) -> bool:
    """Return whether each run of the secret is one that no message holds by chance."""
    return secret == secret.strip() and all(len(set(each)) > RUN - 2 for each in runs(secret))


def runs(secret: str) -> Iterator[str]:
    joined = "".join(secret.split()).casefold()
    return (joined[at : at + RUN] for at in range(len(joined) - RUN + 1))


def _made_up(others: str, seed: int) -> str:
    """Return a secret of letters by chance: Hypothesis' own texts come from the program's words, too."""
    chance = random.Random(seed)  # noqa: S311 - it protects nothing
    return "".join(chance.choices(_LETTERS + others, k=chance.randint(14, 40)))


SECRETS = st.builds(_made_up, st.sampled_from(_OTHERS), st.integers(0, 2**32)).filter(_is_distinct)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda text: f"https://ci:{text}@jira.example.com/a",
    "escaped as in a URL": lambda text: urllib.parse.quote(text, safe=""),
    "escaped as in JSON": lambda text: json.dumps(text)[1:-1],
    "broken by a tab": lambda text: f"{text[:7]}\t{text[7:]}",
    "in capitals beside it": lambda text: f"{text}-{text}",
}


@pytest.fixture(autouse=True)
def _no_secrets_afterwards() -> Iterator[None]:
    yield
    protect(Redactor(()))


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@settings(
    max_examples=settings().max_examples // 16,  # a door has many neighbours
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_six_characters_of_a_secret_are_shown(
    door: Door, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = data.draw(SECRETS)
    encoded = ENCODINGS[data.draw(st.sampled_from(sorted(ENCODINGS)))](secret)
    at = max(0, data.draw(st.sampled_from(CUTS)) - data.draw(st.integers(0, len(encoded))))
    padding = data.draw(st.sampled_from(("", "x" * at, "x " * (at // 2))))
    folder = tmp_path_factory.mktemp("door") / "workspace"
    folder.mkdir()
    workspace = Workspace(folder, secret)
    shown = door(workspace, padding + encoded + padding)
    shutil.rmtree(folder.parent)
    seen = "".join(shown.split()).casefold()
    assert [each for each in runs(workspace.secret) if each in seen] == []
