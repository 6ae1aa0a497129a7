# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene knows of Atelier: which avatar was chosen last, and which measurement is being looked at."""

import bpy
from bpy.props import EnumProperty, PointerProperty

from avatar_engine.measurements import MEASUREMENTS

from .words import CONTEXT

FIELDS = [("none", "None", "")] + [(row.key, row.name_en, row.definition_en) for row in MEASUREMENTS]


def _is_avatar(scene_state, collection) -> bool:
    return collection.atelier.is_avatar and collection.library is None


class SceneState(bpy.types.PropertyGroup):
    """Kept with the scene."""

    avatar: PointerProperty(name="Avatar", type=bpy.types.Collection, poll=_is_avatar, translation_context=CONTEXT)
    shown_tape: EnumProperty(name="Tape", items=FIELDS, translation_context=CONTEXT)


CLASSES = (SceneState,)
