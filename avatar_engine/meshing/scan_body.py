# SPDX-License-Identifier: GPL-3.0-or-later
"""From a scan or a cloud to our body: registered, measured, and how far the result can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.correction import jacobian
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import FloatArray
from avatar_engine.export.foreign.surface import Surface
from avatar_engine.generator.card import POINTS
from avatar_engine.measurements import KEYS
from avatar_engine.meshing import registration
from avatar_engine.meshing.registration import Fit
from avatar_engine.meshing.scan import Scan
from avatar_engine.meshing.solve import load_sampling, load_solver

OWN_CLOUD_ERROR = 0.02  # metres, mean: a cloud in our order is at least so close to the body solved from it
HALF_WIDTH = 1.645  # standard deviations in half of a 90 % interval
LEAST_SEEN = 0.5  # share of a tape's way that must lie on the scan


@dataclass(frozen=True)
class ScanBody:
    """A body read off a scan.

    body: in the A-pose; measured (15,) metres; half_width (15,) metres, half of the 90 % interval; seen (15,): share
    of each tape's way that the scan covers; standing (13718, 3): the body as the person stood, upright, metres;
    up, front (3,): those directions in the file's frame.
    """

    body: Body
    measured: FloatArray
    half_width: FloatArray
    seen: FloatArray
    standing: FloatArray
    up: FloatArray
    front: FloatArray
    scan: Scan
    fit: Fit

    def unsure(self, tolerances: FloatArray) -> list[str]:
        """Keys of the measurements that the scan does not settle: intervals wider than (15,) metres, or not seen."""
        doubtful = (self.half_width > tolerances) | (self.seen < LEAST_SEEN)
        return [key for key, doubt in zip(KEYS, doubtful, strict=True) if doubt]


def own_cloud(surface: Surface) -> FloatArray | None:
    """(K,) coefficients where the points are one of the generator's clouds, in its order; else None."""
    if surface.points.shape != (POINTS, 3) or len(surface.triangles):
        return None
    coefficients = load_solver().coefficients(surface.points)
    space = load_shape_space()
    again = load_sampling().points(space.vertices(coefficients))
    gap = again - surface.points
    return coefficients if np.linalg.norm(gap - gap.mean(axis=0), axis=1).mean() < OWN_CLOUD_ERROR else None


def body_from_scan(prepared: Scan, free_form: bool = False) -> ScanBody:
    """Lay our body into a scan and put the tape around it.

    Parameters
    ----------
    prepared : one person, standing about as an A or a T; any frame
    free_form : whether the body then takes on what the shape space cannot say, as a smooth offset

    Raises
    ------
    ScanError : it does not look like a person
    ImportError : without Open3D
    """
    return read_off(prepared, registration.register(prepared), free_form)


def read_off(prepared: Scan, fit: Fit, free_form: bool = False) -> ScanBody:
    """The body of a registration, its readings and how sure they are."""
    space = load_shape_space()
    body = space.body(fit.pose.coefficients)
    if free_form:
        shifted = body.vertices + registration.vertex_normals(body.vertices) * fit.offset.metres[:, None]
        body = replace(body, vertices=shifted - [0.0, 0.0, shifted[:, 2].min()])
    readings = tape.readings(body.vertices)
    slopes = jacobian(space, readings)
    pulls = [np.linalg.norm(reading.gradient, axis=1) for reading in readings.values()]
    ways = [reading.vertices for reading in readings.values()]
    standing = (fit.vertices - fit.pose.shift) @ fit.pose.turn
    return ScanBody(
        body=body,
        measured=np.array([reading.value for reading in readings.values()]),
        half_width=HALF_WIDTH * np.sqrt(np.einsum("rk,kl,rl->r", slopes, fit.covariance, slopes)),
        seen=np.array([pull @ fit.offset.seen[way] / pull.sum() for pull, way in zip(pulls, ways, strict=True)]),
        standing=standing - [0.0, 0.0, standing[:, 2].min()],
        up=fit.pose.turn[:, 2],
        front=-fit.pose.turn[:, 1],
        scan=prepared,
        fit=fit,
    )


def axis_name(direction: FloatArray) -> str:
    """The file's axis that a direction runs along, such as "+Y"; "~+Y" where it leans by more than 15 degrees."""
    axis = int(np.abs(direction).argmax())
    name = ("+" if direction[axis] > 0 else "-") + "XYZ"[axis]
    return name if abs(direction[axis]) > np.cos(np.radians(15.0)) * np.linalg.norm(direction) else f"~{name}"
