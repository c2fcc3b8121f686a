# SPDX-License-Identifier: GPL-2.0-only
"""Boots a guest with the counting plugin and collects what a driver cost."""

import os
import tempfile

from vmlib import job as jobs_archive
from vmlib import machine, paths, qemu, session, userland
from perflib import counts, jobs

PERF = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SLOT_BYTES = 16 << 20       # as in tests/perf/guest
SLOTS = 4


def plugin():
    """The plugin, built when needed; its path."""
    folder = os.path.join(PERF, "plugin")
    target = os.path.join(paths.CACHE, "build", "count.so")
    newest = max(entry.stat().st_mtime for entry in os.scandir(folder))
    if not os.path.exists(target) or os.path.getmtime(target) < newest:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        paths.run("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror",
                  "-fvisibility=hidden", "-o", f"{target}.tmp", os.path.join(folder, "count.c"))
        os.rename(f"{target}.tmp", target)
    return target


class Options:
    """What Session wants to know, for a benchmark."""
    mode = "bench"
    append = ""
    silence = 240
    tier = "full"
    ktap = None
    test_module = None

    def __init__(self, driver, params, folder, sockets, log_dir):
        self.driver = driver
        self.params = params
        self.folder = folder
        self.sockets = sockets
        self.log_dir = log_dir


class Bench(session.Session):
    """A session that listens to tests/perf/guest."""

    def __init__(self, *args):
        super().__init__(*args)
        self.slot = None        # of the symbols in force
        self.marks = {}         # job name -> (slot, mark)
        self.fio = {}           # job name -> terse line
        self.words = []         # what else it said

    def said(self, text):
        word, _, rest = text.partition(" ")
        if word == "symbols":
            self.slot = int(rest)
        elif word == "job":
            name, mark = rest.split()
            self.marks[name] = (self.slot, int(mark))
            paths.note(f"#   {name}")
        elif word == "fio":
            name, line = rest.split(" ", 1)
            self.fio[name] = line
        else:
            self.words.append(text)
            paths.note(f"# guest: {text}")


def symbols_of(scratch):
    """The symbols of each slot that was used."""
    found = {}
    with open(scratch, "rb") as disk:
        for slot in range(SLOTS):
            disk.seek(slot * SLOT_BYTES)
            text, end, _ = disk.read(SLOT_BYTES).partition(b"\nend\n")
            if end:
                found[slot] = counts.Symbols(text.decode())
    return found


def collect(bench, folder, scratch, chosen, cpus):
    """{job name: (Counts of the difference, I/Os, terse line)}."""
    symbols = symbols_of(scratch)
    results = {}
    for job in chosen:
        if job.name not in bench.marks:
            raise paths.HarnessError(f"no figures for {job.name}: {' / '.join(bench.words)}")
        slot, mark = bench.marks[job.name]
        runs = []
        for number in (mark, mark + 1):
            with open(os.path.join(folder, f"counts.{number}"), encoding="ascii") as lines:
                runs.append(counts.Counts.read(lines, symbols[slot]))
        results[job.name] = (runs[1].less(runs[0]), job.ios(cpus), bench.fio[job.name])
    return results


def boot(series, driver, cpus, names, params=""):
    """One boot, all jobs."""
    chosen = jobs.select(names, cpus, driver)
    profile = machine.Machine("bench")
    profile.emulator = qemu.emulator(profile)
    profile.cpus = cpus
    kernel = paths.kernel(series)
    images = userland.userland(series, kernel)
    module = jobs_archive.build_module(series) if driver == "nvmeq" else None
    log_dir = os.path.join(paths.CACHE, "logs", "bench", f"{series}-{driver}-{cpus}")
    os.makedirs(os.path.join(paths.CACHE, "runs"), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.path.join(paths.CACHE, "runs")) \
            as folder, tempfile.TemporaryDirectory(prefix="nvmeq-") as sockets:
        scratch = os.path.join(folder, "scratch")
        with open(scratch, "wb") as disk:
            disk.truncate(SLOTS * SLOT_BYTES)
        profile.extra += ["-plugin", f"{plugin()},out={folder}/counts",
                          "-blockdev", "driver=raw,node-name=scratch,file.driver=file,"
                                       f"file.filename={scratch},file.locking=off",
                          "-device", "virtio-blk-pci,drive=scratch,addr=0x1c"]
        bench = Bench(profile, kernel, images, module,
                      Options(driver, params, folder, sockets, log_dir))
        with open(os.path.join(PERF, "guest"), "rb") as script:
            bench.extra = {"bench": script.read(),
                           "jobs": "".join(f"{job.line(cpus)}\n" for job in chosen)}
        paths.note(f"# {driver}, Linux {series}, {cpus} CPU")
        if bench.interact():
            raise paths.HarnessError(f"the guest failed; console: {bench.console_log}")
        return collect(bench, folder, scratch, chosen, cpus)
