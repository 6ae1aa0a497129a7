# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cGAN is trained: one dataclass, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Training settings; each has a sound default and may be set in the TOML file.

    Phases: ``warm_up_epochs`` train the generator on the clouds' scores alone (cheap); ``adversarial_epochs``
    alternate generator and discriminator on whole clouds. Before the epochs in ``relinearise`` the tape is laid
    around the generator's own proposals. In the warm-up the learning rate falls from ``learning_rate`` to
    ``adversarial_rate``, and again from ``restart_rate`` after each of the epochs in ``restarts``.

    Networks: ``widths``, ``groups``, ``variation`` of the generator, whose output layer starts as the clouds'
    principal components (``components_start``) or at random; the discriminator sees ``view`` axes of a cloud.

    Losses: each ``*_weight`` multiplies a loss in natural units: scores in their own spread, the tape's error in
    ``tape_sd`` metres (a heavy one, 0.3, drowns the scores), points in ``point_sd`` metres. ``real_label`` is what the
    discriminator is told of real pairs (one-sided label smoothing). Paired and Chamfer distance look at
    ``compared_points`` drawn anew at every step.
    ``variation_kept`` is how often the generator is shown the body's own variation.

    ``bf16`` runs the networks, not the losses, in bfloat16.
    """

    seed: int = 1
    widths: tuple[int, ...] = (512, 512, 512, 128)
    groups: int = 16
    variation: int = 16
    components_start: bool = True
    view: int = 64
    variation_kept: float = 0.5
    warm_up_epochs: int = 120
    adversarial_epochs: int = 20
    relinearise: tuple[int, ...] = ()
    restarts: tuple[int, ...] = ()
    warm_up_batch: int = 256
    batch: int = 128
    learning_rate: float = 1e-3
    restart_rate: float = 7e-4
    adversarial_rate: float = 1e-4
    output_rate: float = 1e-7
    discriminator_rate: float = 4e-4
    ema: float = 0.999
    score_weight: float = 1.0
    score_floor: float = 0.02
    tape_weight: float = 0.03
    tape_sd: float = 0.001
    point_sd: float = 0.01
    paired_weight: float = 0.1
    chamfer_weight: float = 0.1
    compared_points: int = 256
    adversarial_weight: float = 0.02
    real_label: float = 0.9
    bf16: bool = False
    checkpoint_every: int = 5

    @property
    def epochs(self) -> int:
        """All epochs."""
        return self.warm_up_epochs + self.adversarial_epochs

    def facts(self) -> dict[str, object]:
        """The settings as JSON-ready data."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def make_config(raw: dict[str, object]) -> Config:
    """Settings from plain data; raises ``ValueError`` for a key that does not exist."""
    unknown = set(raw) - {field.name for field in fields(Config)}
    if unknown:
        raise ValueError(f"unknown settings {sorted(unknown)}")
    return Config(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})  # type: ignore[arg-type]


def load_config(path: Path | None) -> Config:
    """Settings from a TOML file, or the defaults; raises ``ValueError`` for a key that does not exist."""
    if path is None:
        return Config()
    try:
        return make_config(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
