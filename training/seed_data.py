# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed's form of a data set: ``measurements.csv`` (15 per subject, millimetres) and one ``.obj`` per subject.

``python -m training.seed_data write --population DIR --out DIR --subjects 100`` writes one from the population;
``python -m training.seed_data read FOLDER --out FILE.npz`` turns any folder of that form into normalised clouds of
10,000 points. A file of the template's topology is sampled where the engine samples; of any other mesh the vertices
are taken, thinned to 10,000 or padded by repeating them.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT
from avatar_engine.export.frames import to_z_up
from avatar_engine.export.obj import write_obj
from avatar_engine.generator.card import POINTS
from avatar_engine.measurements import KEYS
from avatar_engine.meshing.solve import load_sampling
from training.dataset import CLOUD_CENTRE, CLOUD_SCALE, normalisation
from training.population import load_shards, maker, save

TABLE = "measurements.csv"
OBJECTS = "objects"
MM = 1000.0


def obj_vertices(path: Path) -> np.ndarray:
    """(n, 3) vertices of an ``.obj`` file, as they stand in it: by PyTorch3D where it is installed, else read here.

    Raises ``ValueError`` when the file holds no finite vertices.
    """
    if importlib.util.find_spec("pytorch3d") is not None:
        from pytorch3d.io import load_obj

        vertices = np.asarray(load_obj(path, load_textures=False)[0], dtype=np.float64)
    else:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        vertices = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], dtype=np.float64)
    if vertices.ndim != 2 or len(vertices) == 0 or not np.isfinite(vertices).all():
        raise ValueError(f"{path}: expected lines 'v x y z' with finite numbers")
    return vertices


def to_body_frame(vertices: np.ndarray) -> np.ndarray:
    """Y-up vertices (the ``.obj`` convention, facing +Z) to the engine's frame, soles on z = 0, centred on x."""
    turned = to_z_up(vertices)
    turned[:, 2] -= turned[:, 2].min()
    turned[:, 0] -= (turned[:, 0].min() + turned[:, 0].max()) / 2
    return turned


def to_cloud(vertices: np.ndarray) -> np.ndarray:
    """(10000, 3) points of a body's vertices: the engine's sampling, or vertices thinned or padded to the number."""
    if len(vertices) == VERTEX_COUNT:
        return load_sampling().points(vertices)
    if len(vertices) >= POINTS:
        return vertices[np.linspace(0, len(vertices) - 1, POINTS).astype(int)]
    return vertices[np.arange(POINTS) % len(vertices)]


def write_seed(out: Path, bodies: Iterable[tuple[str, np.ndarray, np.ndarray]]) -> None:
    """Write subjects in the seed's form: each a name, (13718, 3) vertices and (15,) measurements in metres."""
    (out / OBJECTS).mkdir(parents=True, exist_ok=True)
    blank = load_shape_space().mean_body()
    with (out / TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["subject", *KEYS])
        for name, vertices, measurements in bodies:
            write_obj(out / OBJECTS / f"{name}.obj", replace(blank, vertices=vertices))
            table.writerow([name, *(f"{value * MM:.2f}" for value in measurements)])


def population_bodies(population: Path, subjects: int) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Subjects spread evenly over a population: name, vertices, measurements."""
    shards = load_shards(population)
    for row in np.linspace(0, len(shards["parameters"]) - 1, subjects).astype(int):
        vertices = maker().vertices(shards["parameters"][row][None])[0]
        yield f"s{row:05d}", vertices, shards["measurements"][row]


def read_seed(folder: Path) -> dict[str, np.ndarray]:
    """Read a folder of the seed's form.

    Returns
    -------
    subjects (n,), measurements (n, 15) metres, standard (n, 15) standardised, clouds (n, 10000, 3) in network units

    Raises
    ------
    ValueError : for a table without the 15 columns, a row without its ``.obj``, or a file without vertices
    """
    with (folder / TABLE).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    missing = set(KEYS) - set(rows[0] if rows else ())
    if missing:
        raise ValueError(f"{folder / TABLE}: columns missing: {', '.join(sorted(missing))}")
    measurements = np.array([[float(row[key]) / MM for key in KEYS] for row in rows])
    clouds = []
    for row in rows:
        path = folder / OBJECTS / f"{row['subject']}.obj"
        if not path.exists():
            raise ValueError(f"{path}: named in {TABLE}, but not there")
        clouds.append((to_cloud(to_body_frame(obj_vertices(path))) - CLOUD_CENTRE) / CLOUD_SCALE)
    scale = normalisation(measurements)
    return {
        "subjects": np.array([row["subject"] for row in rows]),
        "measurements": measurements,
        "standard": (measurements - scale.measurement_mean) / scale.measurement_sd,
        "clouds": np.array(clouds),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    write = commands.add_parser("write")
    write.add_argument("--population", type=Path, required=True)
    write.add_argument("--out", type=Path, required=True)
    write.add_argument("--subjects", type=int, default=100)
    read = commands.add_parser("read")
    read.add_argument("folder", type=Path)
    read.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.command == "write":
        write_seed(arguments.out, population_bodies(arguments.population, arguments.subjects))
    else:
        save(arguments.out, read_seed(arguments.folder))


if __name__ == "__main__":
    main()
