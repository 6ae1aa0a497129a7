# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars as the viewer draws them: parts with positions, and a part's mesh where the viewer does not know it yet."""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from avatar_engine.appearance.eyes import build_eyes
from avatar_engine.avatar import BodyResult
from avatar_engine.body.template import IntArray, load_template, triangulate
from avatar_engine.look import GarmentChoice, Look
from avatar_engine.measurements import complete
from avatar_engine.standing import standing_lift
from garments.catalogue import catalogue
from render_service.portal.api.coding import STEP_M, coded, coded_positions
from render_service.portal.api.hair import head_motion
from render_service.portal.people.bodies import body_of

if TYPE_CHECKING:
    from avatar_engine.fitting.live_outfit import LiveWardrobe
    from avatar_engine.fitting.outfit import FittedGarment, Outfit

UV_STEPS = 65535
FIRST = ("trainers", "trousers-straight", "t-shirt")
# Parts of the template to the viewer's materials; eyeballs are drawn as better ones.
LOOKS = {"skin": "skin", "eye_socket": "skin", "mouth": "inner", "tongue": "inner"}
_dressing = threading.Lock()


def avatar_parts(made: BodyResult, look: Look, known: Collection[str], clothes_only: bool = False) -> dict[str, Any]:
    """The avatar in a look, in the A-pose.

    Parameters
    ----------
    known : meshes that the viewer has
    clothes_only : the body stays as it was

    Raises
    ------
    LookError, FitError
    """
    outfit = dressed(made, look)
    parts = [] if clothes_only else [_body(made), *_eyes(made)]
    parts += [_garment(each) for each in outfit.garments]
    for part in parts:
        if part["mesh"] in known:
            part.pop("topology")
    lift = round(standing_lift(outfit.garments), 4)
    return {"step_m": STEP_M, "lift_m": lift, "head": head_motion(made.body.vertices), "parts": parts}


def dressed(made: BodyResult, look: Look) -> Outfit:
    """The look's garments on the body."""
    with _dressing:
        return wardrobe().dress(made.body, look.garments)


@cache
def wardrobe() -> LiveWardrobe:
    """Garments that are ready to be put on; made on first use, for it takes seconds."""
    from avatar_engine.fitting.live_outfit import LiveWardrobe  # so that pages without clothes need no solver

    return LiveWardrobe()


def warm() -> None:
    """Load body, solver and the clothes most people try first, so that the first visitor need not wait."""
    avatar_parts(body_of(complete({})), Look(tuple(GarmentChoice(name) for name in FIRST)), ())


def _body(made: BodyResult) -> dict[str, Any]:
    positions = coded_positions(made.body.vertices)
    return {"name": "body", "mesh": "body", "positions": positions, "topology": _body_topology()}


@cache
def _body_topology() -> dict[str, Any]:
    template = load_template()
    numbers = np.full(len(template.quads), -1)
    names = sorted(set(LOOKS.values()))
    for part, look in LOOKS.items():
        numbers[template.parts[part]] = names.index(look)
    shown = np.flatnonzero(numbers >= 0)
    order = shown[np.argsort(numbers[shown], kind="stable")]
    corners = np.stack([template.quads[order].ravel(), template.quad_uvs[order].ravel()], axis=1)
    points, index = np.unique(corners, axis=0, return_inverse=True)
    triangles = triangulate(index.reshape(-1, 4))
    counts = np.bincount(numbers[order], minlength=len(names)) * 6
    return {
        "index": coded(triangles),
        "source": coded(points[:, :1]),
        "uvs": coded(np.round(template.uvs[points[:, 1]].clip(0.0, 1.0) * UV_STEPS)),
        "groups": [{"count": int(count), "look": name} for name, count in zip(names, counts, strict=True)],
    }


def _eyes(made: BodyResult) -> list[dict[str, Any]]:
    return [
        {
            "name": f"eye_{eye.side}",
            "mesh": f"eye_{eye.side}",
            "positions": coded_positions(eye.shell),
            "topology": {
                "index": coded(triangulate(eye.faces)),
                "uvs": coded(np.round(eye.uvs.clip(0.0, 1.0) * UV_STEPS)),
                "groups": [{"count": int(eye.faces.shape[0]) * 6, "look": "eye"}],
            },
        }
        for eye in build_eyes(made.body.vertices, made.body.helpers)
    ]


def _garment(garment: FittedGarment) -> dict[str, Any]:
    order = np.argsort(garment.triangle_slots, kind="stable")
    counts = np.bincount(garment.triangle_slots, minlength=len(garment.slots)) * 3
    groups = [{"count": int(count), "look": slot} for slot, count in zip(garment.slots, counts, strict=True)]
    return {
        "name": garment.garment,
        # The base layer has fewer pieces under some garments: its mesh is told by its size.
        "mesh": f"{garment.garment}.{len(garment.triangles)}",
        "size": garment.size,
        "ease_mm": {key: round(value, 1) for key, value in garment.ease_mm.items()},
        "looks": {slot: _cloth(garment, slot) for slot in garment.slots},
        "positions": coded_positions(garment.vertices),
        "topology": {"index": coded(_ordered(garment.triangles, order)), "groups": groups},
    }


def _ordered(triangles: IntArray, order: IntArray) -> IntArray:
    chosen: IntArray = triangles[order]
    return chosen


def _cloth(garment: FittedGarment, slot: str) -> dict[str, Any]:
    fabric = catalogue()[garment.garment].slot_material(slot, garment.fabric)
    return {"colour": garment.colours[slot], "roughness": fabric.roughness, "sheen": fabric.sheen}
