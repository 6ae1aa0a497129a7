# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cGAN is trained: one dataclass, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Training settings; each has a sound default and may be set in the TOML file.

    warm_up_epochs train the generator on the clouds' scores alone (cheap); adversarial_epochs alternate generator and
    discriminator on whole clouds. Loss weights are relative to the score loss.
    """

    seed: int = 1
    widths: tuple[int, ...] = (512, 512, 512, 128)
    groups: int = 16
    variation: int = 16
    variation_kept: float = 0.5
    warm_up_epochs: int = 120
    adversarial_epochs: int = 6
    warm_up_batch: int = 256
    batch: int = 64
    learning_rate: float = 1e-3
    adversarial_rate: float = 1e-4
    output_rate: float = 1e-7
    discriminator_rate: float = 2e-4
    ema: float = 0.999
    score_floor: float = 0.02
    tape_weight: float = 3.0
    tape_sd: float = 0.004
    paired_weight: float = 2.0
    chamfer_weight: float = 2.0
    chamfer_points: int = 512
    adversarial_weight: float = 0.005
    real_label: float = 0.9
    checkpoint_every: int = 5

    @property
    def epochs(self) -> int:
        """All epochs."""
        return self.warm_up_epochs + self.adversarial_epochs

    def facts(self) -> dict[str, object]:
        """The settings as JSON-ready data."""
        return asdict(self)


def load_config(path: Path | None) -> Config:
    """Settings from a TOML file, or the defaults; raises ``ValueError`` for a key that does not exist."""
    if path is None:
        return Config()
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(raw) - {field.name for field in fields(Config)}
    if unknown:
        raise ValueError(f"{path}: unknown settings {sorted(unknown)}")
    if "widths" in raw:
        raw["widths"] = tuple(raw["widths"])
    return Config(**raw)
