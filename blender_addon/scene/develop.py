# SPDX-License-Identifier: GPL-3.0-or-later
"""From scene-linear render to finished picture: laid over the backdrop, tone-mapped, written whole (no bpy)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from avatar_engine.export.png import png_bytes
from avatar_engine.export.whole_file import write_whole
from avatar_engine.resample import box, resampled

# What cloth and skin reflect of the room's white without taking its own colour, and the tone mapper takes away again;
# the specification's 0.04 is for glossy goods, ours are matt.
FRESNEL = 0.012
DARK_RIM = 3

Linear = npt.NDArray[np.float32]


def over(person: Linear, backdrop: Linear) -> Linear:
    """Premultiplied RGBA (h, w, 4) over RGB (h, w, 3), both scene-linear."""
    composed: Linear = person[..., :3] + (1.0 - person[..., 3:4]) * backdrop
    return composed


def calmed(backdrop: Linear) -> Linear:
    """The backdrop (h, w, 3) without the faint blotches that denoising leaves on plain paper; shadows stay sharp."""
    height, width = backdrop.shape[:2]
    # The denoiser darkens the outermost pixels, which show once they are enlarged.
    inner = backdrop[DARK_RIM:-DARK_RIM, DARK_RIM:-DARK_RIM]
    backdrop = np.pad(inner, ((DARK_RIM, DARK_RIM), (DARK_RIM, DARK_RIM), (0, 0)), mode="edge")
    flat = resampled(resampled(backdrop, width // 12, height // 12, box), width, height)
    differs = (np.abs(backdrop - flat) / np.maximum(flat, 1e-6)).max(axis=-1, keepdims=True)
    share = np.clip((differs - 0.01) / 0.03, 0.0, 1.0)
    calm: Linear = (flat + share * (backdrop - flat)).astype(np.float32)
    return calm


def tone_map(linear: Linear) -> Linear:
    """Scene-linear to display-linear in 0..1 with base colours kept.

    Source: Khronos PBR Neutral tone mapper, specification 1.0; made for pictures of goods, whose colours below the
    highlights must come out as asked.
    """
    start, desaturation, fresnel = 0.8 - FRESNEL, 0.15, FRESNEL
    colour = np.maximum(linear, 0.0)
    least = colour.min(axis=-1, keepdims=True)
    colour = colour - np.where(least < 2 * fresnel, least - least**2 / (4 * fresnel), fresnel)
    peak = colour.max(axis=-1, keepdims=True)
    pressed = 1.0 - (1.0 - start) ** 2 / np.maximum(peak + 1.0 - 2.0 * start, 1e-6)
    mixing = 1.0 - 1.0 / (desaturation * (peak - pressed) + 1.0)
    bright = (colour * pressed / np.maximum(peak, 1e-6)) * (1.0 - mixing) + pressed * mixing
    return np.where(peak < start, colour, bright).astype(np.float32)


def encode(display: Linear) -> npt.NDArray[np.uint8]:
    """Display-linear to 8-bit sRGB, with half a level of ordered noise, without which the backdrop shows bands."""
    clipped = np.clip(display, 0.0, 1.0)
    srgb = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)
    noise = np.random.default_rng(0).random(display.shape[:2], dtype=np.float32)[..., None]
    return np.floor(srgb * 255.0 + noise).clip(0, 255).astype(np.uint8)


def developed(picture: Linear) -> npt.NDArray[np.uint8]:
    """8-bit sRGB of a scene-linear picture (h, w, 3), or with straight alpha of a premultiplied one (h, w, 4)."""
    if picture.shape[-1] == 3:
        return encode(tone_map(picture))
    alpha = np.clip(picture[..., 3:], 0.0, 1.0)
    colour = np.where(alpha > 0.0, picture[..., :3] / np.maximum(alpha, 1e-6), 0.0)
    opacity = np.round(alpha * 255.0).astype(np.uint8)
    return np.concatenate([encode(tone_map(colour)), opacity], axis=-1)


def write_picture(pixels: npt.NDArray[np.uint8], path: Path) -> None:
    """Write a PNG, whole or not at all; raises ``OSError``."""
    write_whole(path, png_bytes(pixels))


def linear_colour(hexadecimal: str) -> tuple[float, float, float]:
    """Scene-linear RGB of "#rrggbb"."""
    srgb = np.array([int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    red, green, blue = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return float(red), float(green), float(blue)
