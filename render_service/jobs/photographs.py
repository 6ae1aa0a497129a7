# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of one job: the person dressed once, then one photograph after the other, each file written whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from avatar_engine.export.avatar_glb import write_avatar_glb
from avatar_engine.look import Look, parse_look
from avatar_engine.look_prints import Pictures
from avatar_engine.measurements import Person, complete
from avatar_engine.words import LANGUAGES
from blender_addon.scene.dressing import Dressing, Order
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset
from render_service.portal.renders.choices import Shot
from render_service.production import DRAPES
from render_service.worker import RenderWorker

Progress = Callable[[float, str], None]


class Sitting:
    """Somebody dressed for their pictures.

    Parameters
    ----------
    wish : of the job's row
    subject : whose face it is: the same for all pictures of a person
    pictures : what reads the pictures of prints

    Raises
    ------
    AvatarError
    """

    def __init__(self, wish: Mapping[str, Any], subject: str, pictures: Pictures) -> None:
        told = wish["measurements"]
        measurements = complete(told["given"], told["sex"], told["weight_kg"], told["age_years"])
        order = Order(subject, Person(0, subject, measurements), parse_look(wish["look"], pictures=pictures))
        self._look: Look = order.shown()
        self._body = order.body().body
        self._dressing = Dressing(self._body, self._look, self._look.pose, DRAPES.get(wish["quality"], "final"))
        self._person: DressedAvatar = self._dressing.posed()

    def caution(self) -> dict[str, str] | None:
        """What may show in the pictures, in every language; None where all is clean."""
        found = self._dressing.cautions()
        return {name: ". ".join(each.say(name) for each in found) for name in LANGUAGES} if found else None

    def write_avatar(self, path: Path) -> None:
        """The dressed avatar as a GLB, in the A-pose."""
        write_avatar_glb(path, self._body, *self._dressing.at_rest())

    def photograph(self, worker: RenderWorker, shot: Shot, preset: Preset, path: Path, progress: Progress) -> None:
        """One picture; raises ``RenderError`` and ``OSError``."""
        worker.render(self._person, path, self._look.studio, shot.framing, preset, progress, shot.turn_deg)
