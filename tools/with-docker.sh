#!/usr/bin/env bash
# Runs a command where a container engine and the image's base are to be had:
#
#   tools/with-docker.sh COMMAND …
#
# A running engine is used as it is. Without one, on Debian and as root, Debian's engine is installed and
# started for the command, in a folder of its own, and stopped afterwards. Where the base image can't be
# pulled, one like it is made from Debian's packages under the base's name.
# The command finds the client to use in $DOCKER.
set -euo pipefail

readonly BASE=${BASE:-python:3.13-slim}
readonly SUITE=trixie # the Debian release whose python3 is the base's version
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
work=''

say() { printf 'with-docker: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

retry() { # command …: three tries, for the network's sake
  local wait
  for wait in 5 15 0; do
    "$@" && return 0
    ((wait == 0)) || { say "trying again in $wait s: $*" && sleep "$wait"; }
  done
  return 1
}

stop_engine() {
  local code=$?
  trap - EXIT INT TERM
  if [[ -s $work/pid ]]; then
    local engine
    engine=$(<"$work/pid")
    kill "$engine" 2>/dev/null || true
    for _ in {1..150}; do
      kill -0 "$engine" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$engine" 2>/dev/null || true
  fi
  # What is still mounted must not be emptied.
  grep -F " $work/" /proc/mounts | cut -d' ' -f2 | tac | xargs -r -n1 umount 2>/dev/null || true
  rm -rf --one-file-system "$work" 2>/dev/null || true
  exit "$code"
}

start_engine() {
  [[ $(id -u) == 0 ]] || fail 'no container engine answers, and only root can start one'
  "$here/install-debian.sh" docker.io
  export DOCKER_HOST=unix://$work/docker.sock
  export DOCKER=/usr/bin/docker DOCKER_BUILDKIT=1 # of the same release as the engine
  say 'starting a container engine'
  # shellcheck disable=SC2024 # the log is the caller's
  setsid dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
    --host "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 </dev/null &
  for _ in {1..600}; do
    "$DOCKER" version >/dev/null 2>&1 && return 0
    kill -0 "$!" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/dockerd.log" >&2
  fail 'the container engine did not start'
}

make_base() { # an image like the official one: Python on Debian, no bytecode of the standard library
  [[ $(id -u) == 0 ]] || fail "there is no image $BASE, it can't be pulled, and only root can make one"
  "$here/install-debian.sh" mmdebstrap ca-certificates
  say "making $BASE from Debian's packages"
  # Its own session: on a failure mmdebstrap signals its whole process group.
  if ! retry setsid --wait mmdebstrap --quiet --variant=minbase \
    --include=python3,python3-venv,python3-pip,ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook="ln -sf python3 \"\$1/usr/bin/python\"" \
    --customize-hook="rm -f \"\$1\"/usr/lib/python3*/EXTERNALLY-MANAGED" \
    --customize-hook="find \"\$1/usr/lib\" -name __pycache__ -type d -prune -exec rm -rf {} +" \
    --customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs' \
    "$SUITE" "$work/base.tar" </dev/null >"$work/base.log" 2>&1; then
    tail -n 20 "$work/base.log" >&2
    fail 'the base image could not be made'
  fi
  "$DOCKER" import --change 'CMD ["python3"]' --change 'ENV LANG=C.UTF-8' \
    --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$work/base.tar" "$BASE" >/dev/null
  rm -f "$work/base.tar"
}

(($#)) || fail 'usage: tools/with-docker.sh COMMAND …'
export DOCKER=${DOCKER:-docker}
work=$(mktemp -d "${TMPDIR:-/tmp}/with-docker.XXXXXX")
trap stop_engine EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$DOCKER" version >/dev/null 2>&1 || start_engine
"$DOCKER" image inspect "$BASE" >/dev/null 2>&1 \
  || "$DOCKER" pull --quiet "$BASE" >/dev/null 2>&1 \
  || make_base
"$@"
