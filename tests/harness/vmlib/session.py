# SPDX-License-Identifier: GPL-2.0-only
"""Runs guests and turns what they say into KTAP.

The guest writes lines to its second serial port:

    @boot FACTOR              it is up; FACTOR scales the time limits
    @start TEST LIMIT         a test begins
    @alive                    nothing to say, but not stuck either
    ok|skip|fail TEST SECONDS REASON…
    @diag TEXT                belongs to the result above it
    @text TEXT                for the person who watches
    @restart REASON           this kernel should not run further tests
    @end STATUS               all done, powering off

A guest that falls silent is a hang; one that ends in the middle of a test has
panicked, or its emulator died.  Either way that test has failed and the next
boot goes on with the one after it.
"""

import os
import shlex
import subprocess
import sys
import time

from vmlib import job, qemu
from vmlib.hostd import HostDaemon
from vmlib.paths import note, replace_file

BOOT_SECONDS = 240


class Ktap:
    """Prints results as KTAP, to stdout and to a file."""

    def __init__(self, path, planned):
        self.file = open(path, "w", encoding="utf-8") if path else None
        self.number = 0
        self.failed = 0
        self.passed = 0
        self.skipped = 0
        self.line("KTAP version 1")
        self.line(f"1..{planned}")

    def line(self, text):
        """One line."""
        print(text, flush=True)
        if self.file:
            self.file.write(text + "\n")
            self.file.flush()

    def result(self, kind, name, seconds, reason, diag=()):
        """One test's result; kind is ok, skip or fail."""
        self.number += 1
        took = f"{float(seconds):.1f} s"
        if kind == "ok":
            self.passed += 1
            self.line(f"ok {self.number} - {name} # {took}")
        elif kind == "skip":
            self.skipped += 1
            self.line(f"ok {self.number} - {name} # SKIP {reason}")
        else:
            self.failed += 1
            self.line(f"not ok {self.number} - {name} # {took}")
            for text in "\n".join([str(reason), *diag]).splitlines():
                if text:
                    self.line(f"# {text}")


def ktap_path(options):
    """Where the results go."""
    return options.ktap or os.path.join(options.log_dir, "results.ktap")


def skip_all(tests, reason, path):
    """Results for tests whose machine cannot be had."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    ktap = Ktap(path, len(tests))
    for test in tests:
        ktap.result("skip", test.name, 0, reason)


class Boot:
    """One start of one guest."""

    def __init__(self, session, tests, settings):
        self.session = session
        self.folder = session.folder
        self.tests = tests
        self.settings = settings
        self.factor = 1.0
        self.running = None         # (name, since) of the test under way
        self.result = None          # last result, until its diagnostics are in
        self.done = []
        self.restart = None
        self.status = None          # from @end
        self.started = time.monotonic()
        self.heard = self.started
        self.limit = 0
        self.served = {}            # id -> controllers that processes of ours serve
        self.complaints = []        # theirs, of what happened outside of tests

    def prepare(self):
        """Write the initramfs; returns the command line."""
        session = self.session
        with open(session.boot_archive, "rb") as first:
            data = first.read()
        data += job.archive(session.mode, session.driver, (session.module, session.test_module),
                            self.tests, self.settings, session.extra)
        replace_file(os.path.join(self.folder, "initrd"), data)
        for path in (f"{self.folder}/console.log", f"{self.folder}/results.log",
                     f"{session.sockets}/host.sock", f"{session.sockets}/qmp.sock",
                     *(f"{self.folder}/{name}.log" for name in session.machine.served)):
            if os.path.exists(path):
                os.unlink(path)
        return qemu.command(session.machine, session.kernel, session.root_image, self.folder,
                            session.sockets, session.mode == "shell", session.append)

    def run(self):
        """Start, watch until the end; returns what ended it: None when all went
        well, else a text."""
        command = self.prepare()
        interactive = self.session.mode == "shell"
        self.served = self.session.machine.start_served(self.folder, self.session.sockets)
        with open(os.path.join(self.folder, "qemu.log"), "ab") as log:
            process = subprocess.Popen(
                command, stdin=None if interactive else subprocess.DEVNULL,
                stdout=None if interactive else log, stderr=None if interactive else log)
        hostd = HostDaemon(self.session.sockets, self.served, self.folder)
        hostd.start()
        try:
            if interactive:
                process.wait()
                return None
            return self._watch(process)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            hostd.stop()
            self._stop_served()
            self._keep_logs()

    def _stop_served(self):
        """End our controllers; what they still have to complain of is kept."""
        for controller in self.served.values():
            self.complaints += controller.complaints()
            controller.stop()

    def _keep_logs(self):
        """Append this boot's logs to those that stay."""
        for name in ["console"] + list(self.served):
            kept = os.path.join(os.path.dirname(self.session.console_log), f"{name}.log")
            written = os.path.join(self.folder, f"{name}.log")
            if os.path.exists(written):
                with open(kept, "ab") as out, open(written, "rb") as log:
                    out.write(log.read())

    def _watch(self, process):
        path = os.path.join(self.folder, "results.log")
        while not os.path.exists(path) and process.poll() is None:
            time.sleep(0.02)
        pending = ""
        with open(path, encoding="utf-8", errors="replace") as stream:
            while True:
                ended = process.poll() is not None
                data = stream.read()
                if data:
                    self.heard = time.monotonic()
                    *lines, pending = (pending + data).split("\n")
                    for line in lines:
                        self._line(line.rstrip("\r"))
                elif ended:
                    break
                else:
                    stuck = self._stuck() or self._served_death()
                    if stuck:
                        self._flush()
                        return stuck
                    time.sleep(0.05)
        self._flush()
        return self._ending(process.returncode)

    def _served_death(self):
        return next(filter(None, (served.death() for served in self.served.values())), None)

    def _stuck(self):
        now = time.monotonic()
        if self.status is not None or self.restart:
            if now - self.heard > self.session.silence * self.factor:
                return "hang: the guest did not power off"
        elif self.limit == 0:
            if now - self.started > BOOT_SECONDS:
                return "hang: the guest did not come up"
        elif now - self.heard > self.session.silence * self.factor:
            return f"hang: the guest said nothing for {now - self.heard:.0f} s"
        elif self.running and now - self.running[1] > self.limit * 6 + 120:
            return "hang: over its time limit, and the guest did not end it"
        return None

    def _ending(self, code):
        if self.restart:
            return None
        if "Kernel panic" in self.console():
            return "panic: the guest's kernel panicked"
        if self.status is not None:
            return None
        if code:
            with open(os.path.join(self.folder, "qemu.log"), errors="replace",
                      encoding="utf-8") as log:
                return f"the emulator ended with {code}: {log.read().strip()[-500:]}"
        return "the guest ended without a word"

    def lost_to_emulator(self):
        """Did the guest die of the emulator?

        The kernel patches its code while it runs (static keys, tracing), through
        a breakpoint.  Software emulation with several threads can run the old
        translation, breakpoint included, after the kernel has forgotten it: an
        int3 oops in the kernel's own code.  Such a test is run once more.
        """
        lines = self.console().splitlines()
        for number, line in enumerate(lines):
            if "Oops: int3:" in line:
                where = next((text for text in lines[number:] if " RIP: " in text), "")
                return "[" not in where.split(" RIP: ", 1)[-1]
        return False

    def console(self):
        """The guest's console so far."""
        with open(os.path.join(self.folder, "console.log"), errors="replace",
                  encoding="utf-8") as console:
            return console.read().replace("\r", "")

    def console_tail(self, count=40):
        """Its last lines, or those around a panic."""
        lines = self.console().splitlines()
        for number, line in enumerate(lines):
            if "Kernel panic" in line:
                lines = lines[max(0, number - count // 2):number + count // 2]
                break
        return [f"console: {line}" for line in lines[-count:]]

    def _flush(self):
        if self.result:
            kind, name, seconds, reason, diag = self.result
            self.result = None
            self.done.append(name)
            self.session.report(kind, name, seconds, reason, diag)

    def _line(self, line):
        word, _, rest = line.partition(" ")
        if word == "@diag":
            if self.result:
                self.result[4].append(rest)
            return
        self._flush()
        if word in ("ok", "skip", "fail"):
            name, seconds, reason = (rest.split(" ", 2) + ["", ""])[:3]
            self.result = (word, name, seconds, reason, [])
            self.running = None
        elif word == "@boot":
            self.factor = max(1.0, float(rest))
            self.limit = 1
            self.session.booted(time.monotonic() - self.started, self.factor)
        elif word == "@start":
            name, limit = rest.split()
            self.running = (name, time.monotonic())
            self.limit = float(limit)
        elif word == "@text":
            self.session.said(rest)
        elif word == "@restart":
            self.restart = rest or "asked for"
        elif word == "@end":
            self.status = int(rest or 0)


class Session:
    """A machine, a kernel, a list of tests: as many boots as that takes."""

    def __init__(self, machine, kernel, images, module, options):
        self.machine = machine
        self.kernel = kernel
        self.root_image, self.boot_archive = images
        self.module = module
        self.test_module = options.test_module
        self.mode = options.mode
        self.driver = options.driver
        self.params = options.params
        self.append = options.append.split()
        self.folder = options.folder
        self.silence = options.silence
        self.sockets = options.sockets
        os.makedirs(options.log_dir, exist_ok=True)
        self.console_log = os.path.join(options.log_dir, "console.log")
        open(self.console_log, "wb").close()
        self.tier = options.tier
        self.extra = {}             # more files for the guest's /job
        self.ktap = None
        self.ktap_path = ktap_path(options)

    def settings(self, boot=1, boots=1):
        """Variables for init."""
        return {"PARAMS": self.params, "BOOT": boot, "BOOTS": boots,
                "MACHINE": self.machine.name, "TIER": self.tier, "KREL": self.kernel["KREL"],
                "SERVED": " ".join(sorted(self.machine.served)),
                "COLUMNS": os.environ.get("COLUMNS", 80), "TERM": os.environ.get("TERM", "vt100")}

    def command_line(self):
        """For --dry-run."""
        return shlex.join(qemu.command(self.machine, self.kernel, self.root_image, self.folder,
                                       self.sockets, self.mode == "shell", self.append))

    def booted(self, seconds, factor):
        """Progress of a boot."""
        if self.mode == "demo":
            print(f"      up after {seconds:.1f} s", flush=True)
        note(f"# {self.machine.name}, {self.kernel['KREL']}: up after {seconds:.1f} s "
             f"(time factor {factor:.1f})")

    def said(self, text):
        """A line of the guest for the person who watches."""
        print(text, flush=True)

    def report(self, *result):
        """A result from the guest."""
        self.ktap.result(*result)

    def interact(self):
        """A shell, the demo, a benchmark: one boot; the status that the guest reports."""
        self.machine.make_disks(self.folder)
        boot = Boot(self, [], self.settings())
        trouble = boot.run()
        if trouble:
            print(f"vm-run: {trouble}", file=sys.stderr)
            print("\n".join(boot.console_tail()), file=sys.stderr)
            return 1
        return boot.status or 0

    def run_tests(self, tests):
        """Run all; returns the number of tests that failed."""
        self.ktap = Ktap(self.ktap_path, len(tests))
        self._run_group([test for test in tests if test.boots == 1])
        for test in tests:
            if test.boots > 1:
                self._run_reboots(test)
        return self.ktap.failed

    def _run_group(self, tests):
        silent = 0
        repeated = set()
        while tests:
            self.machine.remove_disks(self.folder)
            self.machine.make_disks(self.folder)
            boot = Boot(self, tests, self.settings())
            trouble = boot.run()
            left = [test for test in tests if test.name not in boot.done]
            if boot.running and boot.running[0] not in repeated and boot.lost_to_emulator():
                repeated.add(boot.running[0])
                note(f"# {boot.running[0]}: the emulator ran code that was patched away; again")
            elif boot.running:
                name, since = boot.running
                self.report("fail", name, time.monotonic() - since,
                            trouble or f"ended in the middle: {boot.restart}",
                            boot.complaints + boot.console_tail())
                left = [test for test in left if test.name != name]
            elif trouble and not left:
                self.report("fail", "guest/powers_off_after_the_tests", 0, trouble,
                            boot.console_tail())
            elif trouble:
                note(f"# {trouble}")
            if boot.complaints and not boot.running:
                self.report("fail", "guest/nothing_is_complained_of_outside_of_tests", 0,
                            "", boot.complaints)
            silent = silent + 1 if len(left) == len(tests) else 0
            if silent == 2:
                for test in left:
                    self.report("fail", test.name, 0, f"not run: {trouble}",
                                boot.console_tail() if test is left[0] else ())
                return
            tests = left

    def _run_reboots(self, test):
        """A test that spans boots: one result, of the first boot that fails or
        of the last one."""
        self.machine.remove_disks(self.folder)
        self.machine.make_disks(self.folder)
        final = self.report
        began = time.monotonic()
        for number in range(1, test.boots + 1):
            got = []
            self.report = lambda *result, got=got: got.append(result)
            boot = Boot(self, [test], self.settings(number, test.boots))
            trouble = boot.run() or "\n".join(boot.complaints)
            self.report = final
            took = time.monotonic() - began
            if trouble or not got:
                final("fail", test.name, took, f"boot {number}: {trouble or 'no result'}",
                      boot.console_tail())
                return
            kind, name, _, reason, diag = got[0]
            if kind != "ok" or number == test.boots:
                final(kind, name, took, reason and f"boot {number}: {reason}", diag)
                return
