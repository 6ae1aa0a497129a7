# SPDX-License-Identifier: GPL-3.0-or-later
"""Raised heels: what stands between the sole under a turned foot and the floor."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar_engine.fitting.footwear.last import Last
from avatar_engine.fitting.footwear.part import Part
from avatar_engine.fitting.sections import FloatArray

ARC, BREAST, ROWS = 40, 14, 18
# The breast, the heel's front, is hollow by this share of its width.
HOLLOW = 0.10
# Metres that the heel reaches into the sole, and that its lower edge is rounded by.
SUNK, ROUNDED = 0.0012, 0.0008


def seat(last: Last, rim: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """(ARC + BREAST, 3) outline of what a heel of the left shoe stands under, anticlockwise from above.

    Parameters
    ----------
    rim : (n, 3) outline of the sole's underside under a flat foot, anticlockwise from above, from the toe on
    cut : heel_seat (share of the foot's length that it takes up)
    """
    behind = last.share(rim[:, 1]) < cut["heel_seat"]
    first, end = np.flatnonzero(behind)[[0, -1]]
    ends = [
        _between(rim[before], rim[after], last, cut["heel_seat"])
        for before, after in ((first - 1, first), (end + 1, end))
    ]
    arc = _even(np.stack([ends[0], *rim[first : end + 1], ends[1]]), ARC + 1)
    across = np.linspace(0.0, 1.0, BREAST + 1)[1:, None]
    breast = arc[-1] + across * (arc[0] - arc[-1])
    breast[:, 1] += HOLLOW * np.abs(arc[0, 0] - arc[-1, 0]) * 4.0 * (across * (1.0 - across))[:, 0]
    return np.concatenate([arc, breast[:-1]])


def heel(seat: FloatArray, floor: float, cut: Mapping[str, float]) -> Part:
    """The heel of the left shoe.

    Parameters
    ----------
    seat : its outline under the turned foot, see ``seat``
    floor : height that it stands on, metres
    cut : heel_tip (how wide its lower end is, as a share of the seat), heel_set_mm (how far the back of that end
        stands before the back of the seat), heel_curve (1 for straight sides, more for sides that draw in fast)
    """
    middle = 0.5 * (seat.min(axis=0) + seat.max(axis=0))
    tip = cut["heel_tip"] * (seat - middle)
    tip[:, 0] += middle[0]
    tip[:, 1] += seat[:, 1].max() - cut["heel_set_mm"] / 1000.0 - tip[:, 1].max()
    tip[:, 2] = floor
    down = np.linspace(0.0, 1.0, ROWS)[:, None, None]
    drawn_in = 1.0 - (1.0 - down) ** cut["heel_curve"]
    rows = np.concatenate([seat[None, :, :2] * (1.0 - drawn_in) + tip[None, :, :2] * drawn_in,
                           seat[None, :, 2:] * (1.0 - down) + floor * down], axis=2)  # fmt: skip
    rows[-1, :, 2] += ROUNDED
    centre = tip.mean(axis=0)
    inset = tip + (centre - tip) * (ROUNDED / np.linalg.norm(tip - centre, axis=1).max())
    top = seat + np.array([0.0, 0.0, SUNK])
    points = np.concatenate([top[None], rows[1:], inset[None]])
    return _closed(points, centre)


def _closed(rows: FloatArray, centre: FloatArray) -> Part:
    """Rings from the top to the floor and a fan below; flat places unroll the sides."""
    count, around = rows.shape[:2]
    index = np.arange(count * around).reshape(count, around)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    d, c = index[1:], np.roll(index, -1, axis=1)[1:]
    sides = np.concatenate([np.stack([a, d, c], axis=-1), np.stack([a, c, b], axis=-1)]).reshape(-1, 3)
    below = np.stack([np.full(around, count * around), np.roll(index[-1], -1), index[-1]], axis=1)
    points = np.concatenate([rows.reshape(-1, 3), centre[None]])
    girth = np.linalg.norm(np.diff(rows[0], axis=0, append=rows[0, :1]), axis=1)
    far = np.concatenate([[0.0], np.cumsum(girth)])
    column = sides % around
    # The last column ends where the first began; its corners lie a whole girth on.
    wraps = column.max(axis=1, keepdims=True) - column > 1
    flat = np.stack([far[np.where(wraps, around, column)], points[sides][:, :, 2]], axis=2)
    uvs = np.concatenate([flat, points[below][:, :, :2]])
    return Part(points, np.concatenate([sides, below]).astype(np.int32), np.asarray(uvs), "heel")


def _between(outer: FloatArray, inner: FloatArray, last: Last, share: float) -> FloatArray:
    """The point of an edge at a share of the foot's length."""
    a, b = last.share(np.array([outer[1], inner[1]]))
    return np.asarray(outer + (share - a) / (b - a) * (inner - outer))


def _even(line: FloatArray, count: int) -> FloatArray:
    """(count, 3) points evenly along a line."""
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, far[-1], count)
    return np.stack([np.interp(at, far, line[:, axis]) for axis in range(3)], axis=1)
