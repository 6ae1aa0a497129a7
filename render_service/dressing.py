# SPDX-License-Identifier: GPL-3.0-or-later
"""One person in one look: body, clothes and appearance put together, written as a GLB and photographed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.avatar import BodyResult, build_body
from avatar_engine.body.pose import PosedBody, pose_body
from avatar_engine.body.shape import Body
from avatar_engine.export.avatar_glb import write_avatar_glb
from avatar_engine.fitting import Outfit, fit_outfit
from avatar_engine.look import Look
from avatar_engine.measurements import Person
from blender_addon.scene.person import DressedAvatar
from render_service.made import Made
from render_service.worker import RenderWorker

REST = "a_pose"
DRAPES = {"draft": "interactive", "standard": "final", "final": "final"}


@dataclass(frozen=True)
class Order:
    """One person in one look, to be made as ``name``.glb and ``name``.png."""

    name: str
    person: Person
    look: Look


@dataclass(frozen=True)
class Picture:
    """How pictures are taken; ``worker`` is None where none are wanted."""

    preset: str
    camera: str
    worker: RenderWorker | None


@dataclass(frozen=True)
class Step:
    """Something about to be done for an order, to be shown: ``what`` is "body", "files" or "picture"."""

    order: Order
    what: str

    @property
    def subject(self) -> str:
        """What a line of progress says."""
        return f"{self.order.name}, {self.what}"


@dataclass
class Delivery:
    """What became of an order: the body it was made on, its files, and the ease of each garment by measurement."""

    order: Order
    body: BodyResult
    files: list[Path] = field(default_factory=list)
    ease_mm: dict[str, dict[str, float]] = field(default_factory=dict)


def deliver(order: Order, out: Path, picture: Picture, made: Made) -> Iterator[Step | Delivery]:
    """Make an order's files that are not up to date, yielding each step as it begins and the delivery last.

    Raises
    ------
    AvatarError
        the body, the fit or the picture cannot be made; files written before stay, whole
    """
    yield Step(order, "body")
    delivery = Delivery(order, build_body(order.person.measurements))
    asked = order.person.measurements
    who = (asked.values.tolist(), asked.given.tolist(), asked.sex, asked.weight_kg, asked.age_years)
    drape = DRAPES[picture.preset]
    yield Step(order, "files")
    glb, recipe = out / f"{order.name}.glb", made.recipe(who, order.look, drape)
    if not made.has(glb, recipe):
        outfit, appearance = dress(delivery.body.body, order.look, REST, drape)
        write_avatar_glb(glb, delivery.body.body, outfit, appearance)
        made.add(glb, recipe)
    delivery.files.append(glb)
    if picture.worker is not None:
        yield Step(order, "picture")
        png, recipe = out / f"{order.name}.png", made.recipe(who, order.look, picture.preset, picture.camera)
        if not made.has(png, recipe):
            avatar = posed_avatar(delivery.body.body, order.look, drape)
            picture.worker.render(avatar, png, order.look.studio, picture.camera, picture.preset)
            made.add(png, recipe)
        delivery.files.append(png)
    yield delivery


def dress(body: Body, look: Look, pose: str, drape: str) -> tuple[Outfit, Appearance]:
    """Clothes and appearance of a look on a body, both in ``pose``."""
    outfit = fit_outfit(body, look.garments, pose, drape, None)
    posed = None if pose == REST else pose_body(body, pose)
    return outfit, _appearance(body, posed, look, outfit)


def _appearance(body: Body, posed: PosedBody | None, look: Look, outfit: Outfit) -> Appearance:
    return build_appearance(
        body,
        posed,
        style=look.hair.style,
        hair=look.hair.colour,
        skin_tone=look.skin_tone,
        eyes=look.eye_colour,
        seed=look.seed,
        cover=[(garment.vertices, garment.triangles) for garment in outfit.garments],
    )


def posed_avatar(body: Body, look: Look, drape: str) -> DressedAvatar:
    """A person in a look's pose, as the studio takes them."""
    outfit, appearance = dress(body, look, look.pose, drape)
    return DressedAvatar(pose_body(body, look.pose), outfit.garments, outfit.hidden_quads, appearance)
