# SPDX-License-Identifier: GPL-3.0-or-later
"""The chosen garment in the wardrobe's panel: size, fabric, print, colours, and how it is worn."""

from __future__ import annotations

import bpy

from avatar_engine.fitting.advice import SizeAdvice
from avatar_engine.look_prints import MOST_COLOURS
from avatar_engine.tucking import untuckable
from garments.catalogue import catalogue
from garments.prints import TILE
from garments.sizes import split_chart

from .. import engine, live, recipes
from ..choices import OWN_FABRIC, PLAIN, size_word, slot_word
from ..panels import LABEL_SHARE, labelled, paragraph
from ..pictures import picture
from ..prints import has_picture
from ..state import AvatarState, GarmentState
from ..words import CONTEXT, language, said

PICTURE_SCALE = 6.0
CHART_OF = {"female": "women", "male": "men"}
LEAST_COLOURS = 2
STRIPE = "stripe"  # the one print with as many colours as one likes


def draw_garment(
    layout: bpy.types.UILayout, context: bpy.types.Context, avatar: bpy.types.Collection, garment: GarmentState
) -> None:
    """All that can be chosen about one garment."""
    state = avatar.atelier
    box = layout.box()
    icon = picture(garment.garment)
    if icon:
        box.template_icon(icon_value=icon, scale=PICTURE_SCALE)
    _size(box, context, avatar, garment)
    column = box.column(align=True)
    labelled(column, garment, "fabric")
    _tuck(box, context, state, garment)
    _print(box, context, garment)
    _colours(box, garment)


def _size(
    box: bpy.types.UILayout, context: bpy.types.Context, avatar: bpy.types.Collection, garment: GarmentState
) -> None:
    labelled(box.column(align=True), garment, "size")
    # While something moves, what is known of the body is about to change.
    advice = None if live.is_waiting(avatar) else advice_for(avatar.atelier, garment)
    if advice is None or not advice.sizes:
        return
    words = [advice.verdict().say(language()), *(remark.say(language()) for remark in advice.remarks())]
    text = "; ".join(words)
    paragraph(box, context, text[:1].upper() + text[1:], "INFO")
    best = f"{advice.chart} {advice.best}"
    if advice.best is not None and garment.size != best:
        text = said("Take {size}").format(size=said(size_word(best)))
        box.operator("atelier.take_size", text=text, translate=False).size = best
    header, body = box.panel("atelier_sizes", default_closed=True)
    header.label(text="How the Sizes Sit", text_ctxt=CONTEXT)
    if body is not None:
        for size in advice.neighbours():
            paragraph(body, context, size.phrase().say(language()))


def advice_for(state: AvatarState, garment: GarmentState) -> SizeAdvice | None:
    """How the sizes of a garment sit on this body; None for one the wardrobe does not know."""
    if garment.garment not in catalogue() or state.problem_field:
        return None
    fabric = None if garment.fabric == OWN_FABRIC else garment.fabric
    chart = split_chart(garment.size)[0] or CHART_OF.get(state.sex)
    return engine.advise(recipes.body_recipe(state), garment.garment, fabric, chart)


def _tuck(box: bpy.types.UILayout, context: bpy.types.Context, state: AvatarState, garment: GarmentState) -> None:
    spec = catalogue().get(garment.garment)
    if spec is None or not spec.tucked:
        return
    worn = [catalogue()[each.garment] for each in state.garments if each.worn and each.garment in catalogue()]
    asked = [each is spec or None for each in worn]
    wrong = untuckable(worn, asked) if spec in worn else None
    column = box.column(align=True)
    column.active = wrong is None
    labelled(column, garment, "tucked")
    if wrong is not None:
        paragraph(box, context, wrong.hint.say(language()), "INFO")


def _print(box: bpy.types.UILayout, context: bpy.types.Context, garment: GarmentState) -> None:
    column = box.column(align=True)
    labelled(column, garment, "print_kind")
    if garment.print_kind == PLAIN:
        return
    labelled(column, garment, "print_repeat_cm")
    if garment.print_kind == TILE:
        box.template_ID(garment, "print_picture", open="image.open")
        if not has_picture(garment):
            missing = garment.print_picture is not None
            text = "The picture's file cannot be read." if missing else "Choose a picture, or open one."
            paragraph(box, context, said(text), "ERROR" if missing else "INFO")
        return
    row = box.row(align=True)
    for colour in garment.print_colours:
        row.prop(colour, "colour", text="")
    if garment.print_kind == STRIPE:
        more, less = row.row(align=True), row.row(align=True)
        more.enabled, less.enabled = (
            len(garment.print_colours) < MOST_COLOURS, len(garment.print_colours) > LEAST_COLOURS,
        )  # fmt: skip
        more.operator("atelier.print_colour", text="", icon="ADD").more = True
        less.operator("atelier.print_colour", text="", icon="REMOVE").more = False


def _colours(box: bpy.types.UILayout, garment: GarmentState) -> None:
    spec, column = catalogue().get(garment.garment), box.column(align=True)
    printed = garment.print_kind != PLAIN and spec is not None
    fabric = spec.fabric if spec is not None and garment.fabric == OWN_FABRIC else garment.fabric
    for colour in garment.colours:
        if printed and colour.name in spec.slots and spec.is_printed(colour.name, fabric):
            continue
        split = column.split(factor=LABEL_SHARE, align=True)
        split.label(text=slot_word(colour.name), text_ctxt=CONTEXT)
        split.prop(colour, "colour", text="")
