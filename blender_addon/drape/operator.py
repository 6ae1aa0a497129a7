# SPDX-License-Identifier: GPL-3.0-or-later
"""The finished drape of what is worn, made in a child and put on when it is whole."""

from __future__ import annotations

import bpy

from .. import avatars, engine, jobs, live, recipes
from ..panels import AvatarOperator
from ..words import CONTEXT, reported
from .kept import is_draped, keep
from .work import FILE, orders_of


class ATELIER_OT_drape(jobs.JobOperator, AvatarOperator, bpy.types.Operator):
    """Sew and drape the clothes on this very body, in a Blender of its own; Escape ends it and leaves all as it is"""

    bl_idname = "atelier.drape"
    bl_label = "Drape Finely"
    bl_options = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Nothing is worn that is not draped yet, or something else is at work."""
        worn = recipes.worn(avatar.atelier)
        if not worn:
            return "Nothing is worn over the base layer"
        if is_draped(avatar, recipes.body_recipe(avatar.atelier), worn):
            return "These clothes are draped finely already"
        return jobs.busy()

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Hand measurements and clothes to a child."""
        avatar = avatars.active_avatar(context)
        recipe, worn = recipes.body_recipe(avatar.atelier), recipes.worn(avatar.atelier)
        self._uid, self._key = avatar.session_uid, engine.cut_key(recipe, worn)
        return self.begin(context, jobs.work_of("drape.work", orders_of(recipe, worn)))

    def take(self, context: bpy.types.Context, job: jobs.Job) -> str:
        """Dress the avatar in it, where that still asks for the same."""
        avatar = next((each for each in avatars.all_avatars() if each.session_uid == self._uid), None)
        if avatar is None:
            job.problem = reported("The avatar is not there any more")
            return ""
        if engine.cut_key(recipes.body_recipe(avatar.atelier), recipes.worn(avatar.atelier)) != self._key:
            job.problem = reported("The avatar was changed meanwhile: drape it again")
            return ""
        keep(avatar, self._key, (job.folder / FILE).read_bytes())
        live.bring_up(avatar)
        return ". ".join([reported("The clothes are draped finely"), *job.cautions])


CLASSES = (ATELIER_OT_drape,)
