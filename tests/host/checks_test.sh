#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# checks_test.sh - the checkers of scripts/ find what they look for (TAP)
#
# check-layers.py and check-docs bring made-up trees with each violation;
# check-style.sh and new-test are run here on made-up trees.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
failed=0

report() {	# report STATUS NAME [FILE]: one result, with FILE as comments when it failed
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - checks: $2"
	else
		failed=1
		echo "not ok $number - checks: $2"
		[ -z "${3-}" ] || sed 's/^/# /' "$3"
	fi
}

expect() {	# expect NAME COMMAND...: the command succeeds
	local name=$1
	shift
	"$@" >"$work/out" 2>&1
	report $? "$name" "$work/out"
}

# style FILE TEXT: check-style.sh on a tree of nothing but that file, into $work/style
style() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/scripts" "$work/tree/$(dirname "$1")"
	cp "$here/scripts/check-style.sh" "$work/tree/scripts/"
	printf '%b' "$2" >"$work/tree/$1"
	(cd "$work/tree" && KDIR=${3-} GIT_CEILING_DIRECTORIES=$work scripts/check-style.sh) \
		>"$work/style" 2>&1
}

objects() {	# objects NAME TEST: check-style.sh failed, in this test
	grep -q "^not ok.* style: $2" "$work/style"
	report $? "$1" "$work/style"
}

spdx='SPDX-License-Identifier: GPL-2.0-only'
echo "TAP version 13"

expect "check-layers.py finds every violation" "$here/scripts/check-layers.py" --self-test
expect "check-docs finds every violation" "$here/scripts/check-docs" --self-test

style drivers/a.c "// $spdx\\nint a;\\n"
status=$?
report $status "check-style.sh passes a file in order" "$work/style"
style drivers/a.c "int a;\\n"
objects "a file without its licence is found" "every file"
style drivers/a.c "// SPDX-License-Identifier: GPL-2.0\\nint a;\\n"
objects "another licence is found" "every file"
style drivers/a.c "// $spdx\\nint a; \\n"
objects "white space at the end of a line is found" "white space"
style drivers/a.c "// $spdx\\nint f(void)\\n{\\n        return 0;\\n}\\n"
objects "spaces instead of a tab are found" "white space"
style drivers/a.c "// $spdx\\nint a;"
objects "a file without its last newline is found" "white space"
style tool "#!/usr/bin/env python3\\n# $spdx\\ndef f(:\\n"
objects "a Python script that does not compile is found" "Python"
if command -v shellcheck >/dev/null; then
	style tool "#!/bin/bash\\n# $spdx\\ncd /nowhere\\n"
	objects "what shellcheck warns of is found" "shellcheck"
fi
if command -v codespell >/dev/null; then
	wrong=te	# not written here as one word, or this file would not pass
	style a.rst ".. $spdx\\n\\nThis is ${wrong}h page.\\n"
	objects "a wrong word is found" "spelling"
fi
mkdir -p "$work/kdir/scripts"
echo 'print "drivers/a.c:1: ERROR:X: y\n"' >"$work/kdir/scripts/checkpatch.pl"
style drivers/a.c "// $spdx\\nint a;\\n" "$work/kdir"
objects "an error of checkpatch is found" "checkpatch"
echo 'print "drivers/a.c:1: WARNING:X: y\n"' >"$work/kdir/scripts/checkpatch.pl"
style drivers/a.c "// $spdx\\nint a;\\n" "$work/kdir"
status=$?
report $status "a warning of checkpatch is none" "$work/style"

export NEW_TEST_ROOT=$work/new
expect "new-test begins a unit test" "$here/scripts/new-test" unit prp
expect "... that compiles" gcc -Wall -Wextra -Werror -I"$here/include" -I"$here/tests/unit" \
	-fsyntax-only "$work/new/tests/unit/prp_test.c"
expect "new-test begins a fuzzer" "$here/scripts/new-test" fuzz ident
expect "... that compiles" gcc -Wall -Wextra -Werror -I"$here/include" -I"$here/tests/fuzz" \
	-fsyntax-only "$work/new/tests/fuzz/fuzz_ident.c"
expect "new-test begins a guest test" "$here/scripts/new-test" guest io/name
expect "... that bash can read" bash -n "$work/new/tests/guest/io/name"
! "$here/scripts/new-test" unit prp >"$work/out" 2>&1
report $? "new-test overwrites nothing" "$work/out"

echo "1..$number"
exit $failed
