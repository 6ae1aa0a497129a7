# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures at another size, in numpy: the surfaces that show textures do not all have a library for pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from avatar_engine.body.template import Float32Array, FloatArray, Indices

# Keys' cubic with the slope that keeps straight ramps straight (Keys 1981).
SLOPE = -0.5


def cubic(x: FloatArray) -> FloatArray:
    """Weight of a sample at distance ``x``, in samples; 0 from 2 on."""
    x = np.abs(x)
    near = (SLOPE + 2.0) * x**3 - (SLOPE + 3.0) * x**2 + 1.0
    far = SLOPE * (x**3 - 5.0 * x**2 + 8.0 * x - 4.0)
    weight: FloatArray = np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))
    return weight


def box(x: FloatArray) -> FloatArray:
    """Weight of a sample at distance ``x``: all within half a sample count alike."""
    weight: FloatArray = ((x >= -0.5) & (x < 0.5)).astype(np.float64)
    return weight


def resampled(
    picture: Float32Array, width: int, height: int, kernel: Callable[[FloatArray], FloatArray] = cubic
) -> Float32Array:
    """A picture (h, w, c) at (height, width, c); made smaller, each pixel is a mean of all that it covers."""
    narrowed = _along_rows(np.ascontiguousarray(picture, dtype=np.float32), height, kernel)
    turned = _along_rows(np.ascontiguousarray(narrowed.transpose(1, 0, 2)), width, kernel)
    return np.ascontiguousarray(turned.transpose(1, 0, 2))


def _along_rows(picture: Float32Array, count: int, kernel: Callable[[FloatArray], FloatArray]) -> Float32Array:
    if count == len(picture):
        return picture
    taken, weights = _taps(len(picture), count, kernel)
    total: Float32Array = np.zeros((count, *picture.shape[1:]), dtype=np.float32)
    # Row by row, since a row fits the processor's cache.
    for row, (places, shares) in enumerate(zip(taken, weights, strict=True)):
        np.einsum("k,k...->...", shares, picture[places], out=total[row])
    return total


def _taps(before: int, after: int, kernel: Callable[[FloatArray], FloatArray]) -> tuple[Indices, Float32Array]:
    """Rows (after, k) that each new row is mixed from, and their shares, which sum to 1."""
    scale = max(before / after, 1.0)
    centre = (np.arange(after) + 0.5) * before / after
    first = np.floor(centre - 2.0 * scale).astype(np.int64)
    rows = first[:, None] + np.arange(int(np.ceil(4.0 * scale)) + 1)
    weights = kernel((rows + 0.5 - centre[:, None]) / scale) * ((rows >= 0) & (rows < before))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return rows.clip(0, before - 1), shares.astype(np.float32)
