# What the scripts of the lab share; to be sourced.

lab=${HOLDFAST_LAB:-${TMPDIR:-/tmp}/holdfast-lab-$UID}
# Debian keeps servers where only root looks
PATH=$PATH:/usr/sbin:/sbin

say() { echo "$(basename "$0"): $*" >&2; }

# PIDFILE NAME: the pid may have been given to somebody else since
alive() {
  [ -s "$1" ] && [ "$(cat "/proc/$(cat "$1")/comm" 2>/dev/null)" = "$2" ]
}

# below what the system gives to connections
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  return 1
}
