# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene rendered in a child, from a copy of it, so that one can go on working."""

from __future__ import annotations

from pathlib import Path

import bpy

from .. import avatars, jobs
from ..panels import AvatarOperator
from ..scene.presets import presets
from ..studio.set_up import ANCHOR, studio_of
from ..words import CONTEXT

CHILD = Path(__file__).with_name("child.py")


class ATELIER_OT_render(jobs.JobOperator, AvatarOperator, bpy.types.Operator):
    """Render the scene in a Blender of its own; Escape ends it"""

    bl_idname = "atelier.render"
    bl_label = "Render"
    bl_options = {"REGISTER"}
    bl_translation_context = CONTEXT
    changes_avatar = False

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """There is no camera, or something else is at work."""
        if context.scene.camera is None:
            return "The scene has no camera: set up a studio, or add one"
        return jobs.busy()

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Save a copy and hand it to a child."""
        chosen = context.scene.atelier
        target = Path(bpy.path.abspath(chosen.folder) or Path.home())
        problem = jobs.unwritable(target)
        if problem:
            self.tell({"WARNING"}, problem)
            return {"CANCELLED"}
        folder = jobs.new_folder()
        bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"), copy=True, check_existing=False)
        return self.begin(context, jobs.Job(CHILD, _orders(context, folder), folder, target))


def _orders(context: bpy.types.Context, folder: Path) -> dict[str, object]:
    chosen = context.scene.atelier
    avatar, preset = avatars.active_avatar(context), presets()[chosen.preset]
    frames = chosen.frames if chosen.turntable else 1
    digits = len(str(frames - 1))
    stem = bpy.path.clean_name(avatar.name)
    names = [f"{stem}-{number:0{digits}d}.png" for number in range(frames)] if chosen.turntable else [f"{stem}.png"]
    rig = avatars.part(avatar, avatars.RIG)
    studio = studio_of(context.scene)
    anchored = studio is not None and studio.objects.get(context.scene.camera.name) is context.scene.camera
    return {
        "blend": str(folder / "scene.blend"),
        "engine": chosen.engine,
        "size_px": [preset.width_px, preset.height_px],
        "samples": preset.samples,
        "noise": preset.noise,
        "files": names,
        "centre": list(rig.matrix_world.translation) if rig is not None else [0.0, 0.0, 0.0],
        # With a studio the whole of it goes round, as light and backdrop belong to the camera.
        "turned": next((each.name for each in studio.objects if each.name.startswith(ANCHOR)), "") if anchored else "",
    }


class ATELIER_OT_cancel_job(bpy.types.Operator):
    """End what is at work; what is whole is kept"""

    bl_idname = "atelier.cancel_job"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}
    bl_translation_context = CONTEXT

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The operator that watches the job notices."""
        jobs.forget()
        return {"FINISHED"}


CLASSES = (ATELIER_OT_render, ATELIER_OT_cancel_job)
