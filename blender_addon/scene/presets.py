# SPDX-License-Identifier: GPL-3.0-or-later
"""Render presets and studios, read from their tables (no bpy)."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from avatar_engine.errors import RenderError
from avatar_engine.words import phrase

FOLDER = Path(__file__).parent
Row = TypeVar("Row")


@dataclass(frozen=True)
class Preset:
    """Size and effort of a picture; ``denoise_quality`` in Cycles' words."""

    width_px: int
    height_px: int
    samples: int
    denoise_quality: str
    noise: float

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width_px / self.height_px


@dataclass(frozen=True)
class Light:
    """A softbox; ``studios.toml`` explains each value."""

    name: str
    azimuth_deg: float
    elevation_deg: float
    distance_m: float
    width_m: float
    height_m: float
    strength: float
    colour: str
    aim_m: tuple[float, float, float]


@dataclass(frozen=True)
class Studio:
    """Backdrop and lights."""

    backdrop: str
    ambient: float
    ambient_colour: str
    lights: tuple[Light, ...]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1)
def presets() -> dict[str, Preset]:
    """All presets by name."""
    return {name: Preset(**row) for name, row in _table("presets.toml").items()}


@functools.lru_cache(maxsize=1)
def studios() -> dict[str, Studio]:
    """All studios by name."""
    return {name: _studio(row) for name, row in _table("studios.toml").items()}


def _studio(row: dict[str, Any]) -> Studio:
    values = {key: value for key, value in row.items() if key != "light"}
    return Studio(lights=tuple(Light(**light) for light in row["light"]), **values)


def chosen(kind: str, rows: Mapping[str, Row], name: str) -> Row:
    """The row called ``name``; raises ``RenderError`` that lists what there is."""
    if name not in rows:
        raise RenderError(
            phrase("no_preset", kind=phrase(kind), name=name), phrase("hint_choose", names=", ".join(rows))
        )
    return rows[name]
