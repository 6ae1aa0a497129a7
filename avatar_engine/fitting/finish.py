# SPDX-License-Identifier: GPL-3.0-or-later
"""The finishing pass of a final drape: newton's implicit cloth solver, where it is installed.

Started from our own drape it takes out what that leaves: strain that depends on the mesh, and cloth through itself.
Our drape alone is what is rendered elsewhere. ``warm`` compiles the kernels, which then stay in the user's cache.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from garments import Fabric

FRAMES = 4
SUBSTEPS = 1
ITERATIONS = 8
FRAME_SECONDS = 1.0 / 60.0
AROUND = 0.05  # metres around the cloth in which there may be something to touch
RADIUS = 0.0035  # metres that cloth keeps from skin and inner garments
CONTACT_STIFFNESS = 40.0
CONTACT_DAMPING = 1e-5
SOFTEST, STIFFEST = 100.0, 600.0  # N/m: stiffer cloth does not come to rest in these iterations
SHEAR_SHARE = 0.1
MODULES = ("newton", "warp")


@dataclass(frozen=True)
class Collider:
    """What the cloth lies on: vertices (n, 3), triangles (m, 3)."""

    vertices: FloatArray
    triangles: IntArray

    def within(self, low: FloatArray, high: FloatArray) -> Collider:
        """Its triangles whose own boxes meet a box, and the vertices of these."""
        corners = self.vertices[self.triangles]
        near = ((corners.max(axis=1) >= low) & (corners.min(axis=1) <= high)).all(axis=1)
        ids, triangles = np.unique(self.triangles[near], return_inverse=True)
        return Collider(self.vertices[ids], triangles.reshape(-1, 3).astype(np.int32))


@dataclass(frozen=True)
class Sheet:
    """Sewn cloth: vertices (n, 3), triangles (m, 3) and their corners on the flat panel (m, 3, 2), metres."""

    vertices: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray


def is_installed() -> bool:
    """Whether newton and warp can be imported."""
    return all(importlib.util.find_spec(name) is not None for name in MODULES)


def finish(cloth: Sheet, fabric: Fabric, colliders: Sequence[Collider], pinned: IntArray) -> FloatArray:
    """Positions (n, 3) after FRAMES more frames, in newton; the body and inner garments stand still.

    Where newton refuses the cloth (a triangle folded flat) or loses it (no finite places), the drape so far is kept.

    Parameters
    ----------
    cloth : the drape so far, free of its colliders
    pinned : vertex ids that stay where they are
    """
    with _quiet():
        try:
            found = _run(_model(cloth, fabric, colliders, pinned))
        except ValueError:  # newton counts edges of a folded triangle in one place and not in another
            return cloth.vertices
    return found if np.isfinite(found).all() else cloth.vertices


def _model(cloth: Sheet, fabric: Fabric, colliders: Sequence[Collider], pinned: IntArray) -> Any:
    import newton
    import warp as wp
    from newton.solvers import SolverStyle3D, style3d

    builder = newton.ModelBuilder(up_axis=newton.Axis.Z)
    SolverStyle3D.register_custom_attributes(builder)
    stretch = float(np.clip(1.0 / fabric.stretch, SOFTEST, STIFFEST))
    style3d.add_cloth_mesh(
        builder,
        pos=wp.vec3(0.0, 0.0, 0.0),
        rot=wp.quat_identity(),
        vel=wp.vec3(0.0, 0.0, 0.0),
        vertices=cloth.vertices.tolist(),
        indices=cloth.triangles.ravel().tolist(),
        panel_verts=cloth.corner_uvs.reshape(-1, 2).tolist(),
        panel_indices=list(range(cloth.triangles.size)),
        density=fabric.density,
        tri_aniso_ke=wp.vec3(stretch, stretch, SHEAR_SHARE * stretch),
        edge_aniso_ke=wp.vec3(fabric.bend, fabric.bend, fabric.bend),
        particle_radius=RADIUS,
    )
    low, high = cloth.vertices.min(axis=0) - AROUND, cloth.vertices.max(axis=0) + AROUND
    for each in colliders:
        near = each.within(low, high)
        if len(near.triangles) == 0:
            continue
        solid = newton.Mesh(near.vertices.astype(np.float32), near.triangles.ravel(), compute_inertia=False)
        builder.add_shape_mesh(body=-1, mesh=solid, cfg=newton.ModelBuilder.ShapeConfig(margin=0.0))
    model = builder.finalize(device="cpu")
    flags = model.particle_flags.numpy()
    flags[pinned] &= ~int(newton.ParticleFlags.ACTIVE)
    model.particle_flags = wp.array(flags, device="cpu")
    model.soft_contact_ke, model.soft_contact_kd = CONTACT_STIFFNESS, CONTACT_DAMPING
    model.soft_contact_mu = fabric.friction
    model.set_gravity((0.0, 0.0, -9.81))
    return model


def _run(model: Any) -> FloatArray:
    import newton
    from newton.solvers import SolverStyle3D

    solver = SolverStyle3D(model=model, config=SolverStyle3D.Config(iterations=ITERATIONS))
    _let_pinned_rest(solver, model)
    now, then, control = model.state(), model.state(), model.control()
    pipeline = newton.CollisionPipeline(model)
    contacts = pipeline.contacts()
    for _ in range(FRAMES):
        pipeline.collide(now, contacts)
        for _ in range(SUBSTEPS):
            now.clear_forces()
            solver.step(now, then, control, contacts, FRAME_SECONDS / SUBSTEPS)
            now, then = then, now
        if not np.isfinite(now.particle_q.numpy()).all():
            break
    return np.ascontiguousarray(now.particle_q.numpy(), dtype=np.float64)


def _let_pinned_rest(solver: Any, model: Any) -> None:
    """Take from the cloth's contacts with itself those that pinned vertices and edges ask for.

    newton sets a contact's stiffness to s t / (s + t) of its two sides', which is nothing where cloth is pinned: no
    force for one pinned side, and 0 / 0 for two that lie on each other, as a hood does, which spoils every vertex.
    """
    import newton

    active = (model.particle_flags.numpy() & int(newton.ParticleFlags.ACTIVE)) != 0
    still = ~active | (model.particle_mass.numpy() <= 0.0)
    edges = model.edge_indices.numpy()[:, 2:]
    still_edges = still[edges].all(axis=1)
    collision = solver.collision
    found = collision.frame_begin

    def frame_begin(*arguments: Any) -> None:
        found(*arguments)
        for candidates, resting in (
            (collision.broad_phase_vf, still),
            (collision.broad_phase_ee, still_edges),
            (collision.broad_phase_ef, still_edges),
        ):
            candidates.numpy()[0, resting] = 0  # the first row counts those that follow

    collision.frame_begin = frame_begin


@contextmanager
def _quiet() -> Iterator[None]:
    """Neither greetings nor timings nor the news that there is no graphics card."""
    import warp as wp

    level, timed = wp.config.log_level, wp.ScopedTimer.enabled
    wp.config.log_level, wp.ScopedTimer.enabled = wp.LOG_ERROR, False
    try:
        with _no_standard_error():
            wp.init()
        yield
    finally:
        wp.config.log_level, wp.ScopedTimer.enabled = level, timed


@contextmanager
def _no_standard_error() -> Iterator[None]:
    """The native library writes past Python's own stream."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def warm() -> None:
    """Compile the kernels by dropping a napkin on a plate; nothing where newton is not installed."""
    if not is_installed():
        return
    from garments import fabrics

    flat = 0.01 * np.array([[0, 0], [1, 0], [1, 1], [0, 1], [2, 0], [2, 1]], dtype=np.float64)
    triangles = np.array([[0, 1, 2], [0, 2, 3], [1, 4, 5], [1, 5, 2]], dtype=np.int32)
    napkin = Sheet(np.column_stack([flat, np.full(len(flat), 0.004)]), triangles, flat[triangles])
    plate = Collider(np.array([[-2.0, -2.0, 0.0], [2.0, -2.0, 0.0], [0.0, 3.0, 0.0]]), triangles[:1])
    finish(napkin, fabrics()["viscose"], [plate], np.zeros(0, dtype=np.int32))
