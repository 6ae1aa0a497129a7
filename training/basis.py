# SPDX-License-Identifier: GPL-3.0-or-later
"""Principal components of a population: the engine's shape space, written as a small asset file."""

from __future__ import annotations

import numpy as np

from avatar_engine import assets
from avatar_engine.body.shape import point_sections
from avatar_engine.body.template import VERTEX_COUNT
from training.anny_source import AnnySource


def all_points(source: AnnySource, weights: np.ndarray) -> np.ndarray:
    """(b, N, 3) points of the shape space (vertices, helpers, joints) for target weights (b, T), soles on z = 0."""
    ids = np.concatenate([source.body_ids, *(source.helpers[name].ids for name in sorted(source.helpers))])
    targets = np.concatenate([source.targets[:, ids], source.head_targets, source.tail_targets], axis=1)
    template = np.concatenate([source.template[ids], source.heads, source.tails])
    points = template + np.tensordot(weights.astype(np.float32), targets.astype(np.float32), 1)
    points[:, :, 2] -= points[:, :VERTEX_COUNT, 2].min(axis=1)[:, None]
    return points


def principal_components(points: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """Mean, basis (N, 3, K) as scaled int16, and variances of (b, N, 3) points; axes come from the vertices alone.

    Helpers and joints are regressed on the vertices' scores, so that they follow without a say in the axes.
    """
    mean = points.mean(axis=0, dtype=np.float64)
    centred = (points - mean).astype(np.float32).reshape(len(points), -1)
    vertices = centred[:, : VERTEX_COUNT * 3]
    values, vectors = np.linalg.eigh((vertices @ vertices.T).astype(np.float64))
    order = np.argsort(-values)[:count]
    scores = vectors[:, order] * np.sqrt(values[order])
    basis = (centred.T @ (scores / values[order])).reshape(*mean.shape, count)
    variances = values[order] / len(points)
    scale = np.abs(basis).max(axis=(0, 1)) / 32767
    return {
        "mean": mean.astype(np.float32),
        "basis": np.round(basis / scale).astype(np.int16),
        "scale": scale.astype(np.float64),
        "variances": variances,
    }


def write(points: np.ndarray, count: int) -> None:
    """Write ``shape_space.npz`` from (b, N, 3) points and renew the manifest."""
    if points.shape[1] != point_sections()["joint_tails"].stop:
        raise ValueError(f"points must be (b, {point_sections()['joint_tails'].stop}, 3), got {points.shape}")
    np.savez_compressed(assets.FOLDER / "shape_space.npz", **principal_components(points, count))
    assets.write_manifest()
