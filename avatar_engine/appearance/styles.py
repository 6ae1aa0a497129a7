# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair styles as data, read from ``styles.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from avatar_engine.appearance.palette import nearest

FILE = Path(__file__).with_name("styles.toml")
THUMBNAILS = FILE.with_name("thumbnails")


@dataclass(frozen=True)
class HairStyle:
    """One row of ``styles.toml``, which explains each field."""

    key: str
    name: dict[str, str]
    strands: int
    points: int
    lengths: tuple[tuple[float, float], ...]
    part: tuple[float, float]
    lift: float
    flow: float
    gravity: float
    volume: float
    clumps: int
    clumping: float
    wave: float
    wavelength: float
    frizz: float
    ragged: float
    radius: float
    unruly: float
    cards: int
    card_width: float
    card_segments: int = 4
    hem: float | None = None
    clear_face: float = 0.0
    curl: float = 0.0
    curl_length: float = 0.03
    tie: tuple[float, float] | None = None
    tail: str = "falls"
    tail_length: float = 0.0
    turns: float = 0.0
    scalp: float = 0.97
    cap: float = 0.0

    @property
    def thumbnail(self) -> Path | None:
        """A small picture of it (WebP, 256 x 320), None where none was taken."""
        path = THUMBNAILS / f"{self.key}.webp"
        return path if path.is_file() else None


def _style(key: str, row: dict[str, Any]) -> HairStyle:
    known = {field.name for field in fields(HairStyle)}
    unknown = set(row) - known
    if unknown:
        raise ValueError(f"{FILE.name}: [{key}] has unknown fields {sorted(unknown)}; known: {sorted(known - {'key'})}")
    lengths = tuple((float(height), float(length)) for height, length in row["lengths"])
    part = (float(row["part"][0]), float(row["part"][1]))
    tie = (float(row["tie"][0]), float(row["tie"][1])) if "tie" in row else None
    return HairStyle(key=key, **(row | {"lengths": lengths, "part": part, "tie": tie}))


@functools.lru_cache(maxsize=1)
def hair_styles() -> dict[str, HairStyle]:
    """All hair styles by key."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: _style(key, row) for key, row in table.items()}


def hair_style(key: str) -> HairStyle:
    """The hair style with this key; raises ``LookError``."""
    styles = hair_styles()
    if key not in styles:
        raise nearest("hair style", key, styles)
    return styles[key]
