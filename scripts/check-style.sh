#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-style.sh - what a reader should not have to point out
#
# One TAP test per check; a tool that is not installed is a skip with its
# reason. Gates: SPDX lines, white space, errors of checkpatch, spelling,
# warnings of shellcheck, Python syntax. Reports, never gates: warnings of
# checkpatch, long lines, file sizes.
#
#   KDIR  kernel build folder in which to look for scripts/checkpatch.pl
set -u

usage() {
	cat <<'USAGE'
usage: scripts/check-style.sh [--help]
Checks the style of every file of the tree and prints TAP. KDIR names the
kernel build folder that may hold scripts/checkpatch.pl.
USAGE
}

case "${1-}" in
"") ;;
-h | --help) usage; exit 0 ;;
*) usage >&2; exit 2 ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

number=0
failed=0
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT

# result NAME STATUS: prints the test, and what is in $out as comments
result() {
	number=$((number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $number - style: $1"
	else
		echo "not ok $number - style: $1"
		failed=1
	fi
	sed 's/^/# /' "$out"
	: >"$out"
}

# result_if_quiet NAME: good when the check had nothing to say
result_if_quiet() {
	[ ! -s "$out" ]
	result "$1" $?
}

skip() {
	number=$((number + 1))
	echo "ok $number - style: $1 # SKIP $2"
	: >"$out"
}

# Every file that is in the repository or would be with the next "git add".
list_files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -z --cached --others --exclude-standard
	else
		find . \( -name .git -o -name .cache -o -name build -o -name _build \) -prune -o \
			-type f ! -name '*.o' ! -name '*.ko' ! -name '*.cmd' -printf '%P\0'
	fi
}

text=()    # everything that people write
csrc=()    # C, headers, assembly
shell=()   # shell scripts, by name or first line
python=()
while IFS= read -r -d '' f; do
	[ -f "$f" ] || continue # deleted, not yet committed
	case "$f" in
	LICENSE | *.hex | *.bin | *.png | */corpus/* | */vectors/*) continue ;;
	esac
	text+=("$f")
	first=
	IFS= read -r first <"$f" 2>/dev/null
	case "$f" in
	*.c | *.h | *.S) csrc+=("$f") ;;
	*.sh) shell+=("$f") ;;
	*.py) python+=("$f") ;;
	*)
		case "$first" in
		'#!'*python*) python+=("$f") ;;
		'#!'*/bash* | '#!'*/sh* | '#!'*' bash' | '#!'*' sh') shell+=("$f") ;;
		esac
		;;
	esac
done < <(list_files)

echo "TAP version 13"

# --- licence -----------------------------------------------------------------
for f in "${text[@]}"; do
	case "$f" in
	.gitignore | */.gitignore | */.gitkeep) continue ;;
	esac
	[ -s "$f" ] || continue
	if ! head -n 5 "$f" | grep -q 'SPDX-License-Identifier: GPL-2\.0-only'; then
		echo "$f: no SPDX-License-Identifier: GPL-2.0-only in the first lines"
	fi
done >"$out"
result_if_quiet "every file says its licence"

# --- white space -------------------------------------------------------------
{
	grep -nHE '[ 	]+$' -- "${text[@]}" | sed 's/:\([0-9]*\):.*/:\1: trailing white space/'
	grep -nH $'\r' -- "${text[@]}" | sed 's/:\([0-9]*\):.*/:\1: carriage return/'
	for f in "${text[@]}"; do
		if [ -s "$f" ] && [ -n "$(tail -c 1 "$f")" ]; then
			echo "$f: no newline at the end"
		fi
	done
	[ ${#csrc[@]} -eq 0 ] ||
		grep -nHE '^	* {8}' -- "${csrc[@]}" | sed 's/:\([0-9]*\):.*/:\1: spaces where tabs belong/'
} >"$out"
result_if_quiet "white space"

# --- checkpatch --------------------------------------------------------------
find_checkpatch() {
	local d
	for d in "${KDIR:-}" "/lib/modules/$(uname -r)/build" "/lib/modules/$(uname -r)/source" \
		/usr/src/linux-headers-*-common /usr/src/linux-headers-* /usr/lib/linux-kbuild-* \
		/usr/src/linux; do
		if [ -n "$d" ] && [ -f "$d/scripts/checkpatch.pl" ]; then
			echo "$d/scripts/checkpatch.pl"
			return
		fi
	done
}

name="checkpatch reports no error"
checkpatch=$(find_checkpatch)
kernel_side=()
for f in "${csrc[@]}"; do
	case "$f" in
	drivers/* | include/*) kernel_side+=("$f") ;;
	esac
done
if [ -z "$checkpatch" ]; then
	skip "$name" "no scripts/checkpatch.pl in the kernel headers"
elif ! command -v perl >/dev/null; then
	skip "$name" "perl is not installed"
else
	perl "$checkpatch" --no-tree --no-summary --terse --show-types --max-line-length=100 -f \
		"${kernel_side[@]}" >"$out" 2>&1
	! grep -q 'ERROR:' "$out"
	result "$name" $?
fi

# --- spelling ----------------------------------------------------------------
# Words that are right here: names in sysfs, abbreviations of the specification.
words=inflight,parm,delet,nd,te,ot,fpr,ser,als,anc,iff
name="spelling"
if command -v codespell >/dev/null; then
	codespell --quiet-level 3 --ignore-words-list "$words" "${text[@]}" >"$out" 2>&1
	result_if_quiet "$name"
else
	skip "$name" "codespell is not installed"
fi

# --- scripts -----------------------------------------------------------------
name="shellcheck reports no warning"
if ! command -v shellcheck >/dev/null; then
	skip "$name" "shellcheck is not installed"
elif [ ${#shell[@]} -eq 0 ]; then
	skip "$name" "no shell scripts"
else
	shellcheck --external-sources --source-path=SCRIPTDIR --severity=warning \
		--format=gcc "${shell[@]}" >"$out" 2>&1
	result "$name" $?
fi

name="Python scripts compile"
if ! command -v python3 >/dev/null; then
	skip "$name" "python3 is not installed"
elif [ ${#python[@]} -eq 0 ]; then
	skip "$name" "no Python scripts"
else
	python3 - "${python[@]}" >"$out" 2>&1 <<'PY'
import sys
bad = False
for name in sys.argv[1:]:
    try:
        with open(name, encoding="utf-8") as f:
            compile(f.read(), name, "exec")
    except (SyntaxError, UnicodeDecodeError) as e:
        print(f"{name}: {e}")
        bad = True
sys.exit(bad)
PY
	result "$name" $?
fi

# --- reports -----------------------------------------------------------------
[ ${#csrc[@]} -eq 0 ] ||
	for f in "${csrc[@]}"; do
		expand "$f" | awk -v f="$f" 'length > 100 { print f ":" NR ": " length " columns" }'
	done >"$out"
result "report: $(wc -l <"$out") lines over 100 columns" 0

for f in "${kernel_side[@]}"; do
	echo "$(wc -l <"$f") $f"
done | sort -rn >"$out.all"
total=$(awk '{ n += $1 } END { print n + 0 }' "$out.all")
head -n 10 "$out.all" >"$out"
result "report: ${#kernel_side[@]} files, $total lines in drivers/ and include/, largest below" 0
rm -f "$out.all"

echo "1..$number"
exit $failed
