# SPDX-License-Identifier: GPL-3.0-or-later
"""GLB (glTF 2.0) of any program: the meshes of its scene at their places, in the pose they were saved in."""

from __future__ import annotations

from typing import Any

import numpy as np

from avatar_engine.body.template import FloatArray, Indices
from avatar_engine.export.foreign.surface import DamagedError, Surface, check_count, checked
from avatar_engine.export.gltf_read import GltfReadError, chunks
from avatar_engine.words import phrase

Table = np.ndarray[Any, np.dtype[Any]]
MOST_NODES = 5_000
POINTS, TRIANGLES = 0, 4
KINDS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC3": 3}


def read(content: bytes) -> Surface:
    """The triangles and points of a GLB's scene; raises ``DamagedError``."""
    try:
        document, binary = chunks(content)
        return _scene(document, binary)
    except GltfReadError as error:
        raise DamagedError(phrase("mesh_header", kind="GLB")) from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, DamagedError):
            raise
        raise DamagedError(phrase("mesh_damaged")) from error


def _scene(document: dict[str, Any], binary: bytes) -> Surface:
    if set(document.get("extensionsRequired", [])) & {"KHR_draco_mesh_compression", "EXT_meshopt_compression"}:
        raise DamagedError(phrase("mesh_compressed"))
    points: list[FloatArray] = []
    triangles: list[Indices] = []
    total = 0
    for mesh, matrix in _instances(document):
        for primitive in document["meshes"][mesh]["primitives"]:
            if primitive.get("mode", TRIANGLES) not in (POINTS, TRIANGLES):
                continue
            found = _accessor(document, binary, primitive["attributes"]["POSITION"], "VEC3")
            if primitive.get("mode", TRIANGLES) == TRIANGLES:
                triangles.append(_corners(document, binary, primitive, len(found)) + total)
            points.append(found @ matrix[:3, :3].T + matrix[:3, 3])
            total += len(found)
            check_count(total)
    if total == 0:
        raise DamagedError(phrase("mesh_empty"))
    return checked(np.concatenate(points), np.concatenate([np.zeros((0, 3), dtype=np.int64), *triangles]))


def _instances(document: dict[str, Any]) -> list[tuple[int, FloatArray]]:
    """Meshes and their (4, 4) places, nodes visited from the scene's roots."""
    nodes, scenes = document.get("nodes", []), document.get("scenes", [])
    roots = scenes[document.get("scene", 0)].get("nodes", []) if scenes else range(len(nodes))
    waiting, found, visited = [(int(root), np.eye(4)) for root in roots], list[tuple[int, FloatArray]](), 0
    while waiting:
        index, above = waiting.pop()
        visited += 1
        if visited > MOST_NODES or len(waiting) > MOST_NODES or index < 0:
            raise DamagedError(phrase("mesh_damaged"))
        node = nodes[index]
        place = above @ _place(node)
        if "mesh" in node:
            found.append((int(node["mesh"]), place))
        waiting += [(int(child), place) for child in node.get("children", [])]
    return found


def _place(node: dict[str, Any]) -> FloatArray:
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    x, y, z, w = (float(part) for part in node.get("rotation", (0.0, 0.0, 0.0, 1.0)))
    place = np.eye(4)
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    place[:3, :3] = rotation * np.array(node.get("scale", (1.0, 1.0, 1.0)), dtype=np.float64).reshape(3)
    place[:3, 3] = np.array(node.get("translation", (0.0, 0.0, 0.0)), dtype=np.float64).reshape(3)
    return place


def _corners(document: dict[str, Any], binary: bytes, primitive: dict[str, Any], points: int) -> Indices:
    if "indices" not in primitive:
        return np.arange(points - points % 3).reshape(-1, 3)
    flat = _accessor(document, binary, primitive["indices"], "SCALAR")[:, 0]
    if flat.dtype.kind == "f":
        raise DamagedError(phrase("mesh_damaged"))
    corners: Indices = flat[: len(flat) - len(flat) % 3].astype(np.int64).reshape(-1, 3)
    corners[(corners >= points).any(axis=1)] = 0
    return corners


def _accessor(document: dict[str, Any], binary: bytes, index: int, kind: str) -> Table:
    """(count, width) entries of an accessor, checked to lie within the file."""
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    entry, width, count = np.dtype(KINDS[accessor["componentType"]]), WIDTHS[kind], int(accessor["count"])
    stride = int(view.get("byteStride", entry.itemsize * width))
    start = int(view.get("byteOffset", 0)) + int(accessor.get("byteOffset", 0))
    if accessor["type"] != kind or "sparse" in accessor or view.get("buffer", 0) != 0:
        raise DamagedError(phrase("mesh_damaged"))
    needed = (count - 1) * stride + entry.itemsize * width if count > 0 else 0
    if count < 0 or start < 0 or stride < entry.itemsize * width or start + needed > len(binary):
        raise DamagedError(phrase("mesh_short"))
    raw = np.frombuffer(binary, np.uint8)
    values: np.ndarray[Any, np.dtype[Any]] = np.ndarray(
        (count, width), entry, raw.data, start, (stride, entry.itemsize)
    )
    return values.astype(np.float64) if kind == "VEC3" else values
