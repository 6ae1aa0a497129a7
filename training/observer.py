# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run shows of itself: TensorBoard's scalars, and a contact sheet of the same held-out people every epoch."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

from training.contact_sheet import neighbours, normals, picture, sheet
from training.trainer import Trainer, Values

PEOPLE = 8
SIDE = np.pi / 2
SHEETS = "sheets"


class Observer:
    """Writes into a run's folder: ``events.*`` for TensorBoard, and ``sheets/epoch-00001.png`` and so on."""

    def __init__(self, trainer: Trainer, folder: Path) -> None:
        self.trainer, self.folder = trainer, folder
        (folder / SHEETS).mkdir(parents=True, exist_ok=True)
        self.writer = SummaryWriter(str(folder), purge_step=trainer.epochs_done + 1)
        held_out = trainer.data.held_out
        by_waist = held_out[np.argsort(trainer.data.measurements[held_out, 4])]
        self.rows = by_waist[np.linspace(0, len(by_waist) - 1, min(PEOPLE, len(by_waist))).astype(int)]
        self.true = trainer.data.normalisation.to_metres(np.asarray(trainer.data.clouds[self.rows], float))
        self.near = neighbours(self.true.mean(axis=0))
        self.true_pictures = self._views("", self.true, 0.0)[0][1]
        self.another = torch.randn(len(self.rows), trainer.config.variation, generator=torch.Generator().manual_seed(0))

    def __enter__(self) -> Observer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    def epoch(self, epoch: int, values: Values) -> None:
        """Note an epoch's mean losses, the learning rate, and what the averaged generator makes by now."""
        for name, value in (values | {"learning_rate": self.trainer.rate()}).items():
            self.writer.add_scalar(name, value, epoch)
        likeliest = self.trainer.propose(self.rows)[1]
        self.writer.add_scalar("held_out/points_mm", self._distance(likeliest) * 1000, epoch)
        another = self.trainer.propose(self.rows, self.another)[1]
        page = sheet(
            [
                ("held-out bodies, thinnest to widest waist", self.true_pictures),
                *self._views(f"epoch {epoch}: proposed from their measurements", likeliest, 0.0, SIDE),
                *self._views("other bodies of the same measurements", another, 0.0),
            ]
        )
        page.save(self.folder / SHEETS / f"epoch-{epoch:05d}.png")

    def _views(self, title: str, clouds: np.ndarray, *turns: float) -> list[tuple[str, list[np.ndarray]]]:
        across = [normals(cloud, self.near) for cloud in clouds]
        return [
            (title, [picture(cloud, normal, turn) for cloud, normal in zip(clouds, across, strict=True)])
            for turn in turns
        ]

    def _distance(self, clouds: np.ndarray) -> float:
        """Mean distance of points, metres."""
        return float(np.linalg.norm(clouds - self.true, axis=2).mean())
