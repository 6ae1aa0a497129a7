# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping what is shown up with what is asked: a change marks its avatar, a timer brings the objects up to it.

Each object carries the recipe that it was made from. Undo, redo and loading need no more than to look at them all: what
differs is made again, whatever step of the history it comes from.
"""

from __future__ import annotations

import time

import bpy
from bpy.app.handlers import persistent

from avatar_engine.errors import AvatarError

from . import avatars, update, upgrade
from .words import explained, said

SOON, TICK = 0.01, 0.05  # seconds: to the first look after a change, and from one to the next
# The body follows each tick; clothes wait until the hand rests a moment, hair until it has left.
SETTLED: dict[str, float] = {update.BODY: 0.0, update.CLOTHES: 0.12, update.DETAILS: 0.5}

# When each avatar was last touched, by the session's number of its collection; empty means that the timer rests.
_touched: dict[int, float] = {}
_stage: dict[int, str] = {}


def touch(avatar: bpy.types.ID) -> None:
    """Say that something about an avatar was changed."""
    if not getattr(avatar.atelier, "is_avatar", False):
        return
    _touched[avatar.session_uid] = time.monotonic()
    _stage[avatar.session_uid] = update.BODY
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=SOON)


def bring_up(avatar: bpy.types.Collection, complete: bool = False) -> bool:
    """Bring everything of an avatar up at once; False where it cannot be, ``atelier.problem`` saying why.

    ``complete``: make objects that are missing, too.
    """
    _touched.pop(avatar.session_uid, None)
    return all(_attempt(avatar, stage, complete) for stage in update.STAGES)


def is_waiting(avatar: bpy.types.Collection) -> bool:
    """Whether something of an avatar is still to be brought up."""
    return avatar.session_uid in _touched


def _tick() -> float | None:
    now = time.monotonic()
    for avatar in list(avatars.all_avatars()):
        uid = avatar.session_uid
        if uid not in _touched or now - _touched[uid] < SETTLED[_stage[uid]] or not avatars.can_change(avatar):
            continue
        done = _attempt(avatar, _stage[uid], complete=False)
        following = update.STAGES[update.STAGES.index(_stage[uid]) + 1 :]
        if done and following:
            _stage[uid] = following[0]
        else:
            del _touched[uid]
        _redraw()
    for uid in _touched.keys() - {each.session_uid for each in avatars.all_avatars()}:
        del _touched[uid]
    return TICK if _touched else None


def _attempt(avatar: bpy.types.Collection, stage: str, complete: bool) -> bool:
    state = avatar.atelier
    if upgrade.is_newer(avatar):
        state.problem = said("A newer version of Atelier has saved this avatar: update the extension to change it.")
        return False
    upgrade.bring_in(avatar)
    try:
        update.run(avatar, stage, complete)
    except AvatarError as error:
        state.problem, state.problem_field = explained(error), getattr(error, "field", "")
        return False
    if stage == update.BODY or not state.problem_field:
        state.problem = state.problem_field = ""
    return True


def _redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("VIEW_3D", "PROPERTIES"):
                area.tag_redraw()


@persistent
def _look_at_all(*_: object) -> None:
    for avatar in avatars.all_avatars():
        touch(avatar)


HANDLERS = ("undo_post", "redo_post", "load_post")


def watch() -> None:
    """Look at all avatars after undo, redo and loading."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_look_at_all)


def forget() -> None:
    """Stop watching, and let the timer rest."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).remove(_look_at_all)
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    _touched.clear()
    _stage.clear()
