# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation of one garment: sewn closed around the A-pose body, hung, then taken along into the pose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.pose import skin
from avatar_engine.fitting.binding import bind, smoothed
from avatar_engine.fitting.cloth import Cloth
from avatar_engine.fitting.contacts import FIRST_REACH, REACH, Contacts
from avatar_engine.fitting.motion import BodyMotion
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.selfcontact import SelfContact
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.solver import Pairs, Ring, step
from avatar_engine.fitting.surface import Surface

FRAME_SECONDS = 1.0 / 60.0
NO_PAIRS = np.zeros((0, 2), dtype=np.int32)
Progress = Callable[[float], None]


@dataclass
class Draped:
    """A garment's run: positions (n, 3) at the end, its history frame by frame, the bones that carry it,
    and the surfaces that it had to keep off, always and where there was room.
    """

    positions: FloatArray
    a_pose: FloatArray
    history: list[FloatArray]
    bone_indices: IntArray
    bone_weights: FloatArray
    targets: list[tuple[Surface, IntArray]]
    optional: list[tuple[Surface, IntArray]]


def drape(
    mesh: SewnMesh, cloth: Cloth, start: FloatArray, motion: BodyMotion, friction: float,
    ring: Ring, progress: Progress | None = None,
) -> Draped:  # fmt: skip
    """Run the whole schedule for one garment that starts at ``start`` (n, 3)."""
    schedule = motion.schedule
    contacts = Contacts(motion, mesh)
    itself = SelfContact(cloth.edges, cloth.rest, mesh.count)
    x = contacts.pushed_out(smoothed(start, mesh.triangles, 6))
    velocity = np.zeros_like(x)
    bones: tuple[IntArray, FloatArray] | None = None
    a_pose, history, ring_base = x, list[FloatArray](), ring.heights.copy()
    hung, last = schedule.sew + schedule.hang, len(motion.fractions)
    for frame in range(last):
        if frame == hung:
            a_pose = x.copy()
            bones = bind(motion.body, x, mesh)
        if motion.moved(frame) and bones is not None:
            carry = motion.transforms[frame] @ np.linalg.inv(motion.transforms[frame - 1])
            x = np.ascontiguousarray(skin(x, *bones, carry))
            ring.heights = ring_base + motion.transforms[frame][0, 2, 3]
            contacts.move(frame)
        sewing = frame < schedule.sew
        pairs = Pairs(itself.pairs(x) if not sewing else NO_PAIRS, itself.gap)
        planes = contacts.planes(x, FIRST_REACH if sewing else REACH)
        if sewing:
            velocity[:] = 0.0
        damping = 40.0 if sewing else 3.0 if frame < last - schedule.settle // 2 else 10.0
        seconds = FRAME_SECONDS / schedule.substeps
        step(
            cloth,
            x,
            velocity,
            planes,
            ring,
            pairs,
            schedule.substeps,
            seconds,
            damping,
            friction,
            0.1 if sewing else 1.0,
        )
        history.append(x.copy())
        if progress is not None:
            progress((frame + 1) / last)
    if bones is None:
        a_pose, bones = x.copy(), bind(motion.body, x, mesh)
    history[:hung] = [a_pose] * min(hung, len(history))
    return Draped(x, a_pose, history, *bones, contacts.targets(), contacts.optional_targets())
