# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a checkpoint into the engine's weights: ``python -m training.export --data DIR --run DIR``.

Writes ``generator.safetensors`` (half precision, the exponential moving average) and ``generator.json``, its card.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save

from avatar_engine import __version__, assets
from avatar_engine.generator.card import Card
from avatar_engine.generator.inference import CARD, WEIGHTS
from avatar_engine.measurements import KEYS
from training import checkpoint
from training.config import Config, make_config
from training.dataset import Dataset, open_dataset


def tensors(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The generator's state in half precision."""
    return {name: value.numpy().astype(np.float16) for name, value in state.items()}


def card(data: Dataset, config: Config, epochs: int, digest: str) -> dict[str, object]:
    """The card: all that running the weights needs, and where they came from."""
    shape = Card(data.normalisation, config.widths, config.groups, config.variation)
    training = {
        "bodies": len(data.training),
        "held_out": len(data.held_out),
        "data_sha256": data.digest(),
        "epochs": epochs,
        "config": config.facts(),
    }
    return {
        "version": __version__,
        "measurements": list(KEYS),
        "units": "metres; A-pose, Z up, facing -Y, soles on z = 0",
        "body_type": "0 female .. 1 male",
        **shape.facts(),
        "training": training,
        "sha256": digest,
    }


def write(data: Dataset, state: dict[str, Any], folder: Path) -> None:
    """Write the weights and the card of a checkpoint's state; ``ValueError`` when it learned from other data."""
    if state["data"] != data.digest():
        raise ValueError("the run was made with other data than this")
    content = save(tensors(state["average"]))
    facts = card(data, make_config(state["settings"]), state["epochs_done"], hashlib.sha256(content).hexdigest())
    (folder / WEIGHTS).write_bytes(content)
    (folder / CARD).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    arguments = parser.parse_args()
    data = open_dataset(arguments.data)
    path = checkpoint.newest(arguments.run)
    if path is None:
        parser.error(f"{arguments.run} holds no {checkpoint.PATTERN}")
    write(data, checkpoint.read(path), assets.FOLDER)
    assets.write_manifest()


if __name__ == "__main__":
    main()
