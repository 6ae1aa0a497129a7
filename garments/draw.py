# SPDX-License-Identifier: GPL-3.0-or-later
"""A pattern's panels side by side as one SVG, to look at while drafting."""

from __future__ import annotations

from html import escape

import numpy as np

from garments.curves import Points
from garments.pattern import Panel, Pattern
from garments.trims import Button, Patch

GAP_CM = 4.0
ROW_CM = 260.0
SEAM, FREE = "#2b4a7a", "#b5482a"


def drawing(pattern: Pattern) -> str:
    """An SVG in centimetres and true scale: sewn edges blue, free ones red, each with its name and length."""
    sewn = {end for seam in pattern.seams for end in (seam.first, seam.second)}
    x = y = tall = wide = GAP_CM
    parts = []
    for panel in pattern.panels:
        low, high = panel.outline.min(axis=0), panel.outline.max(axis=0)
        if x + high[0] - low[0] > ROW_CM and x > GAP_CM:
            x, y = GAP_CM, y + tall + 2 * GAP_CM
            tall = 0.0
        parts.append(_panel(pattern, panel, sewn, np.array([x - low[0], y + high[1]])))
        x += float(high[0] - low[0]) + 2 * GAP_CM
        tall, wide = max(tall, float(high[1] - low[1])), max(wide, x)
    height = y + tall + GAP_CM
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.1f} {height:.1f}"'
    head += f' width="{wide:.1f}cm" height="{height:.1f}cm">'
    style = "<style>text{font:1.7px sans-serif;text-anchor:middle}path{fill:none;stroke-width:.35}</style>"
    back = f'<rect width="{wide:.1f}" height="{height:.1f}" fill="white"/>'
    return "\n".join([head, style, back, *parts, "</svg>", ""])


def _panel(pattern: Pattern, panel: Panel, sewn: set[tuple[str, str]], move: Points) -> str:
    lines = []
    for edge in panel.edges:
        points = edge.points * [1.0, -1.0] + move
        path = " L".join(f"{px:.2f},{py:.2f}" for px, py in points)
        colour = SEAM if (panel.name, edge.name) in sewn else FREE
        lines.append(f'<path d="M{path}" stroke="{colour}"/>')
        px, py = points[len(points) // 2] if len(points) > 2 else points.mean(axis=0)
        lines.append(f'<text x="{px:.1f}" y="{py:.1f}" fill="{colour}">{escape(edge.name)} {edge.length_cm:.1f}</text>')
    for trim in pattern.trims:
        if trim.panel != panel.name:
            continue
        if isinstance(trim, Button):
            px, py = np.asarray(trim.at) * [1.0, -1.0] + move
            size = f'cx="{px:.2f}" cy="{py:.2f}" r="{trim.radius_cm:.2f}"'
            lines.append(f'<circle {size} fill="none" stroke="black" stroke-width=".2"/>')
        elif isinstance(trim, Patch):
            path = " L".join(f"{px:.2f},{py:.2f}" for px, py in trim.outline * [1.0, -1.0] + move)
            lines.append(f'<path d="M{path} Z" stroke="black" stroke-dasharray="1"/>')
    px, py = 0.5 * (panel.outline.min(axis=0) + panel.outline.max(axis=0)) * [1.0, -1.0] + move
    lines.append(f'<text x="{px:.1f}" y="{py:.1f}" style="font-size:2.6px">{escape(panel.name)}</text>')
    return "\n".join(lines)
