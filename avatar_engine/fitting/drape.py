# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation of one garment: sewn closed around the A-pose body, hung, then taken along into the pose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from avatar_engine.body.pose import bone_transforms, skin
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.binding import bind, panel_bits, smoothed, touch_bits, vertex_parts
from avatar_engine.fitting.cloth import Cloth
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.solver import Planes, Ring, step
from avatar_engine.fitting.surface import Surface

FRAME_SECONDS = 1.0 / 60.0
BODY_GAP = 0.0035
LAYER_GAP = 0.002
REACH = 0.03
FIRST_REACH = 0.08
RING_PULL = 0.3
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Schedule:
    """Frames of each stage and substeps of a frame."""

    sew: int
    hang: int
    move: int
    settle: int
    substeps: int

    @property
    def frames(self) -> int:
        return self.sew + self.hang + self.move + self.settle


SCHEDULES = {"interactive": Schedule(10, 16, 20, 10, 6), "final": Schedule(14, 46, 60, 50, 8)}


class BodyMotion:
    """The body from A-pose to a pose, frame by frame, and the inner garments on it.

    ``fractions`` (frames,): how far the body is at each frame; ``layers``: per inner garment its triangles and history.
    """

    def __init__(self, body: Body, pose: str, schedule: Schedule) -> None:
        moving = schedule.move if pose != "a_pose" else 0
        ease = np.linspace(0.0, 1.0, moving + 1)[1:]
        rest = schedule.sew + schedule.hang
        last = 1.0 if moving else 0.0
        fractions = [np.zeros(rest), ease * ease * (3.0 - 2.0 * ease), np.full(schedule.settle, last)]
        self.body, self.pose, self.schedule = body, pose, schedule
        self.fractions = np.concatenate(fractions)
        self.layers: list[tuple[IntArray, list[FloatArray]]] = []
        self.transforms = self._all_transforms()

    def _all_transforms(self) -> list[FloatArray]:
        known: dict[float, FloatArray] = {}
        for fraction in self.fractions:
            if fraction not in known:
                known[fraction] = bone_transforms(self.body, self.pose, float(fraction))
        return [known[fraction] for fraction in self.fractions]

    def vertices(self, frame: int) -> FloatArray:
        """(13718, 3) body vertices at a frame."""
        template = load_template()
        return skin(self.body.vertices, template.bone_indices, template.bone_weights, self.transforms[frame])

    def moved(self, frame: int) -> bool:
        """Whether the body differs from the frame before."""
        return frame > 0 and self.fractions[frame] != self.fractions[frame - 1]


@dataclass
class Draped:
    """A garment's run: positions (n, 3) at the end, its history frame by frame, and the bones that carry it."""

    positions: FloatArray
    a_pose: FloatArray
    history: list[FloatArray]
    bone_indices: IntArray
    bone_weights: FloatArray
    surfaces: list[Surface] = field(default_factory=list)


def drape(
    mesh: SewnMesh, cloth: Cloth, start: FloatArray, motion: BodyMotion, friction: float,
    ring: Ring, progress: Progress | None = None,
) -> Draped:  # fmt: skip
    """Run the whole schedule for one garment that starts at ``start`` (n, 3)."""
    schedule = motion.schedule
    surfaces = _surfaces(motion)
    masks = panel_bits(mesh, touch_bits)
    x = np.ascontiguousarray(_pushed_out(start, surfaces, masks, mesh))
    velocity = np.zeros_like(x)
    bones: tuple[IntArray, FloatArray] | None = None
    a_pose, history, ring_base = x, [], ring.heights.copy()
    for frame in range(len(motion.fractions)):
        if frame == schedule.sew + schedule.hang:
            a_pose = x.copy()
            bones = bind(motion.body, x, mesh)
        if motion.moved(frame) and bones is not None:
            carry = _between(motion.transforms[frame - 1], motion.transforms[frame])
            x = np.ascontiguousarray(skin(x, *bones, carry))
            ring.heights = ring_base + motion.transforms[frame][0, 2, 3]
            _move(surfaces, motion, frame)
        sewing = frame < schedule.sew
        planes = contact_planes(surfaces, x, masks, FIRST_REACH if sewing else REACH)
        if sewing:
            velocity[:] = 0.0
        damping = 40.0 if sewing else 3.0 if frame < len(motion.fractions) - schedule.settle // 2 else 10.0
        step(cloth, x, velocity, planes, ring, schedule.substeps, FRAME_SECONDS / schedule.substeps, damping, friction, 0.1 if sewing else 1.0)
        history.append(x.copy())
        if progress is not None:
            progress((frame + 1) / len(motion.fractions))
    if bones is None:
        a_pose, bones = x.copy(), bind(motion.body, x, mesh)
    for frame in range(min(schedule.sew + schedule.hang, len(history))):
        history[frame] = a_pose
    return Draped(x, a_pose, history, *bones, surfaces)


def _surfaces(motion: BodyMotion) -> list[Surface]:
    triangles = load_template().outer_triangles
    labels = vertex_parts()[triangles].max(axis=1)
    surfaces = [Surface(motion.vertices(0), triangles, labels)]
    return surfaces + [Surface(history[0], inner) for inner, history in motion.layers]


def _move(surfaces: Sequence[Surface], motion: BodyMotion, frame: int) -> None:
    surfaces[0].move(motion.vertices(frame))
    for surface, (_, history) in zip(surfaces[1:], motion.layers, strict=True):
        surface.move(history[frame])


def _between(before: FloatArray, after: FloatArray) -> FloatArray:
    return np.asarray(after @ np.linalg.inv(before))


def contact_planes(surfaces: Sequence[Surface], x: FloatArray, masks: IntArray, reach: float) -> Planes:
    """Planes that keep (n, 3) points off every surface: BODY_GAP from the first (the body), LAYER_GAP from the others."""
    ids, points, normals, gaps, groups = [], [], [], [], [0]
    for number, surface in enumerate(surfaces):
        contact = surface.contact(x, reach, masks if number == 0 else None)
        chosen = contact.hit
        if number > 0:
            aside = (x - contact.point) - ((x - contact.point) * contact.normal).sum(axis=1, keepdims=True) * contact.normal
            chosen = chosen & (np.linalg.norm(aside, axis=1) < 0.006)
        where = np.flatnonzero(chosen).astype(np.int32)
        ids.append(where)
        points.append(contact.point[where])
        normals.append(contact.normal[where])
        gaps.append(np.full(len(where), BODY_GAP if number == 0 else LAYER_GAP))
        groups.append(groups[-1] + len(where))
    return Planes(
        np.concatenate(ids), np.concatenate(points), np.concatenate(normals), np.concatenate(gaps), np.array(groups, dtype=np.int32)
    )


def _pushed_out(x: FloatArray, surfaces: Sequence[Surface], masks: IntArray, mesh: SewnMesh) -> FloatArray:
    """Start positions smoothed at the seams and moved out of everything that is worn or worn on."""
    x = smoothed(x, mesh.triangles, 6)
    for _ in range(3):
        for number, surface in enumerate(surfaces):
            contact = surface.contact(x, FIRST_REACH, masks if number == 0 else None)
            short = np.where(contact.hit, 0.006 - contact.distance, 0.0)
            x = x + np.maximum(short, 0.0)[:, None] * contact.normal
    return x
