# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong in a garment's folder: its garment.toml, and the pattern it drafts for a range of bodies."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from garments.curves import Points
from garments.dimensions import Dimensions
from garments.fabrics import fabrics, materials
from garments.girths import BODY_GIRTHS, missed_cm
from garments.pattern import Panel, Pattern
from garments.sizes import CHARTS, graded_sizes, size_dimensions

SPEC, PROGRAM = "garment.toml", "pattern.py"
SOURCES = ("pattern", "tights", "last")
PIECES = ("briefs", "top")
TUBES = ("torso", "sleeve", "leg", "skirt", "cone", "band")
LAYERS = range(7)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# A seam's two edges may differ by this much, centimetres.
SEAM_TOLERANCE = 0.05
# A girth may be off its declared ease by this much, centimetres.
EASE_TOLERANCE = 0.5
SHAPES = {str: '"…"', int: "0, 1, 2 …", list: "[…]", dict: "{…}"}
NEEDED: Mapping[str, type] = {
    "id": str,
    "category": str,
    "layer": int,
    "source": str,
    "fabric": str,
    "sizes": str,
    "covers": list,
    "hides": list,
    "name": dict,
    "slots": dict,
    "cut": dict,
    "target_ease": dict,
}
# How high raised heels may be, millimetres over the balls, and what else shapes them.
HEELS_MM = (10, 110)
HEEL_SHAPE = ("heel_seat", "heel_tip", "heel_set_mm", "heel_curve")
UNDRAWABLE = ("no_pattern", "not_finite")
OPTIONAL = ("flutes", "pieces", "slot_fabrics", "over_skirt", "under_jacket", "tucked", "tucked_into", "least_ease")

Draft = Callable[[Dimensions, Mapping[str, float]], Pattern]


@dataclass(frozen=True)
class Fault:
    """Something wrong: in which file, at which key or part of the pattern, of which kind, with what it is about."""

    file: str
    key: str
    kind: str
    values: Mapping[str, object]


def check_garment(folder: Path) -> tuple[list[Fault], Pattern | None]:
    """All faults of a folder, and its pattern for a woman's size M where it could be drafted."""
    try:
        row = tomllib.loads((folder / SPEC).read_text("utf-8"))
    except (OSError, ValueError) as error:
        return [Fault(SPEC, "", "unreadable", {"reason": str(error)})], None
    faults = list(spec_faults(row))
    if faults or row["source"] != "pattern":
        return faults, None
    try:
        draft = _program(folder / PROGRAM)
    except Exception as error:  # noqa: BLE001 - whatever somebody's program raises is told, not passed on
        return [Fault(PROGRAM, "draft", "unreadable", {"reason": _said(error)})], None
    return _drafts(row, draft)


def spec_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in the values of a garment.toml."""
    faults = list(_keys(row))
    yield from faults or _values(row)


def _keys(row: Mapping[str, Any]) -> Iterator[Fault]:
    for key, kind in NEEDED.items():
        if key not in row:
            yield Fault(SPEC, key, "missing", {})
        elif not isinstance(row[key], kind) or isinstance(row[key], bool):
            yield Fault(SPEC, key, "value", {"value": row[key], "allowed": SHAPES[kind]})
    for key in row:
        if key not in NEEDED and key not in OPTIONAL:
            yield Fault(SPEC, key, "unknown", {"allowed": ", ".join([*NEEDED, *OPTIONAL])})


def _values(row: Mapping[str, Any]) -> Iterator[Fault]:
    choices: dict[str, object] = {"layer": LAYERS, "source": SOURCES, "fabric": fabrics(), "sizes": ("alpha", "none")}
    for key, allowed in choices.items():
        if key in row and row[key] not in allowed:  # type: ignore[operator]
            yield _unlisted(key, row[key], allowed)
    for piece in row.get("covers", []):
        if piece not in PIECES:
            yield _unlisted("covers", piece, PIECES)
    for language in ("en", "fr"):
        if language not in row.get("name", {}):
            yield Fault(SPEC, f"name.{language}", "missing", {})
    yield from _eases(row)
    yield from _heels(row)
    for slot, colour in row.get("slots", {}).items():
        if not COLOUR.fullmatch(str(colour)):
            yield Fault(SPEC, f"slots.{slot}", "value", {"value": colour, "allowed": "#rrggbb"})
    for slot, material in row.get("slot_fabrics", {}).items():
        if slot not in row.get("slots", {}):
            yield _unlisted(f"slot_fabrics.{slot}", slot, row.get("slots", {}))
        if material not in materials():
            yield _unlisted(f"slot_fabrics.{slot}", material, materials())


def _eases(row: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("target_ease", "least_ease"):
        for girth, ease in row.get(key, {}).items():
            if girth not in BODY_GIRTHS:
                yield _unlisted(f"{key}.{girth}", girth, BODY_GIRTHS)
            elif not isinstance(ease, float):
                yield Fault(SPEC, f"{key}.{girth}", "value", {"value": ease, "allowed": "0.05"})


def _heels(row: Mapping[str, Any]) -> Iterator[Fault]:
    """Raised heels: shoes alone have them, and need all that shapes them."""
    cut, low, high = row.get("cut", {}), *HEELS_MM
    if "heel_mm" not in cut:
        return
    if row["source"] != "last":
        yield Fault(SPEC, "cut.heel_mm", "unknown", {"allowed": 'source = "last"'})
    for key in HEEL_SHAPE:
        if key not in cut:
            yield Fault(SPEC, f"cut.{key}", "missing", {})
    if "heel" not in row.get("slots", {}):
        yield Fault(SPEC, "slots.heel", "missing", {})
    height = cut["heel_mm"]
    if isinstance(height, bool) or not isinstance(height, int | float) or not low <= height <= high:
        yield Fault(SPEC, "cut.heel_mm", "value", {"value": height, "allowed": f"{low}-{high}"})


def _unlisted(key: str, value: object, allowed: Any) -> Fault:
    return Fault(SPEC, key, "value", {"value": value, "allowed": ", ".join(str(name) for name in allowed)})


def _program(path: Path) -> Draft:
    """The function ``draft`` of a pattern program."""
    found = importlib.util.spec_from_file_location(f"checked_{path.parent.name}", path)
    if found is None or found.loader is None or not path.is_file():
        raise FileNotFoundError(path.name)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    draft: Draft = module.draft
    return draft


def _drafts(row: Mapping[str, Any], draft: Draft) -> tuple[list[Fault], Pattern | None]:
    """Faults of the pattern over all sizes, each named once with the first body that shows it."""
    faults: dict[tuple[str, str], Fault] = {}
    shown: Pattern | None = None
    for chart in CHARTS:
        for size in graded_sizes():
            body = size_dimensions(chart, size)
            try:
                pattern = draft(body, row["cut"])
            except Exception as error:  # noqa: BLE001 - as above
                found = [Fault(PROGRAM, "draft", "draft_failed", {"body": f"{chart} {size}", "reason": _said(error)})]
            else:
                found = list(pattern_faults(pattern, row["slots"], row["sizes"]))
                if not found:
                    found = list(ease_faults(pattern, body, row["target_ease"], row.get("least_ease", {})))
                whole = not any(fault.kind in UNDRAWABLE for fault in found)
                shown = shown or (pattern if whole and (chart, size) == ("women", "M") else None)
            for fault in found:
                faults.setdefault((fault.key, fault.kind), fault)
    return list(faults.values()), shown


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def pattern_faults(pattern: object, slots: Mapping[str, str], sizes: str) -> Iterator[Fault]:
    """All that is wrong in what a pattern program returned."""
    faults = list(sewing_faults(pattern, slots, sizes))
    yield from faults
    if isinstance(pattern, Pattern) and not any(fault.kind in UNDRAWABLE for fault in faults):
        crossed = (panel for panel in pattern.panels if crosses_itself(panel.outline))
        yield from (Fault(PROGRAM, panel.name, "crossing", {}) for panel in crossed)


def sewing_faults(
    pattern: object, slots: Mapping[str, str], sizes: str, tolerance_cm: float = SEAM_TOLERANCE
) -> Iterator[Fault]:
    """What keeps a pattern from being sewn, as far as that shows at once: whether outlines cross is left out.

    ``tolerance_cm``: how far the two edges of a seam may differ from its ease.
    """
    if not (isinstance(pattern, Pattern) and pattern.panels and all(panel.edges for panel in pattern.panels)):
        yield Fault(PROGRAM, "draft", "no_pattern", {"value": type(pattern).__name__})
        return
    if not _is_finite(pattern):
        yield Fault(PROGRAM, "draft", "not_finite", {})
        return
    if sizes != "none" and not pattern.girths_cm:
        yield Fault(PROGRAM, "girths_cm", "no_girths", {})
    for name, count in Counter(panel.name for panel in pattern.panels).items():
        if count > 1:
            yield Fault(PROGRAM, name, "panel_twice", {})
    for panel in pattern.panels:
        yield from _panel_faults(panel, slots)
    yield from _seam_faults(pattern, tolerance_cm)
    names = {panel.name for panel in pattern.panels}
    for thing in (*pattern.anchors, *pattern.trims):
        if thing.panel not in names:
            yield Fault(PROGRAM, thing.panel, "no_panel", {"allowed": ", ".join(sorted(names))})


def ease_faults(
    pattern: Pattern, body: Dimensions, target: Mapping[str, float], least: Mapping[str, float]
) -> Iterator[Fault]:
    """Declared eases (fractions of the body's girth) that a pattern for that body does not have."""
    for table, eases in (("target_ease", target), ("least_ease", least)):
        for key, ease in eases.items():
            if key not in pattern.girths_cm:
                yield Fault(SPEC, f"{table}.{key}", "no_girth", {"allowed": ", ".join(pattern.girths_cm)})
                continue
            missed = missed_cm(key, pattern.girths_cm[key], body, ease)
            if missed < -EASE_TOLERANCE or (missed > EASE_TOLERANCE and table == "target_ease"):
                own = float(getattr(body, BODY_GIRTHS[key]))
                has = pattern.girths_cm[key] / own - 1.0
                values = {"declared": f"{100 * ease:.1f}", "has": f"{100 * has:.1f}", "missed": f"{missed:+.1f}"}
                yield Fault(SPEC, f"{table}.{key}", "ease", values)


def _is_finite(pattern: Pattern) -> bool:
    lengths = [*pattern.girths_cm.values(), *(panel.detail for panel in pattern.panels)]
    points = (edge.points for panel in pattern.panels for edge in panel.edges)
    return bool(np.isfinite(lengths).all() and all(np.isfinite(each).all() for each in points))


def _panel_faults(panel: Panel, slots: Mapping[str, str]) -> Iterator[Fault]:
    if panel.slot not in slots:
        yield Fault(PROGRAM, panel.name, "no_slot", {"value": panel.slot, "allowed": ", ".join(slots)})
    if panel.placement.tube not in TUBES:
        yield Fault(PROGRAM, panel.name, "no_tube", {"value": panel.placement.tube, "allowed": ", ".join(TUBES)})
    for edge, following in zip(panel.edges, (*panel.edges[1:], panel.edges[0]), strict=True):
        if abs(edge.points[-1] - following.points[0]).max() > 1e-6:
            yield Fault(PROGRAM, f"{panel.name}.{edge.name}", "open", {"next": following.name})
    if panel.area_cm2 <= 0.0:
        yield Fault(PROGRAM, panel.name, "clockwise", {})


def _seam_faults(pattern: Pattern, tolerance_cm: float) -> Iterator[Fault]:
    edges = {(panel.name, edge.name) for panel in pattern.panels for edge in panel.edges}
    used: Counter[tuple[str, str]] = Counter()
    for seam in pattern.seams:
        ends = (seam.first, seam.second)
        missing = [end for end in ends if end not in edges]
        for end in missing:
            yield Fault(PROGRAM, ".".join(end), "no_edge", {})
        used.update(ends)
        if not missing and pattern.mismatch_cm(seam) > tolerance_cm:
            first, second = (pattern.panel(panel).edge(edge).length_cm for panel, edge in ends)
            joined = " + ".join(".".join(end) for end in ends)
            lengths = {"first": f"{first:.2f}", "second": f"{second:.2f}", "ease": f"{100 * seam.ease:.1f}"}
            yield Fault(PROGRAM, joined, "mismatch", lengths)
    for end, count in used.items():
        if count > 1:
            yield Fault(PROGRAM, ".".join(end), "edge_twice", {})


def crosses_itself(outline: Points) -> bool:
    """Whether two sides of a closed outline (n, 2) that are not neighbours cross."""
    a, b = outline, outline[[*range(1, len(outline)), 0]]
    count = len(outline)
    for i in range(count - 2):
        rest = slice(i + 2, count - 1 if i == 0 else count)
        one, two = _side(a[i], b[i], a[rest]), _side(a[i], b[i], b[rest])
        three = _sides(a[rest], b[rest], a[i])
        four = _sides(a[rest], b[rest], b[i])
        if ((one * two < -1e-12) & (three * four < -1e-12)).any():
            return True
    return False


def _side(start: Points, end: Points, points: Points) -> Points:
    return np.asarray((end[0] - start[0]) * (points[:, 1] - start[1]) - (end[1] - start[1]) * (points[:, 0] - start[0]))


def _sides(starts: Points, ends: Points, at: Points) -> Points:
    along = ends - starts
    return np.asarray(along[:, 0] * (at[1] - starts[:, 1]) - along[:, 1] * (at[0] - starts[:, 0]))
