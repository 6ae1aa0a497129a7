# SPDX-License-Identifier: GPL-3.0-or-later
"""The tape of one measurement, drawn over the avatar in 3D Viewports: what is behind the body is faint."""

from __future__ import annotations

from functools import lru_cache

import bpy
import numpy as np

from avatar_engine.body.layout import load_layout
from avatar_engine.body.tape_paths import tape_paths
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.errors import AvatarError

from .. import avatars, engine, recipes
from ..scene_state import NO_FIELD

TAPE, GUIDE = (1.0, 0.55, 0.05), (0.9, 0.9, 0.9)
WIDTH, GUIDE_WIDTH = 3.0, 1.0  # pixels at a resolution scale of 1
HIDDEN = 0.25  # opacity of what lies behind something
UPRIGHT = ("stature", "waist_height", "crotch_height")  # measured from the floor: they do not bend with the pose
NEAREST = 64  # points whose nearest skin is looked for at a time

Lines = tuple[FloatArray, ...]
_handles: list[object] = []


@lru_cache(maxsize=8)
def _resting(recipe: engine.BodyRecipe, key: str) -> tuple[Lines, tuple[IntArray, ...]]:
    """Lines around the A-pose, and the template's vertex that lies nearest to each of their points."""
    vertices = engine.make_body(recipe).body.vertices
    lines = tape_paths(vertices, key)
    skin = load_layout().skin
    return lines, tuple(_nearest(line, vertices, skin) for line in lines)


def _nearest(points: FloatArray, vertices: FloatArray, among: IntArray) -> IntArray:
    found = [
        among[((vertices[among] - point) ** 2).sum(axis=1).argmin()]
        for start in range(0, len(points), NEAREST)
        for point in points[start : start + NEAREST]
    ]
    return np.array(found, dtype=np.int32)


def lines(avatar: bpy.types.Collection, key: str) -> Lines:
    """The tape's lines (n, 3) in the world, as the avatar stands and moves; none where its rig is gone."""
    rig = avatars.part(avatar, avatars.RIG)
    if rig is None or key == NO_FIELD:
        return ()
    try:
        resting, nearest = _resting(recipes.body_recipe(avatar.atelier), key)
    except AvatarError:
        return ()
    place = np.array(rig.matrix_world)
    if key in UPRIGHT:
        posed = resting
    else:
        moves = _moves(rig)
        posed = tuple(_posed(line, ids, moves) for line, ids in zip(resting, nearest, strict=True))
    return tuple(line @ place[:3, :3].T + place[:3, 3] for line in posed)


def _moves(rig: bpy.types.Object) -> FloatArray:
    """(J, 4, 4) transforms from the A-pose to the pose, by the template's bones."""
    moves = np.tile(np.eye(4), (len(load_template().bone_names), 1, 1))
    for index, name in enumerate(load_template().bone_names):
        bone = rig.pose.bones.get(name)
        if bone is not None:
            moves[index] = np.array(bone.matrix @ bone.bone.matrix_local.inverted())
    return moves


def _posed(line: FloatArray, ids: IntArray, moves: FloatArray) -> FloatArray:
    template = load_template()
    blended = np.einsum("nk,nkij->nij", template.bone_weights[ids], moves[template.bone_indices[ids]])
    return np.asarray(np.einsum("nij,nj->ni", blended[:, :3, :3], line) + blended[:, :3, 3])


def _draw() -> None:
    context = bpy.context
    key = context.scene.atelier.shown_tape
    if key == NO_FIELD or not context.space_data.overlay.show_overlays:
        return
    avatar = avatars.active_avatar(context)
    if avatar is not None:
        _paint(context, lines(avatar, key))


def _paint(context: bpy.types.Context, drawn: Lines) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    scale = context.preferences.system.ui_scale
    gpu.state.blend_set("ALPHA")
    for number, line in enumerate(drawn):
        batch = batch_for_shader(shader, "LINE_STRIP", {"pos": line.astype(np.float32)})
        colour, width = (TAPE, WIDTH) if number == 0 else (GUIDE, GUIDE_WIDTH)
        shader.uniform_float("viewportSize", (context.region.width, context.region.height))
        shader.uniform_float("lineWidth", width * scale)
        for test, opacity in (("GREATER", HIDDEN), ("LESS_EQUAL", 1.0)):
            gpu.state.depth_test_set(test)
            shader.uniform_float("color", (*colour, opacity))
            batch.draw(shader)
    gpu.state.depth_test_set("NONE")
    gpu.state.blend_set("NONE")


def watch() -> None:
    """Draw from now on."""
    _handles.append(bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW"))


def forget() -> None:
    """Draw no more, and let go of what was kept."""
    while _handles:
        bpy.types.SpaceView3D.draw_handler_remove(_handles.pop(), "WINDOW")
    _resting.cache_clear()
