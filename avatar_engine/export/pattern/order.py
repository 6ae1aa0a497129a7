# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper pattern: the pieces of one garment for one person, and all that is said about them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from avatar_engine.export.pattern.making import as_made
from avatar_engine.export.pattern.piece import FOLD, Piece
from avatar_engine.export.pattern.pieces import pieces_of
from garments import Dimensions, Fabric, GarmentSpec, Pattern
from garments.curves import length
from garments.sewing import allowance_name, closure, dimension_names, notions, steps
from garments.sizes import MADE_TO_MEASURE
from garments.trims import Button, Cord

BODY_SLOT = "body"


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of the printed pattern, "en" or "fr"."""
    with Path(__file__).with_name("words.toml").open("rb") as stream:
        table: dict[str, str] = tomllib.load(stream)[language]
    return table


@dataclass(frozen=True)
class PaperPattern:
    """A pattern to print.

    Parameters
    ----------
    spec : the garment
    pattern : its cut
    body : the person's own dimensions
    cut_for : the dimensions that it was cut for: the person's own, or the size's
    fabric, trim_fabric : cloth of the body slot, and of the others
    subject : who it is for
    size : "made-to-measure" or a size's name
    language : "en" or "fr"
    """

    spec: GarmentSpec
    pattern: Pattern
    body: Dimensions
    cut_for: Dimensions
    fabric: Fabric
    trim_fabric: Fabric
    subject: str
    size: str
    language: str

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces, numbered."""
        return pieces_of(self.made, self.fabric)

    @cached_property
    def made(self) -> Pattern:
        """The cut as it is made up."""
        return as_made(self.pattern)

    def printed(self, key: str, **values: object) -> str:
        """A phrase of the printed pattern."""
        return words(self.language)[key].format(**values)

    @property
    def title(self) -> str:
        """The garment's name."""
        return self.spec.name[self.language]

    @property
    def size_name(self) -> str:
        """The size in words."""
        return self.printed("made_to_measure") if self.size == MADE_TO_MEASURE else self.printed("size", size=self.size)

    def fabric_of(self, piece: Piece) -> Fabric:
        """The cloth that a piece is cut from."""
        return self.fabric if piece.slot == BODY_SLOT else self.trim_fabric

    def cut_count(self, piece: Piece) -> str:
        """How often to cut a piece, in words."""
        key = "cut_on_fold" if piece.on_fold else "cut_pair" if piece.count > 1 else "cut_one"
        return self.printed(key, count=piece.count)

    def allowances(self) -> str:
        """The allowances included, in one sentence."""
        found: dict[str, set[float]] = {}
        for piece in self.pieces:
            for line in piece.lines:
                if line.allowance > 0.0 and line.kind != FOLD:
                    found.setdefault(line.kind, set()).add(line.allowance)
        parts = []
        for kind, widths in found.items():
            sizes = " / ".join(self.number(width, 1) for width in sorted(widths))
            parts.append(f"{allowance_name(kind)[self.language]} {sizes} cm")
        return self.printed("allowances", list=", ".join(parts))

    def number(self, value: float, decimals: int) -> str:
        """A number as the language writes it, without trailing zeros of the last decimal place alone."""
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.language == "fr" else text

    def notions(self) -> list[str]:
        """What is needed besides cloth."""
        return [text.format(**self._fields()) for text in notions(self.made, self.fabric, self.language)]

    def _fields(self) -> dict[str, str]:
        """What the sentences of sewing.toml leave open."""
        opening = closure(self.made, self.fabric)
        shoulders = [e.length_cm for p in self.pattern.panels for e in p.edges if e.name.startswith("shoulder")]
        buttons = [trim for trim in self.made.trims if isinstance(trim, Button)]
        fronts = [line.allowance for piece in self.pieces for line in piece.lines if line.kind == "front"]
        values = dict.fromkeys(("waistband", "elastic", "front"), "")
        values["shoulders"] = f"{np.ceil(sum(shoulders) / 2 + 2):.0f}"
        values["zip"] = f"{opening.zip_cm:.0f}" if opening else ""
        values["buttons"] = str(len(buttons))
        values["button_size"] = " / ".join(sorted({f"{20 * button.radius_cm:.0f}" for button in buttons}))
        openings = [e.length_cm for p in self.made.panels for e in p.edges if e.name == "hood_opening"]
        hanging = [length(trim.line) for trim in self.made.trims if isinstance(trim, Cord)]
        values["cord"] = f"{5.0 * np.ceil((sum(openings) + sum(hanging)) / 5.0):.0f}"
        values["front"] = self.number(fronts[0], 0) if fronts else ""
        for piece in self.pieces:
            if piece.stem == "waistband":
                size = np.ptp(piece.cutting, axis=0)
                values["waistband"] = f"{np.ceil(size[0]):.0f} × {np.ceil(size[1]):.0f}"
                values["elastic"] = self.number(size[1] / 2 - 1.5, 1)
        return values

    def steps(self) -> list[str]:
        """The order of work."""
        return [text.format(**self._fields()) for text in steps(self.made, self.fabric, self.language)]

    @property
    def measurements_title(self) -> str:
        """What the table of measurements is of."""
        return self.printed("measurements" if self.size == MADE_TO_MEASURE else "measurements_of_size", size=self.size)

    def measurements(self) -> list[tuple[str, float]]:
        """Name and centimetres of the dimensions that this cut depends on."""
        names, values = dimension_names(), asdict(self.cut_for)
        return [(names[key][self.language], values[key]) for key in dimensions_used(self.spec, self.cut_for)]

    def girths(self) -> list[tuple[str, float, float]]:
        """Name, the person's body and the finished garment in centimetres, of the girths that ease is judged at."""
        names, values = dimension_names(), asdict(self.body)
        found = []
        for key, girth in self.pattern.girths_cm.items():
            own = "bust_girth" if key == "chest_girth" else key
            found.append((names[own][self.language], values[own], girth))
        return found


def dimensions_used(spec: GarmentSpec, dimensions: Dimensions) -> list[str]:
    """The dimensions that a garment's pattern program reads, in their usual order."""
    read: set[str] = set()

    class Watched(Dimensions):
        def __getattribute__(self, name: str) -> object:
            read.add(name)
            return super().__getattribute__(name)

    spec.draft(Watched(**asdict(dimensions)))
    return [item.name for item in fields(Dimensions) if item.name in read]
