# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the measurements."""

from __future__ import annotations

import bpy

from avatar_engine.measurements import KEYS, MEASUREMENTS, tolerances

from .. import avatars
from ..panels import LABEL_SHARE, AvatarPanel, paragraph
from ..state import AvatarState
from ..words import CONTEXT, said
from .data import GROUPS, places

SPREAD_SHARE = 0.58  # of the row beside the label: the field; its interval takes the rest
TITLES = {"overall": "Overall", "torso": "Torso", "arms": "Arms", "legs": "Legs"}


def length(context: bpy.types.Context, metres: float, precision: int = 3) -> str:
    """A length in the scene's units."""
    units = context.scene.unit_settings
    if units.system == "NONE":
        return f"{metres / units.scale_length:.{precision}f}"
    return bpy.utils.units.to_string(units.system, "LENGTH", metres, precision=precision)


def difference(context: bpy.types.Context, metres: float) -> str:
    """A small length, short: millimetres, or hundredths of an inch where the scene is in feet."""
    if context.scene.unit_settings.system == "IMPERIAL":
        return f"{metres / 0.0254:.2f}″"
    return f"{metres * 1000:.1f} mm"


def interval(context: bpy.types.Context, metres: float) -> str:
    """How sure a prediction is."""
    if context.scene.unit_settings.system == "IMPERIAL":
        return f"±{metres / 0.0254:.1f}″"
    return f"±{metres * 100:.1f} cm" if metres < 0.1 else f"±{metres * 100:.0f} cm"


class ATELIER_PT_measurements(AvatarPanel, bpy.types.Panel):
    """Fifteen measurements: type one to ask for it; the others are predicted"""

    bl_idname = "ATELIER_PT_measurements"
    bl_label = "Measurements"
    bl_options = set()

    def draw(self, context: bpy.types.Context) -> None:
        """Where to start from, and the fields by region."""
        layout, state = self.layout, avatars.active_avatar(context).atelier
        row = layout.row(align=True)
        row.operator_menu_enum("atelier.preset", "preset", text="Start From", text_ctxt=CONTEXT, icon="COMMUNITY")
        row.operator("atelier.import_people", text="", icon="IMPORT")
        row.operator("atelier.unpin", text="", icon="LOOP_BACK")
        for group in GROUPS:
            header, body = layout.panel(f"atelier_{group}", default_closed=group != "overall")
            header.label(text=TITLES[group], text_ctxt=CONTEXT)
            pinned = sum(state.pinned[place] for place in places(group))
            if pinned:
                header.label(text=f"{pinned}", icon="PINNED", translate=False)
            if body is not None:
                self._fields(context, body, state, group)

    def _fields(self, context: bpy.types.Context, body: bpy.types.UILayout, state: AvatarState, group: str) -> None:
        column = body.column(align=True)
        for place in places(group):
            self._field(context, column, state, place)
        if group == "overall":
            self._besides(body, state)

    def _field(self, context: bpy.types.Context, column: bpy.types.UILayout, state: AvatarState, place: int) -> None:
        key, pinned = KEYS[place], state.pinned[place]
        split = column.split(factor=LABEL_SHARE, align=True)
        split.alert = state.problem_field == key or key in state.unmet.split()
        split.label(text=MEASUREMENTS[place].name_en, text_ctxt=CONTEXT)
        row = split.row(align=True)
        field = row.split(factor=SPREAD_SHARE, align=True)
        field.prop(state, key, text="")
        beside = field.row(align=True)
        if pinned:
            beside.label(text="", icon="BLANK1")
        else:
            beside.active = False
            beside.label(text=interval(context, state.spread[place]), translate=False)
        row.prop(state, "pinned", index=place, text="", icon="PINNED" if pinned else "UNPINNED", emboss=False)
        shown = context.scene.atelier.shown_tape == key
        tape = row.operator("atelier.show_tape", text="", icon="DRIVER_DISTANCE", emboss=shown, depress=shown)
        tape.measurement = key
        if shown:
            paragraph(column, context, said(MEASUREMENTS[place].definition_en))

    def _besides(self, body: bpy.types.UILayout, state: AvatarState) -> None:
        column = body.column(align=True)
        for known, name in (("knows_weight", "weight_kg"), ("knows_age", "age_years")):
            split = column.split(factor=LABEL_SHARE, align=True)
            split.label(text=state.bl_rna.properties[name].name, text_ctxt=CONTEXT)
            row = split.row(align=True)
            field = row.row(align=True)
            field.active = getattr(state, known)
            field.prop(state, name, text="")
            icon = "PINNED" if getattr(state, known) else "UNPINNED"
            row.prop(state, known, text="", icon=icon, emboss=False)
            row.label(text="", icon="BLANK1")


class ATELIER_PT_tape(AvatarPanel, bpy.types.Panel):
    """What was asked, and what the tape reads on the body"""

    bl_idname = "ATELIER_PT_tape"
    bl_parent_id = "ATELIER_PT_measurements"
    bl_label = "Tape"

    def draw(self, context: bpy.types.Context) -> None:
        """One row for each measurement that was asked for."""
        layout, state = self.layout, avatars.active_avatar(context).atelier
        asked = [place for place in range(len(KEYS)) if state.pinned[place]]
        if not asked:
            paragraph(layout, context, said("Nothing is asked for yet: every value is predicted."), "INFO")
            return
        column = layout.column(align=True)
        self._row(column, "", said("Asked"), said("Measured"), said("Off"), "NONE")
        for place in asked:
            off = state.measured[place] - state.given[place]
            icon = "CHECKMARK" if abs(off) <= tolerances()[place] else "ERROR"
            values = length(context, state.given[place]), length(context, state.measured[place])
            self._row(column, MEASUREMENTS[place].name_en, *values, difference(context, abs(off)), icon)

    def _row(self, column: bpy.types.UILayout, name: str, asked: str, measured: str, off: str, icon: str) -> None:
        split = column.split(factor=0.34, align=True)
        split.label(text=name, text_ctxt=CONTEXT)
        row = split.row(align=True)
        for text in (asked, measured):
            row.label(text=text, translate=False)
        row.label(text=off, icon=icon, translate=False)


CLASSES = (ATELIER_PT_measurements, ATELIER_PT_tape)
