# SPDX-License-Identifier: GPL-3.0-or-later
"""Fabrics, how they behave and how they look, and the materials of buttons and soles; read from TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Material:
    """How a part looks: what fabrics and other materials have in common."""

    id: str
    name: Mapping[str, str]
    thickness_mm: float
    roughness: float
    sheen: float = 0.0
    metallic: float = 0.0
    weave_scale_mm: float = 1.0


@dataclass(frozen=True)
class Stretch:
    """Strain per N/m along the warp (down the panel), the weft (across it) and the bias."""

    warp: float
    weft: float
    bias: float


@dataclass(frozen=True)
class Bend:
    """Bending stiffness of warp and weft threads, N m."""

    warp: float
    weft: float


@dataclass(frozen=True, kw_only=True)
class Fabric(Material):
    """One row of fabrics.toml; units are given at the head of that file."""

    density: float
    stretches: Stretch
    bends: Bend
    friction: float
    stretch_limit: float

    @property
    def stretch(self) -> float:
        """Mean of warp and weft, strain per N/m."""
        return 0.5 * (self.stretches.warp + self.stretches.weft)

    @property
    def bend(self) -> float:
        """Mean of warp and weft, N m."""
        return 0.5 * (self.bends.warp + self.bends.weft)


def _rows(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("garments").joinpath(name).read_text("utf-8"))


@cache
def fabrics() -> dict[str, Fabric]:
    """All fabrics by id."""
    found = {}
    for key, row in _rows("fabrics.toml").items():
        found[key] = Fabric(id=key, stretches=Stretch(**row.pop("stretch")), bends=Bend(**row.pop("bend")), **row)
    return found


@cache
def materials() -> dict[str, Material]:
    """Everything that a part of a garment can be made of, by id: fabrics and other materials."""
    return {**fabrics(), **{key: Material(id=key, **row) for key, row in _rows("materials.toml").items()}}
