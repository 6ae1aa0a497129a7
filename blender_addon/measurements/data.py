# SPDX-License-Identifier: GPL-3.0-or-later
"""What the measurements' panels show, worked out once for each state (no bpy)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from avatar_engine.measurements import KEYS, MEASUREMENTS, Sex

GROUPS = ("overall", "torso", "arms", "legs")


@dataclass(frozen=True)
class Preset:
    """A person to start from: key to metres of what is pinned."""

    name: str
    sex: Sex | None
    given: dict[str, float]


@cache
def presets() -> dict[str, Preset]:
    """The people of ``presets.toml``."""
    rows = tomllib.loads(Path(__file__).with_name("presets.toml").read_text(encoding="utf-8"))
    return {key: _preset(row) for key, row in rows.items()}


def _preset(row: dict[str, Any]) -> Preset:
    given = {key: float(row[key]) / 100.0 for key in KEYS if key in row}
    return Preset(str(row["name"]), row.get("sex"), given)


@cache
def places(group: str) -> tuple[int, ...]:
    """Places among the fifteen of a group's measurements."""
    return tuple(place for place, row in enumerate(MEASUREMENTS) if row.group == group)
