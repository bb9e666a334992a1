"""Files that are no result file of the six formats, named for what they are, with what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtm_action.redaction import beginning
from qtm_action.results.readers.tally import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_NUNIT = "let the adapter write JUnit XML (the JunitXml.TestLogger package, or a transformation)"
_NOT_RESULTS = "leave it out of the patterns: begin one with `!`"

HTML = ("an HTML page", "QTM4J takes the XML or JSON that the framework writes beside its HTML report")
_ROOTS = {
    "html": HTML,
    "robot": (
        "Robot Framework's own output",
        "run robot or rebot with `--xunit`, and import that file as junit",
    ),
    "suite": ("a TestNG suite definition", "the results are in testng-results.xml; " + _NOT_RESULTS),
    "assemblies": ("an xUnit.net report", _NUNIT),
    "assembly": ("an xUnit.net report", _NUNIT),
    "test-run": ("an NUnit 3 report", _NUNIT),
    "test-results": ("an NUnit 2 report", _NUNIT),
    "TestRun": (
        "CppUnit's own XML",
        "CppUnit writes no JUnit XML: transform what it writes",
    ),
    "TestLog": ("Boost.Test's own XML", "run it with `--logger=JUNIT,all,junit.xml`"),
    "TestCase": ("Qt Test's own XML", "run it with `-o junit.xml,junitxml`"),
    "doctest": ("doctest's own XML", "run it with `--reporters=junit --out=junit.xml`"),
    "Catch": ("Catch2 2's own XML", "run it with `-r junit -o junit.xml`"),
    "Catch2TestRun": ("Catch2 3's own XML", "run it with `-r junit::out=junit.xml`"),
    "Report": ("a report in UFT's older form", "let UFT write run_results.xml (UFT 11.50 or later)"),
    "failsafe-summary": ("the summary of Maven's Failsafe plug-in", _NOT_RESULTS),
    "testExecutions": ("SonarQube's generic test report", "import the JUnit XML of the run"),
    "coverage": ("a coverage report", _NOT_RESULTS),
    "report": ("a coverage report (JaCoCo)", _NOT_RESULTS),
    "checkstyle": ("a Checkstyle report", _NOT_RESULTS),
    "project": ("a build file", _NOT_RESULTS),
}

# Roots that several tools share, by a namespace that stands on them.
_NAMESPACES = {
    "http://microsoft.com/schemas/VisualStudio/TeamTest": ("a Visual Studio test report (TRX)", _NUNIT),
    "http://check.sourceforge.net/": (
        "Check's own XML",
        "Check writes no JUnit XML: let it write TAP (`srunner_set_tap`), and turn that into JUnit XML",
    ),
}

_OBJECTS = {
    frozenset({"elements"}): (
        "a single Cucumber feature",
        "QTM4J takes an array of features, as Cucumber's `json` formatter writes it",
    ),
    frozenset({"meta"}): (
        "Cucumber's message stream",
        "let Cucumber write `json:` rather than `message:` (in cucumber-js: `--format json:report.json`)",
    ),
    frozenset({"gherkinDocument"}): (
        "Cucumber's message stream",
        "let Cucumber write `json:` rather than `message:`",
    ),
    frozenset({"numTotalTests", "testResults"}): (
        "Jest's own JSON",
        "let Jest write JUnit XML (the jest-junit package), and import that as junit",
    ),
    frozenset({"config", "suites"}): (
        "Playwright's own JSON",
        "let Playwright write JUnit XML (`--reporter=junit`), and import that as junit",
    ),
    frozenset({"stats", "tests"}): (
        "Mocha's own JSON",
        "let Mocha write JUnit XML (`--reporter xunit`, or mocha-junit-reporter), and import that as junit",
    ),
    frozenset({"stats", "results"}): (
        "a mochawesome report",
        "let Mocha write JUnit XML (mocha-junit-reporter), and import that as junit",
    ),
    frozenset({"ExecutionResults"}): (
        "the TestExecution.json of SpecFlow's LivingDoc",
        "QTM4J takes a JSON report with `features[].scenarios[]`",
    ),
}


def known_root(root: str, namespace: str = "", line: int | None = None) -> UnreadableError | None:
    """Return the error for an XML document with that root; None where nothing is known of it."""
    of_namespace = (known for begin, known in _NAMESPACES.items() if namespace.startswith(begin))
    known = next(of_namespace, _ROOTS.get(root))
    return not_a_result_file(*known, line) if known else None


def known_object(keys: AbstractSet[str]) -> UnreadableError | None:
    """Return the error for a JSON object with these keys; None where nothing is known of it."""
    known = (not_a_result_file(*what) for signs, what in _OBJECTS.items() if signs <= keys)
    return next(known, None)


def not_a_result_file(what: str, hint: str, line: int | None = None) -> UnreadableError:
    """Return the error for a file that is ``what``."""
    return UnreadableError(f"this is {what}, not a result file that QTM4J takes", hint, line)


_SHOWN_HEAD = 1 << 14  # bytes, from which the first characters are shown
_MAGIC = (
    (b"\x1f\x8b", "a gzip archive", "unpack it before the import"),
    (b"PK\x03\x04", "a ZIP archive", "name it .zip to upload it as it is"),
    (b"PK\x05\x06", "an empty ZIP archive", "was the test run killed before it wrote its results?"),
    (b"BZh", "a bzip2 archive", "unpack it before the import"),
    (b"\xfd7zXZ", "an xz archive", "unpack it before the import"),
    (b"\x89PNG", "a PNG picture", "pictures are `attachments`, not `files`"),
    (b"\xff\xd8\xff", "a JPEG picture", "pictures are `attachments`, not `files`"),
    (b"%PDF", "a PDF document", _NOT_RESULTS),
)


def neither_xml_nor_json(head: bytes) -> UnreadableError:
    """Return the error for a file that begins with these bytes."""
    for magic, what, hint in _MAGIC:
        if head.startswith(magic):
            return UnreadableError(f"this is {what}, neither XML nor JSON", hint=hint)
    text = head.lstrip()[:_SHOWN_HEAD].decode("utf-8", "backslashreplace")
    return UnreadableError(
        f"this is neither XML nor JSON: it begins with {beginning(text, 24)!r}",
        hint="result files begin with `<`, `[` or `{`; did a log line get in before the report?",
        line=1,
        column=1,
    )
