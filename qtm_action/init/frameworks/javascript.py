"""Frameworks of JavaScript and TypeScript."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_javascript = partial(Framework, "JavaScript, TypeScript")


def _package(*names: str) -> tuple[BuildFile, ...]:
    return tuple(BuildFile("package.json", f'"{name}"') for name in names)


FRAMEWORKS = (
    _javascript(
        "Jest",
        "jest",
        "npx jest --reporters=default --reporters=jest-junit",
        Format.JUNIT,
        "junit.xml",
        _package("jest", "jest-junit"),
        "Needs the package jest-junit.",
    ),
    _javascript(
        "Vitest",
        "vitest",
        "npx vitest run --reporter=default --reporter=junit --outputFile.junit=junit.xml",
        Format.JUNIT,
        "junit.xml",
        _package("vitest"),
    ),
    _javascript(
        "Playwright",
        "playwright",
        "PLAYWRIGHT_JUNIT_OUTPUT_NAME=playwright.xml npx playwright test --reporter=junit",
        Format.JUNIT,
        "playwright.xml",
        _package("@playwright/test"),
    ),
    _javascript(
        "Cypress",
        "cypress",
        'npx cypress run --reporter junit --reporter-options "mochaFile=results/cypress-[hash].xml"',
        Format.JUNIT,
        "results/cypress-*.xml",
        _package("cypress"),
        "One file per spec file; remove those of the run before.",
    ),
    _javascript(
        "Mocha",
        "mocha",
        "npx mocha --reporter mocha-junit-reporter",
        Format.JUNIT,
        "test-results.xml",
        _package("mocha", "mocha-junit-reporter"),
        "Needs the package mocha-junit-reporter.",
    ),
    _javascript(
        "Mocha, without another package",
        "mocha",
        "npx mocha --reporter xunit --reporter-option output=mocha.xml",
        Format.JUNIT,
        "mocha.xml",
    ),
    _javascript(
        "cucumber-js",
        "cucumber",
        "npx cucumber-js --format json:cucumber.json",
        Format.CUCUMBER,
        "cucumber.json",
        _package("@cucumber/cucumber"),
        "Screenshots that a step attaches are in the JSON; `attachFile: true` uploads them.",
    ),
    _javascript(
        "WebdriverIO",
        "webdriverio",
        "npx wdio run wdio.conf.js",
        Format.JUNIT,
        "reports/wdio-*.xml",
        _package("@wdio/junit-reporter", "@wdio/cli"),
        "Needs the package @wdio/junit-reporter, and in wdio.conf.js: `reporters: [['junit', {outputDir: "
        "'reports', outputFileFormat: ({cid}) => 'wdio-' + cid + '.xml'}]]`.",
    ),
    _javascript(
        "Karma",
        "karma",
        "npx karma start --single-run --reporters progress,junit",
        Format.JUNIT,
        "reports/karma.xml",
        _package("karma"),
        "Needs the package karma-junit-reporter, and in karma.conf.js: "
        "`junitReporter: {outputDir: 'reports', outputFile: 'karma.xml', useBrowserName: false}`.",
    ),
    _javascript(
        "Jasmine",
        "jasmine",
        "npx jasmine",
        Format.JUNIT,
        "junitresults*.xml",
        _package("jasmine"),
        "Needs the package jasmine-reporters, and in a helper file: "
        "`jasmine.getEnv().addReporter(new (require('jasmine-reporters').JUnitXmlReporter)())`.",
    ),
    _javascript(
        "Node.js test runner",
        "node",
        "node --test --test-reporter=junit --test-reporter-destination=junit.xml",
        Format.JUNIT,
        "junit.xml",
        (BuildFile("package.json", "node --test"),),
    ),
    _javascript(
        "Bun",
        "bun",
        "bun test --reporter=junit --reporter-outfile=junit.xml",
        Format.JUNIT,
        "junit.xml",
        (BuildFile("package.json", "bun test"),),
    ),
    _javascript(
        "Deno",
        "deno",
        "deno test --junit-path=junit.xml",
        Format.JUNIT,
        "junit.xml",
        (BuildFile("deno.json"), BuildFile("deno.jsonc")),
    ),
    _javascript(
        "TestCafe",
        "testcafe",
        "npx testcafe chrome:headless tests --reporter xunit:testcafe.xml",
        Format.JUNIT,
        "testcafe.xml",
        _package("testcafe"),
    ),
    _javascript(
        "Nightwatch",
        "nightwatch",
        "npx nightwatch",
        Format.JUNIT,
        "tests_output/**/*.xml",
        _package("nightwatch"),
    ),
    _javascript(
        "tape, and others that print TAP",
        "tape",
        "npx tape 'test/*.js' | npx tap-xunit > tap.xml",
        Format.JUNIT,
        "tap.xml",
        _package("tape"),
        "Needs the package tap-xunit.",
    ),
    _javascript(
        "Detox",
        "detox",
        "npx detox test --configuration ios.sim.release",
        Format.JUNIT,
        "junit.xml",
        _package("detox"),
        "Needs the package jest-junit, and in e2e/jest.config.js: "
        "`reporters: ['detox/runners/jest/reporter', 'jest-junit']`.",
        replaces=("jest",),
    ),
)
