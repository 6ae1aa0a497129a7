# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an outfit goes through skin or other cloth, found by another library than the engine's own: libigl's winding
numbers, exact predicates and rays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.fitting import FittedGarment, Outfit

DEEP = 0.001
# Where cameras stand around a person: directions of sight, from a little below the subject to well above.
ELEVATIONS = (-10.0, 10.0, 35.0)
AZIMUTHS = 24
# What a ray meets within this distance, metres, is the crossing that it starts from.
NEAR = 0.0005
Faces = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """One garment on one body in one pose.

    deep: vertices more than a millimetre inside the body; seen: those of them under skin that is drawn;
    through_skin: triangle pairs of cloth and drawn skin that cross; through_cloth: pairs with inner garments;
    itself: pairs of the garment's own triangles that cross, pockets, buttons and laces left out; itself_seen: those of
    them that a camera somewhere around the person sees, nothing else in between; depth in metres.
    """

    garment: str
    pose: str
    deep: int
    seen: int
    depth: float
    through_skin: int
    through_cloth: int
    itself: int
    itself_seen: int


def judge(body: Body, outfit: Outfit, pose: str) -> list[Finding]:
    """What libigl finds on every garment of an outfit in ``pose``."""
    template = load_template()
    skin = np.ascontiguousarray(pose_body(body, pose).vertices)
    drawn = ~np.repeat(outfit.hidden_quads[template.parts["skin"]], 2)
    sight = _Sight([(skin, template.outer_triangles), *((each.vertices, each.triangles) for each in outfit.garments)])
    return [
        _judge_one(garment, outfit.garments[:number], pose, (skin, template.outer_triangles), drawn, sight)
        for number, garment in enumerate(outfit.garments)
    ]


class _Sight:
    """What can be seen of points among solid meshes by cameras around them."""

    def __init__(self, meshes: Sequence[tuple[FloatArray, IntArray]]) -> None:
        from igl.embree import EmbreeIntersector

        starts = np.cumsum([0, *(len(vertices) for vertices, _ in meshes[:-1])])
        self._rays = EmbreeIntersector()
        self._rays.init(
            np.asfortranarray(np.vstack([vertices for vertices, _ in meshes]), dtype=np.float32),
            np.asfortranarray(
                np.vstack([triangles + start for (_, triangles), start in zip(meshes, starts, strict=True)]),
                dtype=np.int32,
            ),
        )
        up, around = np.meshgrid(np.radians(ELEVATIONS), np.arange(AZIMUTHS) * 2 * np.pi / AZIMUTHS)
        directions = np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], axis=-1)
        self._directions = directions.reshape(-1, 3).astype(np.float32)

    def sees(self, point: FloatArray) -> bool:
        """Whether a ray from there towards any of the cameras meets nothing."""
        start = point.astype(np.float32)
        return any(self._rays.intersectRay_first(start, way, NEAR)[0] < 0 for way in self._directions)


def _judge_one(
    garment: FittedGarment,
    inner: Sequence[FittedGarment],
    pose: str,
    skin: tuple[FloatArray, IntArray],
    drawn: npt.NDArray[np.bool_],
    sight: _Sight,
) -> Finding:
    import igl
    import igl.predicates

    cloth, faces = garment.vertices, sewn(garment)
    distance, nearest, _, _ = igl.signed_distance(
        cloth, skin[0], skin[1].astype(np.int64), igl.SIGNED_DISTANCE_TYPE_FAST_WINDING_NUMBER
    )
    deep = distance < -DEEP
    pairs = _crossing(cloth, garment.triangles.astype(np.int64), *skin)
    own = np.asarray(igl.predicates.find_self_intersections(cloth, faces)[1], dtype=np.int64).reshape(-1, 2)
    return Finding(
        garment.garment,
        pose,
        int(deep.sum()),
        int((deep & drawn[nearest]).sum()),
        float(max(0.0, -distance.min())),
        int(drawn[pairs[:, 1]].sum()),
        sum(len(_crossing(cloth, faces, other.vertices, other.triangles)) for other in inner),
        len(own),
        sum(sight.sees(point) for point in _meeting_points(cloth[faces[own]])),
    )


def sewn(garment: FittedGarment) -> Faces:
    """Triangles of the garment's largest piece: without what is set on the cloth."""
    import igl

    faces = garment.triangles.astype(np.int64)
    pieces = np.asarray(igl.facet_components(faces)[1]).ravel()
    return np.ascontiguousarray(faces[pieces == np.bincount(pieces).argmax()])


def _meeting_points(pairs: FloatArray) -> FloatArray:
    """(k, 3) where two triangles that cross, (k, 2, 3, 3), go through each other: the middle of their common line."""
    points, counts = np.zeros((len(pairs), 3)), np.zeros((len(pairs), 1))
    for edges, other in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        origin, along, across = other[:, 0], other[:, 1] - other[:, 0], other[:, 2] - other[:, 0]
        for corner in range(3):
            start = edges[:, corner]
            edge = edges[:, (corner + 1) % 3] - start
            system = np.stack([-edge, along, across], axis=-1)
            flat = np.abs(np.linalg.det(system)) < 1e-18  # parallel to the other triangle, metres cubed
            system[flat] = np.eye(3)
            part, u, v = np.linalg.solve(system, (start - origin)[..., None])[..., 0].T
            hit = ~flat & (part >= 0) & (part <= 1) & (u >= 0) & (v >= 0) & (u + v <= 1)
            points[hit] += start[hit] + part[hit, None] * edge[hit]
            counts[hit] += 1
    touching = counts[:, 0] == 0  # within rounding of each other
    points[touching], counts[touching] = pairs[touching].mean(axis=(1, 2)), 1
    return points / counts


def _crossing(cloth: FloatArray, faces: Faces, vertices: FloatArray, triangles: IntArray) -> Faces:
    """(k, 2) pairs of crossing triangles."""
    import igl.predicates

    found = igl.predicates.find_intersections(cloth, faces, np.ascontiguousarray(vertices), triangles.astype(np.int64))
    return np.asarray(found[1], dtype=np.int64).reshape(-1, 2)
