# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the cGAN: a warm-up on the clouds' scores, then generator and discriminator in alternation."""

from __future__ import annotations

import bisect
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from avatar_engine.generator.network import Discriminator, Generator
from training import checkpoint
from training.config import Config
from training.dataset import Dataset
from training.distributed import Group
from training.examples import Examples
from training.features import Features, features
from training.linearised import Linearised, at_the_bodies, at_the_proposals

Values = dict[str, float]
WARM_UP = "warm-up"
NETWORKS = ("generator", "average", "discriminator", "optimiser", "discriminator_optimiser")


class Trainer:
    """Holds the networks, their optimisers and the training set; ``step`` takes one batch.

    Everything random is drawn from (seed, epoch, batch, rank), so that a run resumed at any step takes the very steps
    of an unbroken one.
    """

    def __init__(self, config: Config, data: Dataset, folder: Path, group: Group | None = None) -> None:
        torch.manual_seed(config.seed)
        self.config, self.data, self.folder, self.group = config, data, folder, group or Group()
        self.run_facts = {"settings": config.facts(), "data": data.digest(), "processes": self.group.size}
        found = features(data, config.variation, config.view)
        self.generator = self._make_generator()
        self.discriminator = self._make_discriminator(found)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.optimiser = torch.optim.Adam(
            [
                {"params": self.generator.layers.parameters(), "lr": config.learning_rate},
                {"params": self.generator.output.parameters(), "lr": config.output_rate},
            ]
        )
        self.discriminator_optimiser = torch.optim.Adam(
            self.discriminator.parameters(), lr=config.discriminator_rate, betas=(0.5, 0.999)
        )
        self.scores_of = self.group.share(self.generator.layers)
        self.cloud_of = self.group.share(self.generator.output)
        self.judge_of = self.group.share(self.discriminator.judge)
        self.examples = Examples(config, data, found.variation, self.group.device)
        self.linearised: dict[str, Tensor] = {}
        self.epochs_done = 0
        self.batches_done = 0

    def _make_generator(self) -> Generator:
        generator = Generator(self.config.widths, self.config.groups, self.config.variation)
        if self.config.components_start:
            with torch.no_grad():
                generator.output.weight.copy_(torch.from_numpy(self.data.output_weight))
                generator.output.bias.copy_(torch.from_numpy(self.data.output_bias))
        return generator.to(self.group.device)

    def _make_discriminator(self, found: Features) -> Discriminator:
        discriminator = Discriminator(self.config.view)
        discriminator.usual.copy_(torch.from_numpy(found.mean))
        discriminator.view.copy_(torch.from_numpy(found.view))
        self.group.with_shared_statistics(discriminator)
        return discriminator.to(self.group.device)

    # ---- where we are

    @property
    def warm(self) -> bool:
        """Whether the warm-up still goes on."""
        return self.epochs_done < self.config.warm_up_epochs

    @property
    def cycle(self) -> int:
        """How often the learning rate has started anew."""
        return bisect.bisect(self.config.restarts, self.epochs_done)

    def _draw(self, *place: int) -> torch.Generator:
        seed = np.random.SeedSequence([self.config.seed, self.epochs_done, *place]).generate_state(1, np.uint64)[0]
        return torch.Generator().manual_seed(int(seed) >> 1)

    def batches(self) -> tuple[Tensor, ...]:
        """Batches of the epoch for one process: a new order every epoch, an odd rest left out."""
        rows = torch.from_numpy(self.data.training)
        order = rows[torch.randperm(len(rows), generator=self._draw())][self.group.rank :: self.group.size]
        order = order[: len(rows) // self.group.size]
        size = min(self.config.warm_up_batch if self.warm else self.config.batch, len(order))
        return order[: len(order) // size * size].split(size)

    def rate(self) -> float:
        """The generator's learning rate: falling half cosines in the warm-up, one more at each restart; then level."""
        config = self.config
        if not self.warm:
            return config.adversarial_rate
        edges = [0, *config.restarts, config.warm_up_epochs]
        begin, end = edges[self.cycle : self.cycle + 2]
        highest = config.restart_rate if self.cycle else config.learning_rate
        falling = 0.5 * (1 + float(np.cos(np.pi * (self.epochs_done - begin) / (end - begin))))
        return config.adversarial_rate + (highest - config.adversarial_rate) * falling

    # ---- steps

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.group.device.type, torch.bfloat16, enabled=self.config.bf16)

    def _inputs(self, rows: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        """(b, 16) conditions and (2 b, 16 + V) inputs: the bodies' own variation (or none), then fresh ones."""
        examples = self.examples
        condition = examples.condition(rows, draw)
        variation = torch.cat([examples.variation(rows, draw), examples.fresh_variation(rows, draw)])
        return condition, torch.cat([condition.repeat(2, 1), variation], dim=1)

    def _score_losses(self, scores: Tensor, rows: Tensor) -> dict[str, Tensor]:
        """Losses of (2 b, K) scores: those of the own variation shall match, the tape of all shall read as asked."""
        return {
            "score": self.config.score_weight * self.examples.score_loss(scores[: len(rows)], rows),
            "tape": self.config.tape_weight * self.examples.tape_loss(scores, rows.repeat(2)),
        }

    def _generator_update(self, losses: dict[str, Tensor], touched: nn.Module, average: nn.Module) -> Values:
        self.optimiser.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        self.optimiser.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), touched.parameters(), strict=True):
                slow.lerp_(fast, 1 - self.config.ema)
        return {name: value.item() for name, value in losses.items()}

    def _warm_up_step(self, rows: Tensor, draw: torch.Generator) -> Values:
        inputs = self._inputs(rows, draw)[1]
        with self._autocast():
            scores = self.scores_of(inputs)
        losses = self._score_losses(scores.float(), rows)
        return self._generator_update(losses, self.generator.layers, self.average.layers)

    def _judgements(self, judge: nn.Module, real: Tensor, made: Tensor, condition: Tensor) -> list[Tensor]:
        """Probabilities (b,) of real pairs, of made clouds, and of real clouds with another person's measurements.

        Clouds come as the discriminator has ``seen`` them.

        One forward pass over all three: BatchNorm then cannot hide how the kinds differ in mean and spread, and
        several processes have one backward pass for one forward pass.
        """
        seen = torch.cat([real, made, real])
        conditions = torch.cat([condition, condition, condition.roll(1, dims=0)])
        with self._autocast():
            probabilities = judge(seen, conditions)
        return list(probabilities.float().split(len(real)))

    def _discriminator_step(self, real: Tensor, made: Tensor, condition: Tensor) -> Values:
        self.discriminator_optimiser.zero_grad()
        true, false, mismatched = self._judgements(self.judge_of, real, made.detach(), condition)
        bce = functional.binary_cross_entropy
        loss = bce(true, torch.full_like(true, self.config.real_label)) + 0.5 * (
            bce(false, torch.zeros_like(false)) + bce(mismatched, torch.zeros_like(mismatched))
        )
        loss.backward()
        self.discriminator_optimiser.step()
        right = {
            "real": (true > 0.5).float().mean().item(),
            "made": (false < 0.5).float().mean().item(),
            "mismatched": (mismatched < 0.5).float().mean().item(),
        }
        return {"discriminator": loss.item()} | {f"right_about/{name}": value for name, value in right.items()}

    def _adversarial_step(self, rows: Tensor, draw: torch.Generator) -> Values:
        config, examples = self.config, self.examples
        condition, inputs = self._inputs(rows, draw)
        clouds = examples.real_clouds(rows)
        points = examples.some_points(draw)
        with self._autocast():
            scores = self.scores_of(inputs)
            fresh = torch.tanh(self.cloud_of(scores[len(rows) :])).float()
            own = self.generator.some_points(scores[: len(rows)], points).float()
        real, made = self.discriminator.seen(clouds), self.discriminator.seen(fresh)
        values = self._discriminator_step(real, made, condition)
        judge = self.discriminator.judge.requires_grad_(False)
        judged = self._judgements(judge, real, made, condition)[1]
        judge.requires_grad_(True)
        losses = self._score_losses(scores.float(), rows) | {
            "adversarial": config.adversarial_weight * functional.binary_cross_entropy(judged, torch.ones_like(judged)),
            "chamfer": config.chamfer_weight * examples.chamfer_loss(own, clouds[:, points]),
            "paired": config.paired_weight * examples.paired_loss(own, clouds[:, points]),
        }
        return values | self._generator_update(losses, self.generator, self.average)

    def step(self) -> Values:
        """One batch: each loss, as weighted."""
        if self.batches_done == 0 and self.epochs_done in self.config.relinearise:
            self._relinearise()
        self.optimiser.param_groups[0]["lr"] = self.rate()
        batches = self.batches()
        take = self._warm_up_step if self.warm else self._adversarial_step
        values = take(batches[self.batches_done], self._draw(self.batches_done, self.group.rank))
        self.batches_done += 1
        if self.batches_done == len(batches):
            self.epochs_done, self.batches_done = self.epochs_done + 1, 0
        return values

    def epoch(self) -> Values:
        """All that is left of this epoch: the mean of each loss."""
        number, seen = self.epochs_done, []
        while self.epochs_done == number:
            seen.append(self.step())
        return {name: float(np.mean([values[name] for values in seen])) for name in seen[0]}

    def run(self, log: Callable[[int, Values], None]) -> None:
        """Train to the end, with a checkpoint every few epochs and at the end of each phase."""
        ends = (self.config.warm_up_epochs, self.config.epochs)
        while self.epochs_done < self.config.epochs:
            log(self.epochs_done, self.epoch())
            if self.epochs_done % self.config.checkpoint_every == 0 or self.epochs_done in ends:
                self.save()

    # ---- the tape about the proposals

    def propose(self, rows: np.ndarray, variation: Tensor | None = None) -> tuple[np.ndarray, np.ndarray]:
        """What the averaged generator proposes for bodies, at no variation unless one (b, V) is given.

        Returns scores (b, K), and clouds (b, 10000, 3) in metres.
        """
        examples = self.examples
        condition = torch.cat([examples.standard[rows], examples.types[rows, :1]], dim=1)
        if variation is None:
            variation = condition.new_zeros(len(rows), self.config.variation)
        with torch.no_grad():
            inputs = torch.cat([condition, variation.to(condition.device)], dim=1)
            scores, clouds = self.average.scores(inputs), self.average(inputs)
        return scores.cpu().numpy(), self.data.normalisation.to_metres(clouds.cpu().numpy().astype(float))

    def _relinearise(self) -> None:
        laid = at_the_proposals(self.data, self.propose, at_the_bodies(self.data))
        self.linearised = {
            "offset": torch.from_numpy(laid.offset.astype(np.float32)),
            "slopes": torch.from_numpy(laid.slopes.astype(np.float16)),
        }
        self._use_linearised()

    def _use_linearised(self) -> None:
        if self.linearised:
            self.examples.set_tape(Linearised(self.linearised["offset"].numpy(), self.linearised["slopes"].numpy()))

    # ---- checkpoints

    def state(self) -> dict[str, object]:
        """All that a resumed run needs."""
        return {
            **self.run_facts,
            "epochs_done": self.epochs_done,
            "batches_done": self.batches_done,
            "variation": self.examples.own_variation.cpu(),
            "linearised": self.linearised,
            **{name: getattr(self, name).state_dict() for name in NETWORKS},
        }

    def save(self) -> None:
        """Write a checkpoint; the first process alone does. That of the end of the warm-up stays, in a folder."""
        if self.group.first:
            folders = [self.folder]
            if (self.epochs_done, self.batches_done) == (self.config.warm_up_epochs, 0):
                folders.append(self.folder / WARM_UP)
            for folder in folders:
                checkpoint.write(folder, self.epochs_done, self.batches_done, self.state())
        self.group.wait()

    def begin_after(self, warm_up: dict[str, Any]) -> None:
        """Take over a generator from the state of a finished warm-up on the same data, whatever its losses were."""
        if warm_up["data"] != self.run_facts["data"]:
            raise ValueError("the warm-up was made with other data")
        for name in ("generator", "average", "optimiser"):
            getattr(self, name).load_state_dict(warm_up[name])
        self.optimiser.param_groups[1]["lr"] = self.config.output_rate
        self._take_tape(warm_up)
        self.epochs_done = self.config.warm_up_epochs

    def _take_tape(self, state: dict[str, Any]) -> None:
        self.examples.own_variation.copy_(state["variation"])
        self.linearised = state["linearised"]
        self._use_linearised()

    def resume(self) -> bool:
        """Go on from the folder's newest checkpoint, if there is one.

        Raises ``ValueError`` when it is damaged, or was made with other settings, data or number of processes.
        """
        path = checkpoint.newest(self.folder)
        if path is None:
            return False
        state = checkpoint.read(path)
        checkpoint.require_same(path, state, self.run_facts)
        self.epochs_done, self.batches_done = state["epochs_done"], state["batches_done"]
        self._take_tape(state)
        for name in NETWORKS:
            getattr(self, name).load_state_dict(state[name])
        return True
