"""Files that are no result file of the six formats, named for what they are, with what to do instead."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from qtm_action.redaction import beginning
from qtm_action.results.readers.tally import UnreadableError

_NUNIT = "Configure the adapter to write JUnit XML (the JunitXml.TestLogger package, or a transformation)."
_NOT_RESULTS = "Exclude it from the patterns with one that begins with `!`."

HTML = (
    "an HTML page",
    "QTM4J accepts the XML or JSON that the framework writes in addition to its HTML report.",
)
_ROOTS = {
    "html": HTML,
    "robot": (
        "Robot Framework's own output",
        "Run robot or rebot with `--xunit`, and import that file as junit.",
    ),
    "suite": ("a TestNG suite definition", "The results are in testng-results.xml. " + _NOT_RESULTS),
    "assemblies": ("an xUnit.net report", _NUNIT),
    "assembly": ("an xUnit.net report", _NUNIT),
    "test-run": ("an NUnit 3 report", _NUNIT),
    "test-results": ("an NUnit 2 report", _NUNIT),
    "TestRun": (
        "CppUnit's own XML",
        "CppUnit writes no JUnit XML. Transform its report into JUnit XML.",
    ),
    "TestLog": ("Boost.Test's own XML", "Run it with `--logger=JUNIT,all,junit.xml`."),
    "TestCase": ("Qt Test's own XML", "Run it with `-o junit.xml,junitxml`."),
    "doctest": ("doctest's own XML", "Run it with `--reporters=junit --out=junit.xml`."),
    "Catch": ("Catch2 2's own XML", "Run it with `-r junit -o junit.xml`."),
    "Catch2TestRun": ("Catch2 3's own XML", "Run it with `-r junit::out=junit.xml`."),
    "Report": (
        "a report in UFT's older form",
        "Configure UFT to write run_results.xml (UFT 11.50 or later).",
    ),
    "failsafe-summary": ("the summary of Maven's Failsafe plug-in", _NOT_RESULTS),
    "testExecutions": ("SonarQube's generic test report", "Import the JUnit XML of the run instead."),
    "coverage": ("a coverage report", _NOT_RESULTS),
    "report": ("a coverage report (JaCoCo)", _NOT_RESULTS),
    "checkstyle": ("a Checkstyle report", _NOT_RESULTS),
    "project": ("a build file", _NOT_RESULTS),
}

# Roots that several tools share, by their namespace.
_NAMESPACES = {
    "http://microsoft.com/schemas/VisualStudio/TeamTest": ("a Visual Studio test report (TRX)", _NUNIT),
    "http://check.sourceforge.net/": (
        "Check's own XML",
        "Check writes no JUnit XML. Convert its TAP (`srunner_set_tap`) to JUnit XML.",
    ),
}

_OBJECTS = {
    frozenset({"elements"}): (
        "a single Cucumber feature",
        "QTM4J accepts an array of features, as Cucumber's `json` formatter writes it.",
    ),
    frozenset({"meta"}): (
        "Cucumber's message stream",
        "Configure Cucumber to write `json:`, in cucumber-js with `--format json:report.json`.",
    ),
    frozenset({"gherkinDocument"}): (
        "Cucumber's message stream",
        "Configure Cucumber to write `json:` instead of `message:`.",
    ),
    frozenset({"numTotalTests", "testResults"}): (
        "Jest's own JSON",
        "Configure Jest to write JUnit XML (the jest-junit package), and import that as junit.",
    ),
    frozenset({"config", "suites"}): (
        "Playwright's own JSON",
        "Configure Playwright to write JUnit XML (`--reporter=junit`), and import that as junit.",
    ),
    frozenset({"stats", "tests"}): (
        "Mocha's own JSON",
        "Make Mocha write JUnit XML (`--reporter xunit`, or mocha-junit-reporter), and import that as junit.",
    ),
    frozenset({"stats", "results"}): (
        "a mochawesome report",
        "Configure Mocha to write JUnit XML (mocha-junit-reporter), and import that as junit.",
    ),
    frozenset({"ExecutionResults"}): (
        "the TestExecution.json of SpecFlow's LivingDoc",
        "QTM4J accepts a JSON report with `features[].scenarios[]`.",
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
    return UnreadableError(f"this is {what}, not a result file that QTM4J can import", hint, line)


_SHOWN_HEAD = 1 << 14  # bytes, from which the first characters are shown
_MAGIC = (
    (b"\x1f\x8b", "a gzip archive", "Unpack it before the import."),
    (b"PK\x03\x04", "a ZIP archive", "Name it .zip to upload it unchanged."),
    (b"PK\x05\x06", "an empty ZIP archive", "Was the test run killed before it wrote its results?"),
    (b"BZh", "a bzip2 archive", "Unpack it before the import."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it before the import."),
    (b"\x89PNG", "a PNG image", "Images belong in `attachments`, not in `files`."),
    (b"\xff\xd8\xff", "a JPEG image", "Images belong in `attachments`, not in `files`."),
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
        hint="Result files begin with `<`, `[` or `{`. Was log output written before the report?",
        line=1,
        column=1,
    )
