#!/usr/bin/env bash
# Every validator at its strictest; `make lint` installs them first.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH

check() { # what, command …
  printf '== %s\n' "$1"
  shift
  "$@"
}

check_other_pipelines() {
  check-jsonschema --regex-variant nonunicode --builtin-schema vendor.azure-pipelines examples/ci/azure/azure-pipelines.yml
  check-jsonschema --builtin-schema vendor.bitbucket-pipelines examples/ci/bitbucket/bitbucket-pipelines.yml
  check-jsonschema --builtin-schema vendor.circle-ci examples/ci/circleci/config.yml
}

mapfile -t shell < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
mapfile -t workflows < <(git ls-files --cached --others --exclude-standard -- '.github/workflows/*.yml')
mapfile -t examples < <(git ls-files --cached --others --exclude-standard -- 'examples/ci/github/*.yml')
mapfile -t pipelines < <(git ls-files --cached --others --exclude-standard -- 'examples/ci/gitlab/*.yml')

check 'ruff' ruff check
check 'ruff format' ruff format --check
check 'mypy' mypy
for each in action component readme spec_docs frameworks; do
  check "output of tools/render_$each.py" python -m "tools.render_$each" --check
done
check 'action.yml' check-jsonschema --builtin-schema vendor.github-actions action.yml
check 'workflows' check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}" "${examples[@]}"
check 'dependabot' check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check 'GitLab pipelines' check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "${pipelines[@]}"
check 'other pipelines' check_other_pipelines
check 'actionlint' actionlint "${workflows[@]}"
check 'actionlint of the examples' actionlint "${examples[@]}"
check 'jactionlint' jactionlint --no-online --strict-exit
# Users of this action may pin it by commit; the examples show the tag that is easier to read.
check 'jactionlint of the examples' jactionlint --no-online --strict-exit --ignore '"OWNER/qtm-action@v1" must be pinned' "${examples[@]}"
check 'zizmor' zizmor --offline --quiet --no-progress --strict-collection . "${examples[@]}"
check 'hadolint' hadolint --failure-threshold style Dockerfile
check 'shellcheck' shellcheck "${shell[@]}"
check 'yamllint' yamllint --strict .
