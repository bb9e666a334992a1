#!/usr/bin/env bash
# Runs real test frameworks on the tiny projects in projects/ and keeps what they write, one folder a
# tool. Packages go to a temporary folder; what Debian has to bring (testng, maven with its offline
# repository, cucumber, phpunit, the libraries of C and C++ …) is skipped with a word where it is missing.
# Paths, names and versions of the machine are scrubbed: the files look as if they had been written in
# /home/ci/shop. What a framework printed stays beside the project that it ran, as console.txt.
#
#   tests/data/real/regenerate.sh [tool …]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export npm_config_loglevel=error
tools=${*:-pytest pytest-bdd behave robot jest mocha playwright cucumber-js testng surefire cucumber-ruby qaf-python
  gotestsum phpunit googletest boost catch2 doctest cppunit check criterion qttest ctest unittest bats eunit
  node tap prove busted behave-rules pytest-hostile pytest-subtests rerunfailures jest-errors mocha-errors vitest
  rspec minitest ant testng-percent encodings}

project() { # the tool's project, in a folder of its own
  cp -r "$here/projects/$1" "$work/$1"
  rm -f "$work/$1/console.txt"
  find "$work/$1" -name '*.in' -exec sh -c 'mv "$1" "${1%.in}"' _ {} \;
  cd "$work/$1"
}

keep() { # keep TOOL FILE [NAME]: scrub a file and keep it
  mkdir -p "$here/$1"
  scrub <"$2" >"$here/$1/${3:-$(basename "$2")}"
}

run() { # run COMMAND …: what it prints is kept as the console, a test that fails is no failure here
  printf '$ %s\n' "$*" | sed "s#$work#/home/ci/shop#g" >>console.txt
  "$@" >>console.txt 2>&1 </dev/null || true
}


scrub() {
  LC_ALL=C sed -E -e "s#$work/[a-z0-9-]*venv#/home/ci/venv#g" -e "s#$work#/home/ci/shop#g" \
    -e "s#$(python3 -c 'import sys; print(sys.base_prefix)')#/usr#g" -e "s#$HOME#/home/ci#g" \
    -e "s#(hostname=|\"host\": )\"[^\"]*\"#\1\"ci\"#g" -e "s#$(uname -r)#6.1.0#g" \
    -e 's#(name="user.name" value=)"[^"]*"#\1"ci"#'
}

python_with() { # python_with FOLDER PACKAGE…
  python3 -m venv "$work/$1"
  "$work/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
  PATH=$work/$1/bin:$PATH
}

node_with() { # node_with PACKAGE…: into the current folder
  [ -f package.json ] || npm init --yes >/dev/null
  npm install --silent --no-audit --no-fund "$@"
}

lacks() { # lacks TOOL COMMAND…
  for each in "${@:2}"; do
    [ -e "$each" ] || command -v "$each" >/dev/null || { echo "$1: skipped, there is no $each" >&2; return 0; }
  done
  return 1
}

for tool in $tools; do
  echo "== $tool" >&2
  project "$tool"
  case $tool in
    pytest)
      python_with pytest-venv 'pytest==9.*'
      pytest -q -p no:cacheprovider --junitxml=junit.xml >/dev/null || true
      pytest -q -p no:cacheprovider -o junit_family=xunit1 -o junit_logging=all --junitxml=junit-xunit1.xml \
        >/dev/null || true
      keep pytest junit.xml
      keep pytest junit-xunit1.xml
      ;;
    pytest-bdd)
      python_with pytest-venv 'pytest==9.*' 'pytest-bdd==9.*' 2>/dev/null || python_with pytest-venv pytest pytest-bdd
      pytest -q -p no:cacheprovider -p no:warnings --cucumberjson=cucumber.json >/dev/null || true
      keep pytest-bdd cucumber.json
      ;;
    behave)
      python_with behave-venv 'behave==1.3.*'
      behave -q -f json -o report.json -f json.pretty -o pretty.json --junit --junit-directory junit >/dev/null || true
      keep behave report.json
      keep behave pretty.json
      keep behave junit/TESTS-cart.xml junit.xml
      ;;
    robot)
      python_with robot-venv 'robotframework==7.*'
      robot --xunit xunit.xml --log NONE --report NONE cart.robot >/dev/null || true
      keep robot xunit.xml
      keep robot output.xml
      ;;
    jest)
      node_with jest@30 jest-junit@17
      npx jest --ci --silent --reporters=jest-junit --json --outputFile=own.json >/dev/null 2>&1 || true
      keep jest junit.xml
      keep jest own.json
      ;;
    mocha)
      node_with mocha@10 mocha-junit-reporter@2
      npx mocha --reporter xunit --reporter-option output=xunit.xml . >/dev/null || true
      npx mocha --reporter mocha-junit-reporter --reporter-options mochaFile=junit.xml . >/dev/null || true
      npx mocha --reporter json --reporter-option output=own.json . >/dev/null || true
      keep mocha xunit.xml
      keep mocha junit.xml
      keep mocha own.json
      ;;
    playwright)
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 node_with @playwright/test@1
      npx playwright test >/dev/null 2>&1 || true
      keep playwright junit.xml
      keep playwright own.json
      ;;
    cucumber-js)
      node_with @cucumber/cucumber
      npx cucumber-js --format json:report.json --format message:messages.ndjson --format junit:junit.xml \
        >/dev/null || true
      keep cucumber-js report.json
      keep cucumber-js junit.xml
      keep cucumber-js messages.ndjson
      ;;
    testng)
      lacks testng javac /usr/share/java/testng.jar && continue
      javac -cp /usr/share/java/testng.jar -d classes ./*.java
      java -cp classes:/usr/share/java/testng.jar:/usr/share/java/jcommander.jar:/usr/share/java/bsh.jar \
        org.testng.TestNG -d out suite.xml >/dev/null || true
      keep testng out/testng-results.xml
      keep testng out/testng-failed.xml
      keep testng out/junitreports/TEST-CartTest.xml
      ;;
    surefire)
      lacks surefire mvn /etc/maven/settings-debian.xml /usr/share/java/junit4.jar && continue
      mvn --offline --quiet --batch-mode --settings /etc/maven/settings-debian.xml test >/dev/null || true
      keep surefire target/surefire-reports/TEST-shop.CartTest.xml
      ;;
    cucumber-ruby)
      lacks cucumber-ruby cucumber && continue
      cucumber --format json --out report.json --format junit --out junit >/dev/null || true
      BROKEN_HOOK=1 cucumber --format json --out broken-hook.json >/dev/null || true
      keep cucumber-ruby report.json
      keep cucumber-ruby broken-hook.json
      keep cucumber-ruby junit/TEST-features-cart.xml junit.xml
      ;;
    qaf-python)
      python_with qaf-venv qaf-python==1.0.0b0
      for _ in 1 2; do # two runs, of which the second is the newest
        pytest -q -p no:cacheprovider >/dev/null 2>&1 || true
        sleep 1.1 # QAF names a run by the second
      done
      rm -rf "$here/qaf-python"
      find test-results -name '*.json' | while read -r file; do
        keep "qaf-python/$(dirname "$file")" "$file"
      done
      ;;
    gotestsum)
      lacks gotestsum gotestsum go && continue
      export GOFLAGS=-mod=mod GOPROXY=off GOCACHE=$work/go-cache
      run gotestsum --junitfile junit.xml ./cart
      run gotestsum --junitfile broken.xml ./cart ./broken
      run gotestsum --junitfile rerun.xml --rerun-fails=2 --packages ./flaky
      run gotestsum --format standard-verbose --junitfile count.xml -- -count=2 ./wears
      run gotestsum --junitfile panics.xml ./panics
      run gotestsum --junitfile stops.xml ./stops
      for each in junit broken rerun count panics stops; do keep gotestsum "$each.xml"; done
      ;;
    phpunit)
      lacks phpunit phpunit && continue
      run phpunit --do-not-cache-result --log-junit junit.xml tests
      run phpunit --do-not-cache-result --log-junit hostile.xml hostile
      keep phpunit junit.xml
      keep phpunit hostile.xml
      ;;
    googletest)
      lacks googletest g++ /usr/include/gtest/gtest.h && continue
      g++ -o cart cart.cpp -lgtest -lgtest_main -pthread
      run ./cart --gtest_output=xml:junit.xml '--gtest_filter=-*Hostile*'
      for each in Colours Bytes Noncharacter; do
        run ./cart "--gtest_output=xml:hostile-${each,,}.xml" "--gtest_filter=*Hostile$each:Cart.Adds"
        keep googletest "hostile-${each,,}.xml"
      done
      run ./cart --gtest_output=xml:disabled.xml --gtest_also_run_disabled_tests '--gtest_filter=*Voucher:Cart.Adds'
      keep googletest junit.xml
      keep googletest disabled.xml
      ;;
    boost)
      lacks boost g++ /usr/include/boost/test/included/unit_test.hpp && continue
      g++ -o cart cart.cpp 2>/dev/null
      run ./cart --logger=HRF,test_suite,stdout:JUNIT,all,junit.xml:XML,all,own.xml --report_level=detailed \
        --color_output=no '--run_test=!cart/colours'
      run ./cart --logger=HRF,error,stdout:JUNIT,error,hostile.xml --report_level=detailed \
        --color_output=yes --run_test=cart/colours,adds
      keep boost junit.xml
      keep boost hostile.xml
      keep boost own.xml
      ;;
    catch2)
      lacks catch2 g++ /usr/include/catch2/catch.hpp && continue
      printf '#define CATCH_CONFIG_MAIN\n#include <catch2/catch.hpp>\n' >catch_main.hpp
      g++ -o cart cart.cpp
      run ./cart
      run ./cart -r junit -o junit.xml
      run ./cart -r xml -o own.xml
      keep catch2 junit.xml
      keep catch2 own.xml
      # CATCH2 is the folder `extras` of Catch2's repository at a tag of version 3.
      if ! lacks catch2-v3 "${CATCH2:-extras}/catch_amalgamated.cpp"; then
        printf '#include "catch_amalgamated.hpp"\n' >catch_main.hpp
        g++ -DSKIPS -I "$CATCH2" -I . -o cart3 cart.cpp "$CATCH2/catch_amalgamated.cpp"
        run ./cart3
        run ./cart3 -r junit::out=junit3.xml -r xml::out=own3.xml
        keep catch2-v3 junit3.xml junit.xml
        keep catch2-v3 own3.xml own.xml
      fi
      ;;
    doctest)
      lacks doctest g++ /usr/include/doctest/doctest.h && continue
      g++ -o cart cart.cpp
      run ./cart
      run ./cart --reporters=junit --out=junit.xml
      run ./cart --reporters=xml --out=own.xml
      keep doctest junit.xml
      keep doctest own.xml
      ;;
    cppunit)
      lacks cppunit g++ /usr/include/cppunit/TestRunner.h && continue
      g++ -o cart cart.cpp -lcppunit
      run ./cart
      keep cppunit own.xml
      ;;
    check)
      lacks check gcc /usr/include/check.h && continue
      gcc -o cart cart.c -lcheck -lsubunit -pthread -lrt -lm
      run ./cart
      keep check own.xml
      ;;
    criterion)
      lacks criterion gcc /usr/include/criterion/criterion.h && continue
      gcc -o cart cart.c -lcriterion
      run ./cart --jobs=1 --verbose --xml=junit.xml
      gcc -o colours colours.c -lcriterion
      run ./colours --verbose --xml=hostile.xml
      keep criterion junit.xml
      keep criterion hostile.xml
      ;;
    qttest)
      lacks qttest g++ moc /usr/include/x86_64-linux-gnu/qt5/QtTest/QtTest && continue
      moc cart.cpp -o cart.moc
      g++ -fPIC -I /usr/include/x86_64-linux-gnu/qt5 -I /usr/include/x86_64-linux-gnu/qt5/QtTest \
        -I /usr/include/x86_64-linux-gnu/qt5/QtCore -o cart cart.cpp -lQt5Test -lQt5Core
      run ./cart -o -,txt -o own.xml,xml
      run ./cart -o junit.xml,junitxml
      keep qttest own.xml
      keep qttest junit.xml
      ;;
    ctest)
      lacks ctest ctest && continue
      cmake -S . -B build >/dev/null
      run ctest --test-dir build --output-on-failure --output-junit junit.xml
      run ctest --test-dir build --output-junit repeat.xml --repeat until-pass:2 -R 'cart.(adds|total)'
      keep ctest build/junit.xml
      keep ctest build/repeat.xml
      ;;
    unittest) # one project, four runners of it
      python_with unittest-venv nose2 green junitxml python-subunit unittest-xml-reporting testtools
      run nose2 --plugin nose2.plugins.junitxml --junit-xml --junit-xml-path junit.xml
      run nose2 -s hostile --plugin nose2.plugins.junitxml --junit-xml --junit-xml-path hostile.xml
      keep nose2 junit.xml
      keep nose2 hostile.xml
      # green breaks off at test_broken and writes no report with colours in it
      run green --processes 1 --junit-report green.xml test_cart
      keep green green.xml junit.xml
      python -m subunit.run discover >stream.subunit || true
      run sh -c 'subunit-1to2 <stream.subunit | subunit2pyunit'
      run sh -c 'subunit2junitxml --output-to=subunit.xml <stream.subunit'
      keep subunit subunit.xml junit.xml
      python -m subunit.run discover -s hostile >stream.subunit || true
      run sh -c 'subunit-1to2 <stream.subunit | subunit2pyunit'
      run sh -c 'subunit2junitxml --output-to=hostile.xml <stream.subunit'
      keep subunit hostile.xml
      run python -m xmlrunner discover --output-file xmlrunner.xml
      run python -m xmlrunner discover -s hostile --output-file hostile.xml
      keep xmlrunner xmlrunner.xml junit.xml
      keep xmlrunner hostile.xml
      ;;
    bats)
      lacks bats bats && continue
      run bats --report-formatter junit --output . cart.bats closed.bats
      keep bats report.xml junit.xml
      run bats --report-formatter junit --output . colours.bats
      keep bats report.xml hostile.xml
      ;;
    eunit)
      lacks eunit erlc && continue
      erlc cart_tests.erl
      run erl -noshell -eval 'eunit:test(cart_tests, [verbose, {report, {eunit_surefire, [{dir, "."}]}}]), halt().'
      keep eunit TEST-cart_tests.xml
      ;;
    node)
      run node --test --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=junit --test-reporter-destination=junit.xml cart.test.mjs broken.test.mjs
      for each in colours nul noncharacter; do
        run node --test --test-reporter=spec --test-reporter-destination=stdout \
          --test-reporter=junit "--test-reporter-destination=hostile-$each.xml" "$each.test.mjs"
        keep node "hostile-$each.xml"
      done
      keep node junit.xml
      ;;
    tap) # what other programs say in TAP, made JUnit
      node_with tap-xunit@2 tap-junit@5
      for each in *.tap; do
        printf '$ cat %s\n' "$each" >>console.txt
        cat "$each" >>console.txt
        npx tap-xunit <"$each" >xunit.xml 2>/dev/null || true
        keep tap-xunit xunit.xml "${each%.tap}.xml"
        npx tap-junit <"$each" >junit.xml 2>/dev/null || true
        keep tap-junit junit.xml "${each%.tap}.xml"
      done
      ;;
    prove)
      lacks prove prove /usr/share/perl5/TAP/Formatter/JUnit.pm && continue
      run prove t
      run sh -c 'prove --formatter TAP::Formatter::JUnit t >junit.xml'
      run prove hostile
      run sh -c 'prove --formatter TAP::Formatter::JUnit hostile >hostile.xml'
      keep prove junit.xml
      keep prove hostile.xml
      ;;
    busted)
      lacks busted busted && continue
      run busted --output=plainTerminal --pattern=_spec .
      run busted --output=junit -Xoutput junit.xml --pattern=_spec .
      run busted --output=plainTerminal hostile/colours.lua
      run busted --output=junit -Xoutput hostile.xml hostile/colours.lua
      keep busted junit.xml
      keep busted hostile.xml
      ;;
    behave-rules)
      python_with behave-venv 'behave==1.3.*'
      run behave --no-color -f plain -o plain.txt -f json.pretty -o pretty.json -f json -o report.json \
        --junit --junit-directory junit
      cat plain.txt >>console.txt
      keep behave-rules pretty.json
      keep behave-rules report.json
      keep behave-rules junit/TESTS-cart.xml
      keep behave-rules junit/TESTS-closed.xml
      keep behave-rules junit/TESTS-colours.xml hostile.xml
      ;;
    pytest-hostile)
      python_with pytest-venv 'pytest==9.*'
      run pytest -p no:cacheprovider --junitxml=junit.xml
      run pytest -q --color=yes -p no:cacheprovider -o junit_logging=all --tb=short --junitxml=colours.xml
      keep pytest-hostile junit.xml
      keep pytest-hostile colours.xml
      ;;
    pytest-subtests) # a plugin of its own until pytest 8, built in since 9
      python_with pytest8-venv 'pytest==8.*' pytest-subtests
      run pytest -p no:cacheprovider --junitxml=plugin.xml
      keep pytest-subtests plugin.xml
      python_with pytest-venv 'pytest==9.*'
      run pytest -p no:cacheprovider --junitxml=builtin.xml
      keep pytest-subtests builtin.xml
      ;;
    rerunfailures)
      python_with pytest-venv 'pytest==9.*' pytest-rerunfailures
      run pytest -p no:cacheprovider --junitxml=junit.xml
      keep rerunfailures junit.xml
      ;;
    jest-errors)
      node_with jest@30 jest-junit@17
      run npx jest cart --ci --reporters=default --reporters=jest-junit
      keep jest-errors junit.xml
      run npx jest colours --ci --reporters=default --reporters=jest-junit
      keep jest-errors junit.xml hostile.xml
      ;;
    mocha-errors)
      node_with mocha@10 mocha-junit-reporter@2
      for each in cart colours; do
        run npx mocha --reporter spec "$each.test.js"
        npx mocha --reporter xunit --reporter-option "output=$each-xunit.xml" "$each.test.js" >/dev/null || true
        npx mocha --reporter mocha-junit-reporter --reporter-options "mochaFile=$each-junit.xml" "$each.test.js" \
          >/dev/null || true
      done
      keep mocha-errors cart-xunit.xml xunit.xml
      keep mocha-errors cart-junit.xml junit.xml
      keep mocha-errors colours-xunit.xml hostile-xunit.xml
      keep mocha-errors colours-junit.xml hostile-junit.xml
      ;;
    vitest)
      node_with vitest@4
      export NO_COLOR=1
      run npx vitest run --reporter=default --reporter=junit --outputFile.junit=junit.xml cart broken
      run npx vitest run --reporter=default --reporter=junit --outputFile.junit=hostile.xml colours
      unset NO_COLOR
      keep vitest junit.xml
      keep vitest hostile.xml
      ;;
    rspec)
      lacks rspec rspec && continue
      run rspec --format documentation --format RspecJunitFormatter --out junit.xml cart_spec.rb
      run rspec --format documentation --format RspecJunitFormatter --out broken.xml cart_spec.rb broken_spec.rb
      keep rspec junit.xml
      keep rspec broken.xml
      ;;
    minitest)
      lacks minitest ruby && continue
      run ruby test_cart.rb --seed 1
      keep minitest reports/TEST-Minitest-Result.xml
      ;;
    ant)
      lacks ant ant /usr/share/java/junit4.jar /usr/share/java/ant-junit.jar && continue
      run ant
      keep ant reports/TEST-shop.CartTest.xml
      keep ant reports/TEST-shop.TillTest.xml
      keep ant reports/TESTS-TestSuites.xml
      ;;
    testng-percent)
      lacks testng-percent javac /usr/share/java/testng.jar && continue
      javac -cp /usr/share/java/testng.jar -d classes ./*.java
      run java -cp classes:/usr/share/java/testng.jar:/usr/share/java/jcommander.jar:/usr/share/java/bsh.jar \
        org.testng.TestNG -d out suite.xml
      keep testng-percent out/testng-results.xml
      keep testng-percent out/junitreports/TEST-CartTest.xml
      ;;
    encodings)
      lacks encodings java && continue
      java Encodings.java
      python_with encodings-venv 'junit-xml==1.9'
      python encodings.py
      mkdir -p "$here/encodings"
      cp ./*.xml "$here/encodings/"
      ;;
  esac
  [ ! -f console.txt ] || scrub <console.txt >"$here/projects/$tool/console.txt"
done
