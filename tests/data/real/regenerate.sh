#!/usr/bin/env bash
# Runs real test frameworks on the tiny projects in projects/ and keeps what they write, one folder a
# tool. Packages go to a temporary folder; what Debian has to bring (testng, maven with its offline
# repository, cucumber) is skipped with a word where it is missing. Paths, names and versions of the
# machine are scrubbed: the files look as if they had been written in /home/ci/shop.
#
#   tests/data/real/regenerate.sh [tool …]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${*:-pytest pytest-bdd behave robot jest mocha playwright cucumber-js testng surefire cucumber-ruby qaf-python}

project() { # the tool's project, in a folder of its own
  cp -r "$here/projects/$1" "$work/$1"
  find "$work/$1" -name '*.in' -exec sh -c 'mv "$1" "${1%.in}"' _ {} \;
  cd "$work/$1"
}

keep() { # keep TOOL FILE [NAME]: scrub a file and keep it
  mkdir -p "$here/$1"
  scrub <"$2" >"$here/$1/${3:-$(basename "$2")}"
}

scrub() {
  sed -E -e "s#$work/[a-z0-9-]*venv#/home/ci/venv#g" -e "s#$work#/home/ci/shop#g" \
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
  esac
done
