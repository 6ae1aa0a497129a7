# SPDX-License-Identifier: GPL-3.0-or-later
"""An outfit as bytes, and back: from the child that drapes it, and kept on its avatar (no bpy)."""

from __future__ import annotations

import io
import json
from dataclasses import fields

import numpy as np

from avatar_engine.fitting import FittedGarment, Outfit

ARRAYS = ("vertices", "triangles", "corner_uvs", "triangle_slots", "bone_indices", "bone_weights", "stitches")
# Colours and prints are the avatar's own: they are laid on whatever is worn.
LEFT_OUT = ("printed",)
HIDDEN, TOLD = "hidden_quads", "told"


def outfit_bytes(outfit: Outfit) -> bytes:
    """An outfit in the A-pose as a compressed npz; lengths keep single precision."""
    arrays: dict[str, np.ndarray] = {HIDDEN: outfit.hidden_quads}
    told = []
    for place, garment in enumerate(outfit.garments):
        for name in ARRAYS:
            values = getattr(garment, name)
            if values is not None:
                arrays[f"{place} {name}"] = values.astype(np.float32) if values.dtype.kind == "f" else values
        rest = [each.name for each in fields(garment) if each.name not in (*ARRAYS, *LEFT_OUT)]
        told.append({name: getattr(garment, name) for name in rest})
    arrays[TOLD] = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def outfit_from(content: bytes) -> Outfit:
    """The outfit of ``outfit_bytes``."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    garments = []
    for place, row in enumerate(json.loads(arrays[TOLD].tobytes())):
        own = {name: arrays.get(f"{place} {name}") for name in ARRAYS}
        exact = {name: each.astype(np.float64) if _is_real(each) else each for name, each in own.items()}
        garments.append(FittedGarment(**row | exact | {"slots": tuple(row["slots"])}))
    return Outfit(tuple(garments), arrays[HIDDEN])


def _is_real(values: np.ndarray | None) -> bool:
    return values is not None and values.dtype.kind == "f"
