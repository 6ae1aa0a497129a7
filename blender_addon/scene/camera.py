# SPDX-License-Identifier: GPL-3.0-or-later
"""Framing: where an 85 mm camera stands so that a person of any size sits well in the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray

FOCAL_MM = 85.0
SENSOR_HEIGHT_MM = 36.0
ZOOM = FOCAL_MM / SENSOR_HEIGHT_MM
# Tall people fill a little more of the picture than small ones, as they would side by side, and nobody is cropped.
REFERENCE_STATURE = 1.75
SIZE_POWER = 0.25


@dataclass(frozen=True)
class Framing:
    """A way to photograph a person.

    Parameters
    ----------
    turn_deg : how far the camera walks around the person, towards the person's left
    lowest, highest : between which heights the person is shown, shares of the stature
    fill : share of the picture's height that a person of reference stature takes
    foot : share of the picture's height left below
    eye : height of the lens, share of the stature
    crop_sides : whether what is wider than the picture is cut off; otherwise the camera steps back
    """

    turn_deg: float
    lowest: float = 0.0
    highest: float = math.inf
    fill: float = 0.855
    foot: float = 0.06
    eye: float = 0.80
    crop_sides: bool = False


FRAMINGS: dict[str, Framing] = {
    "front": Framing(0.0),
    "three_quarter": Framing(35.0),
    "side": Framing(90.0),
    "back": Framing(180.0),
    "half": Framing(12.0, lowest=0.48, fill=0.88, foot=0.0, eye=0.86, crop_sides=True),
    "close_up": Framing(18.0, lowest=0.80, fill=0.86, foot=0.0, eye=0.92, crop_sides=True),
    "hair": Framing(32.0, lowest=0.78, fill=0.90, foot=0.0, eye=0.93, crop_sides=True),
    "neck_down": Framing(25.0, highest=0.875, fill=0.95, foot=0.05, eye=0.60),
    "torso": Framing(25.0, lowest=0.455, highest=0.875, fill=0.98, foot=0.02, eye=0.70),
    "legs": Framing(25.0, highest=0.66, fill=0.93, foot=0.05, eye=0.45),
    "feet": Framing(38.0, highest=0.13, fill=0.58, foot=0.19, eye=0.32),
    "cloth": Framing(-25.0, lowest=0.43, highest=0.495, fill=1.0, foot=0.0, eye=0.50, crop_sides=True),
}
SIDE_MARGIN = 0.04


@dataclass(frozen=True)
class View:
    """A level camera: place of the lens (3,), heading, and vertical shift in shares of the picture's height."""

    position: FloatArray
    turn: float
    shift_y: float

    def project(self, points: FloatArray) -> FloatArray:
        """(n, 2) places in the picture, in shares of its height from the centre, right and up."""
        forward, right = _axes(self.turn)
        offset = points - self.position
        depth = offset @ forward
        projected: FloatArray = np.stack([offset @ right, offset[:, 2]], axis=1) * (ZOOM / depth)[:, None]
        projected[:, 1] -= self.shift_y
        return projected


def carried_round(view: View, axis: FloatArray, turn_deg: float) -> View:
    """The same view with the camera walked on around an upright axis through ``axis`` (3,), as of a turntable.

    The person neither grows nor sways from one turn to the next, as they would if each were framed by itself.
    """
    angle = np.radians(turn_deg)
    (x, y), z = (view.position - axis)[:2], view.position[2]
    turned = np.array([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)])
    return View(np.array([*(axis[:2] + turned), z]), view.turn + float(angle), view.shift_y)


def _axes(turn: float) -> tuple[FloatArray, FloatArray]:
    """Viewing direction and the picture's right, for a camera that has walked ``turn`` radians round from the front."""
    forward = np.array([-np.sin(turn), np.cos(turn), 0.0])
    right = np.array([np.cos(turn), np.sin(turn), 0.0])
    return forward, right


def studio_scale(stature: float) -> float:
    """Size of the studio around a person, so that its floor and light fall alike in every picture."""
    return float((stature / REFERENCE_STATURE) ** (1.0 - SIZE_POWER))


def frame(points: FloatArray, stature: float, framing: Framing, aspect: float) -> View:
    """The view that shows ``points`` (n, 3) between the framing's lowest and highest height, centred.

    Parameters
    ----------
    points : body and clothes, metres
    stature : of the body, metres
    aspect : width by height of the picture
    """
    whole = framing.lowest <= 0.0 and framing.highest >= 1.0
    height = points[:, 2] / stature
    shown = points[(height >= framing.lowest - 1e-9) & (height <= framing.highest)]
    forward, right = _axes(np.radians(framing.turn_deg))
    focus = points[height >= 0.88] if framing.lowest > 0.0 and framing.highest >= 1.0 else shown
    centre = _middle(focus @ right) * right + _middle(focus @ forward) * forward
    fill = framing.fill * (stature / REFERENCE_STATURE) ** SIZE_POWER if whole else framing.fill
    lens = centre + np.array([0.0, 0.0, framing.eye * stature])
    distance = ZOOM * stature
    for _ in range(30):
        view = View(lens - distance * forward, float(np.radians(framing.turn_deg)), 0.0)
        seen = view.project(shown)
        wanted = np.ptp(seen[:, 1]) / fill
        if not framing.crop_sides:
            wanted = max(wanted, 2.0 * np.abs(seen[:, 0]).max() / (aspect * (1.0 - 2.0 * SIDE_MARGIN)))
        distance *= wanted
    shift = seen[:, 1].min() + 0.5 - framing.foot
    if framing.highest < 1.0:
        # Where the camera stepped back, the room is given below, so that the picture still ends at the neck.
        shift = seen[:, 1].max() + 0.5 - framing.fill - framing.foot
    return View(view.position, view.turn, float(shift))


def _middle(values: FloatArray) -> float:
    return float((values.min() + values.max()) / 2.0)
