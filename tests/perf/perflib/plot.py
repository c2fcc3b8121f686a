# SPDX-License-Identifier: GPL-2.0-only
"""Horizontal bars as SVG."""

from xml.sax.saxutils import escape

COLOURS = ("#3060a0", "#d09040")
BAR, GAP, LEFT, WIDTH, TOP = 10, 8, 380, 360, 50


def svg(title, series, rows):
    """`rows` are (label, [value or None for each of `series`]); a line marks 1."""
    top_value = max([1.0] + [value for _, values in rows for value in values if value]) * 1.1
    scale = WIDTH / top_value
    step = BAR * len(series) + GAP
    height = TOP + step * len(rows) + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" '
             f'height="{height}" font-family="sans-serif" font-size="11">',
             '<!-- SPDX-License-Identifier: GPL-2.0-only -->',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="10" y="18" font-size="14">{escape(title)}</text>']
    for number, name in enumerate(series):
        parts.append(f'<rect x="{10 + 160 * number}" y="28" width="10" height="10" '
                     f'fill="{COLOURS[number]}"/>'
                     f'<text x="{25 + 160 * number}" y="37">{escape(name)}</text>')
    for row, (label, values) in enumerate(rows):
        y = TOP + row * step
        parts.append(f'<text x="{LEFT - 8}" y="{y + BAR + 3}" text-anchor="end">{escape(label)}'
                     '</text>')
        for number, value in enumerate(values):
            if value is not None:
                top = y + number * BAR
                parts.append(f'<rect x="{LEFT}" y="{top}" width="{value * scale:.1f}" '
                             f'height="{BAR - 1}" fill="{COLOURS[number]}"/>'
                             f'<text x="{LEFT + value * scale + 4:.1f}" y="{top + BAR - 1}">'
                             f'{value:.2f}</text>')
    one = LEFT + scale
    parts.append(f'<line x1="{one:.1f}" y1="{TOP - 6}" x2="{one:.1f}" y2="{height - 14}" '
                 'stroke="black" stroke-dasharray="3,3"/></svg>\n')
    return "\n".join(parts)
