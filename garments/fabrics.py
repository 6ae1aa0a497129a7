# SPDX-License-Identifier: GPL-3.0-or-later
"""Fabrics: how cloth behaves and how it looks, read from fabrics.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Fabric:
    """One row of fabrics.toml; units are given at the head of that file."""

    id: str
    name: Mapping[str, str]
    density: float
    stretch: float
    bend: float
    friction: float
    thickness_mm: float
    stretch_limit: float
    roughness: float
    sheen: float
    weave_scale_mm: float


@cache
def fabrics() -> dict[str, Fabric]:
    """All fabrics by id."""
    rows = tomllib.loads(files("garments").joinpath("fabrics.toml").read_text("utf-8"))
    return {key: Fabric(id=key, **row) for key, row in rows.items()}
