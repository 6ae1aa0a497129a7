# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of glTF's metallic-roughness model, and colours as glTF counts them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from avatar_engine.export.gltf_buffer import GltfBuilder
from avatar_engine.export.png import png_bytes

JPEG_QUALITY = 85


def linear_colour(srgb_hex: str) -> tuple[float, float, float]:
    """Linear RGB of "#rrggbb" (IEC 61966-2-1), as ``baseColorFactor`` wants it."""
    channels = [int(srgb_hex[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


@dataclass(frozen=True)
class Material:
    """How a surface looks.

    Parameters
    ----------
    colour : linear RGB, multiplied with the texture where there is one
    texture : JPEG or PNG file in sRGB, with alpha where the surface has holes
    normals : JPEG or PNG file of normals in tangent space, or None
    alpha : "OPAQUE", "MASK" or "BLEND"
    sheen : linear RGB of the fuzz of cloth, or None
    """

    name: str
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)
    roughness: float = 0.5
    texture: bytes | None = None
    normals: bytes | None = None
    alpha: str = "OPAQUE"
    alpha_cutoff: float = 0.5
    two_sided: bool = False
    sheen: tuple[float, float, float] | None = None

    def add_to(self, builder: GltfBuilder) -> int:
        """Index of this material in the document."""
        surface: dict[str, Any] = {
            "baseColorFactor": [*(round(c, 5) for c in self.colour), 1.0],
            "metallicFactor": 0.0,
            "roughnessFactor": round(self.roughness, 4),
        }
        if self.texture is not None:
            surface["baseColorTexture"] = {"index": builder.texture(self.texture)}
        item: dict[str, Any] = {"name": self.name, "pbrMetallicRoughness": surface, "alphaMode": self.alpha}
        if self.normals is not None:
            item["normalTexture"] = {"index": builder.texture(self.normals)}
        if self.alpha == "MASK":
            item["alphaCutoff"] = self.alpha_cutoff
        if self.two_sided:
            item["doubleSided"] = True
        if self.sheen is not None:
            builder.use_extension("KHR_materials_sheen")
            fuzz = {"sheenColorFactor": [round(c, 5) for c in self.sheen], "sheenRoughnessFactor": 0.6}
            item["extensions"] = {"KHR_materials_sheen": fuzz}
        return builder.add("materials", item)


def picture_file(pixels: npt.NDArray[np.uint8], kind: str) -> bytes:
    """(h, w, 3 or 4) sRGB as a "JPEG" or "PNG" file; a larger PNG where there is no library for pictures."""
    try:
        from PIL import Image
    except ModuleNotFoundError:  # Blender's own Python has no Pillow
        return png_bytes(pixels)
    stream = io.BytesIO()
    options = {"quality": JPEG_QUALITY} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(stream, kind, optimize=True, **options)
    return stream.getvalue()
