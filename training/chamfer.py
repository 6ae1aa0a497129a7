# SPDX-License-Identifier: GPL-3.0-or-later
"""Chamfer distance between clouds: PyTorch3D's where it is installed, an equal one of our own elsewhere.

Definition (PyTorch3D's ``chamfer_distance`` with its defaults): the mean over points of the squared distance to the
nearest point of the other cloud, summed over both directions, averaged over the batch.
"""

from __future__ import annotations

import importlib.util

import torch
from torch import Tensor


def own_chamfer(first: Tensor, second: Tensor) -> Tensor:
    """Chamfer distance of (b, p, 3) and (b, q, 3) clouds; brute force in one batch of distances.

    The nearest points are found first and their distances computed after, so that gradients follow the pairs alone.
    """
    with torch.no_grad():
        between = torch.cdist(first, second)
    there = _distances(first, second, between.argmin(dim=2))
    back = _distances(second, first, between.argmin(dim=1))
    return there.mean() + back.mean()


def _distances(clouds: Tensor, others: Tensor, nearest: Tensor) -> Tensor:
    """(b, p) squared distances of points to the points (b, p) of other clouds."""
    return (clouds - others.gather(1, nearest[:, :, None].expand(-1, -1, 3))).square().sum(dim=2)


def chamfer(first: Tensor, second: Tensor) -> Tensor:
    """Chamfer distance of (b, p, 3) and (b, q, 3) clouds."""
    if importlib.util.find_spec("pytorch3d") is None:
        return own_chamfer(first, second)
    from pytorch3d.loss import chamfer_distance

    distance: Tensor = chamfer_distance(first, second)[0]
    return distance
