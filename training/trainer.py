# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the cGAN: a warm-up on the clouds' scores, then generator and discriminator in alternation."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from avatar_engine.generator.network import Discriminator, Generator
from training.chamfer import chamfer
from training.config import Config
from training.dataset import Dataset

Log = Callable[[int, dict[str, float]], None]
CHECKPOINT = "checkpoint.pt"


class Trainer:
    """Holds the networks, their optimisers and the training set; one call of ``epoch`` is one pass.

    Everything random is drawn from (seed, epoch), so that a resumed run takes the very steps of an unbroken one.
    """

    SPREAD_BODIES = 500

    def __init__(self, config: Config, data: Dataset, folder: Path) -> None:
        torch.manual_seed(config.seed)
        self.config, self.data, self.folder = config, data, folder
        self.generator = Generator(config.widths, config.groups, config.variation)
        self.discriminator = Discriminator()
        with torch.no_grad():
            self.generator.output.weight.copy_(torch.from_numpy(data.output_weight))
            self.generator.output.bias.copy_(torch.from_numpy(data.output_bias))
            some = torch.from_numpy(np.asarray(data.clouds[: self.SPREAD_BODIES], np.float32))
            self.discriminator.usual.copy_(some.mean(dim=0))
            self.discriminator.spread.copy_(some.std(dim=0).clamp_min(1e-3))
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        rates = config.learning_rate
        self.optimiser = torch.optim.Adam(
            [
                {"params": self.generator.layers.parameters(), "lr": rates},
                {"params": self.generator.output.parameters(), "lr": config.output_rate},
            ]
        )
        self.discriminator_optimiser = torch.optim.Adam(
            self.discriminator.parameters(), lr=config.discriminator_rate, betas=(0.5, 0.999)
        )
        self.epochs_done = 0
        self.scores = torch.from_numpy(data.scores)
        self.slopes = torch.from_numpy(data.tape_slopes)
        standard = (data.measurements - data.normalisation.measurement_mean) / data.normalisation.measurement_sd
        self.standard = torch.from_numpy(standard.astype(np.float32))
        self.types = torch.from_numpy(np.stack([data.body_type, data.posterior], axis=1).astype(np.float32))
        self.score_weights = self._score_weights()
        self.residuals = self._residuals()

    def _score_weights(self) -> Tensor:
        """Each score counts by its component's variance, plus a floor, mean one."""
        variance = torch.from_numpy(np.square(self.data.output_weight).sum(axis=0))
        weights = variance / variance.max() + self.config.score_floor
        return weights / weights.mean()

    def _residuals(self) -> Tensor:
        """(n, V) what a linear map from the measurements leaves of the first scores: the meaning of the variation."""
        rows = self.data.training
        design = np.column_stack([np.ones(len(self.data)), self.standard.numpy(), self.types[:, 0].numpy()]).astype(
            float
        )
        first = self.data.scores[:, : self.config.variation].astype(float)
        normal = design[rows].T @ design[rows] + 1e-6 * np.eye(design.shape[1])
        residuals = first - design @ np.linalg.solve(normal, design[rows].T @ first[rows])
        # Rounded: linear algebra on several threads differs in its last bits from run to run, and resuming is exact.
        return torch.from_numpy(np.round(residuals / residuals[rows].std(axis=0), 5).astype(np.float32))

    def condition(self, rows: Tensor, draw: torch.Generator) -> Tensor:
        """(b, 16) standardised measurements and body type (now and then only what the measurements say of it)."""
        said = torch.rand(len(rows), generator=draw) < 0.75
        body_type = torch.where(said, self.types[rows, 0], self.types[rows, 1])
        return torch.cat([self.standard[rows], 2 * body_type[:, None] - 1], dim=1)

    def variation(self, rows: Tensor, draw: torch.Generator) -> Tensor:
        """(b, V) the bodies' own variation, or zero where it is withheld."""
        kept = torch.rand(len(rows), 1, generator=draw) < self.config.variation_kept
        return torch.where(kept, self.residuals[rows], torch.zeros(()))

    def score_loss(self, scores: Tensor, rows: Tensor) -> Tensor:
        """Squared error of the scores, and of the tape read off them (linearised at each body)."""
        error = scores - self.scores[rows]
        tape = torch.einsum("bmk,bk->bm", self.slopes[rows], error) / self.config.tape_sd
        squared: Tensor = (error.square() * self.score_weights).mean()
        return squared + self.config.tape_weight * functional.smooth_l1_loss(tape, torch.zeros_like(tape)) * 0.01

    def _batches(self, size: int, draw: torch.Generator) -> list[Tensor]:
        rows = torch.from_numpy(self.data.training)
        order = rows[torch.randperm(len(rows), generator=draw)]
        return [batch for batch in order.split(size) if len(batch) == size] or [order]

    def _rate(self) -> float:
        config = self.config
        if self.epochs_done >= config.warm_up_epochs:
            return config.adversarial_rate
        progress = self.epochs_done / max(1, config.warm_up_epochs)
        return config.adversarial_rate + (config.learning_rate - config.adversarial_rate) * 0.5 * (
            1 + float(np.cos(np.pi * progress))
        )

    def _update_average(self) -> None:
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self.generator.parameters(), strict=True):
                if fast.grad is not None:  # the output layer rests in the warm-up
                    slow.lerp_(fast, 1 - self.config.ema)

    def _warm_up_step(self, rows: Tensor, draw: torch.Generator) -> dict[str, float]:
        inputs = torch.cat([self.condition(rows, draw), self.variation(rows, draw)], dim=1)
        loss = self.score_loss(self.generator.scores(inputs), rows)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return {"score": loss.item()}

    def _discriminator_step(self, real: Tensor, fake: Tensor, condition: Tensor) -> dict[str, float]:
        """Real pairs against made clouds, and against real clouds with another person's measurements."""
        bce = nn.BCELoss()
        self.discriminator_optimiser.zero_grad()
        truth = self.discriminator(real, condition)
        loss_real = bce(truth, torch.full_like(truth, self.config.real_label))
        loss_real.backward()
        made = self.discriminator(fake.detach(), condition)
        loss_made = bce(made, torch.zeros_like(made)) * 0.5
        loss_made.backward()
        mismatched = self.discriminator(real, condition.roll(1, dims=0))
        loss_mismatched = bce(mismatched, torch.zeros_like(mismatched)) * 0.5
        loss_mismatched.backward()
        self.discriminator_optimiser.step()
        right = ((truth > 0.5).float().mean() + (made < 0.5).float().mean()) / 2
        return {
            "discriminator": (loss_real + loss_made + loss_mismatched).item(),
            "discriminator_accuracy": right.item(),
        }

    def _adversarial_step(self, rows: Tensor, draw: torch.Generator) -> dict[str, float]:
        config = self.config
        condition, variation = self.condition(rows, draw), self.variation(rows, draw)
        inputs = torch.cat([condition, variation], dim=1)
        real = torch.from_numpy(np.asarray(self.data.clouds[rows.numpy()], np.float32))
        fake = self.generator(inputs)
        values = self._discriminator_step(real, fake, condition)
        subset = torch.randperm(real.shape[1], generator=draw)[: config.chamfer_points]
        judged = self.discriminator(fake, condition)
        parts = {
            "score": self.score_loss(self.generator.scores(inputs), rows),
            "adversarial": config.adversarial_weight * nn.BCELoss()(judged, torch.ones_like(judged)),
            "chamfer": config.chamfer_weight * chamfer(fake[:, subset], real[:, subset]),
            "paired": config.paired_weight * (fake - real).square().sum(dim=2).mean(),
        }
        self.optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        self.optimiser.step()
        return values | {name: value.item() for name, value in parts.items()}

    def epoch(self) -> dict[str, float]:
        """One pass over the training bodies; returns the mean of each loss."""
        draw = torch.Generator().manual_seed(self.config.seed * 100_003 + self.epochs_done)
        warm = self.epochs_done < self.config.warm_up_epochs
        self.optimiser.param_groups[0]["lr"] = self._rate()
        step = self._warm_up_step if warm else self._adversarial_step
        seen: list[dict[str, float]] = []
        for rows in self._batches(self.config.warm_up_batch if warm else self.config.batch, draw):
            seen.append(step(rows, draw))
            self._update_average()
        self.epochs_done += 1
        return {name: float(np.mean([values[name] for values in seen])) for name in seen[0]}

    def run(self, log: Log) -> None:
        """Train to the end, with a checkpoint every few epochs."""
        while self.epochs_done < self.config.epochs:
            log(self.epochs_done, self.epoch())
            if self.epochs_done % self.config.checkpoint_every == 0 or self.epochs_done == self.config.epochs:
                self.save()

    def state(self) -> dict[str, object]:
        """All that a resumed run needs."""
        return {
            "epochs_done": self.epochs_done,
            "config": json.dumps(self.config.facts()),
            "generator": self.generator.state_dict(),
            "average": self.average.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "discriminator_optimiser": self.discriminator_optimiser.state_dict(),
        }

    def save(self) -> None:
        """Write the checkpoint and its sha256 beside their places, then rename."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / CHECKPOINT
        temporary = path.with_name(f".{CHECKPOINT}")
        torch.save(self.state(), temporary)
        digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
        path.with_suffix(".sha256").write_text(digest, encoding="ascii")
        temporary.replace(path)

    def resume(self) -> bool:
        """Go on from the folder's checkpoint, if there is one; raises ``ValueError`` when it is damaged or foreign."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        digest = path.with_suffix(".sha256")
        if not digest.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest.read_text(encoding="ascii"):
            raise ValueError(f"{path} is damaged: its sha256 is not the recorded one. Remove it to start anew.")
        state = torch.load(path, weights_only=True)
        if json.loads(state["config"]) != json.loads(json.dumps(self.config.facts())):
            raise ValueError(f"{path} was made with other settings. Use them, or another folder.")
        self.epochs_done = state["epochs_done"]
        for name in ("generator", "average", "discriminator", "optimiser", "discriminator_optimiser"):
            getattr(self, name).load_state_dict(state[name])
        return True
