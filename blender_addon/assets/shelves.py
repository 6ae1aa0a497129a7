# SPDX-License-Identifier: GPL-3.0-or-later
"""What the asset library holds, and in which of its catalogues: garments, hair styles and fabrics (no bpy)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from avatar_engine.appearance.styles import hair_styles
from garments.fabrics import fabrics
from garments.pictures import swatch, thumbnail

from ..choices import garments

GARMENT, HAIR, FABRIC = "garment", "hair", "fabric"
CATALOGUES = "blender_assets.cats.txt"
HEAD = "# Catalogues of Atelier's asset library; Blender reads this file.\n\nVERSION 1\n\n"


@dataclass(frozen=True)
class Shelf:
    """A catalogue of the library: an id that stays, its path in each language, and the wardrobe's categories in it."""

    id: str
    path: Mapping[str, str]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """One asset: which garment, hair style or fabric it is, its shelf, and the picture that is shown of it."""

    kind: str
    key: str
    name: Mapping[str, str]
    shelf: str
    picture: Path | None

    @property
    def word(self) -> str:
        """How data-blocks name it."""
        return f"{self.kind} {self.key}"


@cache
def shelves() -> dict[str, Shelf]:
    """All catalogues by key."""
    text = Path(__file__).with_name("shelves.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    return {key: Shelf(row["id"], row["path"], tuple(row.get("categories", ()))) for key, row in rows.items()}


def catalogues(language: str) -> str:
    """The file that names the catalogues, in a language."""
    rows = (f"{each.id}:{each.path[language]}:{key}" for key, each in shelves().items())
    return HEAD + "\n".join(rows) + "\n"


def offers() -> Iterator[Offer]:
    """All assets, shelf by shelf."""
    for key, shelf in shelves().items():
        for garment in garments().values():
            if garment.category in shelf.categories:
                yield Offer(GARMENT, garment.id, garment.name, key, thumbnail(garment.id))
    for style in hair_styles().values():
        yield Offer(HAIR, style.key, style.name, "hair", style.thumbnail)
    for fabric in fabrics().values():
        yield Offer(FABRIC, fabric.id, fabric.name, "fabrics", swatch(fabric.id))
