#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh - run a test program, keep its TAP, print one line about it
#
#   report.sh run <name> <program> <out.ktap>         always succeeds
#   report.sh headers <include dir> <out.ktap> <header>...
#   report.sh verdict <out.ktap>...                   fails when a test has
#
# The TAP of cmocka is changed in three ways: a version line is put first,
# skipped tests become "ok ... # SKIP reason", and a program that dies before
# its plan is done gets a failing line with what it said last.
set -u

# Counts of one file: "passed failed skipped"
counts()
{
	awk '/^ok .*# SKIP/ { s++; next } /^ok / { p++ } /^not ok / { f++ }
	     END { print p + 0, f + 0, s + 0 }' "$1"
}

# Name, numbers; then every failing or skipped test with its comments.
show()
{
	counts "$2" | {
		read -r p f s
		line=$(printf '%-10s %3d passed' "$1" "$p")
		[ "$s" -gt 0 ] && line="$line, $s skipped"
		[ "$f" -gt 0 ] && line="$line, $f FAILED"
		echo "$line"
	}
	awk '/^(not )?ok / { bad = /^not ok/ }
	     /^not ok/ || /# SKIP/ { print "  " $0 }
	     /^#/ && bad { print "    " $0 }' "$2"
}

# cmocka has a test's comments before its result, and one "# file: error" line
# after a failure. Comments go behind the result, where a reader of TAP looks
# for them; the error line goes, the name of the test says more.
clean_tap()
{
	awk '
	/^# skip: / { why = substr($0, 9); next }
	/^not ok [0-9]+ # SKIP/ {
		printf "ok %d - %s # SKIP %s\n", $3, $6, why; n++; held = ""; next }
	/^# (not )?ok - / || /error: Failure!$/ { next }
	/^#/ { held = held $0 "\n"; next }
	/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0 }
	{ print }
	/^(not )?ok / { n++; printf "%s", held; held = "" }
	END { printf "%s", held; exit n == plan && plan > 0 ? 0 : 3 }'
}

run()
{
	name=$1 prog=$2 to=$3 out=$3.$$
	{
		CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS="${ASAN_OPTIONS:-}:abort_on_error=0" \
			"$prog" >"$out.raw" 2>"$out.err"
		rc=$?
		echo "KTAP version 1"
		clean_tap <"$out.raw"
		whole=$?
		n=$(grep -c -E '^(not )?ok ' "$out.raw")
		if [ $whole -ne 0 ] || { [ $rc -ne 0 ] && ! grep -q '^not ok [0-9]* -' "$out.raw"; }; then
			echo "not ok $((n + 1)) - $name ends early with status $rc"
			head -n 40 "$out.err" | sed 's/^/# /'
		fi
	} >"$out"
	rm -f "$out.raw" "$out.err"
	mv "$out" "$to"
	show "$name" "$to"
}

headers()
{
	include=$1 to=$2 out=$2.$$
	shift 2
	n=0
	{
		echo "KTAP version 1"
		echo "1..$(($# * 2))"
		for cc in "$CC" "${CLANG:-none}"; do
			for h in "$@"; do
				n=$((n + 1))
				if [ "$cc" = none ]; then
					echo "ok $n - $h by clang # SKIP no clang"
				elif echo "#include <nvmeq/$h>" |
				     "$cc" -std=gnu11 -Wall -Wextra -Werror -I"$include" \
					-fsyntax-only -x c - 2>"$out.err"; then
					echo "ok $n - $h alone by $cc"
				else
					echo "not ok $n - $h alone by $cc"
					sed 's/^/# /' "$out.err"
				fi
			done
		done
	} >"$out"
	rm -f "$out.err"
	mv "$out" "$to"
	show headers "$to"
}

verdict()
{
	cat "$@" >/dev/null || exit 1
	if grep -q '^not ok ' "$@"; then
		echo "unit: FAILED"
		exit 1
	fi
	echo "unit: $(cat "$@" | grep -c '^ok ') passed"
}

what=$1
shift
"$what" "$@"
