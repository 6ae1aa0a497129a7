# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin as a texture: a Monk tone with lips, nails, flush, mottling, and the shadow of hair roots."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.freckles import draw_spots
from avatar_engine.appearance.palette import HairColour, linear, skin_albedo, to_srgb
from avatar_engine.assets import load_arrays
from avatar_engine.body.template import FloatArray
from avatar_engine.resample import resampled

Light = npt.NDArray[np.float32]
FIRST_LINES = 28.0  # years
LASH_LINE = np.array([0.16, 0.11, 0.09])
# In creases light is lost and what comes out is redder; with age blotches of brown gain.
CREASE = np.array([0.66, 0.50, 0.46])
BLOTCHES = np.array([0.10, 0.16, 0.20])
LID = np.array([0.76, 0.55, 0.54])
# How much redder than plain skin cheeks, knuckles and the like are, on light skin.
FLUSH = 0.80
# By how much of itself each channel changes where skin is fully brown, and where blood shows fully: red, green, blue.
BY_BROWN, BY_RED = (0.7, 1.0, 1.2), (-0.04, -0.44, -0.42)
PALM = np.array([0.50, 0.30, 0.22])
NAIL = np.array([0.62, 0.42, 0.37])


# Which masks the channels of each baked picture are.
SHEETS = {
    "blood": ("flush", "lips", "lids"),
    "hair": ("scalp", "brows", "nails"),
    "mottle": ("red", "brown", "pale"),
    "age": ("lines", "beard", "lashes"),
    "sheen": ("gloss",),
}


@functools.cache
def _baked() -> dict[str, npt.NDArray[np.generic]]:
    return load_arrays("skin_masks.npz")


@functools.lru_cache(maxsize=3 * len(SHEETS))
def _sheet(name: str, size: int) -> Light:
    """(size, size, channels) of a baked picture, 0..1."""
    values = _baked()[name].astype(np.float32) / 255
    return resampled(values, size, size).clip(0.0, 1.0)


def _mask(name: str, size: int) -> Light:
    """(size, size) of a baked mask, 0..1."""
    (sheet,) = (sheet for sheet, names in SHEETS.items() if name in names)
    return _sheet(sheet, size)[..., SHEETS[sheet].index(name)]


def _mix(light: Light, target: FloatArray, amount: Light) -> None:
    """Mix ``target`` into ``light`` (h, w, 3) in place, where ``amount`` (h, w) is not zero."""
    rows, columns = (np.flatnonzero(amount.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    light[part] += (target.astype(np.float32) - light[part]) * amount[part][..., None]


def lines_relief(lines: float, size: int = 1024) -> npt.NDArray[np.uint8]:
    """(size, size, 1) depth of the lines of age, 255 the deepest, first row on top; ``lines`` 0..1."""
    relief: npt.NDArray[np.uint8] = np.round(255 * lines * _mask("lines", size)).astype(np.uint8)
    return relief[..., None]


def skin_depth(tone: int) -> float:
    """How dark plain skin of a tone is, 0 for the lightest, near 1 for the darkest; raises ``LookError``."""
    return float(np.clip(1.0 - skin_albedo(tone).mean() / 0.55, 0.0, 1.0))


def gloss(size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 1) how much skin shines, 255 the most, first row on top: lips, nose, forehead, cheekbones."""
    shine: npt.NDArray[np.uint8] = np.round(255 * _mask("gloss", size)).astype(np.uint8)
    return shine[..., None]


def flush(size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 1) where blood shows through light skin, 255 the most, first row on top: cheeks, knuckles, knees."""
    blood: npt.NDArray[np.uint8] = np.round(255 * _mask("flush", size)).astype(np.uint8)
    return blood[..., None]


def lines_at(age_years: float | None) -> float:
    """How deep lines are at an age, 0 for young and unknown ones, 1 from 80 years on."""
    return 0.0 if age_years is None else float(np.clip((age_years - FIRST_LINES) / (80.0 - FIRST_LINES), 0.0, 1.0))


def _spotted(light: Light, brown: Light, lines: float) -> None:
    """Skin grows uneven with age, in place."""
    light *= 1.0 - lines * np.clip(brown - 0.55, 0.0, 1.0)[..., None] * 2.0 * BLOTCHES.astype(np.float32)


@functools.lru_cache(maxsize=1)
def _encoding() -> npt.NDArray[np.uint8]:
    """Bytes of sRGB for linear light in steps of 1 / 8191, fine enough for the darkest tones."""
    steps: npt.NDArray[np.uint8] = np.round(to_srgb(np.linspace(0.0, 1.0, 8192)) * 255).astype(np.uint8)
    return steps


@functools.lru_cache(maxsize=2)
def skin_texture(
    tone: int,
    hair: HairColour,
    scalp_cover: float,
    brow_cover: float,
    seed: int,
    size: int = 2048,
    under: str = "neutral",
    lines: float = 0.0,
    beard: tuple[HairColour, float] | None = None,
) -> npt.NDArray[np.uint8]:
    """Albedo of the skin in the template's texture coordinates; the last two are kept.

    Parameters
    ----------
    tone : Monk tone 1..10
    hair : colour of the roots that show through scalp and brows
    scalp_cover, brow_cover : how much of it shows, 0..1
    size : edge in pixels
    under : undertone
    lines : how deep the lines of age are, 0..1
    beard : colour and cover 0..1 of its roots, None for none

    Returns
    -------
    (size, size, 3) sRGB, first row on top, read-only; raises ``LookError``
    """
    mask = functools.partial(_mask, size=size)
    base = skin_albedo(tone, under)
    depth = skin_depth(tone)
    grain = np.random.default_rng([seed, 47]).standard_normal((size, size), dtype=np.float32).clip(-2, 2)
    brown = (mask("brown") - 0.5) * 0.14 + 0.018 * grain
    red = np.clip(FLUSH * (1 - 0.45 * depth) * mask("flush") + 0.20 * (mask("red") - 0.5), -0.2, 1.0)
    light = np.empty((size, size, 3), dtype=np.float32)
    for channel, (by_brown, by_red) in enumerate(zip(BY_BROWN, BY_RED, strict=True)):
        light[..., channel] = base[channel] * (1.0 + by_brown * brown) * (1.0 + by_red * red)
    lips = base * (np.array([0.78, 0.37, 0.40]) * (1 - depth) + np.array([0.98, 0.70, 0.70]) * depth)
    roots = linear(hair.colour) * 0.5 + base * 0.012
    speckle = np.clip(0.85 + 0.25 * grain, 0.3, 1.0)
    draw_spots(light, seed, 1.0 - depth)
    _mix(light, lips, (0.82 + 0.05 * grain) * mask("lips"))
    _mix(light, base * LID, 0.7 * mask("lids"))
    if lines:
        _spotted(light, mask("brown"), lines)
        _mix(light, base * CREASE, 0.55 * lines * mask("lines"))
    if beard is not None:
        colour, cover = beard
        _mix(light, linear(colour.colour) * 0.75 + base * 0.10, cover * mask("beard") * speckle)
    _mix(light, base * LASH_LINE, 0.85 * mask("lashes"))
    _mix(light, base * 0.35 + PALM * 0.65, mask("pale") * (0.15 + 0.55 * depth))
    _mix(light, base * 0.5 + NAIL * 0.5, 0.8 * mask("nails"))
    # Under long hair the scalp lies in shade; between short hairs it is seen.
    bare = 1.0 - scalp_cover
    _mix(light, roots, mask("scalp") * np.clip(1.0 - bare * (0.95 - grain), 0.2, 1.0))
    # Between the hairs of a brow skin shows, so that light skin keeps it from being a stroke.
    _mix(light, linear(hair.colour) * 0.6 + base * 0.15, brow_cover * mask("brows") ** 1.4 * speckle)
    texture = _encoding()[(light.clip(0.0, 1.0) * 8191 + 0.5).astype(np.int16)]
    texture.flags.writeable = False
    return texture
