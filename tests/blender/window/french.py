# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender in French."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from eye import look
from hand import panels, speak, unfold

SAME_IN_FRENCH = {"Avatar", "Pose", "Studio"}


def speaks_french() -> Iterator[float]:
    yield from speak("fr_FR")
    said = {each.bl_label: bpy.app.translations.pgettext_iface(each.bl_label, "Atelier") for each in panels()}
    assert said["Wardrobe"] == "Garde-robe"
    assert {english for english, french in said.items() if english == french} <= SAME_IN_FRENCH, said
    for name in ("wardrobe", "studio", "render", "export"):
        yield from unfold(f"ATELIER_PT_{name}")
        look(f"french_{name}")
    yield from unfold("ATELIER_PT_measurements")
    look("french")
