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
IRIS = 0.380
PUPIL = 0.125
# The cornea is a cap of its own, steeper than the ball (7.8 mm against 12, Gullstrand's eye): lights mirror in it near
# the pupil, and a lid's shadow falls on the iris behind it.
CORNEA_RADIUS, CORNEA_APEX = 0.62, 1.058
FILM, BLEND = 0.006, 0.012
CORNEA_ANGLES = np.radians(80.0) * np.concatenate([[0.003], np.linspace(0.045, 1.0, 20) ** 1.1])
# Eyes at rest look a little down and, focused on the camera, straight ahead.
GAZE_DOWN = np.radians(6.0)
SEGMENTS = 32
TEAR_RADIUS, TEAR_RINGS, TEAR_SIDES = 0.00045, 24, 6
# Texture coordinates run out as angle ** SPREAD, which gives the iris most of the texture.
SPREAD = 0.6


@dataclass(frozen=True)
class EyeMesh:
    """One eye, metres: ball with uvs (n, 2) per vertex, cornea, and the tears along its lower lid; faces (f, 4).

    All faces look outwards. Texture coordinates have the nose on their left on both sides. ``shell`` (n, 3) are the
    ball's vertices moved out to the cornea: one surface, for files and views in which nothing refracts.
    """

    side: str
    vertices: FloatArray
    faces: IntArray
    uvs: FloatArray
    shell: FloatArray
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


def _clear_reach(angle: FloatArray) -> FloatArray:
    """(n,) distance of the clear surface from the ball's centre: the cornea's cap, over the white a film of tears."""
    middle = CORNEA_APEX - CORNEA_RADIUS
    sine = np.minimum(middle * np.sin(angle), CORNEA_RADIUS)
    cap = middle * np.cos(angle) + np.sqrt(CORNEA_RADIUS**2 - sine**2)
    # The larger of the two, rounded where they meet: the limbus has no crease.
    reach: FloatArray = BLEND * np.logaddexp(cap / BLEND, (1 + FILM) / BLEND)
    return reach


def _clear_profile(angle: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    reach = _clear_reach(angle)
    return angle, np.sin(angle) * reach, np.cos(angle) * reach


def _revolved(angle: FloatArray, radius: FloatArray, depth: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Rings to a surface of revolution about -Y: vertices, quads, texture coordinates."""
    turn = np.arange(SEGMENTS) * 2 * np.pi / SEGMENTS
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    flat = radius[:, None, None] * circle
    vertices = np.stack([flat[..., 0], np.broadcast_to(-depth[:, None], flat.shape[:2]), flat[..., 1]], axis=-1)
    uvs = 0.5 + 0.5 * (angle[:, None, None] / REACH) ** SPREAD * circle
    ring = np.arange(len(radius) - 1)[:, None] * SEGMENTS
    here, there = np.arange(SEGMENTS), (np.arange(SEGMENTS) + 1) % SEGMENTS
    faces = np.stack([ring + here, ring + SEGMENTS + here, ring + SEGMENTS + there, ring + there], axis=-1)
    return vertices.reshape(-1, 3), faces.reshape(-1, 4).astype(np.int32), uvs.reshape(-1, 2)


@functools.lru_cache(maxsize=1)
def _unit_eye() -> tuple[FloatArray, IntArray, FloatArray, FloatArray, FloatArray, IntArray]:
    """Ball with faces and texture coordinates, its shell, and cornea with faces; radius 1, the gaze a little down."""
    profile = _profile()
    ball, shell = _revolved(*profile), _revolved(*_clear_profile(profile[0]))
    cornea = _revolved(*_clear_profile(CORNEA_ANGLES))
    cos, sin = np.cos(GAZE_DOWN), np.sin(GAZE_DOWN)
    tilt = np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])
    return ball[0] @ tilt, ball[1], ball[2], shell[0] @ tilt, cornea[0] @ tilt, cornea[1]


def _tears(edge: FloatArray, centre: FloatArray, ball: float) -> tuple[FloatArray, IntArray]:
    """A thin tube (n, 3), quads, where the lower lid's ``edge`` (k, 3) meets the ``ball`` of this radius."""
    stations = np.linspace(0.03, 0.97, TEAR_RINGS)
    knots = np.linspace(0.0, 1.0, len(edge))
    line = np.stack([np.interp(stations, knots, edge[:, axis]) for axis in range(3)], axis=1)
    out = unit(line - centre)
    line = centre + out * np.maximum(np.linalg.norm(line - centre, axis=1), ball)[:, None]
    # Along, across and out turn the same way on both sides, so that faces look outwards on both.
    across = unit(np.cross(unit(np.gradient(line, axis=0)), out))
    up = across * np.sign(across[:, 2:])
    turn = np.arange(TEAR_SIDES) * 2 * np.pi / TEAR_SIDES
    radius = TEAR_RADIUS * np.sin(np.pi * np.clip(stations, 0.12, 0.88))[:, None, None]
    ring = np.cos(turn)[None, :, None] * out[:, None] + np.sin(turn)[None, :, None] * across[:, None]
    vertices = line[:, None] + 0.5 * TEAR_RADIUS * up[:, None] + radius * ring
    row = np.arange(TEAR_RINGS - 1)[:, None] * TEAR_SIDES
    here, there = np.arange(TEAR_SIDES), (np.arange(TEAR_SIDES) + 1) % TEAR_SIDES
    faces = np.stack([row + here, row + there, row + TEAR_SIDES + there, row + TEAR_SIDES + here], axis=-1)
    return vertices.reshape(-1, 3), faces.reshape(-1, 4).astype(np.int32)


def build_eyes(vertices: FloatArray, helpers: dict[str, FloatArray]) -> tuple[EyeMesh, ...]:
    """Both eyes in place of the template's eyeballs on a body (13718, 3) and its helper surfaces, in its pose."""
    ball, faces, uvs, shell, cornea, cornea_faces = _unit_eye()
    eyes = []
    for side in SIDES:
        points = vertices[eye_ids(side)]
        centre = (points.min(axis=0) + points.max(axis=0)) / 2
        radius = float(np.linalg.norm(points - centre, axis=1).mean())
        tears = _tears(helpers[f"eyelashes_{side}"][lid_edge(side, "lower")], centre, radius)
        # The left eye has the nose towards -x, the right one towards +x.
        turned = uvs if side == "left" else np.column_stack([1.0 - uvs[:, 0], uvs[:, 1]])
        clear = centre + radius * shell, centre + radius * cornea
        eyes.append(EyeMesh(side, centre + radius * ball, faces, turned, *clear, cornea_faces, *tears))
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
    light = (0.72 + 0.48 * fibres) * (1 - 0.82 * _smooth(0.74, 1.0, share)) * (0.45 + 0.55 * _smooth(0.0, 0.10, share))
    shaded: FloatArray = np.minimum(base * light[..., None], 0.55)
    return shaded


def _white(angle: FloatArray, turn: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Linear colour of the white: warm, fleshy towards the nose (-x), redder at the other corner, shaded by the lid."""
    x, z = angle * np.cos(turn), angle * np.sin(turn) - GAZE_DOWN
    temple = _smooth(0.55, 1.00, x)[..., None]
    nose = _smooth(0.50, 0.66, -x)[..., None]
    colour = np.array([0.37, 0.325, 0.30]) * (1 - temple) + np.array([0.27, 0.135, 0.11]) * temple
    colour = colour * (1 - nose) + np.array([0.37, 0.135, 0.115]) * nose
    veins = np.zeros_like(angle)
    for _ in range(26):
        place, bend, phase = rng.uniform(0, 2 * np.pi), rng.uniform(4, 11), rng.uniform(0, 6)
        path = np.angle(np.exp(1j * (turn - place - 0.12 * np.sin(bend * angle + phase))))
        veins += np.exp(-((path * angle / 0.012) ** 2)) * _smooth(0.45, 1.0, angle)
    colour = colour * (1 - np.clip(veins, 0, 1)[..., None] * np.array([0.05, 0.28, 0.28]))
    shade = 1 - 0.60 * _smooth(-0.02, 0.30, z) - 0.25 * _smooth(0.24, 0.52, -z)
    shaded: FloatArray = colour * shade[..., None]
    return shaded


@functools.lru_cache(maxsize=4)
def eye_texture(colour: EyeColour, seed: int, size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 3) sRGB texture of an eye, first row on top, read-only: the last few are kept.

    x runs to the viewer's right of the looking eye's front.
    """
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
    pixels.flags.writeable = False
    return pixels
