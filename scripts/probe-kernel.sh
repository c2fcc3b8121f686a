#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# probe-kernel.sh KDIR OUTDIR - ask a kernel tree which of its interfaces exist
#
# Compiles every scripts/probes/*.c as a kernel object, in one kbuild pass, and
# writes OUTDIR/nvmeq-kernel-features.h: "#define HAVE_X 1" for each probe that
# compiled, a comment for each that did not. Version numbers are not consulted;
# distributions back-port. The answer is kept until the kernel tree, the
# compiler or a probe changes.
set -eu

kdir=$1
out=$2/nvmeq-kernel-features.h
here=$(cd "$(dirname "$0")/probes" && pwd)

# Anything that can change an answer is part of the key.
key=$(cat "$kdir/include/generated/utsrelease.h" "$kdir/include/generated/autoconf.h" \
	"$here"/*.c "$0" 2>/dev/null | cksum)
if [ -f "$out" ] && grep -qF "key: $key" "$out"; then
	exit 0
fi
if [ ! -f "$kdir/include/generated/utsrelease.h" ]; then
	echo "probe-kernel: $kdir is not a configured kernel build tree (KDIR=...)" >&2
	exit 1
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp "$here"/*.c "$tmp"
targets=
: > "$tmp/Kbuild"
for src in "$tmp"/*.c; do
	obj=$(basename "$src" .c).o
	echo "obj-m += $obj" >> "$tmp/Kbuild"
	targets="$targets $obj"
done

# Missing interfaces are the expected outcome of most failures: the log is kept
# only to be shown when nothing compiled at all.
# shellcheck disable=SC2086
MAKEFLAGS='' make -k -j2 -C "$kdir" M="$tmp" $targets > "$tmp/log" 2>&1 || true

{
	echo "/* Made by scripts/probe-kernel.sh; key: $key */"
	for src in "$tmp"/*.c; do
		name=$(basename "$src" .c)
		macro=HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]')
		if [ -f "$tmp/$name.o" ]; then
			echo "#define $macro 1"
		else
			echo "/* no $macro */"
		fi
	done
} > "$tmp/features.h"

found=$(grep -c '^#define' "$tmp/features.h" || true)
if [ "$found" -eq 0 ]; then
	echo "probe-kernel: no probe compiled against $kdir; the first errors were:" >&2
	grep -m 20 -i error "$tmp/log" >&2 || tail -n 20 "$tmp/log" >&2
	exit 1
fi
mv "$tmp/features.h" "$out"
