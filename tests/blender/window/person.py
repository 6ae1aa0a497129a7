# SPDX-License-Identifier: GPL-3.0-or-later
"""An avatar is made, and measured."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from eye import avatar, height, look
from hand import STEP, area, click, find, panel, press, settled, speak, type_number, unfold
from mathutils import Euler


def makes_an_avatar_in_french() -> Iterator[float]:
    """New data-blocks and nodes have French names then."""
    yield from speak("fr_FR")
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    space = area().spaces.active
    space.show_region_ui = True
    yield STEP
    panel().active_panel_category = "Atelier"
    area().tag_redraw()
    yield 2 * STEP
    look("empty")
    yield from click((yield from find("ops.atelier.create(")))
    yield from settled()
    assert "Avatar" in bpy.data.collections, "a click on New Avatar makes one"
    space.overlay.show_bones = False
    space.region_3d.view_location, space.region_3d.view_distance = (0.0, 0.0, 0.9), 3.2
    space.region_3d.view_rotation = Euler((1.4, 0.0, 0.35)).to_quaternion()
    assert abs(height() - avatar().atelier.stature) < 0.005
    assert avatar().atelier.problem == ""
    body = next(each for each in avatar().objects if each.atelier.role == "body")
    assert "Skin" in body.data.materials[0].node_tree.nodes
    yield from speak("en_US")
    look("avatar")


def types_a_stature_and_takes_it_back() -> Iterator[float]:
    first, before = avatar().atelier.stature, height()
    header = yield from unfold("ATELIER_PT_measurements")
    field = yield from find("stature", header)
    yield from type_number(field, "1.85")
    assert abs(avatar().atelier.stature - 1.85) < 1e-6, avatar().atelier.stature
    assert abs(height() - 1.85) < 0.005, "the body follows what is typed"
    look("typed")
    press("Z", field, ctrl=True)
    yield from settled()
    assert abs(avatar().atelier.stature - first) < 1e-6, "Ctrl-Z takes the typing back"
    assert abs(height() - before) < 0.001, "and the body with it"
