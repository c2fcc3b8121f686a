# SPDX-License-Identifier: GPL-2.0-only
"""Enters the figures into Documentation/performance.rst, between its markers, and
draws Documentation/performance.svg."""

import os

from vmlib.paths import ROOT, replace_file
from perflib import plot, report

PAGE = os.path.join(ROOT, "Documentation", "performance.rst")
PLOT = os.path.join(ROOT, "Documentation", "performance.svg")
BEGIN = ".. figures begin (make bench-page writes what follows)\n"
END = ".. figures end\n"
MACHINES = [(series, cpus) for cpus in (1, 4) for series in ("6.1", "6.12")]


def cell(found, figure, digits):
    """`ours / in-tree's`, `-` for what was not measured."""
    return " / ".join(format(found[driver]["figures"][figure], f".{digits}f")
                      if driver in found else "-" for driver in report.DRIVERS)


def shown_ratio(found, figure):
    """As text, `-` where there is none."""
    value = report.ratio(found, figure)
    return "-" if value is None else format(value, ".2f")


def table(store, series, cpus):
    """One list-table."""
    rows = [["Job"] + [head for _, head, _ in report.COLUMNS] + ["driver ratio", "kernel ratio"]]
    for job, found in store.pairs(series, cpus):
        rows.append([job.title] + [cell(found, figure, digits)
                                   for figure, _, digits in report.COLUMNS]
                    + [shown_ratio(found, "driver"), shown_ratio(found, "kernel")])
    if len(rows) == 1:
        return ""
    title = f"Linux {series}, {cpus} CPU{'s' if cpus > 1 else ''}"
    lines = [title, "-" * len(title), "", ".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'* -' if number == 0 else '  -'} {text}" for number, text in enumerate(row)]
    return "\n".join(lines) + "\n\n"


def emulator_table(store):
    """fio's own figures."""
    lines = ["As fio saw it", "-------------", "",
             "Of the emulator, while it counts: they say nothing about any hardware, and move",
             "with whatever else the machine does.", "",
             ".. list-table::", "   :header-rows: 1", "",
             "   * - Job", "     - Linux, CPUs", "     - IOPS", "     - p50, us", "     - p99, us"]
    for series, cpus in MACHINES:
        for job, found in store.pairs(series, cpus):
            cells = [" / ".join(str(found[driver]["fio"].get(name, 0)) if driver in found else "-"
                                for driver in report.DRIVERS) for name in ("iops", "p50", "p99")]
            lines += [f"   * - {job.title}", f"     - {series}, {cpus}"]
            lines += [f"     - {text}" for text in cells]
    return "\n".join(lines) + "\n\n"


def write(store):
    """Page and plot."""
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "".join(table(store, series, cpus) for series, cpus in MACHINES)
    replace_file(PAGE, f"{before}{BEGIN}\n{figures}{emulator_table(store)}{END}{after}")
    bars = [(f"{job.title} ({series})",
             [report.ratio(found, figure) for figure in ("driver", "kernel")])
            for series, cpus in MACHINES if cpus == 1
            for job, found in store.pairs(series, cpus)
            if len(found) == 2 and not job.name.startswith("polled")]
    replace_file(PLOT, plot.svg("Instructions per I/O, ours over in-tree's (1 CPU)",
                                ("in the driver", "in the whole kernel"), bars))
