#!/usr/bin/env bash
# Renews the locks from pyproject.toml: every version and every hash, for each Python from 3.11 on and
# each platform. Arguments go to uv (`--upgrade` takes newer versions, else what is locked stays).
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # the lock, then what goes into it
  local lock=$1
  shift
  # The locks name no registry: whoever installs from them brings their own.
  .venv/bin/python -m uv pip compile pyproject.toml "$@" --output-file "$lock" \
    --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
    --custom-compile-command 'make lock' --quiet
}

compile requirements.txt "$@"
compile requirements-dev.txt --constraint requirements.txt --group test --group lint "$@"
compile requirements-lint.txt --constraint requirements-dev.txt --group validators --group browser "$@"
