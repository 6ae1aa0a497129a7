# SPDX-License-Identifier: GPL-3.0-or-later
"""Our Chamfer distance is the one PyTorch3D defines."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.chamfer import chamfer, own_chamfer


def by_hand(first: np.ndarray, second: np.ndarray) -> float:
    """Mean squared nearest distance, both directions summed, averaged over the batch."""
    total = 0.0
    for a, b in zip(first, second, strict=True):
        total += np.mean([min(np.sum((p - q) ** 2) for q in b) for p in a])
        total += np.mean([min(np.sum((p - q) ** 2) for q in a) for p in b])
    return total / len(first)


def test_it_equals_the_definition_on_small_clouds() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(3, 17, 3)), rng.normal(size=(3, 23, 3))
    ours = own_chamfer(torch.from_numpy(first), torch.from_numpy(second)).item()
    assert ours == pytest.approx(by_hand(first, second), rel=1e-9)


def test_two_clouds_one_unit_apart_are_two() -> None:
    cloud = torch.tensor([[[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]]])
    assert chamfer(cloud, cloud + torch.tensor([0.0, 1.0, 0.0])).item() == pytest.approx(2.0)


def test_a_cloud_is_no_distance_from_itself() -> None:
    cloud = torch.rand(2, 50, 3)
    assert own_chamfer(cloud, cloud).item() == pytest.approx(0.0, abs=1e-6)
