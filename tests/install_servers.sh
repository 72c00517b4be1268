#!/bin/sh
# Installs the servers and programs some tests want, on Debian, as root; only what is missing, and no daemon is left running.
set -eu

missing=""
want() {
    # want PACKAGE FILE...: the package is missing unless one of the files exists
    package=$1
    shift
    for file in "$@"; do
        if [ -e "$file" ] || command -v "$file" >/dev/null 2>&1; then
            return
        fi
    done
    missing="$missing $package"
}

want postfix /usr/sbin/postfix
want dovecot-imapd /usr/lib/dovecot/imap
want dovecot-lmtpd /usr/lib/dovecot/lmtp
want postgresql pg_ctl /usr/lib/postgresql/*/bin/pg_ctl
want chromium chromium chromium-browser google-chrome
want openssl openssl

if [ -z "$missing" ]; then
    echo "nothing to install"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "run this as root: it installs$missing" >&2
    exit 1
fi

# Packages of servers start them; a policy that says no keeps them still (invoke-rc.d, 101: not allowed).
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=yes
fi
trap 'if [ -n "$made" ]; then rm -f "$policy"; fi' EXIT

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # the list is meant to be split
apt-get install -y -qq --no-install-recommends $missing
echo "installed:$missing"
