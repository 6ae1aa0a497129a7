# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth in Cycles: threads at true scale from the flat panels, seams and hems, and a soft sheen."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

import bpy

from garments.fabrics import Material
from garments.prints import Print

from .develop import linear_colour
from .nodes import Tree
from .skin import image_from_array

COLOUR = "Colour"
CROSS = "Cross threads"
HEM_WIDTH = 0.020
# Threads finer than this are below what any preset resolves: their relief would only be noise.
LEAST_RELIEF_PITCH = 0.0015


@dataclass(frozen=True)
class Weave:
    """Structure of a cloth; ``weaves.toml`` explains each value."""

    kind: str
    contrast: float
    relief: float
    melange: float
    cross: str | None = None


@functools.lru_cache(maxsize=1)
def weaves() -> dict[str, Weave]:
    """All weaves by fabric."""
    text = Path(__file__).with_name("weaves.toml").read_text(encoding="utf-8")
    return {name: Weave(**row) for name, row in tomllib.loads(text).items()}


def cloth_material(
    name: str, fabric: Material, weave: Weave, colour: str, printed: Print | None = None
) -> bpy.types.Material:
    """Material of one colour slot of a garment whose texture coordinates are metres on the flat panel."""
    material = bpy.data.materials.new(name)
    tree = Tree(material)
    x, y = tree.flat_position()
    pitch = fabric.weave_scale_mm / 1000.0
    thread = THREADS[weave.kind](tree, x, y, pitch)
    stitched, relief = _sewing(tree)
    shade = _shade(tree, x, y, thread, weave)
    base = tree.colour(COLOUR)
    if printed is not None:
        base = tree.repeated(image_from_array(f"{name} print", printed.pixels()), *printed.repeat())
    if weave.cross is not None:
        cross = tree.colour(CROSS)
        cross.default_value = (*linear_colour(weave.cross), 1.0)
        streaks = tree.noise(tree.math("MULTIPLY", x, 900.0), tree.math("MULTIPLY", y, 14.0), 1.0)
        worn = tree.math("MULTIPLY_ADD", streaks, 0.04, 0.07)
        base = tree.mixed(base, cross, tree.math("MAXIMUM", worn, 0.0))
    tree.feed(tree.scaled(base, tree.math("MULTIPLY", shade, stitched)), tree.shader.inputs["Base Color"])
    if pitch >= LEAST_RELIEF_PITCH:
        relief = tree.math("MULTIPLY_ADD", thread, weave.relief * pitch, relief)
    tree.bump(relief)
    _surface(tree, fabric)
    set_colour(material, colour)
    return material


def set_colour(material: bpy.types.Material, colour: str) -> None:
    """Dye a cloth: "#rrggbb"."""
    linear = linear_colour(colour)
    material.node_tree.nodes[COLOUR].outputs[0].default_value = (*linear, 1.0)
    # Fuzz is of the yarn's own colour, a little lighter; white fuzz would make dark cloth look dusty.
    tint = tuple(0.75 * channel + 0.10 for channel in linear)
    material.node_tree.nodes["Principled BSDF"].inputs["Sheen Tint"].default_value = (*tint, 1.0)


def _surface(tree: Tree, fabric: Material) -> None:
    inputs = tree.shader.inputs
    inputs["Roughness"].default_value = fabric.roughness
    inputs["Specular IOR Level"].default_value = 0.25
    inputs["Metallic"].default_value = fabric.metallic
    inputs["Sheen Weight"].default_value = fabric.sheen
    inputs["Sheen Roughness"].default_value = 0.5


def _shade(
    tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, thread: bpy.types.NodeSocket, weave: Weave
) -> bpy.types.NodeSocket:
    """Brightness around 1: darker between threads, uneven with the dye."""
    woven = tree.math("MULTIPLY_ADD", thread, weave.contrast, 1.0 - weave.contrast * 0.5)
    coarse = tree.noise(tree.math("MULTIPLY", x, 60.0), tree.math("MULTIPLY", y, 25.0), 2.0)
    fine = tree.noise(tree.math("MULTIPLY", x, 420.0), tree.math("MULTIPLY", y, 160.0), 1.0)
    uneven = tree.math("MULTIPLY_ADD", tree.math("ADD", coarse, fine), weave.melange, 1.0)
    return tree.math("MULTIPLY", woven, uneven)


def _sewing(tree: Tree) -> tuple[bpy.types.NodeSocket, bpy.types.NodeSocket]:
    """Brightness and relief (metres) of seams, of hems turned in, and of the stitches that hold them."""
    hem, seam = tree.attribute("hem_distance"), tree.attribute("seam_distance")
    stitch = _ridge(tree, tree.math("SUBTRACT", hem, HEM_WIDTH), 0.0009)
    valley = _ridge(tree, seam, 0.0012)
    dark = tree.math("MULTIPLY_ADD", valley, 0.30, tree.math("MULTIPLY", stitch, 0.22))
    pressed = tree.math("MULTIPLY_ADD", valley, -0.0007, tree.math("MULTIPLY", stitch, -0.0004))
    return tree.math("SUBTRACT", 1.0, dark), pressed


def _ridge(tree: Tree, distance: bpy.types.NodeSocket, width: float) -> bpy.types.NodeSocket:
    """1 where ``distance`` is 0, falling to nothing within a few ``width``."""
    squared = tree.math("POWER", tree.math("DIVIDE", tree.math("ABSOLUTE", distance), width), 2.0)
    return tree.math("EXPONENT", tree.math("MULTIPLY", squared, -1.0))


def _wave(tree: Tree, phase: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    """0..1..0 over each whole number of ``phase``, with the mean 0.5."""
    return tree.math("MULTIPLY_ADD", tree.math("COSINE", tree.math("MULTIPLY", phase, 6.2831853)), -0.5, 0.5)


def _knit(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Columns of V-shaped stitches, three courses to two columns' width."""
    column = tree.math("DIVIDE", x, pitch)
    side = tree.math("ABSOLUTE", tree.math("SUBTRACT", tree.math("FRACT", column), 0.5))
    course = tree.math("SUBTRACT", tree.math("DIVIDE", y, pitch * 0.75), tree.math("MULTIPLY", side, 1.6))
    legs = _wave(tree, tree.math("MULTIPLY", column, 2.0))
    return tree.math("MULTIPLY_ADD", _wave(tree, course), 0.45, tree.math("MULTIPLY", legs, 0.55))


def _rib(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Knit whose columns stand forward and back by turns."""
    wale = _wave(tree, tree.math("DIVIDE", x, pitch * 2.0))
    return tree.math("MULTIPLY_ADD", wale, 0.65, tree.math("MULTIPLY", _knit(tree, x, y, pitch), 0.35))


def _twill(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Diagonal lines rising to the right, at 63 degrees as in denim."""
    along = tree.math("MULTIPLY_ADD", y, 0.5, tree.math("MULTIPLY", x, -1.0))
    return _wave(tree, tree.math("DIVIDE", along, pitch))


def _plain(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Threads over and under one another."""
    across, along = (_wave(tree, tree.math("DIVIDE", axis, pitch)) for axis in (x, y))
    return tree.math("MULTIPLY_ADD", across, 0.5, tree.math("MULTIPLY", along, 0.5))


def _slub(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Plain weave of threads that are thick and thin by turns."""
    uneven = [
        tree.noise(tree.math("DIVIDE", across, pitch), tree.math("MULTIPLY", along, 18.0), 1.0)
        for across, along in ((x, y), (y, x))
    ]
    thick = tree.math("MULTIPLY", tree.math("ADD", *uneven), 0.35)
    return tree.math("MULTIPLY_ADD", _plain(tree, x, y, pitch), 0.6, tree.math("ADD", thick, 0.2))


def _satin(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Long floats along the warp: fine lines, broken now and then."""
    return tree.noise(tree.math("DIVIDE", x, pitch), tree.math("DIVIDE", y, pitch * 12.0), 0.0)


def _cord(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Ridges of pile along the warp, with narrow furrows between them."""
    ridge = tree.math("POWER", _wave(tree, tree.math("DIVIDE", x, pitch)), 0.45)
    pile = tree.noise(tree.math("MULTIPLY", x, 3000.0), tree.math("MULTIPLY", y, 1500.0), 0.0)
    return tree.math("MULTIPLY_ADD", pile, 0.05, ridge)


def _grain(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """Pebbles of leather, with fine creases between them."""
    coarse = tree.noise(tree.math("DIVIDE", x, pitch), tree.math("DIVIDE", y, pitch), 3.0)
    return tree.math("MULTIPLY_ADD", coarse, 0.35, 0.5)


def _smooth(tree: Tree, x: bpy.types.NodeSocket, y: bpy.types.NodeSocket, pitch: float) -> bpy.types.NodeSocket:
    """No threads: horn, metal, rubber."""
    return tree.math("ADD", 0.5, 0.0)


THREADS = {
    "knit": _knit,
    "rib": _rib,
    "twill": _twill,
    "plain": _plain,
    "slub": _slub,
    "satin": _satin,
    "cord": _cord,
    "grain": _grain,
    "smooth": _smooth,
}
