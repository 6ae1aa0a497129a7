# SPDX-License-Identifier: GPL-3.0-or-later
"""A glTF 2.0 document under construction, and its binary form (GLB)."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

COMPONENT_TYPES = {"float32": 5126, "uint8": 5121, "uint16": 5123, "uint32": 5125}
VERTICES, INDICES = 34962, 34963
GLB_MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942


class GltfBuilder:
    """Collects the arrays, images and objects of one file; indices are those of glTF."""

    def __init__(self, generator: str) -> None:
        self.document: dict[str, Any] = {"asset": {"version": "2.0", "generator": generator}, "scene": 0}
        self._binary = bytearray()
        self._images: dict[bytes, int] = {}

    def add(self, kind: str, item: dict[str, Any]) -> int:
        """Append an object to a top-level array such as "nodes"; its index."""
        items = self.document.setdefault(kind, [])
        items.append(item)
        return len(items) - 1

    def use_extension(self, name: str) -> None:
        """Declare an optional extension."""
        used = self.document.setdefault("extensionsUsed", [])
        if name not in used:
            used.append(name)

    def _view(self, content: bytes, **properties: int) -> int:
        self._binary += b"\0" * (-len(self._binary) % 4)
        view = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": len(content)} | properties
        self._binary += content
        return self.add("bufferViews", view)

    def accessor(
        self,
        values: npt.NDArray[np.generic],
        kind: str,
        *,
        target: int | None = None,
        normalized: bool = False,
        bounds: bool = False,
    ) -> int:
        """Store an (n,) or (n, k) array.

        Parameters
        ----------
        kind : "SCALAR", "VEC2", "VEC3", "VEC4" or "MAT4"
        target : ``VERTICES`` or ``INDICES`` where the graphics card reads it directly
        bounds : record the smallest and the greatest value of each component
        """
        view = self._view(values.tobytes(), **({} if target is None else {"target": target}))
        item: dict[str, Any] = {
            "bufferView": view,
            "componentType": COMPONENT_TYPES[values.dtype.name],
            "count": len(values),
            "type": kind,
        }
        if normalized:
            item["normalized"] = True
        if bounds:
            item["min"], item["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()
        return self.add("accessors", item)

    def texture(self, image: bytes) -> int:
        """Index of a texture with this JPEG or PNG image, stored once however often it is asked for."""
        if image not in self._images:
            kind = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
            source = self.add("images", {"bufferView": self._view(image), "mimeType": kind})
            if "samplers" not in self.document:
                self.add("samplers", {"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497})
            self._images[image] = self.add("textures", {"source": source, "sampler": 0})
        return self._images[image]

    def to_bytes(self) -> bytes:
        """The file; equal documents give equal bytes."""
        self._binary += b"\0" * (-len(self._binary) % 4)
        document = self.document | {"buffers": [{"byteLength": len(self._binary)}]}
        text = json.dumps(document, separators=(",", ":")).encode("utf-8")
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(self._binary)
        head = struct.pack("<III", GLB_MAGIC, 2, length) + struct.pack("<II", len(text), JSON_CHUNK)
        return head + text + struct.pack("<II", len(self._binary), BINARY_CHUNK) + bytes(self._binary)
