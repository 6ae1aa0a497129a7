# SPDX-License-Identifier: GPL-3.0-or-later
"""The chosen garment's sewing pattern as a file: whole where Blender's Python can draw it, else its sewing lines."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import bpy
from bpy.props import StringProperty

from avatar_engine.fitting.sizing import pattern_for
from garments.catalogue import catalogue
from garments.draw import drawing

from .. import avatars, engine, recipes
from ..choices import OWN_FABRIC
from ..state import GarmentState
from ..words import CONTEXT, language
from .writing import FileOperator

# What draws allowances, notches, layouts and pages; Blender comes without them, some of its Pythons have them.
PACKAGES = ("shapely", "reportlab")


def can_draw_all() -> bool:
    """Whether this Python has what the whole pattern is drawn with."""
    return all(find_spec(package) is not None for package in PACKAGES)


def pattern_file(avatar: bpy.types.Collection, garment: GarmentState, form: str) -> bytes:
    """A pattern, "svg" or "pdf", in the size and fabric chosen; raises ``AvatarError``.

    Without PACKAGES an SVG has the sewing lines in true scale, with names and lengths, and no allowances.
    """
    recipe, spec = recipes.body_recipe(avatar.atelier), catalogue()[garment.garment]
    fabric = None if garment.fabric == OWN_FABRIC else garment.fabric
    dimensions = engine.dimensions(recipe)
    if not can_draw_all():
        return drawing(pattern_for(dimensions, spec, garment.size, fabric)).encode("utf-8")
    from avatar_engine.export.pattern import pattern_bytes
    from avatar_engine.export.pattern.cut import paper_pattern

    return pattern_bytes(paper_pattern(dimensions, spec, garment.size, avatar.name, language(), fabric), form)


class PatternOperator(FileOperator):
    """Writes the pattern of the garment that is chosen in the wardrobe."""

    form = ""

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """The chosen garment is not cut from a pattern."""
        state = avatar.atelier
        if not 0 <= state.garment_index < len(state.garments):
            return "Choose a garment in the wardrobe"
        spec = catalogue().get(state.garments[state.garment_index].garment)
        is_cut = spec is not None and spec.source == "pattern"
        return "" if is_cut else "The chosen garment is not cut from a pattern"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a place, under the names of avatar and garment."""
        avatar = avatars.active_avatar(context)
        garment = avatar.atelier.garments[avatar.atelier.garment_index]
        self.filepath = bpy.path.clean_name(f"{avatar.name} {garment.garment}") + self.filename_ext
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def make(self, context: bpy.types.Context) -> set[str]:
        """Write it whole."""
        avatar = avatars.active_avatar(context)
        garment = avatar.atelier.garments[avatar.atelier.garment_index]
        path = Path(bpy.path.ensure_ext(self.filepath, self.filename_ext))
        return self.write(path, pattern_file(avatar, garment, self.form))


class ATELIER_OT_pattern_svg(PatternOperator, bpy.types.Operator):
    """Write the sewing pattern of the garment chosen in the wardrobe, in true scale"""

    bl_idname = "atelier.pattern_svg"
    bl_label = "Pattern as SVG"
    bl_translation_context = CONTEXT
    form, filename_ext = "svg", ".svg"

    filter_glob: StringProperty(default="*.svg", options={"HIDDEN"})


class ATELIER_OT_pattern_pdf(PatternOperator, bpy.types.Operator):
    """Write the sewing pattern of the garment chosen in the wardrobe, tiled over A4 sheets"""

    bl_idname = "atelier.pattern_pdf"
    bl_label = "Pattern as PDF"
    bl_translation_context = CONTEXT
    form, filename_ext = "pdf", ".pdf"

    filter_glob: StringProperty(default="*.pdf", options={"HIDDEN"})

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Pages cannot be drawn by this Python."""
        if not can_draw_all():
            return "Pages need the packages shapely and reportlab, which this Blender's Python has not"
        return super().obstacle(context, avatar)


CLASSES = (ATELIER_OT_pattern_svg, ATELIER_OT_pattern_pdf)
