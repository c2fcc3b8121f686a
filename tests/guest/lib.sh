# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every guest test may use.  A test begins with
#
#	. /job/lib.sh
#
# and passes by ending with status 0.  The harness loads the driver before it
# and unloads it after it (unless the header says `module: none`), reads the
# kernel log since the test began, and cleans up mounts below /mnt, device
# mapper and loop devices.  The current folder is an empty one in memory.
# Set by the harness: BOOT, MACHINE, FACTOR (slowness), DRIVER, TIER (check or full).

set -euo pipefail
shopt -s nullglob

# fail TEXT: end the test as failed
fail() {
	echo "FAIL: $*"
	exit 1
}

# skip REASON: end the test as skipped
skip() {
	echo "$*" >/run/test.skip
	exit 4
}

# need TOOL...: skip unless the guest has these programs
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "no $tool in the guest"
	done
}

# expect_log REGEX: lines of the kernel log that must not fail this test
expect_log() {
	echo "$1" >>/run/test.expect
}

# log: the kernel log since this test began
log() {
	dmesg | awk -v marker="nvmeq-test: begin ${NAME:-}" \
		'index($0, marker) { n = 0; next } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }'
}

# logged [GREP-OPTION...] REGEX: is it in that log? Not a pipe: grep ends at the first match, and
# who still writes to it would fail.
logged() { grep -q "$@" <<<"$(log)"; }

# scaled SECONDS: a time limit, stretched on a slow machine
scaled() {
	awk -v s="$1" -v f="${FACTOR:-1}" 'BEGIN { printf "%d\n", s * f + 0.999 }'
}

# wait_for SECONDS COMMAND...: until the command succeeds, or fail
wait_for() {
	local end
	"${@:2}" && return
	end=$((SECONDS + $(scaled "$1")))
	until "${@:2}"; do
		[ "$SECONDS" -lt "$end" ] || fail "waited in vain for: ${*:2}"
		sleep 0.05
	done
}

# insert [PARAM=VALUE...]: only insmod; the status is insmod's
insert() {
	if [ "${DRIVER:-nvmeq}" = intree ]; then
		modprobe nvme
	else
		# shellcheck disable=SC2086	# a list of parameters
		insmod /job/nvmeq.ko ${MODULE_PARAMS:-} "$@"
	fi
}

# load [PARAM=VALUE...]: insmod, and wait until every namespace that the
# controllers report as usable has its node
load() {
	insert "$@"
	wait_for 30 all_live
}

all_live() {
	local file state found=0
	for file in /sys/class/nvme/nvme*/state; do
		read -r state <"$file" && [ "$state" = live ] || return 1
		found=1
	done
	[ "$found" = 1 ] && disks_settled
}

# Scanning goes on behind the state: settled when the count stops changing.
disks_settled() {
	local before after
	before=(/sys/block/nvme*n*)
	[ ${#before[@]} -gt 0 ] || return 1
	sleep 0.2
	after=(/sys/block/nvme*n*)
	[ ${#before[@]} = ${#after[@]} ]
}

# unload: rmmod
unload() {
	if [ "${DRIVER:-nvmeq}" = intree ]; then
		modprobe -r nvme
	else
		rmmod nvmeq
	fi
}

# namespaces: the block nodes of all namespaces, one per line
namespaces() {
	local entry
	for entry in /sys/block/nvme*n*; do
		echo "/dev/${entry##*/}"
	done | sort -V
}

# ns NSID [CONTROLLER-SERIAL]: the block node of a namespace (serial: nvmeq-0)
ns() {
	local ctrl entry nsid
	ctrl=$(controller "${2:-nvmeq-0}")
	for entry in /sys/block/"${ctrl##*/}"n*; do
		if read -r nsid <"$entry/nsid" && [ "$nsid" = "$1" ]; then
			echo "/dev/${entry##*/}"
			return
		fi
	done
	fail "no block node for namespace $1"
}

# controller [SERIAL]: the character node of a controller
controller() {
	local entry serial
	for entry in /sys/class/nvme/nvme*; do
		if read -r serial <"$entry/serial" && [ "$serial" = "${1:-nvmeq-0}" ]; then
			echo "/dev/${entry##*/}"
			return
		fi
	done
	fail "no controller with serial ${1:-nvmeq-0}"
}

# pci_address [SERIAL]: where that controller sits, e.g. 0000:00:03.0
pci_address() {
	basename "$(readlink -f "/sys/class/nvme/$(basename "$(controller "${1:-}")")/device")"
}

# on_every_ns COMMAND...: run it with each block node as the last argument
on_every_ns() {
	local node
	for node in $(namespaces); do
		"$@" "$node" || fail "$* $node"
	done
}

# block_size NODE: the logical block size
block_size() {
	echo "$(<"/sys/block/${1##*/}/queue/logical_block_size")"
}

# same_data A B BYTES: both begin with the same bytes
same_data() {
	cmp -n "$3" "$1" "$2" || fail "$1 and $2 differ"
}

# random_file NAME BYTES: a file of random bytes
random_file() {
	head -c "$2" /dev/urandom >"$1"
}

# verify_fio NODE [FIO-OPTION...]: random reads and writes that check every
# block they read (crc32c); fails on any error
verify_fio() {
	local node=$1
	shift
	fio --name=verify --filename="$node" --ioengine=libaio --direct=1 --rw=randrw \
		--verify=crc32c --verify_fatal=1 --verify_state_save=0 --iodepth=32 \
		--bs="$(block_size "$node")" --size=4M --group_reporting --minimal "$@" \
		>fio.out 2>&1 || { tail -n 20 fio.out; fail "fio on $node"; }
	! grep -E 'verify:|err=|error=' fio.out || fail "fio on $node reported errors"
}

# memory_in_use: kB that the kernel cannot give back (slab, vmalloc, per-CPU,
# pages, DMA memory).  Compare before and after; allow a little noise: half a
# megabyte.  Free pages that a CPU keeps to itself are not in MemFree.
memory_in_use() {
	local file
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for file in /sys/kernel/slab/*/shrink; do
		echo 1 >"$file"
	done
	sleep 0.2
	awk 'FILENAME ~ /zoneinfo/ { if ($1 == "count:") kept += $2 * 4; next }
		{ v[$1] = $2 }
		END { print v["MemTotal:"] - v["MemFree:"] - v["Buffers:"] - v["Cached:"] - \
			v["AnonPages:"] - v["SReclaimable:"] - kept }' /proc/meminfo /proc/zoneinfo
}

# slab_objects PATTERN: active objects in the caches whose names match
slab_objects() {
	awk -v re="$1" '$1 ~ re { n += $2 } END { print n + 0 }' /proc/slabinfo
}

# host REQUEST...: ask the host (tests/harness/vmlib/hostd.py lists what it
# does); prints the reply, fails when the host refuses
host() {
	local reply
	(
		flock 9
		exec 6<>/dev/ttyS2
		printf '%s\n' "$*" >&6
		IFS= read -r -t "$(scaled 30)" reply <&6 || fail "the host does not answer: $*"
		case $reply in
		ok*)	echo "${reply#ok }" ;;
		*)	echo "host: $reply" >&2; exit 1 ;;
		esac
	) 9>/run/host.lock
}

# make_vf DRIVER: on machine `vf`, bring a virtual function into being (that takes the
# in-tree driver on the physical one) and leave it to DRIVER when that is loaded; the
# physical function becomes nobody's.  Sets vf to its PCI address.
make_vf() {
	local found=(/sys/bus/pci/devices/*/sriov_numvfs) pf ctrl
	[ ${#found[@]} = 1 ] || fail "no device that can have virtual functions"
	pf=${found[0]%/*}
	if [ ! -e "$pf/virtfn0" ]; then
		modprobe nvme
		wait_for 30 all_live
		ctrl=$(controller)
		{
			nvme virt-mgmt "$ctrl" -c 0 -r 1 -a 1 -n 0	# its flexible vectors
			nvme virt-mgmt "$ctrl" -c 0 -r 0 -a 1 -n 0	# and queues are free
			nvme reset "$ctrl"
			wait_for 30 all_live
			echo 0 >"$pf/sriov_drivers_autoprobe"
			echo 1 >"$pf/sriov_numvfs"
			nvme virt-mgmt "$ctrl" -c 1 -r 1 -a 8 -n 1	# one vector
			nvme virt-mgmt "$ctrl" -c 1 -r 0 -a 8 -n 5	# four pairs and admin
			nvme virt-mgmt "$ctrl" -c 1 -r 0 -a 9 -n 0	# online
		} >&2
		modprobe -r nvme
		echo 1 >"$pf/sriov_drivers_autoprobe"
	fi
	echo nobody >"$pf/driver_override"
	# shellcheck disable=SC2034	# for the test
	vf=$(basename "$(readlink -f "$pf/virtfn0")")
	echo "$1" >"$pf/virtfn0/driver_override"
}

# mixed_sizes BLOCK: fio's bssplit from one block to 1 MiB, odd numbers of
# blocks among them, mostly small
mixed_sizes() {
	local b=$1
	echo "$b/30:$((3 * b))/15:$((8 * b))/20:$((17 * b))/15:64k/12:252k/4:$((1048576 - b))/2:1m/2"
}

# verify_all BYTES-EACH [FIO-OPTION...]: random reads and writes of mixed sizes
# on every namespace at once, 32 deep, every block that was written is checked
# while others are being written, and once more at the end
verify_all() {
	local node size=$1 jobs=()
	shift
	for node in $(namespaces); do
		jobs+=(--name="${node##*/}" --filename="$node" --bssplit="$(mixed_sizes "$(block_size "$node")")")
	done
	fio --ioengine=libaio --direct=1 --rw=randrw --rwmixread=40 --iodepth=32 --size="$size" \
		--verify=crc32c --verify_fatal=1 --verify_backlog=64 --verify_state_save=0 \
		--end_fsync=1 --minimal "$@" "${jobs[@]}" >fio.out 2>&1 ||
		{ tail -n 20 fio.out; fail "fio on all namespaces"; }
	! grep -E 'verify:|err=|error=' fio.out || fail "fio reported errors"
	[ "$(grep -c '^3;' fio.out)" = "$(namespaces | wc -l)" ] || fail "not every namespace had its job"
}

# stat_of NODE FIELD: a number of the node's block statistics
stat_of() {
	local -A column=([reads]=1 [writes]=5 [write_sectors]=7 [inflight]=9 [discards]=12 \
		[discard_merges]=13 [discard_sectors]=14 [flushes]=16)
	awk -v n="${column[$2]}" '{ print $n }' "/sys/block/${1##*/}/stat"
}

# is_busy NODE: has somebody's load got going on it?
is_busy() {
	[ "$(stat_of "$1" inflight)" -gt 0 ] && [ "$(stat_of "$1" writes)" -gt 50 ]
}

# traced NODE COMMAND...: run it; what the block layer sent to the node
# meanwhile, a line "KIND BYTES SECTOR" for each request
traced() {
	local events=/sys/kernel/tracing/events/block/block_rq_issue dev status=0
	[ -d "$events" ] || skip "this kernel has no block events"
	dev=$(<"/sys/block/${1##*/}/dev")
	echo >/sys/kernel/tracing/trace
	echo 1 >"$events/enable"
	"${@:2}" >&2 || status=$?
	echo 0 >"$events/enable"
	awk -v dev="${dev/:/,}" '{ for (i = 1; i < NF; i++) if ($i == "block_rq_issue:") break }
		i < NF && $(i + 1) == dev { print $(i + 2), $(i + 3), $(i + 5) }' /sys/kernel/tracing/trace
	return "$status"
}

# lbaf NODE BLOCK METADATA: number of the format with these bytes
lbaf() {
	nvme id-ns "$1" -o json | tr -d ' \n' | grep -o '"lbafs":.*' | grep -o '{[^}]*}' |
		awk -v size="$2" -v ms="$3" -F'[:,}]' \
			'{ if ($2 == ms && 2 ^ $4 == size) { print NR - 1; exit } }'
}

# format_as NSID BLOCK METADATA [TYPE FIRST EXTENDED]: nvme format; numbers as its options have
format_as() {
	local node format
	node=$(ns "$1")
	format=$(lbaf "$node" "$2" "$3")
	nvme format "$node" -l "$format" -i "${4:-0}" -p "${5:-0}" -m "${6:-0}" --force >format.out 2>&1 ||
		fail "format $*: $(<format.out)"
}

# identify_ns NODE FIELD, identify_ctrl FIELD: a number as the controller says it
identify_ns() {
	nvme id-ns -o json "$1" | awk -v key="\"$2\"" -F: '$1 ~ key { gsub(/[ ,]/, "", $2); print $2; exit }'
}
identify_ctrl() {
	nvme id-ctrl -o json "$(controller)" |
		awk -v key="\"$1\"" -F: '$1 ~ key { gsub(/[ ,]/, "", $2); print $2; exit }'
}

# flip DISK OFFSET: the lowest bit of that byte of a disk's image changes
flip() {
	host poke "$1" "$2" "$(printf %02x $((16#$(host peek "$1" "$2" 1) ^ 1)))"
}

# leftovers: what there is of a controller or its driver; nothing after rmmod
leftovers() {
	find /dev -name 'nvme*' -o -name 'ng[0-9]*'
	find /sys/class/nvme* /sys/module/nvmeq /sys/bus/pci/drivers/nvmeq -maxdepth 0 2>/dev/null || true
	grep -i nvme /proc/interrupts /proc/iomem /proc/devices || true
	grep '^nvmeq ' /proc/modules || true
	pgrep -l '^nvmeq' || true
}

# account_dma: from now on count what is allocated and mapped for devices
account_dma() {
	local probes=/sys/kernel/tracing/kprobe_events name
	[ -w $probes ] || skip "this kernel has no kprobe events"
	echo 0 2>/dev/null >/sys/kernel/tracing/events/dma_balance/enable || true
	echo >$probes
	for name in dma_alloc_attrs dma_free_attrs dma_map_page_attrs dma_unmap_page_attrs \
		dma_map_sg_attrs dma_unmap_sg_attrs; do
		echo "p:dma_balance/$name $name" >>$probes
	done
	echo 1 >/sys/kernel/tracing/events/dma_balance/enable
}

# dma_balance: fail unless all of it was given back; with no driver loaded
dma_balance() {
	# A probe hit inside of another one is missed, but counted as that.
	awk '{ hits[$1] = $2 + $3 } END {
		split("alloc:free map_page:unmap_page map_sg:unmap_sg", pairs, " ")
		for (i in pairs) {
			split(pairs[i], p, ":")
			got = hits["dma_" p[1] "_attrs"]; back = hits["dma_" p[2] "_attrs"]
			printf "dma_%s %d, dma_%s %d\n", p[1], got, p[2], back
			if (got != back) bad = 1
		}
		exit bad || !hits["dma_alloc_attrs"]
	}' /sys/kernel/tracing/kprobe_profile || fail "DMA memory or mappings are not balanced"
}

# --- queues, interrupts and settings of controller nvmeq-0 ---

# Processes are dear under emulation: what is called often here starts none.
find_sysfs() {
	local serial
	[ ! -e "${sysfs:-}/serial" ] || return 0
	for sysfs in /sys/class/nvme/nvme*; do
		read -r serial <"$sysfs/serial" && [ "$serial" != nvmeq-0 ] || return 0
	done
	fail "no controller with serial nvmeq-0"
}

# in_sysfs NAME: the file of an attribute
in_sysfs() {
	find_sysfs
	echo "$sysfs/$1"
}

# change SETTING VALUE: at run time; has to succeed
change() {
	find_sysfs
	echo "$2" >"$sysfs/$1" || fail "$1=$2 was refused"
}

# refused SETTING VALUE ERROR: the write fails with this text, and changes nothing
refused() {
	local before text
	find_sysfs
	before=$(<"$sysfs/$1")
	if text=$( (echo "$2" >"$sysfs/$1") 2>&1); then
		fail "$1=$2 was accepted"
	fi
	[[ $text == *"$3" ]] || fail "$1=$2: $text"
	[ "$(<"$sysfs/$1")" = "$before" ] || fail "$1 became $(<"$sysfs/$1")"
}

# queue_table FILE QUEUE COLUMN: the column of a queue, or with `all` of each I/O queue
queue_table() {
	local head row i=0
	find_sysfs
	{
		read -r -a head
		while [ "${head[i]}" != "$3" ]; do
			i=$((i + 1))
		done
		while read -r -a row; do
			[ "${row[0]}" != "$2" ] && { [ "$2" != all ] || [ "${row[0]}" = 0 ]; } || echo "${row[i]}"
		done
	} <"$sysfs/$1"
}

# queue_map QUEUE COLUMN: a field of that table; `all`: what the I/O queues have,
# each value once, in the order of queues
queue_map() {
	local value seen=" "
	while read -r value; do
		[[ $seen == *" $value "* ]] || seen+="$value "
	done < <(queue_table queue_map "$@")
	seen=${seen# }
	echo "${seen% }"
}

# queue_stats QUEUE COLUMN: a counter of that table; `all`, `default`, `read`, `poll`:
# the sum over the I/O queues, or over those of this type
queue_stats() {
	local value row queues=() sum=0
	if [[ $1 =~ ^[0-9]+$|^all$ ]]; then
		while read -r value; do
			sum=$((sum + value))
		done < <(queue_table queue_stats "$@")
	else
		find_sysfs
		while read -r -a row; do
			[ "${row[7]}" != "$1" ] || queues+=("${row[0]}")
		done <"$sysfs/queue_map"
		for value in "${queues[@]}"; do
			sum=$((sum + $(queue_table queue_stats "$value" "$2")))
		done
	fi
	echo $sum
}

# queue_of CPU [TYPE]: the I/O queue that a CPU submits to
queue_of() {
	local row
	find_sysfs
	while read -r -a row; do
		[[ ${row[7]} != "${2:-default}" || ",${row[1]}," != *",$1,"* ]] || echo "${row[0]}"
	done <"$sysfs/queue_map"
}

# irq_count IRQ [CPU]: how often it came, on all CPUs or on one. Not from
# /proc/interrupts, where newer kernels leave out one without a handler.
irq_count() {
	local counts n sum=0
	IFS=, read -r -a counts <"/sys/kernel/irq/$1/per_cpu_count" || fail "no interrupt $1"
	[ -z "${2:-}" ] || counts=("${counts[$2]}")
	for n in "${counts[@]}"; do
		sum=$((sum + n))
	done
	echo $sum
}

# verify_start NODE [FIO-OPTION...]: from now on a process per CPU writes and
# checks what it reads, until verify_stop.  One at a time; the test goes first.
verify_start() {
	local node=$1
	shift
	rm -f verify.json
	fio --name=verify --filename="$node" --ioengine=libaio --direct=1 --rw=randrw \
		--bs="$(block_size "$node")" --numjobs="$(nproc)" --size=8M --offset_increment=8M \
		--iodepth=16 --nice=10 --verify=crc32c --verify_fatal=1 --verify_backlog=64 \
		--verify_state_save=0 --time_based --runtime=1d --group_reporting \
		--output-format=json --output=verify.json "$@" >verify.out 2>&1 &
	verify_pid=$!
	verify_node=$node
	verify_advances || true
	wait_for 30 verify_advances
}

# verify_advances: is it still there, and did it complete something since the last call?
verify_advances() {
	local before=${verify_reads:-0} fields
	kill -0 "$verify_pid" 2>/dev/null || verify_failed "ended too early"
	read -r -a fields <"/sys/block/${verify_node##*/}/stat"
	verify_reads=${fields[0]}
	[ "$verify_reads" -gt "$before" ]
}

verify_failed() {
	cat verify.out
	grep -h '"error"' verify.json || true
	fail "verified I/O: $*"
}

# verify_stop: it must have gone on until here, without an error
verify_stop() {
	local status=0
	kill -INT "$verify_pid" || verify_failed "ended too early"
	wait "$verify_pid" || status=$?
	[ "$status" = 128 ] || verify_failed "status $status"	# fio's for "interrupted, nothing else"
	! grep -E 'verify:|err=|error=' verify.out || verify_failed "errors"
	grep -q '"error" : 0,' verify.json || verify_failed "no result"
	! log | grep -E 'I/O error|timed out' || fail "errors in the log"
}

# verify_slowest: the completion that took longest until verify_stop, in ms
verify_slowest() {
	awk '/"(read|write|trim)" : \{/ { kind = 1 } /"clat_ns" : \{/ { clat = kind }
		clat && /"max"/ { gsub(/[^0-9]/, ""); if ($0 / 1e6 > max) max = $0 / 1e6; clat = 0 }
		END { printf "%d\n", max + 0.999 }' verify.json
}

# modes_here: the kinds of interrupt that the machine has, best first, then poll;
# each in a line
modes_here() {
	case $MACHINE in
	intx | user-intx)	echo intx ;;
	user-msix)		echo msix ;;
	user-msi*)		echo msi ;;
	user-noirq | vf)	;;
	*)			printf 'msix\nintx\n' ;;
	esac
	echo poll
}

# tell REQUEST...: a line for the controller that a process of ours serves (machines
# user-*; tests/harness/nvmeuser/control.py); prints the answer.  Its lies end with the test.
tell() {
	host user nv0 "$*"
}

# took COMMAND...: run it; prints how many milliseconds it took
took() {
	local began=${EPOCHREALTIME/./}
	"$@" >&2 || fail "$*"
	echo $(((${EPOCHREALTIME/./} - began) / 1000))
}
