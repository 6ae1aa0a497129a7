# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in a real Blender with a real mouse: ``blender … --python window/__main__.py -- FOLDER [CHAPTER ...]``.

Blender runs under Xvfb with ``--enable-event-simulate`` and a window of 1600 x 900; the extension is installed. The
pictures are taken of the X screen, since Blender's own screenshot is black where GL is software. All chapters are
played, or those that are named; all but the first need the avatar that it makes.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import clothes
import exports
import french
import library
import person
import pictures
from eye import look

CHAPTERS = (
    person.makes_an_avatar_in_french,
    person.types_a_stature_and_takes_it_back,
    clothes.puts_on_another_garment,
    clothes.drapes_finely,
    library.fills_the_asset_browser,
    library.drops_assets,
    pictures.sets_up_a_studio,
    pictures.renders_and_is_stopped,
    pictures.renders_to_the_end,
    exports.exports,
    french.speaks_french,
)


def story() -> Iterator[float]:
    asked = sys.argv[sys.argv.index("--") + 2 :]
    for chapter in CHAPTERS:
        if not asked or chapter.__name__ in asked:
            print(f"{chapter.__name__} ...", flush=True)
            yield from chapter()


def step(steps: Iterator[float] = story()) -> float:  # noqa: B008 - one story a process
    try:
        return next(steps)
    except StopIteration:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - reported by the exit status
        traceback.print_exc()
        look("failed")
        sys.stderr.flush()
        os._exit(3)


bpy.app.timers.register(step, first_interval=2.0)
