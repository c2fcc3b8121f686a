# SPDX-License-Identifier: GPL-2.0-only
"""Tests of tests/perf without an emulator; prints TAP."""

import os
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "perf"), os.path.join(TESTS, "harness")]

# pylint: disable=wrong-import-position
from perflib import counts, jobs, pages, plot, report

SYMBOLS = """\
ffffffff81000000 kernel_first
ffffffff81000100 kmem_cache_alloc
ffffffff81000200 handle_irq_event
ffffffff81000300 cpu_idle_poll
ffffffffc0001000 drv_submit [drv]
ffffffffc0001080 drv_helper [drv]
ffffffffc0002000 other_function [other]
"""


def symbols_name_every_address():
    """The function is the nearest symbol below."""
    symbols = counts.Symbols(SYMBOLS)
    assert symbols.at(0xffffffff81000000) == ("", "kernel_first", True)
    assert symbols.at(0xffffffff810000ff) == ("", "kernel_first", False)
    assert symbols.at(0xffffffffc000107f) == ("drv", "drv_submit", False)
    assert symbols.at(0xffffffffc0001080) == ("drv", "drv_helper", True)
    assert symbols.at(0xffffffffffffffff) == ("other", "other_function", False)
    assert symbols.at(0x1000) == ("", "?", False)


def run_of(lines):
    """Counts of what a plugin might have written."""
    return counts.Counts.read(lines.splitlines(), counts.Symbols(SYMBOLS))


def figures_are_the_difference_of_two_runs():
    """What happens once drops out; idling is left out; calls of the driver's own are none."""
    once = "ffffffff81000000 5000\n"
    each = """\
ffffffffc0001000 {n}
ffffffffc0001004 {n} L
ffffffffc0001008 {n} W={two}
ffffffffc0001010 {n} T=ffffffff81000100
ffffffffc0001015 {n} T=ffffffffc0001080
ffffffffc000101a {n} T=ffffffff81000104
ffffffffc0001080 {n}
ffffffffc0002000 {n} T=ffffffff81000100
ffffffff81000200 {n}
ffffffff81000304 {idle}
"""
    short = run_of(once + each.format(n=100, two=200, idle=77))
    long = run_of(once + each.format(n=1100, two=2200, idle=100077))
    got = counts.figures(long.less(short), {"drv"}, 1000)
    assert got == {"driver": 7, "kernel": 9, "locked": 1, "locked-all": 1, "doorbells": 2,
                   "interrupts": 1, "switches": 0, "allocations": 1}, got


def a_block_that_was_translated_twice_counts_twice():
    """Lines of one address add up."""
    run = run_of("ffffffffc0001000 3\nffffffffc0001000 4\n")
    assert run.by_function["insns"] == {counts.Function("drv", "drv_submit"): 7}


PROBE = r"""
#include "x86.h"
#include <stdio.h>
static void say(const char *code, size_t n)
{
	const uint8_t *c = (const uint8_t *)code;
	printf("%d %llx %d\n", x86_locks(c, n), (unsigned long long)x86_target(c, n, 0x1000),
	       x86_is_mark(c, n));
}
#define SAY(code) say(code, sizeof(code) - 1)
int main(void)
{
	SAY("\xf0\x0f\xb1\x17");			/* lock cmpxchg %edx,(%rdi) */
	SAY("\x65\x48\x0f\xc7\x0e");			/* cmpxchg16b %gs:(%rsi), not locked */
	SAY("\x48\x87\x07");				/* xchg %rax,(%rdi) */
	SAY("\x48\x87\xc7");				/* xchg %rax,%rdi */
	SAY("\x3e\xf0\x48\xff\x07");			/* ds lock incq (%rdi) */
	SAY("\xe8\xfb\xff\xff\xff");			/* call to itself */
	SAY("\xe9\x0b\x00\x00\x00");			/* jmp 0x1010 */
	SAY("\x0f\x1f\x80mark");			/* the mark */
	SAY("\x0f\x1f\x80\x00\x00\x00\x00");		/* a longer nop */
	return 0;
}
"""


def the_plugin_knows_its_instructions():
    """Of bytes as the assembler writes them."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "probe")
        subprocess.run(["gcc", "-Wall", "-Werror", "-fsanitize=address,undefined", "-I",
                        os.path.join(TESTS, "perf", "plugin"), "-x", "c", "-", "-o", program],
                       input=PROBE, text=True, check=True)
        said = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert said.split("\n")[:-1] == ["1 0 0", "0 0 0", "1 0 0", "0 0 0", "1 0 0", "0 1000 0",
                                     "0 1010 0", "0 0 1", "0 0 0"], said


def fio_is_understood():
    """Reads and writes stand in different fields."""
    fields = ["0"] * 130
    fields[7], fields[17] = "8000", "50.000000%=120"
    assert report.terse(";".join(fields)) == {"iops": 8000, "p50": 120}
    fields = ["0"] * 130
    fields[48], fields[60] = "77", "99.900000%=9"
    assert report.terse(";".join(fields)) == {"iops": 77, "p99.9": 9}


def a_stored_boot_comes_back_as_a_table():
    """Ratios of two drivers; none where there is one."""
    run = run_of("ffffffffc0001000 300\nffffffff81000000 1000\n")
    with tempfile.TemporaryDirectory() as folder:
        store = report.Store(folder)
        job = jobs.JOBS[0].name
        line = ";".join(["0"] * 7 + ["9"] + ["0"] * 60)
        store.keep("6.1", "nvmeq", 1, {job: (run, 100, line)})
        (_, found), = store.pairs("6.1", 1)
        assert report.ratio(found, "kernel") is None
        store.keep("6.1", "intree", 1, {job: (run, 50, line)})
        (_, found), = store.pairs("6.1", 1)
        assert report.ratio(found, "kernel") == 0.5
        assert pages.cell(found, "kernel", 0) == "13 / 26"
        assert "ratio" in report.text_table(store, "6.1", 1, ())
        assert plot.svg("t", ("a", "b"), [("row", [0.5, None])]).count("<rect") == 4


def main():
    """Every function above that is a test."""
    tests = [symbols_name_every_address, figures_are_the_difference_of_two_runs,
             a_block_that_was_translated_twice_counts_twice, the_plugin_knows_its_instructions,
             fio_is_understood, a_stored_boot_comes_back_as_a_table]
    failed = 0
    print(f"TAP version 13\n1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - perf/{test.__name__}")
        except (AssertionError, subprocess.CalledProcessError, KeyError, ValueError) as error:
            failed = 1
            print(f"not ok {number} - perf/{test.__name__}\n# {type(error).__name__}: {error}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
