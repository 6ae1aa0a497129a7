# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin as a texture: a Monk tone with lips, nails, flush, mottling, and the shadow of hair roots."""

from __future__ import annotations

import functools
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from avatar_engine.appearance.palette import HairColour, linear, skin_albedo, to_srgb
from avatar_engine.assets import read_bytes
from avatar_engine.body.template import FloatArray


@functools.lru_cache(maxsize=4)
def _masks(size: int) -> dict[str, FloatArray]:
    """The baked masks at (size, size), 0..1, by name."""
    names = {
        "blood": ("flush", "lips", "lids"),
        "hair": ("scalp", "brows", "nails"),
        "mottle": ("red", "brown", "pale"),
    }
    masks: dict[str, FloatArray] = {}
    for file, channels in names.items():
        with Image.open(io.BytesIO(read_bytes(f"mask_{file}.png"))) as picture:
            sized = picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
        values = np.asarray(sized, dtype=np.float64) / 255
        masks |= {name: values[..., i] for i, name in enumerate(channels)}
    return masks


def _towards(light: FloatArray, target: FloatArray, amount: FloatArray) -> FloatArray:
    share = amount[..., None]
    mixed: FloatArray = light + (target - light) * share
    return mixed


def skin_texture(
    tone: int,
    hair: HairColour,
    scalp_cover: float,
    brow_cover: float,
    seed: int,
    size: int = 2048,
) -> npt.NDArray[np.uint8]:
    """Albedo of the skin in the template's texture coordinates.

    Parameters
    ----------
    tone : Monk tone 1..10
    hair : colour of the roots that show through scalp and brows
    scalp_cover, brow_cover : how much of it shows, 0..1
    size : edge in pixels

    Returns
    -------
    (size, size, 3) sRGB, first row on top; raises ``LookError``
    """
    masks = _masks(size)
    base = skin_albedo(tone)
    depth = min(1.0, max(0.0, 1.0 - float(base.mean()) / 0.55))
    rng = np.random.default_rng([seed, 47])
    grain = rng.normal(size=(size, size)).clip(-2, 2)
    brown = (masks["brown"] - 0.5) * 0.20 + 0.018 * grain
    light: FloatArray = base * (1.0 + brown[..., None] * np.array([0.7, 1.0, 1.2]))
    red = np.clip(0.30 * masks["flush"] + 0.24 * (masks["red"] - 0.5), -0.2, 1.0)
    light = light * (1.0 + red[..., None] * np.array([0.10, -0.38, -0.36]))
    lips = base * (np.array([0.80, 0.40, 0.46]) * (1 - depth) + np.array([0.98, 0.70, 0.70]) * depth)
    light = _towards(light, lips, 0.85 * masks["lips"])
    lids = base * np.array([0.84, 0.68, 0.66])
    light = _towards(light, lids, 0.45 * masks["lids"])
    palm = base * 0.35 + np.array([0.50, 0.30, 0.22]) * 0.65
    light = _towards(light, palm, masks["pale"] * (0.15 + 0.55 * depth))
    nail = base * 0.5 + np.array([0.62, 0.42, 0.37]) * 0.5
    light = _towards(light, nail, 0.8 * masks["nails"])
    roots = linear(hair.colour) * 0.8 + base * 0.2
    speckle = np.clip(0.75 + 0.30 * grain, 0.2, 1.0)
    light = _towards(light, roots, scalp_cover * masks["scalp"] * speckle)
    light = _towards(light, roots, brow_cover * masks["brows"] * speckle)
    pixels: npt.NDArray[np.uint8] = np.round(to_srgb(light) * 255).astype(np.uint8)
    return pixels
