# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation of one garment: sewn closed around the A-pose body, hung, then taken along into the pose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.pose import skin
from avatar_engine.fitting.binding import bind, smoothed
from avatar_engine.fitting.cloth import Cloth
from avatar_engine.fitting.contacts import ALONE, FIRST_REACH, REACH, Contacts, Place
from avatar_engine.fitting.folds import Folds, joined
from avatar_engine.fitting.motion import BodyMotion, Schedule
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.selfcontact import SelfContact
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.solver import Pairs, Ring, step

FRAME_SECONDS = 1.0 / 60.0
LOOKED_AFTER = 6  # frames between two looks whether a collar has turned up while the cloth swings down
STILL = 2  # frames for which contacts hold while the body stands still
NO_PAIRS = np.zeros((0, 2), dtype=np.int32)
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Draped:
    """A garment's run: positions (n, 3) frame by frame, the bones that carry it, and what it had to keep off."""

    history: list[FloatArray]
    bone_indices: IntArray
    bone_weights: FloatArray
    contacts: Contacts


def drape(
    mesh: SewnMesh, cloth: Cloth, start: FloatArray, motion: BodyMotion, friction: float, thickness: float,
    ring: Ring, progress: Progress | None = None, place: Place = ALONE,
) -> Draped:  # fmt: skip
    """Run the whole schedule for one garment of cloth ``thickness`` metres thick that starts at ``start`` (n, 3)."""
    schedule, last = motion.schedule, len(motion.fractions)
    contacts = Contacts(motion, mesh, place)
    itself = SelfContact(cloth.edges, cloth.rest, mesh.count)
    folds = Folds(mesh, thickness)
    x = contacts.pushed_out(smoothed(start, mesh.triangles, 6))
    velocity = np.zeros_like(x)
    bones: tuple[IntArray, FloatArray] | None = None
    pairs, planes = Pairs(NO_PAIRS, itself.gap), contacts.planes(x, FIRST_REACH)
    history, ring_base = list[FloatArray](), ring.heights.copy()
    for frame in range(last):
        if motion.moved(frame):
            bones = bones or bind(motion.body, x, mesh)
            carry = motion.transforms[frame] @ np.linalg.inv(motion.transforms[frame - 1])
            x = np.ascontiguousarray(skin(x, *bones, carry))
            ring.heights = ring_base + motion.transforms[frame][0, 2, 3]
            contacts.move(frame)
        hanging = schedule.sew < frame < schedule.hung
        if frame == schedule.sew or (hanging and frame % LOOKED_AFTER == 0 and folds.stand_up(x)):
            x = contacts.pushed_out(folds.laid(x))
            velocity[folds.vertices] = 0.0
        sewing = frame < schedule.sew
        if frame <= schedule.sew or motion.moved(frame) or frame % STILL == 0:
            pairs = Pairs(folds.apart(itself.pairs(x)) if not sewing else NO_PAIRS, itself.gap)
            planes = joined(contacts.planes(x, FIRST_REACH if sewing else REACH), folds.planes(x))
        if sewing:
            velocity[:] = 0.0
        seconds, damping = FRAME_SECONDS / schedule.substeps, _damping(schedule, frame, last)
        weight = 0.1 if sewing else 1.0
        step(cloth, x, velocity, planes, ring, pairs, schedule.substeps, seconds, damping, friction, weight)
        history.append(x.copy())
        if progress is not None:
            progress((frame + 1) / last)
    return Draped(history, *(bones or bind(motion.body, x, mesh)), contacts)


def _damping(schedule: Schedule, frame: int, last: int) -> float:
    """Share of its speed that cloth loses a second: much while seams close, more where it has to come to rest."""
    if frame < schedule.sew:
        return 40.0
    coming_to_rest = schedule.hung - schedule.hang // 3 <= frame < schedule.hung or frame >= last - schedule.settle // 2
    return 10.0 if coming_to_rest else 3.0
