# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the cGAN: ``python -m training.train --data DIR --out DIR [--config FILE]``; runs on from its checkpoint."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from training.config import load_config
from training.dataset import open_dataset
from training.trainer import Trainer


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that training.dataset wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--config", type=Path, help="TOML file with settings")
    arguments = parser.parse_args()
    trainer = Trainer(load_config(arguments.config), open_dataset(arguments.data), arguments.out)
    if trainer.resume():
        print(f"going on after epoch {trainer.epochs_done}", flush=True)
    start = time.monotonic()

    def log(epoch: int, values: dict[str, float]) -> None:
        shown = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
        print(f"epoch {epoch + 1}/{trainer.config.epochs}  {time.monotonic() - start:.0f} s  {shown}", flush=True)

    trainer.run(log)


if __name__ == "__main__":
    main()
