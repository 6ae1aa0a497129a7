# SPDX-License-Identifier: GPL-3.0-or-later
"""Sewing patterns."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import bpy
from kit import MODULE, install


def patterns(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create()
    avatar = bpy.data.collections["Avatar"]
    state, pattern = avatar.atelier, sys.modules[f"{MODULE}.exports.pattern"]
    state.garment_index = state.garments.find("Trainers")
    assert not bpy.ops.atelier.pattern_svg.poll(), "shoes are not cut from a pattern"
    state.garment_index = state.garments.find("T-shirt")
    if pattern.can_draw_all():
        path = folder / "shirt.pdf"
        assert bpy.ops.atelier.pattern_pdf(filepath=str(path)) == {"FINISHED"}
        assert path.read_bytes().startswith(b"%PDF")
        assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "whole.svg")) == {"FINISHED"}
        assert "10 cm" in (folder / "whole.svg").read_text(encoding="utf-8")
    pattern.can_draw_all = lambda: False  # as in Blender's own Python
    assert not bpy.ops.atelier.pattern_pdf.poll()
    assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "lines.svg")) == {"FINISHED"}
    drawn = ElementTree.parse(folder / "lines.svg").getroot()  # noqa: S314 - our own file
    wide, high = (float(drawn.get(key).removesuffix("cm")) for key in ("width", "height"))
    assert drawn.get("viewBox") == f"0 0 {wide} {high}", "a unit of the drawing is a centimetre"
    words = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"front", "back"} <= set(words)
    assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "lines.svg" / "x.svg")) == {"CANCELLED"}
    state.garments.clear()
    assert not bpy.ops.atelier.pattern_svg.poll(), "nothing is worn"
