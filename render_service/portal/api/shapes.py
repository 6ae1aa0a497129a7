# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars as the viewer draws them: parts with positions, and a part's mesh where the viewer does not know it yet."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from flask import url_for

from avatar_engine.appearance.eyes import build_eyes
from avatar_engine.avatar import BodyResult, with_own_face
from avatar_engine.body.pose import REST, bone_transforms, skin
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template, triangulate
from avatar_engine.export.gltf_material import picture_file
from avatar_engine.look import GarmentChoice, Look
from avatar_engine.measurements import complete
from avatar_engine.standing import Stance, stance_in, standing_in, standing_lift
from garments.catalogue import catalogue
from garments.prints import TILE, Print
from garments.weaves import SMOOTH, tile_size, weaves
from render_service.portal.api.coding import STEP_M, coded, coded_positions
from render_service.portal.api.dressing import dressed
from render_service.portal.api.hair import head_motion
from render_service.portal.people.bodies import body_of, working

if TYPE_CHECKING:
    from avatar_engine.fitting.outfit import FittedGarment, Outfit

UV_STEPS = 65535
MAP_STEPS, NOT_MEASURED = 100.0, 65535
FLAT = 1 << 19  # steps that a panel lies from its origin, at most
FIRST = ("trainers", "trousers-straight", "t-shirt")
# Parts of the template to the viewer's materials; eyeballs are drawn as better ones.
LOOKS = {"skin": "skin", "eye_socket": "skin", "mouth": "inner", "tongue": "inner"}


def stance_words(stance: Stance) -> str:
    """How a body stands, as the viewer is told."""
    return f"heels {1000.0 * stance.heel:.0f} mm, arms {1000.0 * stance.arm_room:.0f} mm"


BARE = stance_words(Stance())


def avatar_parts(
    made: BodyResult,
    look: Look,
    known: Collection[str],
    clothes_only: bool = False,
    fit_map: str | None = None,
    subject: str | None = None,
    stance: str = BARE,
) -> dict[str, Any]:
    """The avatar in a look and its pose; clothes are carried into the pose by the bones that they hang on.

    Parameters
    ----------
    known : meshes that the viewer has
    clothes_only : the body stays as it was, unless it stands otherwise in these clothes
    fit_map : one of ``fit_map.MAPS``, told for every vertex of cloth; None for none
    subject : whose face it is, as in ordered pictures; None for the average face
    stance : how the body that the viewer shows stands, as told with it

    Raises
    ------
    LookError, FitError
    """
    stands = _stands(look)
    with working:
        parts = _avatar_parts(made, look, known, clothes_only and stands == stance, fit_map, subject)
    return parts | {"stance": stands}


def _stands(look: Look) -> str:
    """The same for all looks in which a body stands alike; arms are held off in a pose alone."""
    stance = stance_in(look.garments)
    return stance_words(replace(stance, arm_room=0.0) if look.pose == REST else stance)


def _avatar_parts(
    made: BodyResult, look: Look, known: Collection[str], clothes_only: bool, fit_map: str | None, subject: str | None
) -> dict[str, Any]:
    outfit = dressed(made, look)
    body = standing_in(made.body, look.garments)
    transforms = None if look.pose == REST else bone_transforms(body, look.pose)
    posed = _Posed(body, transforms)
    parts: list[dict[str, Any]] = []
    if not clothes_only:
        faced = made if subject is None else with_own_face(made, subject)
        parts = _person(_Posed(standing_in(faced.body, look.garments), transforms))
    mapped = _map(made, outfit, fit_map)
    parts += [_garment(posed.worn(each), known) | mapped.get(each.garment, {}) for each in outfit.garments]
    for part in parts:
        if part["mesh"] in known:
            part.pop("topology", None)
    lift = round(standing_lift(outfit.garments), 4)
    hidden = coded(np.flatnonzero(outfit.hidden_quads[_shown()[0]])[:, None])
    head = head_motion(posed.vertices)
    return {"step_m": STEP_M, "lift_m": lift, "head": head, "hidden": hidden, "parts": parts}


def warm() -> None:
    """Load body, solver and the clothes most people try first, so that the first visitor need not wait."""
    avatar_parts(body_of(complete({})), Look(tuple(GarmentChoice(name) for name in FIRST)), ())


class _Posed:
    """A body in a pose by its bones alone: what flesh yields at the armpits is left to pictures, for it takes long."""

    def __init__(self, body: Body, transforms: FloatArray | None) -> None:
        self._body, self._transforms = body, transforms
        template = load_template()
        self.vertices = self._carried(body.vertices, template.bone_indices, template.bone_weights)

    def helpers(self) -> dict[str, FloatArray]:
        """Points of every helper, such as the eyes' sockets."""
        weighted = load_template().helpers
        return {
            name: self._carried(points, weighted[name].bone_indices, weighted[name].bone_weights)
            for name, points in self._body.helpers.items()
        }

    def worn(self, garment: FittedGarment) -> FittedGarment:
        """A garment, as the bones carry it."""
        return replace(garment, vertices=self._carried(garment.vertices, garment.bone_indices, garment.bone_weights))

    def _carried(self, points: FloatArray, bones: IntArray, weights: FloatArray) -> FloatArray:
        return points if self._transforms is None else skin(points, bones, weights, self._transforms)


def _person(posed: _Posed) -> list[dict[str, Any]]:
    return [_body(posed.vertices), *_eyes(posed)]


def _body(vertices: FloatArray) -> dict[str, Any]:
    positions = coded_positions(vertices)
    return {"name": "body", "mesh": "body", "positions": positions, "topology": _body_topology()}


@cache
def _shown() -> tuple[IntArray, IntArray, list[str]]:
    """The body's quads in the order of the viewer's index, the material of every quad, and the materials' names."""
    template = load_template()
    numbers = np.full(len(template.quads), -1, dtype=np.int32)
    names = sorted(set(LOOKS.values()))
    for part, look in LOOKS.items():
        numbers[template.parts[part]] = names.index(look)
    shown = np.flatnonzero(numbers >= 0)
    return shown[np.argsort(numbers[shown], kind="stable")].astype(np.int32), numbers, names


@cache
def _body_topology() -> dict[str, Any]:
    template = load_template()
    order, numbers, names = _shown()
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


def _eyes(posed: _Posed) -> list[dict[str, Any]]:
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
        for eye in build_eyes(posed.vertices, posed.helpers())
    ]


def _map(made: BodyResult, outfit: Outfit, kind: str | None) -> dict[str, dict[str, str]]:
    """A map of the fit by garment, in hundredths of its unit; room is measured in the A-pose, as tailors fit."""
    if kind is None:
        return {}
    from avatar_engine.fitting.fit_map import map_values

    values = map_values(kind, outfit.garments, made.body.vertices)
    return {
        name: {"map": coded(np.where(np.isnan(row), NOT_MEASURED, np.round(row * MAP_STEPS))[:, None])}
        for name, row in values.items()
    }


def _garment(garment: FittedGarment, known: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": garment.garment,
        # The base layer has fewer pieces under some garments, and shoes are built anew for other feet.
        "mesh": f"{garment.garment}.{zlib.crc32(garment.triangles.tobytes()):08x}",
        "size": garment.size,
        "ease_mm": {key: round(value, 1) for key, value in garment.ease_mm.items()},
        "looks": {slot: _cloth(garment, slot) for slot in garment.slots},
        "positions": coded_positions(garment.vertices),
    }
    if garment.printed is None:
        # Threads may stretch with the cloth as its wearer is being shaped; they need no places of their own each time.
        return told if told["mesh"] in known else told | {"topology": _laid_flat(garment)[0]}
    topology, cut = _laid_flat(garment)
    width, height = garment.printed.repeat()
    return told | {
        "mesh": f"{told['mesh']}.{cut}",
        "topology": topology,
        "uvs": topology.pop("flat"),
        "print": {"picture": _picture(garment.printed), "repeat_m": [round(width, 5), round(height, 5)]},
    }


def _laid_flat(garment: FittedGarment) -> tuple[dict[str, Any], int]:
    """A garment's mesh with the flat places of its cloth; where panels meet, a vertex has one on each.

    The number tells how the mesh is divided; it is the same for bodies whose panels meet alike.
    """
    order = np.argsort(garment.triangle_slots, kind="stable")
    counts = np.bincount(garment.triangle_slots, minlength=len(garment.slots)) * 3
    groups = [{"count": int(count), "look": slot} for slot, count in zip(garment.slots, counts, strict=True)]
    triangles = garment.triangles[order]
    flat = np.round(garment.corner_uvs[order].reshape(-1, 2) / STEP_M).astype(np.int64)
    codes = (triangles.reshape(-1).astype(np.int64) << 40) + ((flat[:, 0] + FLAT) << 20) + flat[:, 1] + FLAT
    points, first, index = np.unique(codes, return_index=True, return_inverse=True)
    source = (points >> 40)[:, None]
    topology = {
        "index": coded(index.reshape(-1, 3)),
        "source": coded(source),
        "flat": coded(flat[first]),
        "groups": groups,
    }
    return topology, zlib.crc32(index.astype(np.int32).tobytes() + source.tobytes())


def _picture(printed: Print) -> str:
    """Where the viewer finds a print's tile."""
    return url_for("prints.picture", print_file=printed.tile) if printed.kind == TILE else _drawn(printed)


@lru_cache(maxsize=64)
def _drawn(printed: Print) -> str:
    return "data:image/png;base64," + base64.b64encode(picture_file(printed.pixels(), "PNG")).decode("ascii")


def _cloth(garment: FittedGarment, slot: str) -> dict[str, Any]:
    spec = catalogue()[garment.garment]
    fabric = spec.slot_material(slot, garment.fabric)
    told: dict[str, Any] = {"colour": garment.colours[slot], "roughness": fabric.roughness, "sheen": fabric.sheen}
    weave = weaves()[fabric.id]
    if weave.kind != SMOOTH:
        repeat = [round(value, 5) for value in tile_size(weave.kind, fabric.weave_scale_mm)]
        height = round(weave.relief * fabric.weave_scale_mm / 1000.0, 7)
        told["weave"] = {"kind": weave.kind, "repeat_m": repeat, "height_m": height, "contrast": weave.contrast}
    if garment.printed is not None:
        told["printed"] = spec.is_printed(slot, garment.fabric)
    return told
