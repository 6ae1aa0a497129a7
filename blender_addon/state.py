# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar's state, kept in the .blend on its collection, and what each of its objects is.

All of it is data: what is shown follows from it (see ``live``), so that undo, saving and appending work by themselves.
"""

import bpy
from bpy.props import (
    BoolProperty,
    BoolVectorProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from avatar_engine.measurements import KEYS, MEASUREMENTS
from garments.prints import LEAST_REPEAT_CM, MOST_REPEAT_CM, TILE

from . import choices, live
from .words import CONTEXT

COUNT = len(KEYS)
SEXES = [
    ("auto", "Inferred", "What the measurements tell"),
    ("female", "Female", ""),
    ("male", "Male", ""),
]
MAPS = [
    ("none", "Not Shown", "The garments' own colours"),
    ("ease", "Ease", "Room between cloth and skin, in centimetres"),
    ("strain", "Strain", "How far the cloth is stretched, in percent"),
]


def metres_per_unit() -> float:
    """Metres of one unit of the scene."""
    return float(bpy.context.scene.unit_settings.scale_length)


def _touch(owner, context) -> None:
    live.touch(owner.id_data)


def _measurement(place: int):
    """The field of one measurement: shows what is asked or predicted, and asks for what is typed into it."""
    row = MEASUREMENTS[place]

    def shown(state) -> float:
        metres = state.given[place] if state.pinned[place] else state.predicted[place]
        return metres / metres_per_unit()

    def typed(state, value: float) -> None:
        state.given[place] = value * metres_per_unit()
        state.pinned[place] = True

    return FloatProperty(
        name=row.name_en,
        description=row.definition_en,
        subtype="DISTANCE",
        unit="LENGTH",
        min=0.0,
        soft_max=2.5,
        step=0.5,
        precision=3,
        get=shown,
        set=typed,
        update=_touch,
        translation_context=CONTEXT,
    )


class SlotColour(bpy.types.PropertyGroup):
    """Colour of one slot of a garment; ``name`` is the slot's."""

    colour: FloatVectorProperty(
        name="Colour", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, update=_touch, translation_context=CONTEXT
    )


FIRST_PRINT = ((0.92, 0.92, 0.9), (0.12, 0.18, 0.32))


def _print_chosen(garment, context) -> None:
    if garment.print_kind not in (choices.PLAIN, TILE) and not garment.print_colours:
        for colour in FIRST_PRINT:
            garment.print_colours.add().colour = colour
    _touch(garment, context)


def _sizes(garment, context):
    spec = choices.garments().get(garment.garment)
    return choices.sizes(spec.sizes if spec else "none")


class GarmentState(bpy.types.PropertyGroup):
    """One garment that is worn; ``name`` is its name in the wardrobe, in English."""

    garment: StringProperty()
    size: EnumProperty(name="Size", items=_sizes, update=_touch, translation_context=CONTEXT)
    fabric: EnumProperty(name="Fabric", items=choices.fabric_items(), update=_touch, translation_context=CONTEXT)
    worn: BoolProperty(
        name="Worn", description="Put on, or laid aside", default=True, update=_touch, translation_context=CONTEXT
    )
    colours: CollectionProperty(type=SlotColour)
    tucked: EnumProperty(name="Tuck", items=choices.tucks(), update=_touch, translation_context=CONTEXT)
    print_kind: EnumProperty(
        name="Print", items=choices.print_kinds(), update=_print_chosen, translation_context=CONTEXT
    )
    print_repeat_cm: FloatProperty(
        name="Repeat (cm)", description="Width of one tile across the grain of the cloth", default=6.0,
        min=LEAST_REPEAT_CM, max=MOST_REPEAT_CM, step=50, precision=1, update=_touch, translation_context=CONTEXT,
    )  # fmt: skip
    print_picture: PointerProperty(name="Picture", type=bpy.types.Image, update=_touch, translation_context=CONTEXT)
    print_colours: CollectionProperty(type=SlotColour)


class PartState(bpy.types.PropertyGroup):
    """What an object is of its avatar: ``role`` is empty for objects that are not Atelier's."""

    role: StringProperty()
    garment: StringProperty()


class AvatarState(bpy.types.PropertyGroup):
    """One avatar: what was asked, and what came of it. Lengths are metres; fields show the scene's units."""

    is_avatar: BoolProperty()
    format: IntProperty()
    problem: StringProperty()
    problem_field: StringProperty()

    given: FloatVectorProperty(size=COUNT)
    pinned: BoolVectorProperty(size=COUNT, update=_touch)
    predicted: FloatVectorProperty(size=COUNT)
    spread: FloatVectorProperty(size=COUNT)
    measured: FloatVectorProperty(size=COUNT)
    low_confidence: BoolProperty()
    unmet: StringProperty()

    sex: EnumProperty(name="Body Type", items=SEXES, update=_touch, translation_context=CONTEXT)
    knows_weight: BoolProperty(name="Weight Known", update=_touch, translation_context=CONTEXT)
    weight_kg: FloatProperty(
        name="Weight (kg)", default=70.0, min=30.0, max=250.0, update=_touch, translation_context=CONTEXT
    )
    knows_age: BoolProperty(name="Age Known", update=_touch, translation_context=CONTEXT)
    age_years: IntProperty(name="Age (years)", default=35, min=18, max=100, update=_touch, translation_context=CONTEXT)
    variation: FloatProperty(
        name="Variation",
        description="How far to go from the likeliest body with these measurements",
        min=0.0,
        max=2.0,
        step=5,
        update=_touch,
        translation_context=CONTEXT,
    )
    variation_seed: IntProperty(
        name="Variation Seed", description="Which other body", min=0, update=_touch, translation_context=CONTEXT
    )
    face_seed: IntProperty(
        name="Face Seed", description="Whose face; no measurement changes", min=0, update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip

    garments: CollectionProperty(type=GarmentState)
    garment_index: IntProperty()
    fit_map: EnumProperty(name="Fit Map", items=MAPS, update=_touch, translation_context=CONTEXT)

    hair_style: EnumProperty(name="Style", items=choices.styles(), update=_touch, translation_context=CONTEXT)
    hair: EnumProperty(name="Hair", items=choices.hair_colours(False), update=_touch, translation_context=CONTEXT)
    hair_custom: FloatVectorProperty(
        name="Hair Colour", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, default=(0.25, 0.15, 0.1), update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip
    roots: EnumProperty(name="Roots", items=choices.hair_colours(True), update=_touch, translation_context=CONTEXT)
    roots_custom: FloatVectorProperty(
        name="Root Colour", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip
    highlights: EnumProperty(
        name="Highlights", items=choices.hair_colours(True), update=_touch, translation_context=CONTEXT
    )
    highlights_custom: FloatVectorProperty(
        name="Highlight Colour", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, default=(0.8, 0.65, 0.4),
        update=_touch, translation_context=CONTEXT,
    )  # fmt: skip
    grey: IntProperty(
        name="Grey", description="How much of the hair is grey", subtype="PERCENTAGE", min=0, max=100, update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip
    beard: EnumProperty(name="Beard", items=choices.beards(), update=_touch, translation_context=CONTEXT)
    beard_colour: EnumProperty(
        name="Beard Colour", description="None: the colour that grows", items=choices.hair_colours(True), update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip
    beard_colour_custom: FloatVectorProperty(
        name="Custom Beard Colour", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, default=(0.25, 0.15, 0.1),
        update=_touch, translation_context=CONTEXT,
    )  # fmt: skip
    undertone: EnumProperty(name="Undertone", items=choices.undertones(), update=_touch, translation_context=CONTEXT)
    shows_age: BoolProperty(
        name="Lines of Age", description="Show the age in the skin", update=_touch, translation_context=CONTEXT
    )
    skin_tone: IntProperty(
        name="Skin Tone", description="Monk Skin Tone scale, 1 is the lightest", default=4, min=1, max=10,
        update=_touch, translation_context=CONTEXT,
    )  # fmt: skip
    eyes: EnumProperty(name="Eyes", items=choices.eye_colours(), update=_touch, translation_context=CONTEXT)
    detail_seed: IntProperty(
        name="Detail Seed", description="Freckles and strands of hair", min=0, update=_touch,
        translation_context=CONTEXT,
    )  # fmt: skip
    metarig: PointerProperty(type=bpy.types.Object)
    pose: EnumProperty(name="Pose", items=choices.poses(), update=_touch, translation_context=CONTEXT)


AvatarState.__annotations__ |= {key: _measurement(place) for place, key in enumerate(KEYS)}

CLASSES = (SlotColour, GarmentState, PartState, AvatarState)
