#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# nvmeq_bind_test.sh - scripts/nvmeq-bind against a made-up /sys and /proc (TAP)
#
# Two NVMe functions and one network card. unbind and drivers_probe are FIFOs
# with a reader each that plays the kernel: it changes the driver link as the
# kernel would, unless a file named "refuse" lies in the driver's folder, and
# writes every request to the log.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tool=$here/scripts/nvmeq-bind
work=$(mktemp -d) || exit 1
number=0
failed=0
actors=()

# shellcheck disable=SC2317 # reached through the trap
cleanup() {
	end_actors
	rm -rf "$work"
}

end_actors() {
	if [ ${#actors[@]} -gt 0 ]; then
		kill "${actors[@]}" 2>/dev/null
		wait "${actors[@]}" 2>/dev/null
		actors=()
	fi
	return 0
}
trap cleanup EXIT

# --- the made-up machine -----------------------------------------------------

A=0000:01:00.0 # nvme0: nvme0n1 with two partitions
B=0000:02:00.0 # nvme1: multipath head nvme1n1, hidden nvme1c1n1
NET=0000:03:00.0

put() {
	mkdir -p "${1%/*}"
	printf '%s\n' "$2" >"$1"
}

# block PATH DEV SECTORS: a disk or partition and its link in class/block
block() {
	put "$1/dev" "$2"
	put "$1/size" "$3"
	mkdir -p "$1/holders"
	ln -s "$1" "$sys/class/block/${1##*/}"
}

pci() {
	put "$sys/devices/pci0/$1/class" "$2"
	put "$sys/devices/pci0/$1/driver_override" "(null)"
	ln -s "$sys/devices/pci0/$1" "$sys/bus/pci/devices/$1"
}

driver_link() {
	ln -sfn "$sys/bus/pci/drivers/$2" "$sys/devices/pci0/$1/driver"
}

play_unbind() {
	local bdf
	while read -r bdf; do
		echo "unbind $1 $bdf" >>"$log"
		rm -f "$sys/devices/pci0/$bdf/driver"
	done <>"$sys/bus/pci/drivers/$1/unbind" # opened for both: no end of file between writers
}

play_probe() {
	local bdf want
	while read -r bdf; do
		read -r want <"$sys/devices/pci0/$bdf/driver_override"
		echo "probe $bdf override $want" >>"$log"
		if [ ! -e "$sys/bus/pci/drivers/$want/refuse" ]; then
			driver_link "$bdf" "$want"
		fi
	done <>"$sys/bus/pci/drivers_probe"
}

machine() {
	local d home
	end_actors
	rm -rf "$work/m"
	sys=$work/m/sys proc=$work/m/proc dev=$work/m/dev log=$work/m/log
	mkdir -p "$sys/bus/pci/devices" "$sys/class/block" "$sys/bus/pci/drivers/nvme" \
		"$sys/bus/pci/drivers/nvmeq" "$proc/self" "$dev"
	: >"$log"
	: >"$proc/self/mountinfo"
	put "$proc/swaps" "Filename Type Size Used Priority"

	pci "$A" 0x010802
	home=$sys/devices/pci0/$A/nvme/nvme0
	put "$home/serial" "SERIAL-A   "
	put "$home/model" "Model of A"
	block "$home/nvme0n1" 259:0 4194304
	block "$home/nvme0n1/nvme0n1p1" 259:1 2097152
	block "$home/nvme0n1/nvme0n1p2" 259:2 1024
	driver_link "$A" nvme

	pci "$B" 0x010802
	home=$sys/devices/pci0/$B/nvme/nvme1
	put "$home/serial" "SERIAL-B"
	put "$home/model" "Model of B"
	block "$home/nvme1c1n1" 259:3 4194304
	put "$home/nvme1c1n1/hidden" 1
	block "$sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1" 259:4 4194304
	ln -s "$home" "$sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1"
	mkdir -p "$sys/class/nvme-subsystem"
	ln -s "$sys/devices/virtual/nvme-subsystem/nvme-subsys1" \
		"$sys/class/nvme-subsystem/nvme-subsys1"
	driver_link "$B" nvme

	pci "$NET" 0x020000

	for d in nvme nvmeq; do
		mkfifo "$sys/bus/pci/drivers/$d/unbind"
		play_unbind $d &
		actors+=($!)
	done
	mkfifo "$sys/bus/pci/drivers_probe"
	play_probe &
	actors+=($!)
}

run() {
	out=$(NVMEQ_SYSFS=$sys NVMEQ_PROC=$proc NVMEQ_DEV=$dev NVMEQ_BIND_WAIT=1 \
		"$tool" "$@" 2>&1)
	status=$?
}

# --- judging -----------------------------------------------------------------

problems=()

status_is() {
	[ "$status" -eq "$1" ] || problems+=("exit status $status, not $1")
}

says() {
	[[ $out == *"$1"* ]] || problems+=("does not say: $1")
}

says_not() {
	[[ $out != *"$1"* ]] || problems+=("says: $1")
}

log_is() {
	local want got
	want=$(printf '%s\n' "$@")
	got=$(cat "$log")
	[ "$got" = "$want" ] || problems+=("log is '${got//$'\n'/ | }'")
}

untouched() {
	[ ! -s "$log" ] || problems+=("something was written: $(tr '\n' '|' <"$log")")
	override_is "$A" "(null)"
}

override_is() {
	local got
	read -r got <"$sys/devices/pci0/$1/driver_override"
	[ "$got" = "$2" ] || problems+=("driver_override of $1 is '$got', not '$2'")
}

driver_is() {
	local got
	got=$(readlink "$sys/devices/pci0/$1/driver")
	[ "${got##*/}" = "$2" ] || problems+=("driver of $1 is '${got##*/}', not '$2'")
}

done_with() {
	number=$((number + 1))
	if [ ${#problems[@]} -eq 0 ]; then
		echo "ok $number - nvmeq-bind: $1"
	else
		failed=1
		echo "not ok $number - nvmeq-bind: $1"
		printf '# %s\n' "${problems[@]}"
		printf '%s\n' "$out" | sed 's/^/# output: /'
	fi
	problems=()
}

refused() {
	run bind "$A"
	status_is 1
	says "$1"
	untouched
	driver_is "$A" nvme
}

A1=sys/devices/pci0/$A/nvme/nvme0/nvme0n1

# --- the tests ---------------------------------------------------------------

echo "TAP version 13"

machine
run
status_is 0
says "$A   nvme       SERIAL-A             Model of A"
says "nvme0n1               2.0 GiB  free"
says "nvme0n1p2             512 KiB  free"
says "nvme1n1               2.0 GiB  free"
says_not nvme1c1n1
says_not "$NET"
done_with "list shows functions, namespaces and partitions"

machine
run bind "$A"
status_is 0
says "$A: nvme -> nvmeq"
log_is "unbind nvme $A" "probe $A override nvmeq"
override_is "$A" nvmeq
driver_is "$A" nvmeq
driver_is "$B" nvme
done_with "bind moves a free device"

run bind "$A"
status_is 0
says "with nvmeq already"
log_is "unbind nvme $A" "probe $A override nvmeq"
done_with "bind does nothing when the driver is there already"

: >"$log"
run release "$A"
status_is 0
says "$A: nvmeq -> nvme"
log_is "unbind nvmeq $A" "probe $A override nvme"
override_is "$A" ""
driver_is "$A" nvme
done_with "release moves it back and clears the override"

machine
rm "$sys/devices/pci0/$A/driver"
run bind "${A#0000:}"
status_is 0
says "$A: no driver -> nvmeq"
log_is "probe $A override nvmeq"
done_with "bind takes a device without a driver, and a short address"

machine
echo "30 1 259:0 / /data rw,relatime shared:1 - ext4 /dev/other rw" >"$proc/self/mountinfo"
refused "nvme0n1 is in use: mounted on /data"
done_with "a mounted disk is refused by device number"

machine
echo "30 1 259:2 / /home rw - xfs /dev/nvme0n1p2 rw" >"$proc/self/mountinfo"
refused "nvme0n1p2 is in use: mounted on /home"
done_with "a mounted partition is refused"

machine
echo "30 1 0:42 /vol /data rw - btrfs /dev/nvme0n1p1 rw" >"$proc/self/mountinfo"
refused "nvme0n1p1 is in use: mounted on /data"
done_with "a mount with a device number of its own is refused by name"

machine
: >"$dev/nvme0n1p1"
ln -s nvme0n1p1 "$dev/alias"
echo "30 1 0:42 /vol /data rw - btrfs $dev/alias rw" >"$proc/self/mountinfo"
refused "nvme0n1p1 is in use: mounted on /data"
done_with "a mount under another name of the node is refused"

machine
mkdir -p "$proc/77"
echo "30 1 259:1 / /inside rw - ext4 /dev/nvme0n1p1 rw" >"$proc/77/mountinfo"
refused "nvme0n1p1 is in use: mounted on /inside in the mount namespace of process 77"
done_with "a mount in another mount namespace is refused"

machine
rm "$proc/self/mountinfo"
echo "/dev/nvme0n1 /data ext4 rw 0 0" >"$proc/mounts"
refused "nvme0n1 is in use: mounted on /data"
done_with "a mount is found in /proc/mounts too"

machine
echo "/dev/nvme0n1p2 partition 512 0 -2" >>"$proc/swaps"
refused "nvme0n1p2 is in use: swap space"
done_with "swap space is refused"

machine
put "$sys/class/block/dm-3/dm/name" "vg-root"
ln -s "$sys/class/block/dm-3" "$work/m/$A1/nvme0n1p2/holders/dm-3"
refused "nvme0n1p2 is in use: held by dm-3 (vg-root)"
done_with "a device mapper holder is refused and named"

machine
mkdir -p "$sys/class/block/md127"
ln -s "$sys/class/block/md127" "$work/m/$A1/holders/md127"
refused "nvme0n1 is in use: held by md127"
done_with "an md holder is refused and named"

machine
mkdir -p "$sys/fs/btrfs/0123-uuid/devices"
ln -s "$work/m/$A1" "$sys/fs/btrfs/0123-uuid/devices/nvme0n1"
refused "nvme0n1 is in use: member of btrfs 0123-uuid"
done_with "a member of a btrfs is refused"

machine
put "$sys/class/block/loop0/loop/backing_file" /dev/nvme0n1p1
refused "nvme0n1p1 is in use: held by loop0"
done_with "a loop device on top is refused"

machine
: >"$dev/nvme0n1"
mkdir -p "$proc/88/fd"
ln -s "$dev/nvme0n1" "$proc/88/fd/3"
put "$proc/88/comm" qemu
refused "nvme0n1 is in use: open in process 88 (qemu)"
done_with "an open node is refused, its process named"

machine
: >"$dev/nvme0"
mkdir -p "$proc/88/fd"
ln -s "$dev/nvme0" "$proc/88/fd/3"
refused "nvme0 is in use: open in process 88"
done_with "an open controller node is refused"

machine
echo "30 1 259:4 / /data rw - ext4 /dev/nvme1n1 rw" >"$proc/self/mountinfo"
run bind "$B"
status_is 1
says "nvme1n1 is in use: mounted on /data"
log_is ""
driver_is "$B" nvme
done_with "a mounted multipath head is refused"

run bind "$A"
status_is 0
done_with "what another device's namespace is used for does not matter"

machine
run bind "$A"
: >"$log"
echo "30 1 259:1 / /data rw - ext4 /dev/nvme0n1p1 rw" >"$proc/self/mountinfo"
run release "$A"
status_is 1
says "nvme0n1p1 is in use: mounted on /data"
log_is ""
driver_is "$A" nvmeq
done_with "release refuses as bind does"

machine
run bind "$NET"
status_is 1
says "not an NVMe device (class 0x020000"
untouched
done_with "a device that is not NVMe is refused"

run bind 0000:09:00.0
status_is 1
says "no such PCI device"
untouched
done_with "an address with nothing behind it is refused"

run bind ../devices/$A
status_is 1
says "not a PCI address"
untouched
done_with "a path is not an address"

machine
rm -r "$sys/bus/pci/drivers/nvmeq"
refused "driver nvmeq is not loaded"
done_with "bind without the module is refused"

machine
run bind "$A"
rm -r "$sys/bus/pci/drivers/nvme"
: >"$log"
run release "$A"
status_is 1
says "driver nvme is not loaded"
log_is ""
driver_is "$A" nvmeq
done_with "release without the in-tree driver is refused"

machine
: >"$sys/bus/pci/drivers/nvmeq/refuse"
run bind "$A"
status_is 1
says "nvmeq did not take it"
says "back with nvme"
log_is "unbind nvme $A" "probe $A override nvmeq" "probe $A override nvme"
driver_is "$A" nvme
override_is "$A" ""
done_with "a failing probe is rolled back"

machine
: >"$sys/bus/pci/drivers/nvmeq/refuse"
: >"$sys/bus/pci/drivers/nvme/refuse"
run bind "$A"
status_is 1
says "did not take it back"
done_with "a roll-back that fails is said"

for args in "bind" "release" "bind a b" "list x" "nonsense"; do
	# shellcheck disable=SC2086 # words on purpose
	run $args
	status_is 2
	says "usage:"
done
done_with "wrong use prints the usage and exits with 2"

run --help
status_is 0
says "nvmeq-bind bind BDF"
done_with "--help"

machine
out=$(NVMEQ_SYSFS=$sys NVMEQ_PROC=$proc NVMEQ_DEV=$dev PATH=/nonexistent \
	/bin/bash "$tool" bind "$A" 2>&1)
status=$?
status_is 0
driver_is "$A" nvmeq
says_not "not found"
done_with "no program but bash is needed"

echo "1..$number"
exit $failed
