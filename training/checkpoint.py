# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints that are whole or refused: each has its sha256 beside it and says which run it belongs to.

The digest is written first, the checkpoint renamed into place after it, older ones removed last: whenever the process
is killed, the newest ``checkpoint-*.pt`` is a whole one.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import torch

PATTERN = "checkpoint-*.pt"
KEPT = 2


def newest(folder: Path) -> Path | None:
    """The newest checkpoint of a run, or None where there is none yet."""
    return max(folder.glob(PATTERN), default=None)


def write(folder: Path, epochs: int, batches: int, state: dict[str, object]) -> Path:
    """Write a checkpoint named by the epochs and batches done; the last ``KEPT`` stay."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"checkpoint-{epochs:05d}-{batches:05d}.pt"
    temporary = folder / f".{path.name}"
    buffer = io.BytesIO()
    torch.save(state, buffer)
    temporary.write_bytes(buffer.getbuffer())
    path.with_suffix(".sha256").write_text(hashlib.sha256(buffer.getbuffer()).hexdigest(), encoding="ascii")
    temporary.replace(path)
    for old in sorted(folder.glob(PATTERN))[:-KEPT]:
        old.unlink()
        old.with_suffix(".sha256").unlink(missing_ok=True)
    return path


def read(path: Path) -> dict[str, Any]:
    """A checkpoint's content; raises ``ValueError`` when it is not, to the bit, what was written."""
    digest = path.with_suffix(".sha256")
    content = path.read_bytes()
    if not digest.exists() or hashlib.sha256(content).hexdigest() != digest.read_text(encoding="ascii").strip():
        raise ValueError(f"{path} is damaged: its sha256 is not that of {digest.name}. Remove both to go back a step.")
    state: dict[str, Any] = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return state


def require_same(path: Path, state: dict[str, Any], run: dict[str, object]) -> None:
    """Refuse a checkpoint of another run: ``ValueError`` names each fact of ``run`` that differs."""
    for name, value in run.items():
        if state.get(name) != value:
            raise ValueError(
                f"{path} was made with other {name}: {_difference(state.get(name), value)}. "
                "Use the same, or another folder."
            )


def _difference(was: object, now: object) -> str:
    if isinstance(was, dict) and isinstance(now, dict):
        changed = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
        return ", ".join(f"{key} {was.get(key)} -> {now.get(key)}" for key in changed)
    return f"{was} -> {now}"
