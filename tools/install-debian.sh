#!/usr/bin/env bash
# Installs those of Debian's (or Ubuntu's) packages that are missing; their services are not started.
#
#   tools/install-debian.sh PACKAGE …
set -euo pipefail

say() { printf 'install-debian: %s\n' "$*" >&2; }

is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

missing=()
for package; do
  is_installed "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  as_root=(sudo --non-interactive env DEBIAN_FRONTEND=noninteractive)
fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
  say "needed, and not installed: ${missing[*]}"
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
policy=/usr/sbin/policy-rc.d # what a package asks before it starts a service
ours=
# shellcheck disable=SC2329 # by the trap
cleanup() {
  if [[ -n $ours ]]; then "${as_root[@]}" rm -f "$policy"; fi
  rm -rf "$work"
}
trap cleanup EXIT
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$work/policy-rc.d"
  "${as_root[@]}" install -m 755 "$work/policy-rc.d" "$policy"
  ours=yes
fi

say "installing ${missing[*]}"
for wait in 5 20 0; do # three tries, for the network's sake
  if { "${as_root[@]}" apt-get update \
    && "${as_root[@]}" apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"; } \
    >"$work/log" 2>&1 </dev/null; then
    exit 0
  fi
  ((wait == 0)) || { say "that failed; trying again in $wait s" && sleep "$wait"; }
done
tail -n 30 "$work/log" >&2
say "could not be installed: ${missing[*]}"
exit 1
