# SPDX-License-Identifier: GPL-2.0-only
"""Guest tests: finding them, reading their headers, choosing among them.

A test is a bash script tests/guest/SUITE/NAME.  Its first comment lines are
its header; Documentation/testing.rst explains the fields.
"""

import os
import re
import shlex

from vmlib.paths import GUEST_TESTS, META_TESTS, HarnessError

DEFAULT_SECONDS = 60
# Tests of tier `newest` are part of a check on this kernel alone.
NEWEST = "6.12"
TIERS = ("check", "newest", "full")
FIELDS = ("machine", "more-machines", "needs", "time", "module", "params", "boots", "tier",
          "expect-log", "test-module")


class Test:
    """One test script and what its header says."""

    def __init__(self, path):
        self.path = path
        self.name = "/".join(path.split("/")[-2:])
        self.suite = self.name.split("/", maxsplit=1)[0]
        fields = self._header()
        self.machines = fields.get("machine", "default").split()
        self.more_machines = fields.get("more-machines", "").split()
        self.needs = fields.get("needs", "").split()
        self.seconds = int(fields.get("time", DEFAULT_SECONDS))
        self.module = fields.get("module", "default")
        self.params = fields.get("params", "")
        self.boots = int(fields.get("boots", 1))
        self.tier = fields.get("tier", "check")
        self.test_module = fields.get("test-module", "no") == "yes"
        self.expect_log = fields.get("expect-log", "")
        if self.module not in ("default", "none") or self.tier not in TIERS:
            raise HarnessError(f"{path}: bad module: or tier: in the header")

    def _header(self):
        fields = {}
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#"):
                    break
                match = re.match(r"#\s*([a-z-]+):\s*(.*\S)", line)
                if match and match[1] in FIELDS:
                    if match[1] == "expect-log" and "expect-log" in fields:
                        fields["expect-log"] += "|" + match[2]
                    else:
                        fields[match[1]] = match[2]
        return fields

    def wants(self, machine, tier, kernel):
        """Is it meant for this machine (None: for any), in this tier, on this kernel?"""
        there = self.machines + (self.more_machines if tier == "full" else [])
        due = tier == "full" or self.tier == "check" or \
            self.tier == "newest" and kernel == NEWEST
        return due and (machine is None or machine in there)

    def plan(self):
        """What the guest's init needs, as shell assignments."""
        values = {"NAME": self.name, "LIMIT": self.seconds, "MODULE": self.module,
                  "TEST_PARAMS": self.params, "EXPECT_LOG": self.expect_log,
                  "NEEDS": " ".join(self.needs)}
        return "".join(f"{key}={shlex.quote(str(value))}\n" for key, value in values.items())


def _suite(folder):
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    return [Test(path) for path in found if os.path.isfile(path) and os.access(path, os.X_OK)]


def suites():
    """Names of all suites."""
    return sorted(entry.name for entry in os.scandir(GUEST_TESTS)
                  if entry.is_dir() and entry.name != "src")


def select(wanted, machine=None, tier="full", kernel=NEWEST):
    """Tests for words such as `io` (those meant for this machine) or `io/name`
    (always).  No word means every suite."""
    chosen = []
    for word in wanted or suites():
        base = os.path.dirname(META_TESTS) if word.split("/")[0] == "meta" else GUEST_TESTS
        path = os.path.join(base, word)
        if os.path.isdir(path):
            chosen += [test for test in _suite(path) if test.wants(machine, tier, kernel)]
        elif os.path.isfile(path):
            chosen.append(Test(path))
        else:
            raise HarnessError(f"no test or suite {word}; suites: {' '.join(suites())}")
    return chosen
