# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes: a ball with a sunken iris and an open pupil, a clear cornea over it, tears on the lid, and their texture."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.head import SIDES, eye_ids, unit
from avatar_engine.appearance.lashes import lid_edge
from avatar_engine.appearance.palette import EyeColour, linear, to_srgb
from avatar_engine.body.template import FloatArray, IntArray

REACH = np.radians(105.0)
# Radii on a ball of radius 1. The template's balls are larger than real ones (15.5 mm against 12), so that
# these are smaller than textbook shares: what must be right is the iris against the opening of the lids.
IRIS = 0.355
PUPIL = 0.120
# Eyes at rest look a little down and, focused on the camera, straight ahead.
GAZE_DOWN = np.radians(6.0)
SEGMENTS = 32
TEAR_RADIUS, TEAR_RINGS, TEAR_SIDES = 0.00045, 24, 6
# Texture coordinates run out as angle ** SPREAD, which gives the iris most of the texture.
SPREAD = 0.6


@dataclass(frozen=True)
class EyeMesh:
    """One eye, metres: ball with uvs (n, 2) per vertex, cornea, and the tears along its lower lid; faces (f, 4).

    Texture coordinates have the nose on their left on both sides.
    """

    side: str
    vertices: FloatArray
    faces: IntArray
    uvs: FloatArray
    cornea_vertices: FloatArray
    cornea_faces: IntArray
    tear_vertices: FloatArray
    tear_faces: IntArray


def _profile() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rings of the ball from the pupil outwards: angle for the texture, radius, depth along the gaze."""
    rim = np.arcsin(IRIS)
    floor = np.cos(rim)
    pupil = np.arcsin(PUPIL)
    inner = np.array([0.02, 0.6, 0.999, 1.0]) * pupil
    iris = np.linspace(pupil, rim, 5)[1:]
    white = rim + (REACH - rim) * np.linspace(0.0, 1.0, 13)[1:] ** 1.2
    angle = np.concatenate([inner, iris, white])
    radius = np.concatenate([np.sin(np.concatenate([inner, iris])), np.sin(white)])
    depth = np.concatenate(
        [
            np.full(3, floor - 0.10),
            [floor - 0.035],
            floor - 0.035 + 0.035 * ((iris - pupil) / (rim - pupil)),
            np.cos(white),
        ]
    )
    return angle, radius, depth


def _cornea_profile() -> tuple[FloatArray, FloatArray, FloatArray]:
    angle = np.concatenate([[0.004], np.linspace(0.06, 1.0, 14) * np.radians(80.0)])
    bulge = 0.045 * np.exp(-((angle / 0.30) ** 4)) + 0.006
    return angle, np.sin(angle) * (1 + bulge), np.cos(angle) * (1 + bulge)


def _revolved(angle: FloatArray, radius: FloatArray, depth: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Rings to a surface of revolution about -Y: vertices, quads, texture coordinates."""
    turn = np.arange(SEGMENTS) * 2 * np.pi / SEGMENTS
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    flat = radius[:, None, None] * circle
    vertices = np.stack([flat[..., 0], np.broadcast_to(-depth[:, None], flat.shape[:2]), flat[..., 1]], axis=-1)
    uvs = 0.5 + 0.5 * (angle[:, None, None] / REACH) ** SPREAD * circle
    ring = np.arange(len(radius) - 1)[:, None] * SEGMENTS
    here, there = np.arange(SEGMENTS), (np.arange(SEGMENTS) + 1) % SEGMENTS
    faces = np.stack([ring + here, ring + there, ring + SEGMENTS + there, ring + SEGMENTS + here], axis=-1)
    return vertices.reshape(-1, 3), faces.reshape(-1, 4).astype(np.int32), uvs.reshape(-1, 2)


@functools.lru_cache(maxsize=1)
def _unit_eye() -> tuple[FloatArray, IntArray, FloatArray, FloatArray, IntArray]:
    ball = _revolved(*_profile())
    cornea = _revolved(*_cornea_profile())
    cos, sin = np.cos(GAZE_DOWN), np.sin(GAZE_DOWN)
    tilt = np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])
    return ball[0] @ tilt, ball[1], ball[2], cornea[0] @ tilt, cornea[1]


def _tears(edge: FloatArray, centre: FloatArray, ball: float) -> tuple[FloatArray, IntArray]:
    """A thin tube (n, 3), quads, where the lower lid's ``edge`` (k, 3) meets the ``ball`` of this radius."""
    stations = np.linspace(0.03, 0.97, TEAR_RINGS)
    knots = np.linspace(0.0, 1.0, len(edge))
    line = np.stack([np.interp(stations, knots, edge[:, axis]) for axis in range(3)], axis=1)
    out = unit(line - centre)
    line = centre + out * np.maximum(np.linalg.norm(line - centre, axis=1), ball)[:, None]
    up = unit(np.cross(unit(np.gradient(line, axis=0)), out))
    up *= np.sign(up[:, 2:])
    turn = np.arange(TEAR_SIDES) * 2 * np.pi / TEAR_SIDES
    radius = TEAR_RADIUS * np.sin(np.pi * np.clip(stations, 0.12, 0.88))[:, None, None]
    ring = np.cos(turn)[None, :, None] * out[:, None] + np.sin(turn)[None, :, None] * up[:, None]
    vertices = line[:, None] + 0.5 * TEAR_RADIUS * up[:, None] + radius * ring
    row = np.arange(TEAR_RINGS - 1)[:, None] * TEAR_SIDES
    here, there = np.arange(TEAR_SIDES), (np.arange(TEAR_SIDES) + 1) % TEAR_SIDES
    faces = np.stack([row + here, row + there, row + TEAR_SIDES + there, row + TEAR_SIDES + here], axis=-1)
    return vertices.reshape(-1, 3), faces.reshape(-1, 4).astype(np.int32)


def build_eyes(vertices: FloatArray, helpers: dict[str, FloatArray]) -> tuple[EyeMesh, ...]:
    """Both eyes in place of the template's eyeballs on a body (13718, 3) and its helper surfaces, in its pose."""
    ball, faces, uvs, cornea, cornea_faces = _unit_eye()
    eyes = []
    for side in SIDES:
        points = vertices[eye_ids(side)]
        centre = (points.min(axis=0) + points.max(axis=0)) / 2
        radius = float(np.linalg.norm(points - centre, axis=1).mean())
        tears = _tears(helpers[f"eyelashes_{side}"][lid_edge(side, "lower")], centre, radius)
        # The left eye has the nose towards -x, the right one towards +x.
        turned = uvs if side == "left" else np.column_stack([1.0 - uvs[:, 0], uvs[:, 1]])
        eyes.append(
            EyeMesh(side, centre + radius * ball, faces, turned, centre + radius * cornea, cornea_faces, *tears)
        )
    return tuple(eyes)


def _smooth(low: float, high: float, value: FloatArray) -> FloatArray:
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    smoothed: FloatArray = share * share * (3 - 2 * share)
    return smoothed


def _iris(colour: EyeColour, share: FloatArray, turn: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Linear colour of the iris; ``share`` 0 at the pupil, 1 at the rim."""
    fibres = np.zeros_like(turn)
    for frequency in (17, 29, 43, 67, 97):
        wobble = rng.uniform(0, 2 * np.pi) + rng.uniform(-2.5, 2.5) * share
        fibres += np.sin(frequency * turn + wobble) * rng.uniform(0.5, 1.0)
    fibres = np.clip(fibres / 4, -0.9, 0.6) * _smooth(0.0, 0.25, share)
    collar = 0.32 + 0.05 * np.sin(7 * turn + rng.uniform(0, 6)) + 0.04 * np.sin(13 * turn)
    mix = _smooth(-0.12, 0.22, share - collar)[..., None]
    base = linear(colour.inner) * (1 - mix) + linear(colour.outer) * mix
    light = (1.15 + 0.55 * fibres) * (1 - 0.78 * _smooth(0.76, 1.0, share)) * (0.45 + 0.55 * _smooth(0.0, 0.10, share))
    shaded: FloatArray = np.minimum(base * light[..., None], 0.55)
    return shaded


def _white(angle: FloatArray, turn: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Linear colour of the white: warm, fleshy towards the nose (-x), redder at the other corner, shaded by the lid."""
    x, z = angle * np.cos(turn), angle * np.sin(turn) - GAZE_DOWN
    temple = _smooth(0.55, 1.00, x)[..., None]
    nose = _smooth(0.50, 0.66, -x)[..., None]
    colour = np.array([0.43, 0.385, 0.36]) * (1 - temple) + np.array([0.30, 0.15, 0.12]) * temple
    colour = colour * (1 - nose) + np.array([0.42, 0.15, 0.125]) * nose
    veins = np.zeros_like(angle)
    for _ in range(26):
        place, bend, phase = rng.uniform(0, 2 * np.pi), rng.uniform(4, 11), rng.uniform(0, 6)
        path = np.angle(np.exp(1j * (turn - place - 0.12 * np.sin(bend * angle + phase))))
        veins += np.exp(-((path * angle / 0.012) ** 2)) * _smooth(0.45, 1.0, angle)
    colour = colour * (1 - np.clip(veins, 0, 1)[..., None] * np.array([0.05, 0.28, 0.28]))
    shade = 1 - 0.60 * _smooth(-0.02, 0.30, z) - 0.25 * _smooth(0.24, 0.52, -z)
    shaded: FloatArray = colour * shade[..., None]
    return shaded


def eye_texture(colour: EyeColour, seed: int, size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 3) sRGB texture of an eye, first row on top; x to the viewer's right of the looking eye's front."""
    rng = np.random.default_rng([seed, 43])
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    x, z = np.meshgrid(axis, -axis)
    angle = np.minimum(np.hypot(x, z), 1.0) ** (1 / SPREAD) * REACH
    turn = np.arctan2(z, x)
    rim, pupil = np.arcsin(IRIS), np.arcsin(PUPIL)
    iris = _iris(colour, (angle - pupil) / (rim - pupil), turn, rng)
    shade = 1 - 0.45 * _smooth(-0.10, 0.25, angle * np.sin(turn) - GAZE_DOWN)
    iris = iris * shade[..., None]
    white = _white(angle, turn, rng)
    outside = _smooth(rim - 0.035, rim + 0.03, angle)[..., None]
    light: FloatArray = iris + (white - iris) * outside
    light = light * _smooth(pupil * 0.93, pupil * 1.05, angle)[..., None]
    pixels: npt.NDArray[np.uint8] = np.round(to_srgb(light) * 255).astype(np.uint8)
    return pixels
