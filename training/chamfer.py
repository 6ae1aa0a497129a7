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
    """Chamfer distance of (b, p, 3) and (b, q, 3) clouds; brute force in one batch of distances."""
    squared = torch.cdist(first, second).square()
    return squared.amin(dim=2).mean() + squared.amin(dim=1).mean()


def chamfer(first: Tensor, second: Tensor) -> Tensor:
    """Chamfer distance of (b, p, 3) and (b, q, 3) clouds."""
    if importlib.util.find_spec("pytorch3d") is None:
        return own_chamfer(first, second)
    from pytorch3d.loss import chamfer_distance

    distance: Tensor = chamfer_distance(first, second)[0]
    return distance
