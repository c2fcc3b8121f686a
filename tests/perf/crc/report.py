#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""report.py RESULT.tsv [--svg FILE] [--rst FILE]: what bench measured, to look at.

Prints what was aimed at and what was reached, as ratios to the fastest variant of
ISA-L on the same shape; draws the speeds; writes them as a table for the documentation.
"""

import argparse
from collections import namedtuple

Row = namedtuple("Row", "op shape name top mid low ratio high seconds")

BEST = "ISA-L, its best"
SHOWN = ("gfni-avx512", "gfni-avx2", "vpclmul", "pclmul", "scalar", BEST, "bytewise table")
COLOURS = ("#0b6e4f", "#4caf7d", "#3f6fb5", "#8fb3e0", "#b9b9b9", "#d9822b", "#6b3f1d")
SMALL = ("8x512", "64x512", "256x512", "1024x512")
DRAM = ("128M/512", "128M/4096")

# operation, shapes, candidate, whom to compare with (None: the best ISA-L), aim
AIMS = (
    ("guards", ("8x512",), "gfni-avx512", None, 2.7),
    ("guards", SMALL[1:], "gfni-avx512", None, 2.75),
    ("guards", ("4x4096", "32x4096"), "gfni-avx512", None, 2.15),
    ("guards", ("256x4096",), "gfni-avx512", None, 1.9),
    ("guards", ("1x4096",), "gfni-avx512", None, 1.8),
    ("guards", ("1x512",), "gfni-avx512", None, 1.4),
    ("generate", SMALL, "gfni-avx512", None, 2.5),
    ("generate", ("4x4096", "32x4096"), "gfni-avx512", None, 2.0),
    ("verify", SMALL, "gfni-avx512", None, 2.5),
    ("verify", ("4x4096", "32x4096"), "gfni-avx512", None, 2.0),
    ("copy", ("8x512", "4x4096"), "gfni-avx512", "ISA-L copy", 5),
    ("guards", DRAM, "gfni-avx512", None, 0.97),
    ("generate", DRAM, "gfni-avx512", None, 0.97),
    ("verify", DRAM, "gfni-avx512", None, 0.97),
    ("guards", SMALL, "gfni-avx2", None, 2.1),
    ("guards", ("4x4096", "32x4096"), "gfni-avx2", None, 1.75),
    ("guards", ("1x512", *SMALL), "pclmul", "ISA-L _01 (SSE)", 1.1),
    ("guards", ("8x512",), "scalar", "bytewise table", 10),
    ("guards", ("4x4096",), "scalar", "bytewise table", 20),
)


def read(path):
    """Rows by (operation, shape, name), with the fastest ISA-L under a name of its own."""
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            op, shape, name, *numbers = line.rstrip("\n").split("\t")
            row = Row(op, shape, name, *map(float, numbers))
            rows[op, shape, name] = row
            best = rows.get((op, shape, BEST))
            if name.startswith("ISA-L") and (not best or row.seconds < best.seconds):
                rows[op, shape, BEST] = row
    return rows


def aims(rows):
    """One line for each aim and shape."""
    yield "%-9s %-10s %-12s %-16s %6s %7s  %s" % (
        "", "shape", "tier", "to", "aim", "median", "10..90 %")
    for op, shapes, name, peer, aim in AIMS:
        for shape in shapes:
            mine, other = rows.get((op, shape, name)), rows.get((op, shape, peer or BEST))
            if not mine or not other:
                continue
            ratio, spread = mine.ratio, "%.2f..%.2f" % (mine.low, mine.high)
            if peer:    # of medians: bench has spreads for the best ISA-L only
                ratio, spread = other.seconds / mine.seconds, ""
            yield "%-9s %-10s %-12s %-16s %6.2f %7.2f  %-12s %s" % (
                op, shape, name, peer or "best ISA-L", aim, ratio, spread,
                "" if ratio >= aim else "missed")


def shapes_of(rows, op):
    """In the order of the file."""
    return list(dict.fromkeys(shape for o, shape, _ in rows if o == op))


def simple_table(head, body):
    """Lines of a reST table; a first cell must not be empty."""
    widths = [max(len(line[i]) for line in (head, *body)) for i in range(len(head))]
    rule = "  ".join("=" * width for width in widths)
    yield rule
    for number, line in enumerate((head, *body)):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
        if number == 0:
            yield rule
    yield rule
    yield ""


def cell_of(row, peer=None, brackets=True):
    """Speed, in brackets by the best ISA-L or by another peer."""
    if not row:
        return "-"
    ratio = peer.seconds / row.seconds if peer else row.ratio
    return "%.1f" % row.mid + (" (%.2f)" % ratio if ratio and brackets else "")


def rst(rows):
    """Two tables: guards by every tier; what else the fastest tier does."""
    shapes = shapes_of(rows, "guards")
    names = [n for n in (*SHOWN, "read loop") if any(("guards", s, n) in rows for s in shapes)]
    yield from simple_table(
        ["shape", *names],
        [[shape] + [cell_of(rows.get(("guards", shape, n)), brackets=n.startswith("gfni"))
                    for n in names] for shape in shapes])
    fastest = names[0]
    body = []
    for shape in shapes:
        line = [shape]
        for op in ("generate", "verify"):
            line += [cell_of(rows.get((op, shape, fastest))),
                     cell_of(rows.get((op, shape, BEST)), brackets=False)]
        peer = rows.get(("copy", shape, "ISA-L copy"))
        line += [cell_of(rows.get(("copy", shape, fastest)), peer),
                 cell_of(peer, brackets=False),
                 cell_of(rows.get(("copy", shape, "memcpy")), brackets=False)]
        body.append(line)
    yield from simple_table(["shape", "generate", "ISA-L", "verify", "ISA-L", "copy",
                             "ISA-L copy", "memcpy"], body)


def svg(rows, op="guards"):
    """Bars of speed, a group for each shape."""
    shapes = shapes_of(rows, op)
    bar, gap, height, left, top = 9, 16, 300, 50, 40
    group = bar * len(SHOWN) + gap
    width = left + group * len(shapes) + 20
    highest = max(rows[op, s, n].mid for s in shapes for n in SHOWN if (op, s, n) in rows)
    ceiling = (int(highest / 20) + 1) * 20
    yield "<!-- SPDX-License-Identifier: GPL-2.0-only -->"
    yield ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
           'font-family="sans-serif" font-size="11">' % (width, top + height + 40))
    yield '<rect width="100%" height="100%" fill="white"/>'
    for i, (name, colour) in enumerate(zip(SHOWN, COLOURS)):
        x = left + i * 125
        yield '<rect x="%d" y="8" width="10" height="10" fill="%s"/>' % (x, colour)
        yield '<text x="%d" y="17">%s</text>' % (x + 14, name)
    for speed in range(0, ceiling + 1, 20):
        y = top + height - speed * height / ceiling
        yield '<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/>' % (left, width, y, y)
        yield '<text x="%d" y="%.1f" text-anchor="end">%d</text>' % (left - 5, y + 4, speed)
    yield '<text x="5" y="32">GB/s</text>'
    for i, shape in enumerate(shapes):
        x = left + gap / 2 + i * group
        yield '<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (
            x + (group - gap) / 2, top + height + 16, shape)
        for k, (name, colour) in enumerate(zip(SHOWN, COLOURS)):
            row = rows.get((op, shape, name))
            if row:
                tall = row.mid * height / ceiling
                yield '<rect x="%.1f" y="%.1f" width="%d" height="%.1f" fill="%s"/>' % (
                    x + k * bar, top + height - tall, bar - 1, tall, colour)
    yield "</svg>"


def main():
    """Read, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("result")
    parser.add_argument("--svg")
    parser.add_argument("--rst")
    options = parser.parse_args()
    rows = read(options.result)
    print("\n".join(aims(rows)))
    for path, lines in ((options.svg, svg), (options.rst, rst)):
        if path:
            with open(path, "w", encoding="utf-8") as out:
                out.write("\n".join(lines(rows)) + "\n")


if __name__ == "__main__":
    main()
