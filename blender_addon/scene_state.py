# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene knows of Atelier: which avatar was chosen last, and which measurement is being looked at."""

from collections.abc import Iterable

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, PointerProperty, StringProperty

from avatar_engine.measurements import MEASUREMENTS

from .scene.camera import FRAMINGS
from .scene.presets import presets, studios
from .words import CONTEXT

FIELDS = [("none", "None", "")] + [(row.key, row.name_en, row.definition_en) for row in MEASUREMENTS]

ENGINES = [("CYCLES", "Cycles", "True to light"), ("EEVEE", "EEVEE", "Quick")]
MOST_FRAMES = 360


def _titled(names: Iterable[str]) -> list[tuple[str, str, str]]:
    return [(name, name.replace("_", " ").title(), "") for name in names]


def _is_avatar(scene_state, collection) -> bool:
    return collection.atelier.is_avatar and collection.library is None


class SceneState(bpy.types.PropertyGroup):
    """Kept with the scene."""

    avatar: PointerProperty(name="Avatar", type=bpy.types.Collection, poll=_is_avatar, translation_context=CONTEXT)
    shown_tape: EnumProperty(name="Tape", items=FIELDS, translation_context=CONTEXT)
    studio: EnumProperty(name="Backdrop", items=_titled(studios()), translation_context=CONTEXT)
    camera: EnumProperty(name="Camera", items=_titled(FRAMINGS), translation_context=CONTEXT)
    engine: EnumProperty(name="Engine", items=ENGINES, translation_context=CONTEXT)
    preset: EnumProperty(name="Preset", items=_titled(presets()), default="standard", translation_context=CONTEXT)
    turntable: BoolProperty(name="Turntable", description="Pictures all the way round", translation_context=CONTEXT)
    frames: IntProperty(name="Frames", default=36, min=2, max=MOST_FRAMES, translation_context=CONTEXT)
    folder: StringProperty(name="Folder", subtype="DIR_PATH", default="//", translation_context=CONTEXT)


CLASSES = (SceneState,)
