"""Frameworks of PHP, Ruby, Perl, Lua, R and the shell."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_php = partial(Framework, "PHP")
_ruby = partial(Framework, "Ruby")
_scripts = partial(Framework, "Perl, Lua, R, shell")

FRAMEWORKS = (
    _php(
        "PHPUnit",
        "phpunit",
        "vendor/bin/phpunit --log-junit junit.xml",
        Format.JUNIT,
        "junit.xml",
        (BuildFile("composer.json", '"phpunit/phpunit"'),),
    ),
    _php(
        "Pest",
        "pest",
        "vendor/bin/pest --log-junit junit.xml",
        Format.JUNIT,
        "junit.xml",
        (BuildFile("composer.json", '"pestphp/pest"'),),
        replaces=("phpunit",),
    ),
    _php(
        "Codeception",
        "codeception",
        "vendor/bin/codecept run --xml",
        Format.JUNIT,
        "**/tests/_output/report.xml",
        (BuildFile("composer.json", '"codeception/codeception"'),),
        replaces=("phpunit",),
    ),
    _php(
        "Behat",
        "behat",
        "vendor/bin/behat --format junit --out reports",
        Format.JUNIT,
        "reports/*.xml",
        (BuildFile("composer.json", '"behat/behat"'),),
    ),
    _ruby(
        "RSpec",
        "rspec",
        "bundle exec rspec --format progress --format RspecJunitFormatter --out rspec.xml",
        Format.JUNIT,
        "rspec.xml",
        (BuildFile("Gemfile", "rspec"),),
        "Needs the gem rspec_junit_formatter.",
    ),
    _ruby(
        "Minitest",
        "minitest",
        "bundle exec rake test",
        Format.JUNIT,
        "test/reports/TEST-*.xml",
        (BuildFile("Gemfile", "minitest"),),
        "Needs the gem minitest-reporters, and in the test helper: "
        "`Minitest::Reporters.use! Minitest::Reporters::JUnitReporter.new`.",
    ),
    _ruby(
        "Cucumber (Ruby)",
        "cucumber",
        "bundle exec cucumber --format json --out cucumber.json",
        Format.CUCUMBER,
        "cucumber.json",
        (BuildFile("Gemfile", "cucumber"),),
        "Screenshots that a step attaches are in the JSON; `attachFile: true` uploads them.",
    ),
    _scripts(
        "prove (Perl)",
        "prove",
        "prove --formatter TAP::Formatter::JUnit -r t > prove.xml",
        Format.JUNIT,
        "prove.xml",
        (BuildFile("cpanfile"), BuildFile("Makefile.PL")),
        "Needs the module TAP::Formatter::JUnit.",
    ),
    _scripts(
        "busted (Lua)",
        "busted",
        "busted --output=junit -Xoutput busted.xml",
        Format.JUNIT,
        "busted.xml",
        (BuildFile("*.rockspec", "busted"),),
    ),
    _scripts(
        "testthat (R)",
        "testthat",
        "Rscript -e 'testthat::test_local(reporter = testthat::JunitReporter$new(file = "
        'file.path(getwd(), "testthat.xml")))\'',
        Format.JUNIT,
        "testthat.xml",
        (BuildFile("DESCRIPTION", "testthat"),),
    ),
    _scripts(
        "bats (shell)",
        "bats",
        "bats --report-formatter junit --output . tests",
        Format.JUNIT,
        "report.xml",
        (BuildFile("*.bats"),),
    ),
)
