# SPDX-License-Identifier: GPL-3.0-or-later
"""How a pattern is sewn: allowances, names of pieces, notions and order of work, read from sewing.toml."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from garments.fabrics import Fabric
from garments.pattern import Pattern
from garments.trims import Button

KNIT_STRETCH = 0.1
GATHERED = 0.2
PLEAT = "pleat"  # slot of the patches that mark what pleats fold away
SIDES = ("left", "right")
PARTS = ("front", "back", "in", "out", "side", "centre")


@dataclass(frozen=True)
class Allowance:
    """A kind of edge and the width of cloth beyond its seam line."""

    kind: str
    cm: float


@dataclass(frozen=True)
class Closure:
    """A zip in the seam of these edges, through the band ``panel``; ``place``: "fly", "side" (the left) or "back"."""

    place: str
    panel: str
    edges: tuple[str, ...]
    zip_cm: float


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(files("garments").joinpath("sewing.toml").read_text("utf-8"))
    return table


def without_side(name: str) -> str:
    """A panel's or edge's name less its side: "sleeve_left" and "sleeve_right" are "sleeve"."""
    return "_".join(part for part in name.split("_") if part not in SIDES)


def edge_stem(name: str) -> str:
    """An edge's name less its side and part: "dart_in" is "dart", "cap_front" is "cap"."""
    stem = without_side(name)
    head, _, tail = stem.rpartition("_")
    return head if head and tail in PARTS else stem


def is_knit(fabric: Fabric) -> bool:
    """Whether cloth stretches enough to be sewn as a knit."""
    return fabric.stretch_limit >= KNIT_STRETCH


def allowance(sewn: bool, edges: set[str], panels: set[str], tube: str) -> Allowance:
    """The allowance of an open edge, or of a seam by the edges and panels it joins (stems)."""
    for row in _table()["allowance"]:
        fits = row["sewn"] == sewn and ("tubes" not in row or tube in row["tubes"])
        if fits and _any(row, "edges", edges) and _any(row, "panels", panels):
            return Allowance(row["kind"], row["cm"])
    raise ValueError("sewing.toml has no allowance for every edge")


def closure(pattern: Pattern, fabric: Fabric) -> Closure | None:
    """The opening that a garment of this fabric needs, None for one that stretches, buttons up or slips on."""
    for row in _table()["closure"]:
        if row["panel"] not in _panels(pattern) or _opens_in_front(pattern):
            continue
        if row.get("fabric", _kind(fabric)) != _kind(fabric) or not _any(row, "inner", _inner(pattern)):
            continue
        fitted = "waist_girth" in pattern.girths_cm
        if not fitted and _neckline(pattern) >= row.get("neckline_below_cm", math.inf):
            continue
        length = row.get("fitted_zip_cm", row["zip_cm"]) if fitted else row["zip_cm"]
        return Closure(row["place"], row["panel"], tuple(row["edges"]), length)
    return None


def is_lined(stem: str) -> bool:
    """Whether a panel is cut twice over, outside and inside."""
    return stem in _table()["lined"]


def panel_names(stem: str, tube: str) -> Mapping[str, str]:
    """English and French name of a piece; a panel that the table does not know keeps its own."""
    rows: dict[str, dict[str, str]] = _table()["panels"]
    plain = stem.replace("_", " ").capitalize()
    return rows.get(f"{stem}_{tube}") or rows.get(stem) or {"en": plain, "fr": plain}


def allowance_name(kind: str) -> Mapping[str, str]:
    """What edges of a kind are called in a sentence."""
    names: dict[str, dict[str, str]] = _table()["allowance_names"]
    return names[kind]


def dimension_names() -> Mapping[str, Mapping[str, str]]:
    """English and French name of every body dimension."""
    names: dict[str, dict[str, str]] = _table()["dimensions"]
    return names


def notions(pattern: Pattern, fabric: Fabric, language: str) -> list[str]:
    """What is needed besides cloth; fields in braces are for the caller to fill."""
    return [row[language] for row in _table()["notion"] if _applies(row, pattern, fabric)]


def steps(pattern: Pattern, fabric: Fabric, language: str) -> list[str]:
    """The order of work."""
    return [row[language] for row in _table()["step"] if _applies(row, pattern, fabric)]


def _applies(row: Mapping[str, Any], pattern: Pattern, fabric: Fabric) -> bool:
    panels, tubes = _panels(pattern), {panel.placement.tube for panel in pattern.panels}
    edges = {edge_stem(edge.name) for panel in pattern.panels for edge in panel.edges}
    if row.get("fabric", _kind(fabric)) != _kind(fabric) or (row.get("hems") and not _hems(pattern)):
        return False
    if row.get("gathered") and not _gathered(pattern):
        return False
    if row.get("pleats") and not any(trim.slot == PLEAT for trim in pattern.trims):
        return False
    if "buttons" in row and row["buttons"] != any(isinstance(trim, Button) for trim in pattern.trims):
        return False
    opening = closure(pattern, fabric)
    if "closures" in row and (opening.place if opening else "none") not in row["closures"]:
        return False
    left_out = panels & set(row.get("without", ())) or tubes & set(row.get("without_tubes", ()))
    return not left_out and _any(row, "panels", panels) and _any(row, "edges", edges) and _any(row, "tubes", tubes)


def _any(row: Mapping[str, Any], key: str, present: set[str]) -> bool:
    return key not in row or bool(present & set(row[key]))


def _kind(fabric: Fabric) -> str:
    return "knit" if is_knit(fabric) else "woven"


def _panels(pattern: Pattern) -> set[str]:
    return {without_side(panel.name) for panel in (*pattern.panels, *pattern.inner)}


def _inner(pattern: Pattern) -> set[str]:
    return {without_side(panel.name) for panel in pattern.inner}


def _opens_in_front(pattern: Pattern) -> bool:
    """Whether the front is in two parts that are not sewn together."""
    sewn = {end for seam in pattern.seams for end in (seam.first, seam.second)}
    fronts = {panel.name for panel in pattern.panels if panel.name.startswith("front")}
    edges = [(panel.name, edge.name) for panel in pattern.panels if panel.name in fronts for edge in panel.edges]
    return any(edge_stem(edge) == "centre" and (panel, edge) not in sewn for panel, edge in edges)


def _neckline(pattern: Pattern) -> float:
    return sum(edge.length_cm for panel in pattern.panels for edge in panel.edges if edge_stem(edge.name) == "neck")


def _gathered(pattern: Pattern) -> bool:
    """Whether a panel, other than a sleeve at its cuff, is gathered into another."""
    return any(
        seam.ease > GATHERED and pattern.panel(seam.second[0]).placement.tube != "band" for seam in pattern.seams
    )


def _hems(pattern: Pattern) -> bool:
    sewn = {end for seam in pattern.seams for end in (seam.first, seam.second)}
    return any(
        edge_stem(edge.name) == "hem" and (panel.name, edge.name) not in sewn
        for panel in pattern.panels
        for edge in panel.edges
    )
