# SPDX-License-Identifier: GPL-2.0-only
"""Folds the plugin's counts (tests/perf/plugin/count.c) to functions."""

import bisect
import collections
import re

ALLOCATORS = re.compile(r"^(__)?(kmem_cache_alloc|kmalloc|kvmalloc|kzalloc|alloc_pages|get_free_page"
                        r"|mempool_alloc|dma_pool_alloc|dma_alloc|sg_alloc)")
# What a processor does that has nothing to do. With idle=poll it has no other way.
IDLE = re.compile(r"^(do_idle|cpu_idle_poll|cpu_startup_entry|tick_nohz_idle_\w+|ct_idle_\w+"
                  r"|arch_cpu_idle_\w+|default_idle\w*)(\.|$)")


class Symbols:
    """Where functions begin; `text` is `address name [module]` per line."""

    def __init__(self, text):
        found = {}
        for line in text.splitlines():
            words = line.split()
            if len(words) >= 2:
                module = words[2].strip("[]") if len(words) > 2 else ""
                # Of several names of an address the first that is no mere label.
                found.setdefault(int(words[0], 16), (module, words[1]))
        self.starts = sorted(found)
        self.names = [found[start] for start in self.starts]

    def at(self, address):
        """(module, function, is its first instruction)."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0:
            return "", "?", False
        return (*self.names[index], self.starts[index] == address)


Function = collections.namedtuple("Function", "module name")


class Counts:
    """Counters per function: instructions, locked ones, entries, writes to
    registers; and calls from one function to another."""

    KINDS = ("insns", "locked", "entries", "writes")

    def __init__(self):
        self.by_function = {kind: collections.Counter() for kind in self.KINDS}
        self.calls = collections.Counter()      # (caller, callee)

    @classmethod
    def read(cls, lines, symbols):
        """Of what the plugin wrote."""
        counts = cls()
        for line in lines:
            address, count, *marks = line.split()
            counts.add(symbols, int(address, 16), int(count), marks)
        return counts

    def add(self, symbols, address, count, marks):
        """One instruction."""
        module, name, first = symbols.at(address)
        function = Function(module, name)
        self.by_function["insns"][function] += count
        if first:
            self.by_function["entries"][function] += count
        for mark in marks:
            if mark == "L":
                self.by_function["locked"][function] += count
            elif mark[0] == "W":
                self.by_function["writes"][function] += int(mark[2:])
            else:
                module, name, first = symbols.at(int(mark[2:], 16))
                callee = Function(module, name)
                if first and callee != function:
                    self.calls[function, callee] += count

    def less(self, other):
        """The difference to another run."""
        result = Counts()
        for kind in self.KINDS:
            result.by_function[kind].update(self.by_function[kind])
            result.by_function[kind].subtract(other.by_function[kind])
        result.calls.update(self.calls)
        result.calls.subtract(other.calls)
        return result

    def total(self, kind, wanted):
        """Sum over the functions that `wanted` wants."""
        return sum(count for function, count in self.by_function[kind].items()
                   if wanted(function))

    def entries(self, name):
        """How often a function of the kernel was entered."""
        return self.by_function["entries"][Function("", name)]

    def allocations(self, modules):
        """Calls of these modules to the kernel's allocators."""
        return sum(count for (caller, callee), count in self.calls.items()
                   if caller.module in modules and callee.module not in modules
                   and ALLOCATORS.match(callee.name))


def figures(counts, modules, ios):
    """What the table shows, per I/O."""
    def ours(function):
        return function.module in modules

    def busy(function):
        return not IDLE.match(function.name)

    sums = {
        "driver": counts.total("insns", ours),
        "kernel": counts.total("insns", busy),
        "locked": counts.total("locked", ours),
        "locked-all": counts.total("locked", busy),
        "doorbells": counts.total("writes", ours),
        "interrupts": counts.entries("handle_irq_event"),
        "switches": counts.entries("__switch_to_asm"),
        "allocations": counts.allocations(modules),
    }
    return {name: value / ios for name, value in sums.items()}
