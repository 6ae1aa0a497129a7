# SPDX-License-Identifier: GPL-3.0-or-later
"""The last: a smooth shape around one foot, as rings from the tip of the toe over the heel and up the ankle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.hull import hull
from avatar_engine.body.shape import Body
from avatar_engine.fitting.dimensions import landmark
from avatar_engine.fitting.sections import FloatArray, part_edges, section

AROUND = 72
CLEARANCE = 0.0032
LEAST_CLEARANCE = 0.0022
# Ankle height of the foot that heights in millimetres are meant for; those of other feet grow with it.
ANKLE = 0.071
# The tube bends around this line before the instep: shares of the foot's length and of the ankle's height.
PIVOT = (0.54, 1.62)
FORE_ROWS, FAN_ROWS, SHAFT_STEP = 26, 24, 0.006
# From here on the toe's own curve takes over, share of the foot's length.
BALL = 0.60
# Hollows below this height are filled, almost as wide as the foot there.
FILLED, STRAIGHT = 0.034, 0.95
ARCH = 0.24
# The footprint is the outline of the last below this height, metres.
FEATHER = 0.014
TOE_ROUNDING = 0.11
SMOOTHING_ROUNDS, TIP_ROWS = 4, 10
UPRIGHT, FLAT_BACK = np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Last:
    """Around the left foot in the A-pose.

    rings (k, AROUND, 3) from the tip of the toe on, each from the ridge of the instep over the outer side; around
    (k, AROUND + 1) metres along each ring, less half of it: 0 on the ridge; along (k,) metres along the ridge; heel and
    toe: ends along y, metres; scale: of the ankle's height against that which millimetres are meant for.
    """

    rings: FloatArray
    around: FloatArray
    along: FloatArray
    heel: float
    toe: float
    scale: float

    @property
    def length(self) -> float:
        """From heel to tip, metres."""
        return self.heel - self.toe

    def share(self, y: FloatArray) -> FloatArray:
        """Place along the foot: 0 at the heel, 1 at the tip of the toe."""
        return np.asarray((self.heel - y) / self.length)

    def at(self, share: FloatArray, off: FloatArray, lift: FloatArray) -> FloatArray:
        """(n, 3) places on the instep: share of the foot where the ridge is, metres off it outwards, lifted by (n,)."""
        ridge = self.share(self.rings[:, 0, 1])
        row = np.interp(share, ridge[::-1], np.arange(len(ridge))[::-1])
        return self._on(row, off) + lift[:, None] * self._normal(row, off)

    def _on(self, row: FloatArray, off: FloatArray) -> FloatArray:
        low = np.clip(row.astype(int), 0, len(self.rings) - 2)
        found = []
        for k in (low, low + 1):
            # Rings are kept from the ridge on; half of each lies before it.
            closed = np.roll(np.arange(AROUND), AROUND // 2)
            size = self.around[k]
            place = np.array([np.interp(o, s, np.arange(AROUND + 1)) for o, s in zip(off, size, strict=True)])
            left, part = place.astype(int), (place % 1.0)[:, None]
            a, b = closed[left % AROUND], closed[(left + 1) % AROUND]
            found.append((1.0 - part) * self.rings[k, a] + part * self.rings[k, b])
        part = (row - low)[:, None]
        return np.asarray((1.0 - part) * found[0] + part * found[1])

    def _normal(self, row: FloatArray, off: FloatArray) -> FloatArray:
        across = self._on(row, off + 0.002) - self._on(row, off - 0.002)
        back = self._on(row + 0.5, off) - self._on(row - 0.5, off)
        normal = np.cross(across, back)
        return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


def make_last(body: Body, cut: Mapping[str, float]) -> Last:
    """The last of a body's left foot.

    ``cut``: shaft_mm (above the ankle), toe_room_mm, toe_round (2 for an elliptic toe, more for a blunter one), toe_mm
    (height of the toe box).
    """
    ankle = float(landmark(body, "ankle_left")[2])
    edges = part_edges("leg_l")
    skin = body.vertices[np.unique(edges)]
    low = skin[skin[:, 2] < 0.6 * ankle]
    heel, toe = float(low[:, 1].max()), float(low[:, 1].min())
    planes = _planes(heel, toe, ankle, ankle + cut["shaft_mm"] / 1000.0, cut)
    hulls = [_outline(body, edges, origin, down, heel - ARCH * (heel - toe)) for origin, down in planes]
    shape = _toe_box(hulls, planes, heel, toe, cut)
    centres = _centres(hulls, shape)
    turn = np.arange(AROUND) * 2.0 * np.pi / AROUND
    unit = np.stack([np.sin(turn), -np.cos(turn)], axis=1)
    foot = np.stack([_radius(outline, c, unit) for outline, c in zip(hulls, centres, strict=True)])
    given = radius = np.maximum(foot, shape.radius(centres, unit))
    for _ in range(SMOOTHING_ROUNDS):
        radius = _even(radius)
    # Rings grow so fast behind the tip that evening them out would swell it.
    kept = np.clip(1.0 - np.arange(len(radius)) / TIP_ROWS, 0.0, 1.0)[:, None]
    radius = kept * given + (1.0 - kept) * radius
    radius = np.where(foot > 0.0, np.maximum(radius, foot - CLEARANCE + LEAST_CLEARANCE), radius)
    radius[0] = 0.0
    rings = np.stack(
        [
            origin + (c + r[:, None] * unit) @ np.stack([[1.0, 0.0, 0.0], down])
            for (origin, down), c, r in zip(planes, centres, radius, strict=True)
        ]
    )
    return Last(*_measured(_straightened(rings)), heel + CLEARANCE, float(rings[0, 0, 1]), ankle / ANKLE)


def _straightened(rings: FloatArray) -> FloatArray:
    """Rings whose walls stand upright below the feather, where a heel is round: leather meets the sole there."""
    low = rings[..., 2] < FEATHER
    outline = hull(rings[low][:, :2])
    centre = outline.mean(axis=0)
    away = rings[..., :2] - centre
    reach = np.linalg.norm(away, axis=-1)
    along = np.roll(outline, -1, axis=0) - outline
    out = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    steps = (away / np.maximum(reach, 1e-9)[..., None]) @ out.T / ((outline - centre) * out).sum(axis=1)
    edge = 1.0 / steps.max(axis=-1)
    lower = np.clip((FEATHER - rings[..., 2]) / (0.5 * FEATHER), 0.0, 1.0)
    near = np.clip((reach / edge - 0.75) / 0.15, 0.0, 1.0)
    result = rings.copy()
    result[..., :2] += (lower * near * np.maximum(0.995 * edge / np.maximum(reach, 1e-9) - 1.0, 0.0))[..., None] * away
    return result


def _measured(rings: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rings, metres around each from half-way round less half, and metres along the ridge."""
    opened = np.roll(rings, AROUND // 2, axis=1)
    steps = np.linalg.norm(np.diff(np.concatenate([opened, opened[:, :1]], axis=1), axis=1), axis=2)
    around = np.concatenate([np.zeros((len(rings), 1)), np.cumsum(steps, axis=1)], axis=1)
    around -= around[:, AROUND // 2, None]
    ridge = np.linalg.norm(np.diff(rings[:, 0], axis=0), axis=1)
    return rings, around, np.concatenate([[0.0], np.cumsum(ridge)])


def _planes(
    heel: float, toe: float, ankle: float, top: float, cut: Mapping[str, float]
) -> list[tuple[FloatArray, FloatArray]]:
    """Origin and direction away from the ridge of every ring's plane, which all contain the x axis."""
    tip = toe - CLEARANCE - cut["toe_room_mm"] / 1000.0
    y, z = heel - PIVOT[0] * (heel - toe), PIVOT[1] * ankle
    # Close together at the tip, where the rings grow fast.
    fore = tip + (y - tip) * np.linspace(0.0, 1.0, FORE_ROWS, endpoint=False) ** 1.7
    rows = [(np.array([0.0, place, z]), UPRIGHT) for place in fore]
    pivot = np.array([0.0, y, z])
    for angle in np.linspace(0.0, 0.5 * np.pi, FAN_ROWS):
        rows.append((pivot, np.cos(angle) * UPRIGHT + np.sin(angle) * FLAT_BACK))
    shaft = np.arange(z + SHAFT_STEP, top, SHAFT_STEP)
    return rows + [(np.array([0.0, y, height]), FLAT_BACK) for height in shaft]


def _outline(body: Body, edges: npt.NDArray[np.intp], origin: FloatArray, down: FloatArray, arch: float) -> FloatArray:
    """Convex outline (n, 2) of the foot in a plane: x, and metres from the origin away from the ridge.

    Before ``arch`` (along y), a last is straight where the foot is hollow, down to the floor.
    """
    points = section(body.vertices, edges, origin, np.cross([1.0, 0.0, 0.0], down))
    flat = np.stack([points[:, 0], (points - origin) @ down], axis=1)
    low = (points[:, 2] < FILLED) & (flat[:, 1] > 0.0)
    floor = -origin[2] / min(down[2], -0.1)
    if origin[1] + floor * down[1] < arch and low.any():
        x = 0.5 * (flat[low, 0].max() + flat[low, 0].min())
        under = np.stack([x + STRAIGHT * (flat[low, 0] - x), np.full(low.sum(), floor)], axis=1)
        flat = np.concatenate([flat, under])
    return hull(flat[flat[:, 1] > 0.0])


def _radius(outline: FloatArray, centre: FloatArray, unit: FloatArray) -> FloatArray:
    """(AROUND,) how far a convex outline, eased by the clearance, reaches from a point within; 0 for none."""
    if len(outline) < 3:
        return np.zeros(AROUND)
    along = np.roll(outline, -1, axis=0) - outline
    out = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    away = ((outline - centre) * out).sum(axis=1) + CLEARANCE
    return np.asarray(1.0 / ((unit @ out.T) / np.maximum(away, 1e-4)).max(axis=1))


@dataclass(frozen=True)
class _ToeBox:
    """Half-widths, middles and heights of the rings before the instep, metres; 0 wide elsewhere.

    floor: where the soles are, metres from the planes' origins.
    """

    wide: FloatArray
    middle: FloatArray
    high: FloatArray
    floor: float

    def radius(self, centres: FloatArray, unit: FloatArray) -> FloatArray:
        """(k, AROUND) how far the box reaches from each ring's centre: a dome above, nearly square below."""
        found = np.zeros((len(centres), len(unit)))
        across, up = np.abs(unit[:, 0]), -unit[:, 1]
        power = np.where(up > 0.0, 2.3, 4.0)
        for k in np.flatnonzero(self.wide > 1e-6):
            middle = self.floor - centres[k, 1]
            tall = np.where(up > 0.0, np.maximum(self.high[k] - middle, 1e-5), middle)
            found[k] = ((across / self.wide[k]) ** power + (np.abs(up) / tall) ** power) ** (-1.0 / power)
        return found


def _toe_box(
    hulls: list[FloatArray],
    planes: list[tuple[FloatArray, FloatArray]],
    heel: float,
    toe: float,
    cut: Mapping[str, float],
) -> _ToeBox:
    y = np.array([origin[1] for origin, _ in planes[:FORE_ROWS]])
    floor = float(planes[0][0][2])
    share = (heel - y) / (heel - toe)
    end = share[0]
    sizes = np.array([[*_span(outline[:, 0]), floor - outline[:, 1].min()] if len(outline) > 2 else [0.0] * 3
                      for outline in hulls[:FORE_ROWS]])  # fmt: skip
    there = sizes[:, 0] > 0.0
    half, middle, top = (np.interp(-y, -y[there][::-1], sizes[there, i][::-1]) for i in range(3))
    ball = int(np.abs(share - BALL).argmin())
    t = np.clip((share - share[ball]) / (end - share[ball]), 0.0, 1.0)
    power = cut["toe_round"]
    curve = np.maximum(1.0 - t**power, 0.0) ** (1.0 / power)
    wide = np.where(t > 0.0, (half[ball] + CLEARANCE) * curve, 0.98 * half)
    big_toe = middle[there][0]
    tip = 0.55 * big_toe + 0.45 * middle[ball]
    turned = np.where(t > 0.0, middle[ball] + (tip - middle[ball]) * t**1.3, middle)
    box = cut["toe_mm"] / 1000.0 * (heel - toe) / 0.24
    near = np.clip((share - (end - TOE_ROUNDING)) / TOE_ROUNDING, 0.0, 1.0)
    rounding = np.maximum(1.0 - near**2.3, 0.0) ** (1.0 / 2.3)
    high = np.maximum(top + 0.5 * CLEARANCE, box * np.clip((share - BALL) / (end - BALL) * 1.6, 0.0, 1.0)) * (
        0.25 + 0.75 * rounding
    )
    pad = np.zeros(len(planes) - FORE_ROWS)
    return _ToeBox(np.append(wide, pad), np.append(turned, pad), np.append(high, pad), floor)


def _span(x: FloatArray) -> tuple[float, float]:
    return 0.5 * float(np.ptp(x)), 0.5 * float(x.max() + x.min())


def _centres(hulls: list[FloatArray], box: _ToeBox) -> FloatArray:
    """(k, 2) a point within every ring, evened out along the last."""
    found = np.zeros((len(hulls), 2))
    for k, outline in enumerate(hulls):
        if k < FORE_ROWS:
            found[k] = box.middle[k], box.floor - 0.45 * box.high[k]
        else:
            found[k] = 0.5 * (outline.max(axis=0) + outline.min(axis=0))
    for _ in range(3):
        found[1:-1] = 0.5 * found[1:-1] + 0.25 * (found[:-2] + found[2:])
    return found


def _even(grid: FloatArray) -> FloatArray:
    """Radii evened out along and around."""
    padded = np.concatenate([grid[:1], grid, grid[-1:]])
    grid = 0.5 * grid + 0.25 * (padded[:-2] + padded[2:])
    grid = 0.5 * grid + 0.25 * (np.concatenate([grid[:1], grid[:-1]]) + np.concatenate([grid[1:], grid[-1:]]))
    return np.asarray(0.5 * grid + 0.25 * (np.roll(grid, 1, axis=1) + np.roll(grid, -1, axis=1)))
