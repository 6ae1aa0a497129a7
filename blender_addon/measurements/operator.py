# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements given, taken back, and read from a table."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy_extras.io_utils import ImportHelper

from avatar_engine.body.face import face_seed
from avatar_engine.measurements import KEYS, Person, parse_people

from .. import avatars, live
from ..create import new_avatar, stand
from ..panels import AvatarOperator
from ..scene_state import FIELDS, NO_FIELD
from ..state import AvatarState
from ..words import CONTEXT, language, reported
from .data import presets

UNITS = [("cm", "Centimetres", ""), ("mm", "Millimetres", ""), ("in", "Inches", "")]
MOST_PEOPLE = 50


def pin(state: AvatarState, given: dict[str, float]) -> None:
    """Ask for these measurements, in metres, and leave the others to prediction."""
    for place, key in enumerate(KEYS):
        state.pinned[place] = key in given
        state.given[place] = given.get(key, 0.0)


class ATELIER_OT_preset(AvatarOperator, bpy.types.Operator):
    """Start from one of these people"""

    bl_idname = "atelier.preset"
    bl_label = "Start From"
    bl_translation_context = CONTEXT

    preset: EnumProperty(
        name="Person", items=[(key, row.name, "") for key, row in presets().items()], translation_context=CONTEXT
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Pin the preset's measurements."""
        avatar, row = avatars.active_avatar(context), presets()[self.preset]
        avatar.atelier.sex = row.sex or "auto"
        pin(avatar.atelier, row.given)
        return brought_up(self, avatar)


class ATELIER_OT_unpin(AvatarOperator, bpy.types.Operator):
    """Leave all measurements to prediction"""

    bl_idname = "atelier.unpin"
    bl_label = "Clear All"
    bl_translation_context = CONTEXT

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Pin nothing."""
        avatar = avatars.active_avatar(context)
        pin(avatar.atelier, {})
        return brought_up(self, avatar)


def brought_up(operator: bpy.types.Operator, avatar: bpy.types.Collection) -> set[str]:
    """Show at once what an operator has asked for, and report why where it cannot be."""
    if not live.bring_up(avatar):
        operator.report({"WARNING"}, avatar.atelier.problem)
    return {"FINISHED"}


class ATELIER_OT_import_people(ImportHelper, bpy.types.Operator):
    """Make an avatar of each person in a table of measurements (CSV)"""

    bl_idname = "atelier.import_people"
    bl_label = "Import CSV"
    bl_options = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT

    filter_glob: StringProperty(default="*.csv;*.txt", options={"HIDDEN"})
    unit: EnumProperty(name="Unit", items=UNITS, translation_context=CONTEXT)
    dressed: BoolProperty(name="Dressed", default=True, translation_context=CONTEXT)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Good rows become avatars; each row with a problem is reported."""
        rows = list(parse_people(Path(self.filepath), self.unit))
        people = [row for row in rows if isinstance(row, Person)]
        for problem in (row for row in rows if not isinstance(row, Person)):
            self.report({"WARNING"}, problem.line(language()))
        if len(people) > MOST_PEOPLE:
            self.report({"WARNING"}, reported("Only the first {count} people were taken", count=MOST_PEOPLE))
        for person in people[:MOST_PEOPLE]:
            self._add(context, person)
        if not people:
            return {"CANCELLED"}
        self.report({"INFO"}, reported("{count} people imported", count=len(people[:MOST_PEOPLE])))
        return {"FINISHED"}

    def _add(self, context: bpy.types.Context, person: Person) -> None:
        place = len(avatars.in_scene(context.scene))
        avatar = new_avatar(context, person.subject, self.dressed)
        state, asked = avatar.atelier, person.measurements
        state.sex = asked.sex or "auto"
        state.knows_weight, state.knows_age = asked.weight_kg is not None, asked.age_years is not None
        state.weight_kg = asked.weight_kg or state.weight_kg
        state.age_years = round(asked.age_years or state.age_years)
        state.face_seed = face_seed(person.subject) % 2**31
        pin(state, asked.given_values())
        live.bring_up(avatar, complete=True)
        stand(context, avatar, place)


class ATELIER_OT_show_tape(AvatarOperator, bpy.types.Operator):
    """Show on the body where the tape of this measurement goes, or hide it"""

    bl_idname = "atelier.show_tape"
    bl_label = "Show the Tape"
    bl_options = {"INTERNAL"}
    bl_translation_context = CONTEXT

    measurement: EnumProperty(items=FIELDS, options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The one that is shown is hidden."""
        chosen = context.scene.atelier
        chosen.shown_tape = NO_FIELD if chosen.shown_tape == self.measurement else self.measurement
        return {"FINISHED"}


CLASSES = (ATELIER_OT_preset, ATELIER_OT_unpin, ATELIER_OT_import_people, ATELIER_OT_show_tape)
