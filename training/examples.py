# SPDX-License-Identifier: GPL-3.0-or-later
"""What a training step draws: conditions, variations and truths of some bodies, and the losses against them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from avatar_engine.generator.card import POINTS
from training.chamfer import chamfer
from training.config import Config
from training.dataset import CLOUD_SCALE, Dataset
from training.features import point_metric
from training.linearised import Linearised, at_the_bodies

BODY_TYPE_SAID = 0.75  # how often the network is told the body type, not what the measurements say of it


class Examples:
    """The training bodies on one device; ``rows`` are indices of bodies, ``draw`` a source of random numbers."""

    def __init__(self, config: Config, data: Dataset, variation: np.ndarray, device: torch.device) -> None:
        self.config, self.clouds, self.device = config, data.clouds, device
        scale = data.normalisation
        standard = (data.measurements - scale.measurement_mean) / scale.measurement_sd
        self.standard = self._tensor(standard)
        self.types = self._tensor(2.0 * np.stack([data.body_type, data.posterior], axis=1) - 1.0)
        self.scores = self._tensor(data.scores)
        self.own_variation = self._tensor(variation)
        self.score_weights = self._tensor(self._weights(point_metric(data).diagonal()))
        self.set_tape(at_the_bodies(data))

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.asarray(values, np.float32)).to(self.device)

    def _weights(self, variances: np.ndarray) -> np.ndarray:
        """Each score counts by its component's variance, plus a floor, mean one."""
        weights = variances / variances.max() + self.config.score_floor
        return weights / weights.mean()

    def set_tape(self, tape: Linearised) -> None:
        """From now on the tape is linearised like this."""
        self.tape_offset, self.tape_slopes = self._tensor(tape.offset), self._tensor(tape.slopes)

    def real_clouds(self, rows: Tensor) -> Tensor:
        """(b, 10000, 3) the bodies' clouds in network units."""
        return self._tensor(self.clouds[rows.numpy()])

    def condition(self, rows: Tensor, draw: torch.Generator) -> Tensor:
        """(b, 16) standardised measurements and body type (now and then only what the measurements say of it)."""
        said = (torch.rand(len(rows), generator=draw) < BODY_TYPE_SAID).to(self.device)
        body_type = torch.where(said, self.types[rows, 0], self.types[rows, 1])
        return torch.cat([self.standard[rows], body_type[:, None]], dim=1)

    def variation(self, rows: Tensor, draw: torch.Generator) -> Tensor:
        """(b, V) the bodies' own variation, or zero where it is withheld."""
        kept = (torch.rand(len(rows), 1, generator=draw) < self.config.variation_kept).to(self.device)
        return torch.where(kept, self.own_variation[rows], torch.zeros((), device=self.device))

    def fresh_variation(self, rows: Tensor, draw: torch.Generator) -> Tensor:
        """(b, V) standard normal numbers: other bodies of the same measurements."""
        return torch.randn(len(rows), self.config.variation, generator=draw).to(self.device)

    def some_points(self, draw: torch.Generator) -> Tensor:
        """Indices of the points that paired and Chamfer distance look at this time."""
        return torch.randperm(POINTS, generator=draw)[: self.config.compared_points].to(self.device)

    def score_loss(self, scores: Tensor, rows: Tensor) -> Tensor:
        """Mean squared error of (b, K) scores, weighted."""
        loss: Tensor = ((scores - self.scores[rows]).square() * self.score_weights).mean()
        return loss

    def tape_loss(self, scores: Tensor, rows: Tensor) -> Tensor:
        """Smooth absolute error of the tape that the scores would read, in ``tape_sd``."""
        error = torch.einsum("bmk,bk->bm", self.tape_slopes[rows], scores) + self.tape_offset[rows]
        return functional.smooth_l1_loss(error / self.config.tape_sd, torch.zeros_like(error))

    def paired_loss(self, made: Tensor, real: Tensor) -> Tensor:
        """Mean squared distance between points of the same place on the skin, in ``point_sd``."""
        return (made - real).square().sum(dim=2).mean() * (CLOUD_SCALE / self.config.point_sd) ** 2

    def chamfer_loss(self, made: Tensor, real: Tensor) -> Tensor:
        """Chamfer distance, in ``point_sd``."""
        return chamfer(made, real) * (CLOUD_SCALE / self.config.point_sd) ** 2
