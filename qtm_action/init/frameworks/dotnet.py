"""Frameworks of .NET."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_dotnet = partial(Framework, ".NET")


_LOGGER = "Needs the package JunitXml.TestLogger in each test project."
_LOGGED = ("dotnet test --logger junit", Format.JUNIT, "**/TestResults/TestResults.xml")


def _references(*packages: str) -> tuple[BuildFile, ...]:
    return tuple(
        BuildFile(file, f'"{package}"')
        for file in ("*.csproj", "*.fsproj", "*.vbproj", "Directory.Packages.props")
        for package in packages
    )


FRAMEWORKS = (
    _dotnet("xUnit.net", "xunit", *_LOGGED, _references("xunit", "xunit.v3"), _LOGGER),
    _dotnet("NUnit", "nunit", *_LOGGED, _references("NUnit"), _LOGGER),
    _dotnet("MSTest", "mstest", *_LOGGED, _references("MSTest", "MSTest.TestFramework"), _LOGGER),
    _dotnet(
        "Reqnroll, SpecFlow",
        "reqnroll",
        *_LOGGED,
        _references("Reqnroll", "SpecFlow", "Reqnroll.NUnit", "Reqnroll.xUnit", "Reqnroll.MsTest"),
        _LOGGER,
    ),
    _dotnet(
        "Pester (PowerShell)",
        "pester",
        "Invoke-Pester -Configuration @{ TestResult = @{ Enabled = $true; OutputFormat = 'JUnitXml' } }",
        Format.JUNIT,
        "testResults.xml",
    ),
)
