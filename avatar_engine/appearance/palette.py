# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours of skin, eyes and hair, read from ``palette.toml``, and conversions between sRGB and light."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.errors import LookError
from avatar_engine.words import near_names, phrase

FILE = Path(__file__).with_name("palette.toml")


@dataclass(frozen=True)
class EyeColour:
    """Colours of an iris: near its rim and around the pupil, sRGB ``#rrggbb``."""

    key: str
    names: dict[str, str] = field(hash=False)
    outer: str
    inner: str


# Absorption of eumelanin and pheomelanin, and how absorption follows from the colour of a lock whose radial roughness
# is 0.45 (Chiang et al., A Practical and Controllable Hair and Fur Model for Production Path Tracing, 2016).
EUMELANIN, PHEOMELANIN = np.array([0.506, 0.841, 1.653]), np.array([0.343, 0.733, 1.924])
RADIAL_ROUGHNESS = 0.45
COLOUR_TO_ABSORPTION = (5.969, -0.215, 2.532, -10.73, 5.574, 0.245)
FREE_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class HairColour:
    """A hair colour: sRGB of a lock; of natural ones also melanin and redness (0..1, Principled Hair BSDF)."""

    key: str
    names: dict[str, str] = field(hash=False)
    colour: str
    melanin: float | None = None
    redness: float = 0.0

    @property
    def absorption(self) -> FloatArray:
        """(3,) how strongly a strand absorbs red, green and blue light."""
        absorbed: FloatArray
        if self.melanin is None:
            curve = sum(each * RADIAL_ROUGHNESS**power for power, each in enumerate(COLOUR_TO_ABSORPTION))
            absorbed = (np.log(np.clip(linear(self.colour), 1e-3, 0.98)) / curve) ** 2
        else:
            amount = -np.log(max(1.0 - self.melanin, 1e-4))
            absorbed = amount * ((1.0 - self.redness) * EUMELANIN + self.redness * PHEOMELANIN)
        return absorbed


@dataclass(frozen=True)
class Undertone:
    """What an undertone makes of a skin tone's linear red, green and blue, (3,) ``tint``."""

    key: str
    names: dict[str, str]
    tint: tuple[float, float, float]


@dataclass(frozen=True)
class Palette:
    """The colours people come in; ``skin``: swatches of tones 1 to 10, ``albedo`` (10, 3): their linear light."""

    skin: tuple[str, ...]
    albedo: FloatArray
    undertones: dict[str, Undertone]
    eyes: dict[str, EyeColour]
    hair: dict[str, HairColour]


@functools.lru_cache(maxsize=1)
def load_palette() -> Palette:
    """The palette, read once."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Palette(
        skin=tuple(table["skin"]),
        albedo=np.array(table["albedo"], dtype=np.float64),
        undertones={key: Undertone(key, row["name"], tuple(row["tint"])) for key, row in table["undertones"].items()},
        eyes={key: EyeColour(key, row["name"], row["outer"], row["inner"]) for key, row in table["eyes"].items()},
        hair={
            key: HairColour(key, row["name"], row["colour"], row["melanin"], row["redness"])
            for key, row in table["hair"].items()
        },
    )


def nearest(key: str, value: str, names: Iterable[str], file: str = "look") -> LookError:
    """The error for a name that does not exist, with the names most like it."""
    known = list(names)
    return LookError(file, key, value, ", ".join(known), near_names(value, known))


def skin_colour(tone: int) -> str:
    """Colour (sRGB) of a Monk tone 1..10; raises ``LookError``."""
    scale = load_palette().skin
    if isinstance(tone, bool) or not isinstance(tone, int) or not 1 <= tone <= len(scale):
        raise LookError("look", "skin_tone", tone, phrase("a_whole_number", low=1, high=len(scale)))
    return scale[tone - 1]


def undertone(key: str) -> Undertone:
    """The undertone with this key; raises ``LookError``."""
    known = load_palette().undertones
    if key not in known:
        raise nearest("undertone", key, known)
    return known[key]


def skin_albedo(tone: int, under: str = "neutral") -> FloatArray:
    """(3,) linear colour of plain skin of a Monk tone 1..10 with an undertone; raises ``LookError``."""
    skin_colour(tone)
    albedo: FloatArray = load_palette().albedo[tone - 1] * undertone(under).tint
    return albedo


def eye_colour(key: str) -> EyeColour:
    """The iris colour with this key; raises ``LookError``."""
    colours = load_palette().eyes
    if key not in colours:
        raise nearest("eye_colour", key, colours)
    return colours[key]


def hair_colour(key: str) -> HairColour:
    """The hair colour with this key, or any colour as "#rrggbb"; raises ``LookError``."""
    colours = load_palette().hair
    if FREE_COLOUR.fullmatch(key.lower()):
        return HairColour(key.lower(), {"en": key, "fr": key}, key.lower())
    if key not in colours:
        raise nearest("hair colour", key, colours)
    return colours[key]


def linear(colour: str) -> FloatArray:
    """(3,) linear light of an sRGB ``#rrggbb`` (IEC 61966-2-1)."""
    return to_linear(np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0)


def to_linear(encoded: FloatArray) -> FloatArray:
    """Values of sRGB, 0..1, to linear light (IEC 61966-2-1)."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def to_srgb(light: FloatArray) -> FloatArray:
    """Linear light 0..1 to sRGB values 0..1 (IEC 61966-2-1)."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
