# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves Blender."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

import bpy
from eye import FOLDER, garments, look
from hand import STEP, click, find, press, settled, unfold, until


def exports() -> Iterator[float]:
    header = yield from unfold("ATELIER_PT_export")
    button = yield from find("ops.atelier.export(", header)
    yield from click(button)
    yield from settled()
    windows = bpy.context.window_manager.windows
    browser = next((window, each) for window in windows for each in window.screen.areas if each.type == "FILE_BROWSER")
    window, files = browser
    files.spaces.active.params.directory = str(FOLDER).encode()
    yield STEP
    look("export")
    middle = files.x + files.width // 2, files.y + files.height // 2
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=middle[0], y=middle[1])
    yield STEP
    press("RET", middle, window)
    made = FOLDER / "Avatar.glb"
    yield from until(made.exists, "Enter in the file browser writes the file")
    yield from settled()
    content = made.read_bytes()
    magic, version, length, size, kind = struct.unpack_from("<4sIIII", content)
    assert (magic, version, length, kind) == (b"glTF", 2, len(content), 0x4E4F534A)
    told = json.loads(content[20 : 20 + size])
    names = {each["name"] for each in told["nodes"] if "name" in each}
    assert set(garments()) <= names, (garments(), sorted(names))
    assert len(told["skins"][0]["joints"]) > 50
    look("exported")
