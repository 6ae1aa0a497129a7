# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line inside Blender."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
from kit import MODULE, install


def batches(extension: Path, folder: Path) -> None:
    install(extension)
    (folder / "people.csv").write_text("subject,sex,stature\nAnn,female,168\n", encoding="utf-8")
    red = '[[garment]]\nid = "t-shirt"\ncolours = { body = "#b02020" }\n[hair]\nstyle = "shaved"\n'
    (folder / "red.toml").write_text(red, encoding="utf-8")
    main = sys.modules[f"{MODULE}.batch.blender"]._run
    command = ["render", str(folder / "people.csv"), "--look", str(folder / "red.toml"), "--out", str(folder / "out")]
    small = ["--resolution", "64x96", "--samples", "2", "--format", "webp", "--transparent", "--lang", "fr"]
    assert main([*command, *small]) == 0
    first = (folder / "out" / "Ann.webp").stat().st_mtime_ns
    assert main([*command, *small]) == 0
    assert (folder / "out" / "Ann.webp").stat().st_mtime_ns == first
    assert main([*command, *small, "--look", str(folder / "nowhere.toml")]) == 2
    assert main(["render"]) == 2
    seen = ["--look", str(folder / "red.toml"), "--camera", "half", "--camera", "back", "--out", str(folder / "studio")]
    assert main(["render", str(folder / "people.csv"), *seen, "--resolution", "64x96", "--samples", "2"]) == 0
    assert hasattr(bpy.types.Scene, "atelier"), "the extension is still there afterwards"
