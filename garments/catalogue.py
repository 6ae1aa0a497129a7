# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: every garment's declarative spec, and its pattern cut for given body dimensions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from garments.check import SPEC, Fault, spec_faults
from garments.dimensions import Dimensions
from garments.fabrics import Material, materials
from garments.pattern import Pattern
from garments.sizes import size_names

BODY, TRIM = "body", "trim"
SHOES = "shoes"
# Bands of these knits are made of rib.
RIB = {"jersey": "rib", "knit": "rib", "fleece": "rib"}


@dataclass(frozen=True)
class GarmentSpec:
    """What garment.toml says.

    Parameters
    ----------
    layer : 0 (on the skin) to 6 (coat); inner garments are fitted first
    source : "pattern" (cut, sewn, draped), "tights" (cut out of the template's skin-tight helper surface) or "last"
        (shoes, modelled around the foot)
    sizes : name of the size series, "none" where the garment is only made to measure
    pieces : of a garment from "tights", the pieces of that surface it is made of
    covers : pieces of the base layer ("briefs", "top") that are left out under this garment
    hides : bone name prefixes of the body regions the garment may cover wholly
    slots : default colour "#rrggbb" of every colour slot
    slot_fabrics : fabric or material of the slots that are not of the garment's own fabric
    cut : the parameters of the pattern program
    flutes : whether the garment is a skirt that falls in flutes from the waist
    over_skirt : those that differ when the garment is worn over such a skirt, whose flutes it could not enclose
    target_ease : ease that the cut has, as a fraction of the body's girth, per measurement key
    least_ease : the same where it may have more: where other parts of the body decide
    """

    id: str
    folder: str
    name: Mapping[str, str]
    category: str
    layer: int
    source: str
    fabric: str
    sizes: str
    covers: tuple[str, ...]
    hides: tuple[str, ...]
    slots: Mapping[str, str]
    cut: Mapping[str, float]
    over_skirt: Mapping[str, float]
    target_ease: Mapping[str, float]
    least_ease: Mapping[str, float]
    flutes: bool = False
    pieces: tuple[str, ...] = ()
    slot_fabrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What of a person a garment takes up, so that no other can be worn there: the feet, or a layer of the body."""
        return SHOES if self.category == SHOES else str(self.layer)

    @property
    def judged_at(self) -> tuple[str, ...]:
        """Measurement keys at which its ease is declared."""
        return (*self.target_ease, *self.least_ease)

    def for_outfit(self, fluted: bool) -> GarmentSpec:
        """The spec as cut when worn with a fluted skirt or without."""
        return replace(self, cut={**self.cut, **self.over_skirt}) if fluted else self

    def slot_material(self, slot: str, fabric: str) -> Material:
        """What a slot is made of where the garment is cut from the fabric of that id."""
        default = RIB.get(fabric, fabric) if slot == TRIM else fabric
        return materials()[self.slot_fabrics.get(slot, default)]

    def is_printed(self, slot: str, fabric: str) -> bool:
        """Whether a print on that fabric is on a slot: the body, and bands that are cut from the same cloth."""
        same = self.slots[slot] == self.slots[BODY] and self.slot_material(slot, fabric).id == fabric
        return slot == BODY or (slot == TRIM and same)

    def size_names(self) -> tuple[str, ...]:
        """Sizes on offer, made-to-measure first."""
        return size_names(self.sizes)

    def draft(self, dimensions: Dimensions) -> Pattern:
        """The garment's panels and seams for a body; ValueError for a garment that has no pattern."""
        if self.source != "pattern":
            raise ValueError(f"{self.id} is not cut from a pattern")
        pattern: Pattern = import_module(f"garments.{self.folder}.pattern").draft(dimensions, self.cut)
        return pattern


class SpecError(ValueError):
    """A garment's folder whose garment.toml cannot be used: which, and the first thing that is wrong in it."""

    def __init__(self, folder: str, fault: Fault) -> None:
        self.folder, self.fault = folder, fault
        super().__init__(f"garments/{folder}/{fault.file}: {fault.key} {fault.kind} {dict(fault.values)}")


def _read(folder: str, text: str) -> GarmentSpec:
    row: dict[str, Any]
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(folder, Fault(SPEC, "", "unreadable", {"reason": str(error)})) from error
    fault = next(spec_faults(row), None)
    if fault is not None:
        raise SpecError(folder, fault)
    row = {"over_skirt": {}, "least_ease": {}} | row
    row |= {key: tuple(row.get(key, ())) for key in ("covers", "hides", "pieces")}
    return GarmentSpec(folder=folder, **row)


@cache
def catalogue() -> dict[str, GarmentSpec]:
    """Every garment of the wardrobe by id, in the order of layers and ids; raises ``SpecError``."""
    found = []
    for folder in files("garments").iterdir():
        spec = folder.joinpath(SPEC)
        if spec.is_file():
            found.append(_read(folder.name, spec.read_text("utf-8")))
    return {spec.id: spec for spec in sorted(found, key=lambda spec: (spec.layer, spec.id))}
