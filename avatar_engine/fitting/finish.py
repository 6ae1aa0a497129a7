# SPDX-License-Identifier: GPL-3.0-or-later
"""The finishing pass of a final drape: newton's implicit cloth solver, where it is installed.

Started from our own drape it takes out what that leaves: strain that depends on the mesh, and cloth through itself.
Our drape alone is what is rendered elsewhere. ``python -m avatar_engine.fitting.finish`` compiles its kernels once.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from garments import Fabric

FRAMES = 8
SUBSTEPS = 2
ITERATIONS = 8
FRAME_SECONDS = 1.0 / 60.0
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


def is_installed() -> bool:
    """Whether newton and warp can be imported."""
    return all(importlib.util.find_spec(name) is not None for name in MODULES)


def finish(
    x: FloatArray, mesh: SewnMesh, fabric: Fabric, colliders: Sequence[Collider], pinned: IntArray
) -> FloatArray:
    """Positions (n, 3) after FRAMES more frames, in newton; the body and inner garments stand still.

    Parameters
    ----------
    x : (n, 3) the drape so far, free of its colliders
    pinned : vertex ids that stay where they are
    """
    with _quiet():
        model = _model(x, mesh, fabric, colliders, pinned)
        return _run(model)


def _model(x: FloatArray, mesh: SewnMesh, fabric: Fabric, colliders: Sequence[Collider], pinned: IntArray) -> Any:
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
        vertices=x.tolist(),
        indices=mesh.triangles.ravel().tolist(),
        panel_verts=mesh.corner_uvs.reshape(-1, 2).tolist(),
        panel_indices=list(range(mesh.triangles.size)),
        density=fabric.density,
        tri_aniso_ke=wp.vec3(stretch, stretch, SHEAR_SHARE * stretch),
        edge_aniso_ke=wp.vec3(fabric.bend, fabric.bend, fabric.bend),
        particle_radius=RADIUS,
    )
    for each in colliders:
        solid = newton.Mesh(each.vertices.astype(np.float32), each.triangles.ravel(), compute_inertia=False)
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
    now, then, control = model.state(), model.state(), model.control()
    pipeline = newton.CollisionPipeline(model)
    contacts = pipeline.contacts()
    for _ in range(FRAMES):
        pipeline.collide(now, contacts)
        for _ in range(SUBSTEPS):
            now.clear_forces()
            solver.step(now, then, control, contacts, FRAME_SECONDS / SUBSTEPS)
            now, then = then, now
    return np.ascontiguousarray(now.particle_q.numpy(), dtype=np.float64)


@contextmanager
def _quiet() -> Iterator[None]:
    """Neither greetings nor timings nor the news that there is no graphics card."""
    import warp as wp

    level, timed = wp.config.log_level, wp.ScopedTimer.enabled
    wp.config.log_level, wp.ScopedTimer.enabled = wp.LOG_ERROR, False
    try:
        yield
    finally:
        wp.config.log_level, wp.ScopedTimer.enabled = level, timed


def main() -> None:
    """Compile and keep the kernels, by finishing a small skirt on a plate."""
    if not is_installed():
        return
    from avatar_engine.fitting.sew import edge_length_for, sew
    from garments import catalogue, fabrics
    from garments.sizes import size_dimensions

    pattern = catalogue()["skirt-circle"].draft(size_dimensions("women", "M"))
    mesh = sew(pattern, edge_length_for(pattern, 600))
    flat = mesh.weld([np.column_stack([panel.points, np.zeros(len(panel.points))]) for panel in mesh.panels])
    plate = Collider(np.array([[-2.0, -2.0, -0.1], [2.0, -2.0, -0.1], [0.0, 3.0, -0.1]]), np.array([[0, 1, 2]]))
    finish(flat, mesh, fabrics()["viscose"], [plate], np.zeros(0, dtype=np.int32))


if __name__ == "__main__":
    main()
