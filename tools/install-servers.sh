#!/usr/bin/env bash
# Installs what tests/servers runs on Debian or Ubuntu, as root or with sudo; no service is started by it.
set -euo pipefail
cd "$(dirname "$0")"

needed=()
need() { # what has to be there, Debian package …
  [[ -x $1 ]] || command -v "$1" >/dev/null || needed+=("${@:2}")
}
PATH=$PATH:/usr/sbin:/sbin # where servers are, and where a user's path doesn't always lead
need /usr/share/tomcat10/bin/catalina.sh tomcat10
need nginx nginx
need squid squid
need tinyproxy tinyproxy-bin
need openssl openssl
((${#needed[@]})) || exit 0
exec ./install-debian.sh "${needed[@]}"
