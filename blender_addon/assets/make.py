# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset library as a .blend: every garment and hair style on an average body, and every fabric as a material.

Made by a Blender of its own (see ``jobs``), so that nothing of it passes through the artist's file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np

from avatar_engine.look import GarmentChoice
from garments.fabrics import fabrics
from garments.weaves import weaves

from .. import engine, recipes
from ..jobs import Say
from ..parts.clothes import new_garment
from ..scene.cloth import GROUP, SEAMS, cloth_material
from ..scene.hair import hair_material, strand_kinds, strands_to_curves
from .arrivals import OFFER
from .shelves import CATALOGUES, FABRIC, GARMENT, HAIR, Offer, catalogues, offers, shelves

FILE = "wardrobe.blend"
CLOTH_COLOUR = "#8f8a83"
AUTHOR, LICENCE = "The Atelier authors", "CC0-1.0"


def work(orders: dict[str, object], say: Say) -> None:
    """Write the library and its catalogues into the job's folder; raises ``AvatarError``."""
    folder, language = Path(str(orders["folder"])), str(orders["language"])
    every = list(offers())
    made = set()
    for place, offer in enumerate(every):
        made.add(_marked(_MAKERS[offer.kind](offer, offer.name[language]), offer, language))
        say("share", f"{(place + 1) / (len(every) + 1):.4f}")
    bpy.data.libraries.write(str(folder / FILE), made, fake_user=True, compress=True)
    (folder / CATALOGUES).write_text(catalogues(language), encoding="utf-8")
    for name in (CATALOGUES, FILE):
        say("file", name)
    say("share", "1")


def _average() -> bpy.types.Collection:
    """An avatar of whom nothing was asked."""
    return bpy.data.collections.get("Average") or bpy.data.collections.new("Average")


def _garment(offer: Offer, name: str) -> bpy.types.Object:
    outfit = engine.dress(recipes.body_recipe(_average().atelier), (GarmentChoice(garment=offer.key),))
    return new_garment(name, next(each for each in outfit.garments if each.garment == offer.key))


def _hair(offer: Offer, name: str) -> bpy.types.Object:
    state = _average().atelier
    state.hair_style = offer.key
    appearance = engine.make_appearance(recipes.body_recipe(state), recipes.appearance_recipe(state), ())
    kind = strand_kinds(appearance)[0]
    return bpy.data.objects.new(name, strands_to_curves(name, kind, hair_material(name, kind.roughness)))


def _fabric(offer: Offer, name: str) -> bpy.types.Material:
    fabric = fabrics()[offer.key]
    material = cloth_material(name, fabric, weaves()[fabric.id], CLOTH_COLOUR)
    # What is not cut by Atelier says nothing of its seams, and would be taken for one all over.
    material.node_tree.nodes[GROUP].inputs[SEAMS].default_value = 0.0
    return material


_MAKERS: dict[str, Callable[[Offer, str], bpy.types.ID]] = {GARMENT: _garment, HAIR: _hair, FABRIC: _fabric}


def _marked(made: bpy.types.ID, offer: Offer, language: str) -> bpy.types.ID:
    """An asset with its catalogue, tags in all languages so that either finds it, and picture."""
    made[OFFER] = offer.word
    made.asset_mark()
    told = made.asset_data
    told.catalog_id = shelves()[offer.shelf].id
    told.author, told.license = AUTHOR, LICENCE
    told.description = f"Atelier · {offer.name[language]}"
    for tag in dict.fromkeys(["Atelier", *offer.name.values()]):
        told.tags.new(tag, skip_if_exists=True)
    if offer.picture is not None:
        _show(made, offer.picture)
    return made


def _show(made: bpy.types.ID, path: Path) -> None:
    """Give a data-block its preview."""
    image = bpy.data.images.load(str(path))
    values = np.empty(len(image.pixels), dtype=np.float32)
    image.pixels.foreach_get(values)
    preview = made.preview_ensure()
    preview.image_size = image.size
    preview.image_pixels_float.foreach_set(values)
    bpy.data.images.remove(image)
