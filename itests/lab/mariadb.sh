#!/usr/bin/env bash
# A MariaDB server for lab tests, from Debian's package mariadb-server, on the loopback interface and a free port.
#
#   itests/lab/mariadb.sh start     starts it (or finds it running) and prints the URL for HOLDFAST_LAB_MARIADB
#   itests/lab/mariadb.sh url       prints the URL of the running server
#   itests/lab/mariadb.sh stop      stops it and removes its data
#
#   export HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)
#   ./mvnw verify -Dlab -Dgroups=lab -pl bundles/core/catalog -am
#
# The data are in $HOLDFAST_LAB/mariadb (default ${TMPDIR:-/tmp}/holdfast-lab-$UID/mariadb). Run by root, the server itself
# runs as the user mysql. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running (url), 4 mariadb-server is not installed.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/common.sh"

dir=$lab/mariadb

running() { [ -s "$dir/url" ] && alive "$dir/pid" mariadbd; }

as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=mysql --regid=mysql --clear-groups "$@"; else "$@"; fi
}

prepare() {
  rm -rf "$dir"
  mkdir -p "$dir"
  chmod 755 "$lab"
  chmod 700 "$dir"
  [ "$(id -u)" != 0 ] || chown mysql:mysql "$dir"
  as_server mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=socket \
    --skip-test-db >"$lab/mariadb-install.log" 2>&1 || { tail -5 "$lab/mariadb-install.log" >&2; return 1; }
}

launch() {
  local port=$1 password=$2
  # it stays: the server listens before it reads the file
  cat >"$dir/init.sql" <<SQL
CREATE USER lab@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO lab@'127.0.0.1';
SQL
  chmod 600 "$dir/init.sql"
  [ "$(id -u)" != 0 ] || chown mysql:mysql "$dir/init.sql"
  # no memory of what is reloaded after a crash: the data are thrown away with the lab
  as_server setsid mariadbd --no-defaults --datadir="$dir/data" --bind-address=127.0.0.1 --port="$port" \
    --socket="$dir/socket" --pid-file="$dir/pid" --skip-name-resolve --innodb-buffer-pool-size=64M \
    --init-file="$dir/init.sql" --log-error="$dir/log" </dev/null >/dev/null 2>&1 9>&- &
  for _ in $(seq 150); do
    if [ -s "$dir/pid" ] && MYSQL_PWD=$password mariadb --no-defaults -h127.0.0.1 -P"$port" -ulab -e 'DO 1' 2>/dev/null; then
      echo "jdbc:mariadb://127.0.0.1:$port/?user=lab&password=$password" >"$dir/url"
      chmod 600 "$dir/url"
      return 0
    fi
    kill -0 $! 2>/dev/null || break
    sleep 0.2
  done
  tail -5 "$dir/log" >&2 || true
  return 1
}

start() {
  command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || {
    say "mariadb-server is not installed; install it: apt-get install mariadb-server"
    exit 4
  }
  mkdir -p "$lab"
  exec 9>"$lab/mariadb.lock"
  flock 9
  if ! running; then
    prepare || { say "the data directory could not be made"; exit 1; }
    launch "$(free_port)" "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')" || { say "the server did not start"; exit 1; }
  fi
  cat "$dir/url"
}

stop() {
  if running; then
    local pid
    pid=$(cat "$dir/pid")
    kill "$pid"
    for _ in $(seq 150); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    ! kill -0 "$pid" 2>/dev/null || { say "server $pid does not end"; exit 1; }
  fi
  rm -rf "$dir" "$lab/mariadb-install.log" "$lab/mariadb.lock"
  rmdir "$lab" 2>/dev/null || true
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  url) running && cat "$dir/url" || { say "not running"; exit 3; } ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
