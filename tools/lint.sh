#!/usr/bin/env bash
# Every validator, each as strict as it gets; `make lint` installs them first.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH

check() { # what, command …
  printf '== %s\n' "$1"
  shift
  "$@"
}

mapfile -t shell < <(git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run)
mapfile -t workflows < <(git ls-files --cached --others --exclude-standard -- '.github/workflows/*.yml' 'examples/ci/github/*.yml')
mapfile -t pipelines < <(git ls-files --cached --others --exclude-standard -- 'examples/ci/gitlab/*.yml')

check 'ruff' ruff check
check 'ruff format' ruff format --check
check 'mypy' mypy
check 'action.yml against the code' python tools/render_action.py --check
check 'the GitLab component against the code' python tools/render_component.py --check
check 'action.yml' check-jsonschema --builtin-schema vendor.github-actions action.yml
check 'workflows' check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
check 'dependabot' check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check 'GitLab pipelines' check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "${pipelines[@]}"
check 'actionlint' actionlint "${workflows[@]}"
check 'jactionlint' jactionlint --no-online --strict-exit
check 'jactionlint of the examples' jactionlint --no-online --strict-exit "${workflows[@]}"
check 'zizmor' zizmor --offline --quiet --no-progress --strict-collection .
check 'hadolint' hadolint --failure-threshold style Dockerfile
check 'shellcheck' shellcheck "${shell[@]}"
check 'yamllint' yamllint --strict .
