# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for other programs: the avatar as it is asked for, in the A-pose, with textures, hair and rig."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from avatar_engine.export.avatar_glb import avatar_glb

from .. import avatars, engine, jobs, recipes
from ..drape.kept import outfit_of
from ..words import CONTEXT, reported
from .writing import FileOperator

CHILD = Path(__file__).with_name("child.py")
FORMATS = [
    (".glb", "GLB", "glTF 2.0 in one file"),
    (".fbx", "FBX", "With its textures inside"),
    (".usdz", "USD", "USDZ, one file"),
    (".obj", "OBJ", "Without the rig; textures beside it"),
]


class ATELIER_OT_export(jobs.JobOperator, FileOperator, bpy.types.Operator):
    """Write this avatar for another program: body, clothes, hair cards and rig, in the A-pose"""

    bl_idname = "atelier.export"
    bl_label = "Export"
    bl_translation_context = CONTEXT

    kind: EnumProperty(name="Format", items=FORMATS, options={"HIDDEN"}, translation_context=CONTEXT)
    filename_ext = ""
    filter_glob: StringProperty(default="*.glb;*.fbx;*.usdz;*.obj", options={"HIDDEN"})

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Something else is at work."""
        return jobs.busy()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a place, under the avatar's name."""
        self.filename_ext = self.kind
        self.filepath = bpy.path.clean_name(avatars.active_avatar(context).name) + self.kind
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, context: bpy.types.Context) -> bool:
        """Keep the name's ending what was chosen."""
        named = bpy.path.ensure_ext(self.filepath, self.kind)
        changed = named != self.filepath
        self.filepath = named
        return changed

    def make(self, context: bpy.types.Context) -> set[str]:
        """Write a GLB, or have a child turn it into what was asked for."""
        if self.kind == ".usdz" and not bpy.app.build_options.usd:
            self.tell({"WARNING"}, reported("This Blender was built without USD"))
            return {"CANCELLED"}
        path = Path(bpy.path.ensure_ext(self.filepath, self.kind))
        content = glb_of(avatars.active_avatar(context))
        if self.kind == ".glb":
            return self.write(path, content)
        folder = jobs.new_folder()
        (folder / "avatar.glb").write_bytes(content)
        orders = {"glb": str(folder / "avatar.glb"), "name": path.name, "stem": path.stem}
        return self.begin(context, jobs.Job(CHILD, orders, folder, path.parent))


def glb_of(avatar: bpy.types.Collection) -> bytes:
    """The avatar as its state asks for it; raises ``AvatarError``."""
    state = avatar.atelier
    recipe, worn = recipes.body_recipe(state), recipes.worn(state)
    appearance = engine.make_appearance(recipe, recipes.appearance_recipe(state), worn)
    outfit = engine.dyed(outfit_of(avatar, recipe, worn)[0], worn)
    return avatar_glb(engine.make_body(recipe).body, outfit, appearance)


CLASSES = (ATELIER_OT_export,)
