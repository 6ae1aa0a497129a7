# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch at work: each person dressed and built once in each look, then dyed and photographed from all sides."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import bpy

from avatar_engine.errors import AvatarError, RenderError
from avatar_engine.fitting.finish import is_installed
from avatar_engine.fitting.outfit import checked
from avatar_engine.look import Look
from avatar_engine.words import Phrase, phrase

from ..scene.build import SceneAvatar, build_avatar, recolour, remove_avatar
from ..scene.dressing import LIVE, DressedLook, Dressing, Order, told
from ..scene.render import Photographer
from . import pictures
from .record import Ledger, colours_of
from .shots import Picture, Shot

DONE, KEPT, FAILED = "done", "kept", "failed"
NOTHING: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of one picture.

    Parameters
    ----------
    state : DONE, KEPT (it was whole already) or FAILED
    seconds : that it took, dressing and building included for the first of a sitting
    entry : of the manifest; None where it failed
    cautions : what may show in it, told with the first picture of a sitting
    """

    shot: Shot
    state: str
    seconds: float = 0.0
    entry: dict[str, Any] | None = None
    cautions: tuple[Phrase, ...] = NOTHING
    error: AvatarError | None = None


class Studio:
    """Blender's scene, kept while the studio stays the same, and the person in it."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._name = ""
        self._photographer: Photographer | None = None
        self._avatar: SceneAvatar | None = None
        self._told: DressedLook | None = None
        self.scenes_built = 0

    def seat(self, shot: Shot) -> None:
        """Dress somebody and build them in the studio of their look; raises ``AvatarError``."""
        self.clear()
        if shot.look.studio != self._name:
            self._photographer = Photographer(_empty_scene(), shot.look.studio, self._picture.device)
            self._name = shot.look.studio
        order = Order(shot.name, shot.person, shot.look)
        body = order.body()
        dressing = Dressing(body.body, order.shown(), shot.look.pose, self._picture.drape)
        person, self._told = dressing.posed(), told(body, dressing)
        self._avatar = build_avatar(person, self._photographer.scene.collection)
        self.scenes_built += 1

    def take(self, shot: Shot, path: Path) -> DressedLook:
        """Dye the clothes of whoever sits there and take the picture; raises ``RenderError`` and ``OSError``."""
        preset, turn = self._picture.preset, shot.turn_deg
        if self._picture.clear:
            self._dye(shot.look)
            picture = self._photographer.cut_out(self._avatar, shot.camera, preset, turn_deg=turn)
        else:
            # What cloth throws back onto the backdrop is the look's own for all colourways: rendered once, and the
            # same whichever of them comes first.
            self._dye(shot.undyed)
            self._photographer.prepare(self._avatar, shot.camera, preset, turn)
            self._dye(shot.look)
            picture = self._photographer.before_backdrop(
                self._avatar, shot.camera, preset, lambda share, step: None, turn
            )
        pictures.write(picture, self._picture.kind, path)
        return self._told

    def _dye(self, look: Look) -> None:
        for garment, slots in colours_of(look).items():
            for slot, colour in slots.items():
                if (garment, slot) in self._avatar.cloth:
                    recolour(self._avatar, garment, slot, colour)

    def clear(self) -> None:
        """Take whoever sits there out of Blender."""
        if self._avatar is not None:
            remove_avatar(self._avatar)
            self._avatar = self._told = None


def work(shots: Sequence[Shot], ledger: Ledger, studio: Studio, force: bool) -> Iterator[Outcome]:
    """Make the pictures in order, those that are whole already left as they are.

    Raises
    ------
    OSError : where a picture cannot be written
    """
    for _, group in groupby(shots, key=Shot.sitting):
        sitting = list(group)
        entries = {shot.name: None if force else ledger.whole(shot) for shot in sitting}
        seated = False
        for shot in sitting:
            entry = entries[shot.name]
            if entry is not None:
                yield Outcome(shot, KEPT, entry=entry)
                continue
            started, first = time.monotonic(), not seated
            try:
                if first:
                    studio.seat(shot)
                    seated = True
                dressed = studio.take(shot, ledger.path(shot))
            except AvatarError as error:
                yield Outcome(shot, FAILED, error=error)
                continue
            cautions = dressed.cautions if first else NOTHING
            yield Outcome(shot, DONE, time.monotonic() - started, ledger.add(shot, dressed), cautions)
    studio.clear()


def check(shots: Sequence[Shot], picture: Picture) -> None:
    """Refuse what cannot be made before anything is; raises ``LookError``, ``RenderError``."""
    if picture.drape != LIVE and not is_installed():
        raise RenderError(phrase("needs_extra", package="newton", extra="fit"), phrase("hint_live"))
    for look in {id(shot.look): shot.look for shot in shots}.values():
        for choice in look.garments:
            checked(choice)


def _empty_scene() -> bpy.types.Scene:
    """Blender with nothing in it; add-ons and preferences stay as they are, Atelier itself being one of them."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return bpy.context.scene
