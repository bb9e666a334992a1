"""Frameworks of Python."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_python = partial(Framework, "Python")


def _requires(name: str) -> tuple[BuildFile, ...]:
    files = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile", "*requirements*.txt")
    return tuple(BuildFile(file, name) for file in files)


FRAMEWORKS = (
    _python(
        "pytest",
        "pytest",
        "pytest --junitxml=report.xml",
        Format.JUNIT,
        "report.xml",
        (*_requires("pytest"), BuildFile("pytest.ini")),
    ),
    _python(
        "pytest-bdd",
        "cucumber",
        "pytest --cucumberjson=cucumber.json",
        Format.CUCUMBER,
        "cucumber.json",
        _requires("pytest-bdd"),
        replaces=("pytest",),
    ),
    _python(
        "behave, scenarios with their steps",
        "behave",
        "behave --format json --outfile behave.json",
        Format.CUCUMBER,
        "behave.json",
        _requires("behave"),
        "Or `--format json.pretty`. What a step embeds is in the JSON; `attachFile: true` uploads it.",
    ),
    _python(
        "behave, as JUnit XML",
        "behave",
        "behave --junit --junit-directory reports",
        Format.JUNIT,
        "reports/TESTS-*.xml",
    ),
    _python(
        "Robot Framework",
        "robot",
        "robot --xunit xunit.xml tests",
        Format.JUNIT,
        "xunit.xml",
        _requires("robotframework"),
        "Robot's own output.xml is not imported.",
    ),
    _python(
        "unittest",
        "unittest",
        "python -m xmlrunner discover --output-file unittest.xml",
        Format.JUNIT,
        "unittest.xml",
        (*_requires("unittest-xml-reporting"), *_requires("xmlrunner")),
        "Needs the package unittest-xml-reporting.",
    ),
    _python(
        "nose2",
        "nose2",
        "nose2 --plugin nose2.plugins.junitxml --junit-xml",
        Format.JUNIT,
        "nose2-junit.xml",
        _requires("nose2"),
    ),
    _python(
        "green",
        "green",
        "green --junit-report green.xml",
        Format.JUNIT,
        "green.xml",
        _requires("green"),
    ),
    _python(
        "QAF (Python)",
        "qaf",
        "pytest",
        Format.QAF,
        "test-results",
        (*_requires("qaf-python"), *_requires("qaf.python")),
        "Written by itself, in the same folders as QAF for Java.",
        replaces=("pytest",),
    ),
)
