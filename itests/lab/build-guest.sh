#!/usr/bin/env bash
# A Linux guest for lab tests: 512 MiB, qcow2, boots from BIOS in seconds even without hardware virtualization. Debian's cloud
# kernel, busybox, the QEMU guest agent; writes to its disk once a second.
#
#   itests/lab/build-guest.sh FILE     makes FILE (qcow2), unless it exists and is newer than this script
#
# In the guest: /data/file1 .. file3 with /data/SUMS (sha256), /data/ticks grows, /root/boots counts boots. eth0 asks for an address
# (DHCP); on port 80 is a web server that shows /data, port 2222 says "220 lab ready". The console says "lab guest is up"
# in the end, and whether the files are as their sums say.
# Needs root (loop device, mount) and the Debian packages busybox-static qemu-guest-agent extlinux syslinux-common parted e2fsprogs
# qemu-utils cpio kmod; takes the kernel of linux-image-cloud-amd64 from /usr/lib/modules or downloads the package with apt-get.
# Exit codes: 0 done, 1 failed, 2 wrong usage, 4 something is not installed.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/common.sh"

[ $# = 1 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
image=$(readlink -m "$1")
[ ! -s "$image" ] || [ "$0" -nt "$image" ] || exit 0

for tool in busybox qemu-ga extlinux parted mkfs.ext4 qemu-img cpio depmod losetup; do
  command -v $tool >/dev/null || { say "$tool is not installed"; exit 4; }
done

mkdir -p "$(dirname "$image")"
work=$(mktemp -d "$(dirname "$image")/build-XXXXXX")
loop=
finish() {
  ! mountpoint -q "$work/mnt" || umount "$work/mnt"
  [ -z "$loop" ] || losetup -d "$loop"
  rm -rf --one-file-system "$work"
}
trap finish EXIT
cd "$work"

kernel() {
  local release
  for release in /usr/lib/modules/*cloud*; do
    if [ -f "/boot/vmlinuz-${release##*/}" ]; then
      mkdir -p k/lib/modules k/boot
      cp -a "$release" k/lib/modules/ && cp "/boot/vmlinuz-${release##*/}" k/boot/
      return
    fi
  done
  local package
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends/{print $2; exit}')
  apt-get download -q "$package" >/dev/null && dpkg -x "${package}"_*.deb k
}
kernel || { say "there is no kernel: apt-get install linux-image-cloud-amd64"; exit 4; }
release=$(basename k/lib/modules/*)
depmod -b k "$release"

initrd() {
  mkdir -p ird/{bin,dev,proc,sys,mnt,m}
  cp "$(command -v busybox)" ird/bin/busybox
  ln -s busybox ird/bin/sh
  local module
  for module in virtio_pci virtio_blk virtio_scsi virtio_console virtio_net af_packet sd_mod ext4; do
    modprobe -d k -S "$release" --show-depends $module 2>/dev/null | awk '$1 == "insmod" {print $2}'
  done | awk '!seen[$0]++' | while read -r module; do
    cp "$module" ird/m/
    basename "$module" >>ird/order
  done
  cat >ird/init <<'INIT'
#!/bin/sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs d /dev; mount -t proc p /proc; mount -t sysfs s /sys
while read m; do insmod /m/$m; done </order
i=0; while [ ! -b /dev/vda1 ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
mount -t ext4 /dev/vda1 /mnt || exec sh
mount --move /dev /mnt/dev; umount /proc /sys
exec switch_root /mnt /sbin/init
INIT
  chmod +x ird/init
  (cd ird && find . | cpio -o -H newc --quiet | gzip -1) >initrd.img
}

root() {
  mkdir -p rfs/{bin,sbin,dev,proc,sys,etc,root,tmp,var/run,run,data,boot/extlinux,usr/bin,usr/sbin,etc/udhcpc}
  cp "$(command -v busybox)" rfs/bin/busybox
  ln -s ../bin/busybox rfs/sbin/init
  ln -s busybox rfs/bin/sh
  local agent library
  agent=$(command -v qemu-ga)
  cp "$agent" rfs/usr/sbin/qemu-ga
  ldd "$agent" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "rfs$(dirname "$library")"
    cp -L "$library" "rfs$library"
  done
  cat >rfs/etc/inittab <<'TAB'
::sysinit:/etc/rc
::respawn:/usr/sbin/qemu-ga -m virtio-serial -p /dev/virtio-ports/org.qemu.guest_agent.0 -t /run
::ctrlaltdel:/bin/busybox reboot
::shutdown:/bin/busybox umount -a -r
TAB
  cat >rfs/etc/rc <<'RC'
#!/bin/busybox sh
/bin/busybox --install -s 2>/dev/null
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t tmpfs t /run
mount -o remount,rw /
mkdir -p /dev/virtio-ports
for p in /sys/class/virtio-ports/*; do n=$(cat $p/name 2>/dev/null); [ -n "$n" ] && ln -sf ../$(basename $p) /dev/virtio-ports/$n; done
n=$(cat /root/boots 2>/dev/null || echo 0); echo $((n + 1)) >/root/boots; sync
ip link set lo up
[ ! -d /sys/class/net/eth0 ] || { ip link set eth0 up; udhcpc -b -i eth0 >/dev/null 2>&1 & }
httpd -h /data
nc -ll -p 2222 -e /root/greet.sh &
/root/load.sh &
echo "lab guest is up: Linux $(uname -r), boot $((n + 1)) of this disk" >/dev/console
(cd /data && sha256sum -c SUMS) >/dev/console 2>&1 &
RC
  cat >rfs/etc/udhcpc/default.script <<'DHCP'
#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/${mask:-24}" dev "$interface"
echo "$interface has the address $ip" >/dev/console
for gateway in $router; do ip route add default via "$gateway"; break; done
DHCP
  cat >rfs/root/load.sh <<'LOAD'
#!/bin/sh
i=0
while :; do
  i=$((i + 1)); echo "tick $i" >>/data/ticks
  [ $((i % 5)) != 0 ] || dd if=/dev/urandom of=/data/blob$((i % 10)) bs=64k count=4 2>/dev/null
  sync; sleep 1
done
LOAD
  printf '#!/bin/sh\necho "220 lab ready"\n' >rfs/root/greet.sh
  chmod +x rfs/etc/rc rfs/root/load.sh rfs/root/greet.sh rfs/etc/udhcpc/default.script
  echo 'root::0:0:root:/root:/bin/sh' >rfs/etc/passwd
  echo root:x:0: >rfs/etc/group
  local i
  for i in 1 2 3; do head -c 1000000 /dev/urandom >rfs/data/file$i; done
  (cd rfs/data && sha256sum file* >SUMS)
  cp "k/boot/vmlinuz-$release" rfs/boot/vmlinuz
  cp initrd.img rfs/boot/
  cat >rfs/boot/extlinux/extlinux.conf <<'CONF'
SERIAL 0 115200
DEFAULT l
LABEL l
 KERNEL /boot/vmlinuz
 INITRD /boot/initrd.img
 APPEND root=/dev/vda1 console=ttyS0 panic=5 quiet
CONF
}

disk() {
  local mbr
  truncate -s 512M disk.raw
  parted -s disk.raw mklabel msdos mkpart primary ext4 1MiB 100% set 1 boot on
  for mbr in /usr/lib/EXTLINUX/mbr.bin /usr/lib/syslinux/mbr/mbr.bin; do
    [ ! -f $mbr ] || { dd if=$mbr of=disk.raw conv=notrunc bs=440 count=1 status=none; break; }
  done
  loop=$(losetup -f --show -o 1048576 --sizelimit $((511 * 1048576)) disk.raw)
  mkfs.ext4 -q -L root -O ^metadata_csum,^64bit "$loop"
  mkdir mnt
  mount "$loop" mnt
  cp -a rfs/. mnt/
  extlinux --install mnt/boot/extlinux >/dev/null 2>&1
  umount mnt
  losetup -d "$loop"
  loop=
  qemu-img convert -O qcow2 disk.raw disk.qcow2
}

initrd
root
disk
mv disk.qcow2 "$image"
