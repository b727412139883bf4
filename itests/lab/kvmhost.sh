#!/usr/bin/env bash
# A KVM host for lab tests: libvirtd and sshd from Debian's packages in a mount namespace of their own, on the loopback interface
# and a free port, and a guest image to make machines of. QEMU emulates (type='qemu'); no hardware virtualization is needed.
#
#   itests/lab/kvmhost.sh start       starts it (or finds it running) and prints its directory for HOLDFAST_LAB_KVM
#   itests/lab/kvmhost.sh exec CMD..  runs a command on the host
#   itests/lab/kvmhost.sh stop        stops it with its machines and removes everything but the guest image
#
#   export HOLDFAST_LAB_KVM=$(itests/lab/kvmhost.sh start)
#   ./mvnw verify -Dlab -pl bundles/strategies/libvirt -am
#
# In the directory: host.properties (sshPort, user, hostKey, uri of the socket), ssh/id (the key that may log in), images/ (for
# machines), guest.qcow2 (a guest that boots). It is $HOLDFAST_LAB/kvm (default ${TMPDIR:-/tmp}/holdfast-lab-$UID/kvm).
# Needs root and the packages libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils swtpm swtpm-tools openssh-server, and those of
# build-guest.sh. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running (exec), 4 something is not installed.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
. "$here/common.sh"
dir=$lab/kvm

running() {
  alive "$dir/ns.pid" sleep && alive "$dir/run/libvirtd.pid" libvirtd && alive "$dir/run/sshd.pid" sshd
}

on_host() { nsenter -m -t "$(cat "$dir/ns.pid")" -- "$@"; }

prepare() {
  mkdir -p "$dir"/{etc,varlib,run/libvirt,log,cache,ssh,images,scratch}
  chmod 700 "$dir"
  cp -a /etc/libvirt/. "$dir/etc/"
  [ ! -d /var/lib/libvirt ] || cp -a /var/lib/libvirt/. "$dir/varlib/"
  rm -rf "$dir"/etc/qemu/networks/autostart/* "$dir"/etc/qemu/autostart/*
  cat >"$dir/etc/qemu.conf" <<CONF
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "logd"
CONF
  cat >"$dir/etc/libvirtd.conf" <<CONF
unix_sock_group = "root"
unix_sock_rw_perms = "0700"
auth_unix_rw = "none"
auth_unix_ro = "none"
log_outputs = "2:file:$dir/log/libvirtd.log"
CONF
  [ -f "$dir/ssh/host" ] || ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/host"
  [ -f "$dir/ssh/id" ] || ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/id"
  cp "$dir/ssh/id.pub" "$dir/ssh/authorized_keys"
}

launch() {
  local port=$1
  # descriptor 9 is the lock; nothing that stays may keep it
  setsid unshare -m --propagation private bash -c 'echo $$ >"$1"; exec sleep infinity' - "$dir/ns.pid" \
    </dev/null >/dev/null 2>&1 9>&- &
  for _ in $(seq 100); do alive "$dir/ns.pid" sleep && break; sleep 0.05; done
  on_host mount --bind "$dir/etc" /etc/libvirt
  on_host mkdir -p /var/lib/libvirt /run/libvirt /run/sshd /var/log/libvirt /var/cache/libvirt
  on_host mount --bind "$dir/varlib" /var/lib/libvirt
  on_host mount --bind "$dir/run/libvirt" /run/libvirt
  on_host mount --bind "$dir/log" /var/log/libvirt
  on_host mount --bind "$dir/cache" /var/cache/libvirt
  on_host virtlogd -d -p "$dir/run/virtlogd.pid" 9>&-
  on_host libvirtd -d -p "$dir/run/libvirtd.pid" 9>&-
  cat >"$dir/ssh/sshd_config" <<CONF
ListenAddress 127.0.0.1:$port
HostKey $dir/ssh/host
AuthorizedKeysFile $dir/ssh/authorized_keys
PidFile $dir/run/sshd.pid
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
StrictModes no
MaxStartups 100
MaxSessions 64
# not the profile of the shell of whoever runs this
SetEnv HOME=$dir/ssh
CONF
  on_host "$(command -v sshd)" -f "$dir/ssh/sshd_config" -E "$dir/log/sshd.log" 9>&-
  cat >"$dir/host.properties" <<CONF
sshPort=$port
user=root
hostKey=$(cut -d' ' -f1,2 "$dir/ssh/host.pub")
uri=qemu:///system?socket=$dir/run/libvirt/libvirt-sock
CONF
  for _ in $(seq 300); do
    if on_host virsh -c qemu:///system version >/dev/null 2>&1 && alive "$dir/run/sshd.pid" sshd; then return 0; fi
    sleep 0.1
  done
  tail -5 "$dir/log/libvirtd.log" >&2 || true
  return 1
}

start() {
  [ "$(id -u)" = 0 ] || { say "a host of machines needs root"; exit 4; }
  local tool
  for tool in libvirtd virtlogd virsh qemu-system-x86_64 qemu-nbd qemu-img swtpm sshd ssh-keygen nsenter; do
    command -v "$tool" >/dev/null || {
      say "$tool is not installed; install: libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils swtpm swtpm-tools openssh-server"
      exit 4
    }
  done
  mkdir -p "$lab"
  exec 9>"$lab/kvm.lock"
  flock 9
  if ! running; then
    end_processes
    rm -rf "$dir/run" "$dir/etc"
    prepare
    "$here/build-guest.sh" "$dir/guest.qcow2" >&2 9>&- || { say "the guest image could not be made"; exit 1; }
    launch "$(free_port)" || { say "libvirtd did not start"; exit 1; }
  fi
  echo "$dir"
}

end_processes() {
  local machine name
  if alive "$dir/ns.pid" sleep; then
    for machine in $(on_host timeout 20 virsh -q -c qemu:///system list --uuid 2>/dev/null); do
      on_host timeout 20 virsh -q -c qemu:///system destroy "$machine" >/dev/null 2>&1 || true
    done
  fi
  for name in sshd libvirtd virtlogd; do
    ! alive "$dir/run/$name.pid" $name || end "$(cat "$dir/run/$name.pid")"
  done
  ! alive "$dir/ns.pid" sleep || end "$(cat "$dir/ns.pid")"
  rm -f "$dir/ns.pid"
}

end() {
  kill "$1"
  for _ in $(seq 100); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  say "process $1 does not end"
}

stop() {
  end_processes
  find "$dir" -mindepth 1 -maxdepth 1 ! -name guest.qcow2 -exec rm -rf --one-file-system {} + 2>/dev/null || true
  rm -f "$lab/kvm.lock"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  exec) shift; running || { say "not running"; exit 3; }; on_host "$@" ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
