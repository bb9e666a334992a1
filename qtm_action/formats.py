"""The result formats of QTM4J, what of the API applies to each, how files are chosen, and its deployments.

Source: vendor page "Import Results Using Rest API", request parameters of step 2.1.
"""

from __future__ import annotations

from enum import Enum


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
        """The name as its makers write it, for messages."""
        return _TITLES[self]

    @property
    def extension(self) -> str:
        """The extension of a result file of this format, with its dot."""
        return ".xml" if self in _XML else ".json"

    @property
    def has_hierarchy(self) -> bool:
        """Whether ``automationHierarchy`` and ``appendTestName`` apply."""
        return self in (Format.JUNIT, Format.TESTNG)

    @property
    def attaches_files(self) -> bool:
        """Whether ``attachFile`` applies."""
        return self in (Format.QAF, Format.CUCUMBER)

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures may be in a ZIP with the result files (step 2.1, note)."""
        return self is Format.QAF

    @property
    def needs_zip(self) -> bool:
        """Whether QTM4J takes it as a ZIP only."""
        return self is Format.QAF


_XML = frozenset({Format.JUNIT, Format.TESTNG, Format.HPUFT})
_TITLES = {
    Format.JUNIT: "JUnit",
    Format.TESTNG: "TestNG",
    Format.CUCUMBER: "Cucumber",
    Format.QAF: "QAF",
    Format.HPUFT: "HP UFT",
    Format.SPECFLOW: "SpecFlow",
}

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


class DeploymentKind(Enum):
    """The two QTM4J that there are; the value is the name for messages."""

    SERVER = "Server or Data Center"
    CLOUD = "Cloud"
