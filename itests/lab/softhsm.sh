#!/usr/bin/env bash
# A PKCS#11 token in software for lab tests, from Debian's packages softhsm2 and opensc.
#
#   itests/lab/softhsm.sh start     makes the tokens (or finds them) and prints their directory for HOLDFAST_LAB_SOFTHSM
#   itests/lab/softhsm.sh stop      removes them
#
#   export HOLDFAST_LAB_SOFTHSM=$(itests/lab/softhsm.sh start)
#   ./mvnw verify -Dlab -pl bundles/core/security -am
#
# In the directory ($HOLDFAST_LAB/softhsm, default ${TMPDIR:-/tmp}/holdfast-lab-$UID/softhsm): softhsm2.conf, which whoever uses the
# module names in SOFTHSM2_CONF; lab.properties (module, pin, soPin); a file 'pin' with the PIN. The token "holdfast" has the
# AES keys "master" and "other", neither of which can be read out, and the key "mac" of another kind; two tokens are
# called "twin"; "empty" has no key. Nothing runs.
# Exit codes: 0 done, 1 failed, 2 wrong usage, 4 something is not installed.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/common.sh"

dir=$lab/softhsm
pin=4711-8151
so_pin=00000000

module() {
  local path
  for path in /usr/lib/softhsm/libsofthsm2.so /usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so \
    /usr/lib64/pkcs11/libsofthsm2.so; do
    [ ! -f "$path" ] || { echo "$path"; return; }
  done
  return 1
}

token() {
  softhsm2-util --init-token --free --label "$1" --pin "$pin" --so-pin "$so_pin" >>"$dir/log" 2>&1
}

# TOKEN LABEL TYPE
key() {
  pkcs11-tool --module "$(module)" --token-label "$1" --login --pin "$pin" --keygen --key-type "$3" --label "$2" \
    --sensitive >>"$dir/log" 2>&1
}

prepare() {
  rm -rf "$dir"
  mkdir -p "$dir/tokens"
  chmod 700 "$dir"
  printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$dir/tokens" >"$dir/softhsm2.conf"
  export SOFTHSM2_CONF=$dir/softhsm2.conf
  local label
  for label in holdfast empty twin twin; do token "$label" || return 1; done
  key holdfast master AES:32 && key holdfast other AES:32 && key holdfast mac GENERIC:32 || return 1
  (umask 077 && printf '%s\n' "$pin" >"$dir/pin")
  printf 'module=%s\npin=%s\nsoPin=%s\n' "$(module)" "$pin" "$so_pin" >"$dir/lab.properties"
}

start() {
  command -v softhsm2-util >/dev/null && command -v pkcs11-tool >/dev/null && module >/dev/null || {
    say "something is not installed; install it: apt-get install softhsm2 opensc"
    exit 4
  }
  mkdir -p "$lab"
  exec 9>"$lab/softhsm.lock"
  flock 9
  if [ ! -s "$dir/lab.properties" ]; then
    prepare || { tail -5 "$dir/log" >&2; say "the tokens were not made"; exit 1; }
  fi
  echo "$dir"
}

stop() {
  rm -rf "$dir" "$lab/softhsm.lock"
  rmdir "$lab" 2>/dev/null || true
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
