# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: put on, and draped."""

from __future__ import annotations

from collections.abc import Iterator
from subprocess import Popen

import bpy
from eye import avatar, garments, look, shapes, view
from hand import STEP, area, click, find, module, move, press, settled, unfold, until

WARDROBE_STEPS = 3  # up from the end of the menu of garments, where what is worn outside stands


def puts_on_another_garment() -> Iterator[float]:
    header = yield from unfold("ATELIER_PT_wardrobe")
    for each in bpy.context.selected_objects:
        each.select_set(False)
    yield from settled()
    before, worn = look("wardrobe"), garments()
    minus = yield from find("ops.atelier.take_off(", header)
    plus = minus[0], minus[1] + 14  # the mouse comes from above: to the upper half of the button below
    yield from click(plus)
    yield STEP
    look("menu")
    for _ in range(WARDROBE_STEPS):
        press("UP_ARROW", plus)
        yield 0.1
    press("RET", plus)
    yield from settled()
    new = set(garments()) - set(worn)
    assert len(new) == 1, (worn, garments())
    assert [each for each in avatar().objects if each.atelier.garment in new], "it is there as an object"
    after = look("dressed")
    assert (abs(view(after) - view(before)).max(axis=2) > 0.1).mean() > 0.01, "and it is seen"


def drapes_finely() -> Iterator[float]:
    jobs, state = module("jobs"), avatar().atelier
    header = yield from unfold("ATELIER_PT_wardrobe")
    button = yield from find("ops.atelier.drape(", header)
    before = shapes()
    for ending, told in ((lambda child: press("ESC", button), "Cancelled"), (Popen.kill, "stopped from outside")):
        yield from click(button)
        yield from until(lambda: jobs.running() is not None, "a click on Drape Finely starts a job")
        child = jobs.running()._process
        yield from settled()
        assert child.poll() is None
        look("draping")
        ending(child)
        yield from until(lambda: jobs.running() is None, "the job is over")
        assert child.poll() is not None
        yield from settled()
        assert told in jobs.outcome("atelier.drape"), jobs.outcome("atelier.drape")
        assert shapes() == before, "the live fit stays"
        press("ESC", button)  # where it is told in a popup, that would take the next click
        yield STEP
        move((area().x + 300, area().y + 300))
        yield from settled()
    for row in state.garments:
        row.worn = False
    bpy.ops.atelier.wear(garment="leggings")  # not sewn: they are done at once
    bpy.ops.ed.undo_push(message="Leggings")
    yield from settled()
    before = shapes()
    yield from click((yield from find("ops.atelier.drape(", header)))
    yield from until(lambda: shapes() != before, "the drape is put on")
    yield from settled()
    look("draped")
    press("Z", (area().x + 300, area().y + 300), ctrl=True)
    yield from settled()
    assert shapes() == before, "Ctrl-Z takes the drape back"
    for row in avatar().atelier.garments:
        row.worn = True
    yield from settled()
