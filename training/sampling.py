# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose where the cloud's 10,000 points lie on the template: ``python -m training.sampling``.

Evenly by area on the outer skin of an average adult; mouth cavity and eye sockets (2 % of the area) are left out.
"""

from __future__ import annotations

import numpy as np

from avatar_engine import assets
from avatar_engine.body.template import load_template
from avatar_engine.generator.card import POINTS
from training.anny_source import load
from training.template import average_adult

SEED = 15


def choose(vertices: np.ndarray, triangles: np.ndarray) -> dict[str, np.ndarray]:
    """Stratified by area: triangles (10000,) and the first two barycentric weights (10000, 2)."""
    rng = np.random.default_rng(SEED)
    corners = vertices[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    edges = np.cumsum(area) / area.sum()
    picked = np.searchsorted(edges, (np.arange(POINTS) + rng.random(POINTS)) / POINTS)
    u, v = rng.random(POINTS), rng.random(POINTS)
    root = np.sqrt(u)
    return {
        "triangles": np.minimum(picked, len(triangles) - 1).astype(np.uint16),
        "weights": np.column_stack([1 - root, root * (1 - v)]).astype(np.float32),
    }


def main() -> None:
    """Write ``cloud_sampling.npz`` and renew the manifest."""
    source = load()
    chosen = choose(average_adult(source)[source.body_ids], load_template().outer_triangles)
    np.savez_compressed(assets.FOLDER / "cloud_sampling.npz", **chosen)
    assets.write_manifest()


if __name__ == "__main__":
    main()
