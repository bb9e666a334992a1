"""The result formats of QTM4J, which parameters apply to each, how files are chosen, and its deployments.

Source: vendor page "Import Results Using Rest API", request parameters of step 2.1.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Format(Enum):
    """A result format; the value is what goes over the wire (lower case)."""

    JUNIT = "junit"
    TESTNG = "testng"
    CUCUMBER = "cucumber"
    QAF = "qaf"
    HPUFT = "hpuft"
    SPECFLOW = "specflow"

    @property
    def title(self) -> str:
        """The name of the format, for messages."""
        return _FACTS[self].title

    @property
    def extension(self) -> str:
        """The extension of a result file of this format, with its dot."""
        return _FACTS[self].extension

    @property
    def has_hierarchy(self) -> bool:
        """Whether ``automationHierarchy`` and ``appendTestName`` apply."""
        return _FACTS[self].has_hierarchy

    @property
    def has_features(self) -> bool:
        """Whether ``useFeatureName`` and ``useFeatureDescription`` apply."""
        return _FACTS[self].has_features

    @property
    def attaches_files(self) -> bool:
        """Whether ``attachFile`` applies."""
        return _FACTS[self].attaches_files

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures may be in a ZIP with the result files (step 2.1, note)."""
        return _FACTS[self].takes_pictures

    @property
    def needs_zip(self) -> bool:
        """Whether QTM4J accepts it only as a ZIP."""
        return _FACTS[self].needs_zip


class _Facts(NamedTuple):
    title: str
    extension: str
    has_hierarchy: bool = False
    has_features: bool = False
    attaches_files: bool = False
    takes_pictures: bool = False
    needs_zip: bool = False


_FACTS = {
    Format.JUNIT: _Facts("JUnit", ".xml", has_hierarchy=True),
    Format.TESTNG: _Facts("TestNG", ".xml", has_hierarchy=True),
    Format.CUCUMBER: _Facts("Cucumber", ".json", has_features=True, attaches_files=True),
    Format.QAF: _Facts("QAF", ".json", attaches_files=True, takes_pictures=True, needs_zip=True),
    Format.HPUFT: _Facts("HP UFT", ".xml"),
    Format.SPECFLOW: _Facts("SpecFlow", ".json"),
}


class OtherFormat(NamedTuple):
    """A format that people have and QTM4J does not import.

    ``command`` makes the framework write JUnit XML (from docs/frameworks.md), ``needs`` is what it needs for
    that; without a command there is none.
    """

    title: str
    command: str = ""
    needs: str = ""

    @property
    def hint(self) -> str:
        """What to do instead."""
        if not self.command:
            instead = "Import what the test framework itself writes, such as JUnit XML"
        else:
            instead = f"Write JUnit XML and set the format to junit: `{self.command}`"
        needs = f" (needs the package {self.needs})" if self.needs else ""
        return (
            f"{self.title} is not supported by QTM4J. {instead}{needs}. "
            f"See {FRAMEWORKS_PAGE} for other frameworks."
        )


FRAMEWORKS_PAGE = "https://github.com/OWNER/qtm-action/blob/v1/docs/frameworks.md"
_DOTNET = ("dotnet test --logger junit", "JunitXml.TestLogger")
OTHER_FORMATS = {
    "nunit": OtherFormat("NUnit", *_DOTNET),
    "xunit": OtherFormat("xUnit.net", *_DOTNET),
    "mstest": OtherFormat("MSTest", *_DOTNET),
    "trx": OtherFormat("TRX", *_DOTNET),
    "robot": OtherFormat("Robot Framework's own output", "robot --xunit xunit.xml tests"),
    "jest": OtherFormat(
        "Jest's own output", "npx jest --reporters=default --reporters=jest-junit", "jest-junit"
    ),
    "playwright": OtherFormat(
        "Playwright's own output",
        "PLAYWRIGHT_JUNIT_OUTPUT_NAME=playwright.xml npx playwright test --reporter=junit",
    ),
    "allure": OtherFormat("Allure"),
}
"""By the name that people give as a format, in lower-case letters."""

RESULT_EXTENSIONS = tuple(dict.fromkeys(format_.extension for format_ in Format))
"""The extensions of result files of any format, each with its dot."""


class ZipMode(Enum):
    """When result files are zipped (spec key ``zip``)."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class StaleFiles(Enum):
    """What happens to result files older than ``maxAge`` (spec key ``ifOlder``)."""

    WARN = "warn"
    DROP = "drop"


class IfNoFiles(Enum):
    """What happens to an import without result files (input ``if-no-files``)."""

    ERROR = "error"
    WARN = "warn"
    IGNORE = "ignore"


class DeploymentKind(Enum):
    """The two deployments of QTM4J; the value is the name for messages."""

    SERVER = "Server or Data Center"
    CLOUD = "Cloud"
