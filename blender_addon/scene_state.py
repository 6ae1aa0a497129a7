# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene knows of Atelier: which avatar was chosen last, and which measurement is being looked at."""

from collections.abc import Iterable

import bpy
import numpy as np
from bpy.props import BoolProperty, EnumProperty, FloatVectorProperty, IntProperty, PointerProperty, StringProperty

from avatar_engine.fitting.fit_map import SCALES, colours_of
from avatar_engine.measurements import MEASUREMENTS

from .scene.camera import FRAMINGS
from .scene.presets import presets, studios
from .words import CONTEXT

NO_FIELD = "none"
FIELDS = [(NO_FIELD, "None", "")] + [(row.key, row.name_en, row.definition_en) for row in MEASUREMENTS]

ENGINES = [("CYCLES", "Cycles", "True to light"), ("EEVEE", "EEVEE", "Quick")]
MOST_FRAMES = 360


def _titled(names: Iterable[str]) -> list[tuple[str, str, str]]:
    return [(name, name.replace("_", " ").title(), "") for name in names]


def _redraw(scene_state, context) -> None:
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def _is_avatar(scene_state, collection) -> bool:
    return collection.atelier.is_avatar and collection.library is None


def legend_name(kind: str, place: int) -> str:
    """The property that shows a colour of a fit map's legend."""
    return f"legend_{kind}_{place}"


def legend_marks(kind: str) -> list[float]:
    """Values that the legend of a fit map shows, in the unit of the map."""
    scale = SCALES[kind]
    return [float(value) for value in np.arange(scale.low, scale.high + 0.5 * scale.step, scale.step)]


def _legend(kind: str) -> dict[str, object]:
    """The colours of a map at each of its marks, to be looked at alone."""
    colours = colours_of(np.array(legend_marks(kind)), SCALES[kind])
    return {legend_name(kind, place): _swatch(row) for place, row in enumerate(colours.tolist())}


def _swatch(colour: list[float]):
    # Without a setter Blender would show it greyed out, in another colour.
    return FloatVectorProperty(
        name="Colour", subtype="COLOR_GAMMA", size=3, get=lambda _: colour, set=lambda _, value: None,
        translation_context=CONTEXT,
    )  # fmt: skip


class SceneState(bpy.types.PropertyGroup):
    """Kept with the scene."""

    avatar: PointerProperty(name="Avatar", type=bpy.types.Collection, poll=_is_avatar, translation_context=CONTEXT)
    shown_tape: EnumProperty(name="Tape", items=FIELDS, update=_redraw, translation_context=CONTEXT)
    studio: EnumProperty(name="Backdrop", items=_titled(studios()), translation_context=CONTEXT)
    camera: EnumProperty(name="Camera", items=_titled(FRAMINGS), translation_context=CONTEXT)
    engine: EnumProperty(name="Engine", items=ENGINES, translation_context=CONTEXT)
    preset: EnumProperty(name="Preset", items=_titled(presets()), default="standard", translation_context=CONTEXT)
    turntable: BoolProperty(name="Turntable", description="Pictures all the way round", translation_context=CONTEXT)
    frames: IntProperty(name="Frames", default=36, min=2, max=MOST_FRAMES, translation_context=CONTEXT)
    folder: StringProperty(name="Folder", subtype="DIR_PATH", default="//", translation_context=CONTEXT)


for map_kind in SCALES:
    SceneState.__annotations__ |= _legend(map_kind)

CLASSES = (SceneState,)
