#!/usr/bin/env bash
# An SSH server for lab tests, from Debian's packages openssh-server and openssl, on the loopback interface and a free port.
#
#   itests/lab/sshd.sh start     starts it (or finds it running) and prints its directory for HOLDFAST_LAB_SSHD
#   itests/lab/sshd.sh stop      stops it and removes its directory
#
#   export HOLDFAST_LAB_SSHD=$(itests/lab/sshd.sh start)
#   ./mvnw verify -Dlab -pl bundles/transports/ssh -am
#
# In the directory ($HOLDFAST_LAB/sshd, default ${TMPDIR:-/tmp}/holdfast-lab-$UID/sshd): host.properties (port, user, hostKey),
# ids that may log in (id_ed25519, id_ecdsa, id_rsa, and id_encrypted with the passphrase "laboratory"), and one that may not
# (id_stranger). Whoever runs this is who logs in, without the profile of that account's shell. It changes keys after every 32 MiB, as a server does in a long session.
# Run by root, it has two more ports: passwordPort takes the password (property password), dialoguePort asks for it. Only this server
# sees that password: in a mount namespace of its own, /etc/shadow and the rules of PAM are other ones.
# Exit codes: 0 done, 1 failed, 2 wrong usage, 4 something is not installed.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/common.sh"

dir=$lab/sshd

running() { [ -s "$dir/host.properties" ] && alive "$dir/pid" sshd; }

prepare() {
  local type
  rm -rf "$dir"
  mkdir -p "$dir"
  chmod 700 "$dir"
  ssh-keygen -q -t ed25519 -N '' -f "$dir/host"
  for type in ed25519 ecdsa rsa; do
    ssh-keygen -q -t $type -N '' -f "$dir/id_$type"
  done
  ssh-keygen -q -t ed25519 -N laboratory -f "$dir/id_encrypted"
  cat "$dir"/id_*.pub >"$dir/authorized_keys"
  ssh-keygen -q -t ed25519 -N '' -f "$dir/id_stranger"
}

# PORT PORT: what logs in by a password
passwords() {
  password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
  printf 'root:%s:19000:0:99999:7:::\n' "$(openssl passwd -6 "$password")" >"$dir/shadow"
  chmod 600 "$dir/shadow"
  printf '%s\n' 'auth required pam_unix.so' 'account required pam_unix.so' 'session required pam_permit.so' >"$dir/pam"
  cat >>"$dir/sshd_config" <<CONF
UsePAM yes
ListenAddress 127.0.0.1:$1
ListenAddress 127.0.0.1:$2
Match LocalPort $1
  PermitRootLogin yes
  PasswordAuthentication yes
  AuthenticationMethods password
Match LocalPort $2
  PermitRootLogin yes
  KbdInteractiveAuthentication yes
  AuthenticationMethods keyboard-interactive:pam
CONF
  printf 'passwordPort=%s\ndialoguePort=%s\npassword=%s\n' "$1" "$2" "$password" >"$dir/passwords"
}

# descriptor 9 is the lock; what stays must not keep it
serve() {
  if [ -s "$dir/passwords" ]; then
    # where a server that root starts puts its unprivileged half
    mkdir -p /run/sshd
    unshare -m --propagation private bash -c 'mount --bind "$1/shadow" /etc/shadow && mount --bind "$1/pam" /etc/pam.d/sshd &&
      exec "$2" -f "$1/sshd_config" -E "$1/log"' - "$dir" "$(command -v sshd)" 9>&-
  else
    "$(command -v sshd)" -f "$dir/sshd_config" -E "$dir/log" 9>&-
  fi
}

launch() {
  local port=$1
  cat >"$dir/sshd_config" <<CONF
ListenAddress 127.0.0.1:$port
HostKey $dir/host
AuthorizedKeysFile $dir/authorized_keys
PidFile $dir/pid
Subsystem sftp internal-sftp
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
MaxStartups 100
MaxSessions 64
RekeyLimit 32M
SetEnv HOME=$dir
CONF
  [ "$(id -u)" != 0 ] || passwords "$(free_port)" "$(free_port)"
  serve
  for _ in $(seq 100); do
    if [ -s "$dir/pid" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf 'port=%s\nuser=%s\nhostKey=%s\n' "$port" "$(id -un)" "$(cut -d' ' -f1,2 "$dir/host.pub")" \
        >"$dir/host.properties"
      [ ! -s "$dir/passwords" ] || cat "$dir/passwords" >>"$dir/host.properties"
      return 0
    fi
    sleep 0.1
  done
  tail -5 "$dir/log" >&2 || true
  return 1
}

start() {
  command -v sshd >/dev/null && command -v ssh-keygen >/dev/null && command -v openssl >/dev/null || {
    say "something is not installed; install it: apt-get install openssh-server openssl"
    exit 4
  }
  mkdir -p "$lab"
  exec 9>"$lab/sshd.lock"
  flock 9
  if ! running; then
    prepare
    launch "$(free_port)" || { say "the server did not start"; exit 1; }
  fi
  echo "$dir"
}

stop() {
  if running; then
    local pid
    pid=$(cat "$dir/pid")
    kill "$pid"
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    ! kill -0 "$pid" 2>/dev/null || { say "server $pid does not end"; exit 1; }
  fi
  rm -rf "$dir" "$lab/sshd.lock"
  rmdir "$lab" 2>/dev/null || true
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
