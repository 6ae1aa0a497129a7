# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an outfit goes through skin or other cloth, found by another library than the engine's own: libigl's winding
numbers and exact predicates.
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
Faces = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """One garment on one body in one pose.

    deep: vertices more than a millimetre inside the body; seen: those of them under skin that is drawn;
    through_skin: triangle pairs of cloth and drawn skin that cross; through_cloth: pairs with inner garments;
    itself: pairs of the garment's own triangles that cross, pockets, buttons and laces left out; depth in metres.
    """

    garment: str
    pose: str
    deep: int
    seen: int
    depth: float
    through_skin: int
    through_cloth: int
    itself: int


def judge(body: Body, outfit: Outfit, pose: str) -> list[Finding]:
    """What libigl finds on every garment of an outfit in ``pose``."""
    template = load_template()
    skin = np.ascontiguousarray(pose_body(body, pose).vertices)
    drawn = ~np.repeat(outfit.hidden_quads[template.parts["skin"]], 2)
    return [
        _judge_one(garment, outfit.garments[:number], pose, (skin, template.outer_triangles), drawn)
        for number, garment in enumerate(outfit.garments)
    ]


def _judge_one(
    garment: FittedGarment,
    inner: Sequence[FittedGarment],
    pose: str,
    skin: tuple[FloatArray, IntArray],
    drawn: npt.NDArray[np.bool_],
) -> Finding:
    import igl
    import igl.predicates

    cloth, faces = garment.vertices, sewn(garment)
    distance, nearest, _, _ = igl.signed_distance(
        cloth, skin[0], skin[1].astype(np.int64), igl.SIGNED_DISTANCE_TYPE_FAST_WINDING_NUMBER
    )
    deep = distance < -DEEP
    pairs = _crossing(cloth, garment.triangles.astype(np.int64), *skin)
    return Finding(
        garment.garment,
        pose,
        int(deep.sum()),
        int((deep & drawn[nearest]).sum()),
        float(max(0.0, -distance.min())),
        int(drawn[pairs[:, 1]].sum()),
        sum(len(_crossing(cloth, faces, other.vertices, other.triangles)) for other in inner),
        len(igl.predicates.find_self_intersections(cloth, faces)[1]),
    )


def sewn(garment: FittedGarment) -> Faces:
    """Triangles of the garment's largest piece: without what is set on the cloth."""
    import igl

    faces = garment.triangles.astype(np.int64)
    pieces = np.asarray(igl.facet_components(faces)[1]).ravel()
    return np.ascontiguousarray(faces[pieces == np.bincount(pieces).argmax()])


def _crossing(cloth: FloatArray, faces: Faces, vertices: FloatArray, triangles: IntArray) -> Faces:
    """(k, 2) pairs of crossing triangles."""
    import igl.predicates

    found = igl.predicates.find_intersections(cloth, faces, np.ascontiguousarray(vertices), triangles.astype(np.int64))
    return np.asarray(found[1], dtype=np.int64).reshape(-1, 2)
