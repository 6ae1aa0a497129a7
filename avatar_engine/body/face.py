# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces: what tells people apart whose bodies measure alike, drawn from a seed and never seen by the tape."""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.assets import load_arrays
from avatar_engine.body.shape import Body, point_sections
from avatar_engine.body.template import Float32Array, FloatArray, Indices

STRONGEST = 1.7  # standard deviations of one component at most
SPREAD = 0.75  # of those deviations that faces get: further out, they are rather odd than different
# Shares of the shape space's own difference between female and male faces, and of its ageing, that are laid on top of
# what the body's proportions already bring along.
SEX_SHARE, AGE_SHARE = 0.85, 1.0
YOUNG_YEARS, OLD_YEARS = 28.0, 80.0


@dataclass(frozen=True)
class FaceSpace:
    """Displacements of the points that a face may move.

    points (n,) among those of the shape space; usual (n, 3) what every face gets; sex (n, 3) from the middle to
    male; ageing (n, 3) from young to old; axes (K, n, 3), each of one standard deviation; metres.
    """

    points: Indices
    usual: Float32Array
    sex: Float32Array
    ageing: Float32Array
    axes: Float32Array


@functools.lru_cache(maxsize=1)
def load_face_space() -> FaceSpace:
    """The face space, read once; raises ``AssetError`` when its file is missing or damaged."""
    arrays = load_arrays("face_shapes.npz")
    layers = arrays["layers"].astype(np.float32) * arrays["scale"].astype(np.float32)[:, None, None]
    return FaceSpace(arrays["points"].astype(np.int64), layers[0], layers[1], layers[2], layers[3:])


def face_seed(name: str) -> int:
    """The seed that goes with somebody's name, so that they keep their face in every look and every run."""
    return zlib.crc32(name.encode("utf-8"))


def with_face(body: Body, seed: int, male: float = 0.5, age_years: float | None = None) -> Body:
    """The body with the face of a seed; everything below the head, the crown and all readings stay as they are.

    Parameters
    ----------
    body : in the A-pose, as the shape space makes it
    seed : the same seed gives the same face
    male : 0 female .. 1 male, how the face leans
    age_years : None leaves the age that the body shows
    """
    space = load_face_space()
    rng = np.random.default_rng([seed, 67])
    scores = np.clip(rng.standard_normal(len(space.axes)), -STRONGEST, STRONGEST).astype(np.float32)
    moved = space.usual + SPREAD * np.tensordot(scores, space.axes, 1) + SEX_SHARE * (2.0 * male - 1.0) * space.sex
    if age_years is not None:
        moved = moved + AGE_SHARE * np.interp(age_years, [YOUNG_YEARS, OLD_YEARS], [0.0, 1.0]) * space.ageing
    return _moved(body, space.points, moved.astype(np.float64))


def _moved(body: Body, points: Indices, by: FloatArray) -> Body:
    sections = point_sections()
    whole = np.zeros((sections["joint_tails"].stop, 3))
    whole[points] = by
    helpers = {name: part + whole[sections[f"helper/{name}"]] for name, part in body.helpers.items()}
    return replace(body, vertices=body.vertices + whole[sections["vertices"]], helpers=helpers)
