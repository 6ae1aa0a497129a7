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

from garments.blocks.trouser import band_girth
from garments.check import SPEC, Fault, spec_faults
from garments.dimensions import Dimensions
from garments.fabrics import Material, materials
from garments.pattern import Pattern
from garments.sizes import size_names

BODY, TRIM = "body", "trim"
SHOES, JACKET = "shoes", "jacket"
BOTTOMS = ("trousers", "skirt")
# Bands of these knits are made of rib.
RIB = {"jersey": "rib", "knit": "rib", "fleece": "rib"}


# What a tucked top's band keeps to, cm: it looks out of the waistband by this, and ends above its lower edge by this.
OUT_OF_BAND, IN_BAND = 0.0, 0.3
# It lies on the skin, where a waistband has its ease over it.
TUCK_EASE = -0.01


@dataclass(frozen=True)
class Waistband:
    """A bottom's waistband: how far its upper edge is above the natural waist, and its height, cm."""

    top: float
    height: float


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
    under_jacket : those that differ when a jacket is worn over the garment
    tucked : those that differ when the garment is tucked in; empty for one that cannot be
    tucked_into : categories of bottoms that it is tucked into where a look does not say
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
    under_jacket: Mapping[str, float]
    target_ease: Mapping[str, float]
    least_ease: Mapping[str, float]
    flutes: bool = False
    pieces: tuple[str, ...] = ()
    slot_fabrics: Mapping[str, str] = field(default_factory=dict)
    tucked: Mapping[str, float] = field(default_factory=dict)
    tucked_into: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What of a person a garment takes up, so that no other can be worn there: the feet, or a layer of the body."""
        return SHOES if self.category == SHOES else str(self.layer)

    @property
    def is_top(self) -> bool:
        """Whether it is cut for the trunk, so that it needs room under the arms."""
        return self.source == "pattern" and self.category not in (*BOTTOMS, SHOES)

    @property
    def heel_height(self) -> float:
        """Metres from the level of the balls of the feet up to the heels, in shoes with raised heels."""
        return self.cut.get("heel_mm", 0.0) / 1000.0 if self.category == SHOES else 0.0

    @property
    def judged_at(self) -> tuple[str, ...]:
        """Measurement keys at which its ease is declared."""
        return (*self.target_ease, *self.least_ease)

    def for_outfit(self, fluted: bool, under_jacket: bool = False) -> GarmentSpec:
        """The spec as cut when worn with a fluted skirt or without, and under a jacket or not."""
        changes = {**(self.over_skirt if fluted else {}), **(self.under_jacket if under_jacket else {})}
        return replace(self, cut={**self.cut, **changes}) if changes else self

    @property
    def is_under_jacket(self) -> bool:
        """Whether this is the spec as worn under a jacket, where that differs."""
        return bool(self.under_jacket) and self.under_jacket.items() <= self.cut.items()

    @property
    def waistband(self) -> Waistband | None:
        """What a top may be tucked into, None for anything but trousers and skirts with a waistband."""
        if self.category not in BOTTOMS or "band_height" not in self.cut:
            return None
        height = self.cut["band_height"]
        return Waistband(height - self.cut.get("below_waist", 0.0), height)

    @property
    def is_tucked(self) -> bool:
        """Whether this is the spec as worn tucked in."""
        return "tuck_top" in self.cut

    def tucked_in(self, band: Waistband) -> GarmentSpec:
        """The spec as cut when tucked into a bottom."""
        places = {"tuck_top": band.top + OUT_OF_BAND, "tuck_height": band.height + OUT_OF_BAND - IN_BAND}
        return replace(self, cut={**self.cut, **self.tucked, **places})

    def tucked_on(self, body: Dimensions) -> GarmentSpec:
        """A tucked spec for whoever wears it: girth and height of a waist are the body's, whatever the size."""
        top = self.cut["tuck_top"]
        places = {
            "tuck_girth": band_girth(body, max(0.0, 0.5 * self.cut["tuck_height"] - top)) * (1.0 + TUCK_EASE),
            "tuck_level": body.waist_height + top - body.neck_point_height,
        }
        return replace(self, cut={**self.cut, **places})

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
    row = {"over_skirt": {}, "under_jacket": {}, "least_ease": {}} | row
    row |= {key: tuple(row.get(key, ())) for key in ("covers", "hides", "pieces", "tucked_into")}
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
