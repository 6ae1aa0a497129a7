# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the cGAN: ``python -m training.train --data DIR --out DIR [--config FILE]``; goes on from its checkpoint.

``torchrun --nproc-per-node N -m training.train ...`` trains with N processes, one GPU each where there are any.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from training.config import load_config
from training.dataset import open_dataset
from training.distributed import Group, joined_group
from training.observer import Observer
from training.trainer import Trainer, Values


def train(arguments: argparse.Namespace, group: Group) -> None:
    """Train to the end, or on from where the folder's checkpoint stands."""
    trainer = Trainer(load_config(arguments.config), open_dataset(arguments.data), arguments.out, group)
    resumed = trainer.resume()
    if not group.first:
        trainer.run(lambda epoch, values: None)
        return
    if resumed:
        print(f"going on after epoch {trainer.epochs_done}, batch {trainer.batches_done}", flush=True)
    start = time.monotonic()
    with Observer(trainer, arguments.out) as observer:

        def log(epoch: int, values: Values) -> None:
            shown = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
            print(f"epoch {epoch + 1}/{trainer.config.epochs}  {time.monotonic() - start:.0f} s  {shown}", flush=True)
            observer.epoch(epoch + 1, values)

        trainer.run(log)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that training.dataset wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoints, TensorBoard's log and pictures")
    parser.add_argument("--config", type=Path, help="TOML file with settings")
    with joined_group() as group:
        try:
            train(parser.parse_args(), group)
        except (ValueError, OSError) as error:
            sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
