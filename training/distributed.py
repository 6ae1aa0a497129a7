# SPDX-License-Identifier: GPL-3.0-or-later
"""One process or several: what ``torchrun`` says of the group, and modules whose gradients are averaged over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

Module = TypeVar("Module", bound=nn.Module)


@dataclass(frozen=True)
class Group:
    """Who takes part: ``rank`` of ``size`` processes, each on ``device``."""

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        """Whether this process writes files and prints."""
        return self.rank == 0

    def share(self, module: Module) -> Module | DistributedDataParallel:
        """The module, its gradients averaged over all processes where there are several."""
        if self.size == 1:
            return module
        return DistributedDataParallel(module, device_ids=[self.device] if self.device.type == "cuda" else None)

    def with_shared_statistics(self, module: nn.Module) -> nn.Module:
        """On several GPUs, BatchNorm over all their batches; it has no form for CPUs."""
        if self.size == 1 or self.device.type != "cuda":
            return module
        converted: nn.Module = nn.SyncBatchNorm.convert_sync_batchnorm(module)
        return converted

    def wait(self) -> None:
        """Until every process is here."""
        if self.size > 1:
            distributed.barrier()


@contextmanager
def joined_group() -> Iterator[Group]:
    """The group that ``torchrun`` made: NCCL on GPUs, Gloo on CPUs; one process alone without it."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
    if "RANK" not in os.environ:
        yield Group(device=device)
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Group(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()
