"""Frameworks of Dart, Erlang and Elixir, and tools with a language of their own."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_dart = partial(Framework, "Dart")
_beam = partial(Framework, "Erlang, Elixir")
_tool = partial(Framework, "Tools for user interfaces, services and load")

_TOJUNIT = "Needs tojunit: `dart pub global activate junitreport`."

FRAMEWORKS = (
    _dart(
        "Dart",
        "dart",
        "dart test --reporter json | tojunit --output dart.xml",
        Format.JUNIT,
        "dart.xml",
        (BuildFile("pubspec.yaml", "test:"),),
        _TOJUNIT,
    ),
    _dart(
        "Flutter",
        "flutter",
        "flutter test --machine | tojunit --output flutter.xml",
        Format.JUNIT,
        "flutter.xml",
        (BuildFile("pubspec.yaml", "flutter_test:"),),
        _TOJUNIT,
        replaces=("dart",),
    ),
    _beam(
        "EUnit",
        "eunit",
        "rebar3 eunit",
        Format.JUNIT,
        "TEST-*.xml",
        (BuildFile("rebar.config", "eunit_surefire"),),
        'In rebar.config: `{eunit_opts, [{report, {eunit_surefire, [{dir, "."}]}}]}.`',
    ),
    _beam(
        "Common Test",
        "ct",
        "rebar3 ct",
        Format.JUNIT,
        "**/junit_report.xml",
        (BuildFile("rebar.config", "cth_surefire"),),
        "In rebar.config: `{ct_opts, [{ct_hooks, [cth_surefire]}]}.` Remove the logs of earlier runs.",
    ),
    _beam(
        "ExUnit",
        "exunit",
        "mix test --formatter JUnitFormatter",
        Format.JUNIT,
        "_build/test/lib/*/test-junit-report.xml",
        (BuildFile("mix.exs"),),
        "Needs the package junit_formatter.",
    ),
    _tool(
        "HP UFT, UFT One",
        "uft",
        "UFTBatchRunnerCMD.exe -source tests.mtb",
        Format.HPUFT,
        "**/run_results.xml",
        (BuildFile("*.mtb"),),
        "UFT writes it into the folder of each test's results.",
    ),
    _tool(
        "Newman (Postman)",
        "newman",
        "npx newman run collection.json --reporters cli,junit --reporter-junit-export newman.xml",
        Format.JUNIT,
        "newman.xml",
        (BuildFile("*.postman_collection.json"), BuildFile("package.json", '"newman"')),
    ),
    _tool(
        "SoapUI",
        "soapui",
        "testrunner.sh -j -f reports project.xml",
        Format.JUNIT,
        "reports/TEST-*.xml",
    ),
    _tool(
        "Katalon",
        "katalon",
        "katalonc -noSplash -runMode=console -projectPath=shop.prj "
        '-testSuitePath="Test Suites/Smoke" -browserType=Chrome',
        Format.JUNIT,
        "Reports/**/JUnit_Report.xml",
        (BuildFile("*.prj", "katalon"),),
        "Remove the reports of earlier runs.",
    ),
    _tool(
        "Maestro",
        "maestro",
        "maestro test --format junit --output maestro.xml flows",
        Format.JUNIT,
        "maestro.xml",
    ),
    _tool(
        "k6",
        "k6",
        "k6 run script.js",
        Format.JUNIT,
        "k6.xml",
        note="Thresholds are the tests. In the script: `import { jUnit } from "
        "'https://jslib.k6.io/k6-summary/0.0.2/index.js'` and "
        "`export const handleSummary = (data) => ({ 'k6.xml': jUnit(data) })`.",
    ),
)
