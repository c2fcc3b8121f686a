# SPDX-License-Identifier: GPL-2.0-only
"""Figures of boots: kept as JSON, shown side by side and as ratios."""

import json
import os

from vmlib.paths import replace_file
from perflib import counts, jobs
from perflib.drivers import MODULES

# figure, heading, decimals
COLUMNS = (("driver", "driver insns", 0), ("kernel", "kernel insns", 0),
           ("locked", "locked", 2), ("doorbells", "doorbells", 2),
           ("interrupts", "interrupts", 2), ("switches", "switches", 2),
           ("allocations", "allocations", 2))
DRIVERS = ("nvmeq", "intree")


def terse(line):
    """IOPS and latency percentiles of fio's terse format, version 3: reads have
    IOPS in field 8, writes in 49; completion latencies are "99.000000%=usec"."""
    fields = line.split(";")
    first = 7 if int(fields[7]) else 48
    result = {"iops": int(fields[first])}
    for field in fields[first:first + 40]:
        name, sign, value = field.partition("%=")
        if sign and float(name) in (50, 99, 99.9):
            result[f"p{float(name):g}"] = int(value)
    return result


class Store:
    """Figures by kernel, driver, CPUs and job."""

    def __init__(self, folder):
        self.folder = folder

    def _path(self, series, driver, cpus):
        return os.path.join(self.folder, f"{series}-{driver}-{cpus}.json")

    def load(self, series, driver, cpus):
        """{job: {"figures", "functions", "fio"}}, of whatever was measured."""
        try:
            with open(self._path(series, driver, cpus), encoding="ascii") as kept:
                return json.load(kept)
        except OSError:
            return {}

    def keep(self, series, driver, cpus, results):
        """Enter one boot."""
        all_jobs = self.load(series, driver, cpus)
        for name, (counted, ios, line) in results.items():
            functions = {f"{function.module}:{function.name}": count / ios
                         for function, count in counted.by_function["insns"].most_common()
                         if count >= ios / 10}
            all_jobs[name] = {"figures": counts.figures(counted, MODULES[driver], ios),
                              "functions": functions, "fio": terse(line)}
        os.makedirs(self.folder, exist_ok=True)
        replace_file(self._path(series, driver, cpus), json.dumps(all_jobs, indent=1))

    def pairs(self, series, cpus, names=()):
        """(job, {driver: figures}) in the order of the jobs."""
        loaded = {driver: self.load(series, driver, cpus) for driver in DRIVERS}
        for job in jobs.JOBS:
            found = {driver: loaded[driver][job.name] for driver in DRIVERS
                     if job.name in loaded[driver]}
            if found and (not names or job.name in names):
                yield job, found


def ratio(found, figure):
    """Ours over in-tree's, or None."""
    if len(found) < 2 or found["intree"]["figures"][figure] < 0.005:
        return None
    return found["nvmeq"]["figures"][figure] / found["intree"]["figures"][figure]


def text_table(store, series, cpus, names):
    """For a terminal: per job ours, in-tree's, ratio."""
    lines = [f"\nLinux {series}, {cpus} CPU{'s' if cpus > 1 else ''}: per I/O",
             f"{'job':<52}{'':8}" + "".join(f"{head:>14}" for _, head, _ in COLUMNS)
             + f"{'IOPS*':>9}{'p50 us*':>9}{'p99 us*':>9}"]
    for job, found in store.pairs(series, cpus, names):
        for driver, entry in found.items():
            fio = entry["fio"]
            lines.append(f"{job.title if driver == list(found)[0] else '':<52}{driver:<8}"
                         + "".join(f"{entry['figures'][figure]:>14.{digits}f}"
                                   for figure, _, digits in COLUMNS)
                         + f"{fio['iops']:>9}{fio.get('p50', 0):>9}{fio.get('p99', 0):>9}")
        if len(found) == 2:
            cells = (ratio(found, figure) for figure, _, _ in COLUMNS)
            lines.append(f"{'':<52}{'ratio':<8}" + "".join(
                f"{'' if cell is None else format(cell, '.2f'):>14}" for cell in cells))
    lines.append("* of the emulator, while it counts: no word about any hardware")
    return "\n".join(lines)


def profile(store, series, cpus, names, rows=45):
    """Where the instructions go: the drivers' functions, then the kernel's."""
    lines = []
    for job, found in store.pairs(series, cpus, names):
        for driver, entry in found.items():
            lines.append(f"\n{job.title}, {driver}, Linux {series}, {cpus} CPU: instructions per I/O")
            own = {name: count for name, count in entry["functions"].items()
                   if name.split(":")[0] in MODULES[driver]}
            rest = {name: count for name, count in entry["functions"].items() if name not in own}
            for some in (own, rest):
                for name, count in sorted(some.items(), key=lambda item: -item[1])[:rows]:
                    lines.append(f"  {count:10.1f}  {name.lstrip(':')}")
                lines.append("")
    return "\n".join(lines)
