# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditional GAN in torch: what is trained; ``inference`` runs the same weights in numpy."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from avatar_engine.generator.card import MEASUREMENTS, POINTS

CONDITION = MEASUREMENTS + 1  # the measurements and the body type


class Layer(nn.Module):
    """Fully connected, then GroupNorm and SiLU; the bottleneck (``norm=False``) is the linear map alone."""

    def __init__(self, inputs: int, outputs: int, groups: int, norm: bool = True) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = nn.GroupNorm(groups, outputs) if norm else None
        self.activation = nn.SiLU() if norm else None

    def forward(self, x: Tensor) -> Tensor:
        """(b, inputs) to (b, outputs)."""
        x = self.linear(x)
        if self.norm is not None and self.activation is not None:
            x = self.activation(self.norm(x))
        return x


class Generator(nn.Module):
    """Measurements, body type and variation to a cloud of 10,000 points in -1..1.

    Parameters
    ----------
    widths : hidden widths; the last is the bottleneck, whose columns in the output layer are shapes
    groups : groups of each GroupNorm
    variation : size of the variation vector
    """

    def __init__(self, widths: tuple[int, ...], groups: int, variation: int) -> None:
        super().__init__()
        sizes = (CONDITION + variation, *widths)
        last = len(widths) - 1
        self.layers = nn.Sequential(
            *(Layer(sizes[i], sizes[i + 1], groups, norm=i != last) for i in range(len(widths)))
        )
        self.output = nn.Linear(widths[-1], POINTS * 3)
        self.squash = nn.Tanh()

    def scores(self, inputs: Tensor) -> Tensor:
        """(b, 16 + V) inputs to the (b, bottleneck) amounts of each shape."""
        scores: Tensor = self.layers(inputs)
        return scores

    def some_points(self, scores: Tensor, points: Tensor) -> Tensor:
        """(b, p, 3): only the points with these (p,) indices, of the clouds with these (b, bottleneck) amounts."""
        places = (3 * points[:, None] + torch.arange(3, device=points.device)).flatten()
        flat = nn.functional.linear(scores, self.output.weight[places], self.output.bias[places])
        squashed: Tensor = self.squash(flat)
        return squashed.reshape(-1, len(points), 3)

    def forward(self, inputs: Tensor) -> Tensor:
        """(b, 16 + V) inputs to (b, 10000, 3) clouds in -1..1."""
        flat: Tensor = self.squash(self.output(self.scores(inputs)))
        return flat.reshape(-1, POINTS, 3)


def _path(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2))


class Judge(nn.Module):
    """What a cloud looks like and the measurements, in parallel paths, joined: a probability."""

    def __init__(self, inputs: int, cloud_width: int, condition_width: int) -> None:
        super().__init__()
        self.cloud = nn.Sequential(_path(inputs, cloud_width), _path(cloud_width, cloud_width // 2))
        self.condition = nn.Sequential(_path(CONDITION, condition_width), _path(condition_width, condition_width))
        joined = cloud_width // 2 + condition_width
        self.joined = nn.Sequential(_path(joined, 128), nn.Linear(128, 1), nn.Sigmoid())

    def forward(self, seen: Tensor, condition: Tensor) -> Tensor:
        """(b, F) numbers of a cloud and (b, 16) conditions to (b,) probabilities."""
        probability: Tensor = self.joined(torch.cat([self.cloud(seen), self.condition(condition)], dim=1))
        return probability.squeeze(1)


class Discriminator(nn.Module):
    """The probability that a cloud of 10,000 points and measurements are one real person.

    A body's differences from others of the same measurements are a few millimetres among decimetres, too little for
    an even-handed look at 30,000 numbers. So a fixed linear map stands before the cloud's path: (cloud - ``usual``)
    @ ``view``, which brings them to the size of one.

    Parameters
    ----------
    axes : columns of the fixed map
    """

    usual: Tensor
    view: Tensor

    def __init__(self, axes: int, cloud_width: int = 256, condition_width: int = 64) -> None:
        super().__init__()
        self.register_buffer("usual", torch.zeros(POINTS * 3))
        self.register_buffer("view", torch.zeros(POINTS * 3, axes))
        self.judge = Judge(axes, cloud_width, condition_width)

    def seen(self, clouds: Tensor) -> Tensor:
        """(b, 10000, 3) clouds in -1..1 to the (b, F) numbers that the cloud's path begins with."""
        seen: Tensor = (clouds.flatten(1) - self.usual) @ self.view
        return seen

    def forward(self, clouds: Tensor, condition: Tensor) -> Tensor:
        """(b, 10000, 3) clouds in -1..1 and (b, 16) conditions to (b,) probabilities."""
        probability: Tensor = self.judge(self.seen(clouds), condition)
        return probability
