# SPDX-License-Identifier: GPL-3.0-or-later
"""The positions of one mesh of a GLB, read without trusting the file."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.export.gltf_buffer import BINARY_CHUNK, COMPONENT_TYPES, GLB_MAGIC, JSON_CHUNK

HEAD_SIZE, CHUNK_HEAD_SIZE = 12, 8
VEC3_SIZE = 12
MOST_JSON = 8 * 2**20  # parsed, it takes many times the room


class GltfReadError(ValueError):
    """The file is not a GLB that holds what was looked for; the text says what was found instead."""


def chunks(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON document and the binary chunk of a GLB; raises ``GltfReadError``."""
    if len(content) < HEAD_SIZE + CHUNK_HEAD_SIZE or struct.unpack_from("<II", content) != (GLB_MAGIC, 2):
        raise GltfReadError("no GLB 2 header")
    if struct.unpack_from("<I", content, 8)[0] != len(content):
        raise GltfReadError("a file cut short")
    text = _chunk(content, HEAD_SIZE, JSON_CHUNK)
    if len(text) > MOST_JSON:
        raise GltfReadError("a description too long to be one")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GltfReadError("a damaged description") from error
    if not isinstance(document, dict):
        raise GltfReadError("a damaged description")
    return document, _chunk(content, HEAD_SIZE + CHUNK_HEAD_SIZE + len(text), BINARY_CHUNK)


def _chunk(content: bytes, offset: int, kind: int) -> bytes:
    if offset + CHUNK_HEAD_SIZE > len(content):
        raise GltfReadError("a file cut short")
    length, found = struct.unpack_from("<II", content, offset)
    start = offset + CHUNK_HEAD_SIZE
    if found != kind or start + length > len(content):
        raise GltfReadError("a damaged chunk")
    return content[start : start + length]


def mesh_positions(content: bytes, mesh_name: str) -> FloatArray:
    """(n, 3) positions of the first primitive of the mesh with this name, in the file's frame.

    Raises ``GltfReadError`` when the file is damaged or has no such mesh.
    """
    document, binary = chunks(content)
    try:
        mesh = next(mesh for mesh in document["meshes"] if mesh.get("name") == mesh_name)
        accessor = document["accessors"][mesh["primitives"][0]["attributes"]["POSITION"]]
        view = document["bufferViews"][accessor["bufferView"]]
        kind = (accessor["componentType"], accessor["type"], view.get("byteStride", VEC3_SIZE), view["buffer"])
        count, start = accessor["count"], view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    except StopIteration as error:
        raise GltfReadError(f"no mesh called '{mesh_name}'") from error
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise GltfReadError("a damaged description") from error
    if kind != (COMPONENT_TYPES["float32"], "VEC3", VEC3_SIZE, 0) or "sparse" in accessor:
        raise GltfReadError("positions stored another way")
    if not (isinstance(count, int) and isinstance(start, int)) or count < 1 or start < 0:
        raise GltfReadError("a damaged description")
    if start + count * VEC3_SIZE > len(binary):
        raise GltfReadError("a file cut short")
    values = np.frombuffer(binary, dtype="<f4", count=count * 3, offset=start)
    return values.reshape(-1, 3).astype(np.float64)
