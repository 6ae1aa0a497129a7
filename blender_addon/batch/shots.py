# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be photographed: people, looks, colourways and cameras, each picture with its name (no bpy)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from avatar_engine.errors import LookError
from avatar_engine.look import Look
from avatar_engine.measurements import Person
from avatar_engine.words import phrase

from ..scene.presets import Preset

FIELDS = ("subject", "look", "colourway", "camera", "frame")
# What a file's name may hold on every system; folders are parted by "/".
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*(/[A-Za-z0-9][A-Za-z0-9 ._-]*)*")


@dataclass(frozen=True)
class Picture:
    """How every picture of a batch is taken.

    Parameters
    ----------
    kind : a key of ``pictures.KINDS``
    clear : whether the person stands on nothing, with the picture transparent around them
    turntable : frames of a full turn around the person, 0 for a single picture
    drape : "live" or "final", see ``scene.dressing``
    device : one of ``scene.devices.DEVICES``
    """

    preset: Preset
    kind: str = "png"
    clear: bool = False
    turntable: int = 0
    drape: str = "live"
    device: str = "auto"


@dataclass(frozen=True)
class Colourway:
    """Colours of a look's garments, garment to slot to "#rrggbb"; what is not named stays as the look has it."""

    name: str
    colours: dict[str, dict[str, str]]

    def on(self, look: Look) -> Look:
        """The look in these colours."""
        dyed = [
            replace(choice, colours={**choice.colours, **self.colours.get(choice.garment, {})})
            for choice in look.garments
        ]
        return replace(look, garments=tuple(dyed))


@dataclass(frozen=True)
class PlannedLook:
    """A look, in which colours it is shown, and on whom: ``subjects``, everybody where that is empty."""

    name: str
    look: Look
    colourways: tuple[Colourway, ...] = (Colourway("own", {}),)
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shot:
    """One picture.

    Parameters
    ----------
    undyed, look : the look as its file has it, and in the colours of the colourway
    turn_deg : how far the camera has walked round from its own place
    """

    name: str
    person: Person
    look_name: str
    undyed: Look
    look: Look
    colourway: str
    camera: str
    turn_deg: float

    def sitting(self) -> tuple[str, str]:
        """The same for pictures that differ in colours and cameras alone: dressed and built once."""
        return self.person.subject, self.look_name


@dataclass(frozen=True)
class Plan:
    """A batch: everybody in each of their looks, in each of its colourways, by each camera.

    Parameters
    ----------
    naming : template of the pictures' names, of ``FIELDS`` in braces
    """

    people: tuple[Person, ...]
    looks: tuple[PlannedLook, ...]
    cameras: tuple[str, ...]
    picture: Picture
    naming: str

    def shots(self, file: str) -> list[Shot]:
        """All pictures in the order of the work; raises ``LookError``, naming ``file``, where two have one name."""
        found = list(self._shots())
        for name, count in Counter(shot.name for shot in found).items():
            if count > 1:
                raise LookError(file, "name", self.naming, phrase("different_pictures"), phrase("hint_same", name=name))
            if not SAFE_NAME.fullmatch(name):
                raise LookError(file, "name", name, phrase("a_picture_name"))
        return found

    def _shots(self) -> Iterator[Shot]:
        frames = max(self.picture.turntable, 1)
        for person in self.people:
            for planned in self.looks:
                if planned.subjects and person.subject not in planned.subjects:
                    continue
                for colourway in planned.colourways:
                    look = colourway.on(planned.look)
                    for camera in self.cameras:
                        for frame in range(frames):
                            name = self._name(person, planned, colourway, camera, frame)
                            turn = 360.0 * frame / frames
                            yield Shot(name, person, planned.name, planned.look, look, colourway.name, camera, turn)

    def _name(self, person: Person, planned: PlannedLook, colourway: Colourway, camera: str, frame: int) -> str:
        numbered = f"{frame:0{len(str(max(self.picture.turntable - 1, 0)))}d}"
        name = self.naming.format(
            subject=person.subject, look=planned.name, colourway=colourway.name, camera=camera, frame=numbered
        )
        return f"{name}-{numbered}" if self.picture.turntable and "frame" not in fields_of(self.naming) else name


def fields_of(naming: str) -> Sequence[str]:
    """Fields of a template; raises ``ValueError`` where its braces do not match."""
    return [name for _, name, _, _ in string.Formatter().parse(naming) if name is not None]
