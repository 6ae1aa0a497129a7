# SPDX-License-Identifier: GPL-3.0-or-later
"""Our Chamfer distance is the one PyTorch3D defines, and PyTorch3D's is used where it is installed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.conftest import Pretended
from training.chamfer import chamfer, own_chamfer

# PyTorch3D documents chamfer_distance(x, y), with its defaults, as the mean over the batch of
# mean_i min_j |x_i - y_j|^2 + mean_j min_i |x_i - y_j|^2. For these two pairs of clouds, with a pencil:
FIRST = [[[0.0, 0, 0], [1, 0, 0], [0, 2, 0]], [[0.0, 0, 3], [0, 0, 2], [0, 0, 1]]]
SECOND = [[[0.0, 0, 0], [0, 0, 1]], [[0.0, 0, 0], [0, 1, 1]]]
RECORDED = (((0 + 1 + 4) / 3 + (0 + 1) / 2) + ((5 + 2 + 1) / 3 + (1 + 1) / 2)) / 2


def by_hand(first: np.ndarray, second: np.ndarray) -> float:
    """Mean squared nearest distance, both directions summed, averaged over the batch."""
    total = 0.0
    for a, b in zip(first, second, strict=True):
        total += np.mean([min(np.sum((p - q) ** 2) for q in b) for p in a])
        total += np.mean([min(np.sum((p - q) ** 2) for q in a) for p in b])
    return total / len(first)


def test_it_equals_the_definition_on_small_clouds() -> None:
    rng = np.random.default_rng(1)
    for points, others in ((17, 23), (1, 5), (40, 40)):
        first, second = rng.normal(size=(3, points, 3)), rng.normal(size=(3, others, 3))
        ours = own_chamfer(torch.from_numpy(first), torch.from_numpy(second)).item()
        assert ours == pytest.approx(by_hand(first, second), rel=1e-9)


def test_without_pytorch3d_the_recorded_result_is_ours() -> None:
    assert pytest.approx(35 / 12) == RECORDED
    assert chamfer(torch.tensor(FIRST), torch.tensor(SECOND)).item() == pytest.approx(RECORDED)


def test_pytorch3d_is_asked_where_it_is_installed(pretended_pytorch3d: Pretended) -> None:
    first, second = torch.tensor(FIRST), torch.tensor(SECOND)
    asked = []

    def chamfer_distance(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, None]:
        asked.append((x, y))
        return torch.tensor(RECORDED), None

    pretended_pytorch3d("loss", chamfer_distance=chamfer_distance)
    found = chamfer(first, second)
    assert asked == [(first, second)]
    assert found.item() == pytest.approx(own_chamfer(first, second).item())


def test_its_gradient_is_that_of_the_definition() -> None:
    generator = torch.Generator().manual_seed(4)
    first = torch.rand(2, 9, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    second = torch.rand(2, 7, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(own_chamfer, (first, second))


def test_two_clouds_one_unit_apart_are_two() -> None:
    cloud = torch.tensor([[[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]]])
    assert chamfer(cloud, cloud + torch.tensor([0.0, 1.0, 0.0])).item() == pytest.approx(2.0)


def test_a_cloud_is_no_distance_from_itself() -> None:
    cloud = torch.rand(2, 50, 3)
    assert own_chamfer(cloud, cloud).item() == 0.0
