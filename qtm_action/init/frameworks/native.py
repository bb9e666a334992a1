"""Frameworks of C, C++, Go, Rust and Swift."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_native = partial(Framework, "C, C++")
_compiled = partial(Framework, "Go, Rust, Swift")

FRAMEWORKS = (
    _native(
        "CTest",
        "ctest",
        'ctest --test-dir build --output-junit "$PWD/ctest.xml"',
        Format.JUNIT,
        "ctest.xml",
        (BuildFile("CMakeLists.txt", "enable_testing"), BuildFile("CMakeLists.txt", "include(CTest)")),
        "CMake 3.21 or later. One test per executable; for more detail use the framework's own report.",
    ),
    _native(
        "GoogleTest",
        "googletest",
        "./tests --gtest_output=xml:gtest.xml",
        Format.JUNIT,
        "gtest.xml",
        (BuildFile("CMakeLists.txt", "GTest"), BuildFile("CMakeLists.txt", "googletest")),
        replaces=("ctest",),
    ),
    _native(
        "Catch2",
        "catch2",
        "./tests --reporter junit --out catch2.xml",
        Format.JUNIT,
        "catch2.xml",
        (BuildFile("CMakeLists.txt", "Catch2"),),
        replaces=("ctest",),
    ),
    _native(
        "doctest",
        "doctest",
        "./tests --reporters=junit --out=doctest.xml",
        Format.JUNIT,
        "doctest.xml",
        (BuildFile("CMakeLists.txt", "doctest"),),
        replaces=("ctest",),
    ),
    _native(
        "Boost.Test",
        "boost",
        "./tests --logger=JUNIT,all,boost.xml",
        Format.JUNIT,
        "boost.xml",
        (BuildFile("CMakeLists.txt", "unit_test_framework"),),
        replaces=("ctest",),
    ),
    _native(
        "Criterion",
        "criterion",
        "./tests --xml=criterion.xml",
        Format.JUNIT,
        "criterion.xml",
    ),
    _native(
        "CppUTest",
        "cpputest",
        "./tests -ojunit",
        Format.JUNIT,
        "cpputest_*.xml",
        (BuildFile("CMakeLists.txt", "CppUTest"),),
        replaces=("ctest",),
    ),
    _native(
        "Qt Test",
        "qttest",
        "./tests -o qttest.xml,junitxml -o -,txt",
        Format.JUNIT,
        "qttest.xml",
        note="Qt 5.15 or later.",
    ),
    _native(
        "Meson",
        "meson",
        "meson test -C build",
        Format.JUNIT,
        "**/meson-logs/testlog.junit.xml",
        (BuildFile("meson.build"),),
    ),
    _compiled(
        "Go",
        "go",
        "gotestsum --junitfile go.xml ./...",
        Format.JUNIT,
        "go.xml",
        (BuildFile("go.mod"),),
        "Needs gotestsum: `go install gotest.tools/gotestsum@latest`.",
    ),
    _compiled(
        "Ginkgo",
        "ginkgo",
        "ginkgo -r --junit-report=ginkgo.xml",
        Format.JUNIT,
        "ginkgo.xml",
        (BuildFile("go.mod", "onsi/ginkgo"),),
        replaces=("go",),
    ),
    _compiled(
        "Rust",
        "nextest",
        "cargo nextest run --profile ci",
        Format.JUNIT,
        "target/nextest/ci/junit.xml",
        (BuildFile("Cargo.toml"),),
        'Needs cargo-nextest, and in .config/nextest.toml: `[profile.ci.junit]` with `path = "junit.xml"`.',
    ),
    _compiled(
        "XCTest",
        "xctest",
        "xcodebuild test -scheme App | xcbeautify --report junit",
        Format.JUNIT,
        "build/reports/junit.xml",
        (BuildFile("Podfile"),),
        "Needs xcbeautify; `set -o pipefail` keeps the exit code of the tests.",
    ),
    _compiled(
        "Swift Package Manager",
        "swift",
        "swift test --parallel --xunit-output swift.xml",
        Format.JUNIT,
        "swift.xml",
        (BuildFile("Package.swift"),),
    ),
)
