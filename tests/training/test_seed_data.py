# SPDX-License-Identifier: GPL-3.0-or-later
"""A data set in the seed's form goes out and comes back: CSV and .obj to normalised clouds of 10,000 points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.meshing.solve import load_sampling
from tests.body.bodies import random_coefficients
from tests.training.conftest import Pretended
from training.dataset import CLOUD_CENTRE, CLOUD_SCALE
from training.seed_data import OBJECTS, TABLE, obj_vertices, read_seed, to_cloud, write_seed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    space = load_shape_space()
    bodies = [space.vertices(random_coefficients(seed)) for seed in range(3)]
    write_seed(tmp_path, [(f"s{i}", body, tape.measure(body)) for i, body in enumerate(bodies)])
    return tmp_path


def test_bodies_come_back_as_the_engine_samples_them(folder: Path) -> None:
    read = read_seed(folder)
    body = load_shape_space().vertices(random_coefficients(1))
    assert read["clouds"].shape == (3, 10_000, 3)
    cloud = read["clouds"][1] * CLOUD_SCALE + CLOUD_CENTRE
    np.testing.assert_allclose(cloud, load_sampling().points(body), atol=2e-4)
    np.testing.assert_allclose(read["measurements"][1], tape.measure(body), atol=1e-5)
    np.testing.assert_allclose(read["standard"].mean(axis=0), 0.0, atol=1e-9)
    assert np.abs(read["clouds"]).max() < 1.0


def test_a_small_mesh_is_padded_and_a_large_one_thinned() -> None:
    small = np.arange(30.0).reshape(10, 3)
    padded = to_cloud(small)
    assert padded.shape == (10_000, 3)
    np.testing.assert_array_equal(np.unique(padded, axis=0), small)
    assert to_cloud(np.random.default_rng(0).random((25_000, 3))).shape == (10_000, 3)


def test_a_missing_object_is_named(folder: Path) -> None:
    (folder / OBJECTS / "s2.obj").unlink()
    with pytest.raises(ValueError, match=r"s2\.obj"):
        read_seed(folder)


def test_a_missing_column_is_named(folder: Path) -> None:
    path = folder / TABLE
    path.write_text(path.read_text(encoding="utf-8").replace("hip_girth", "hips"), encoding="utf-8")
    with pytest.raises(ValueError, match="hip_girth"):
        read_seed(folder)


def test_an_object_without_vertices_is_named(folder: Path) -> None:
    (folder / OBJECTS / "s0.obj").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"s0\.obj"):
        read_seed(folder)


CUBE_CORNER = "# a corner\nv 0 0 0 0.5 0.5 0.5\nv 1.5 0 0\nvn 0 0 1\nv 0 -2e-1 0\nf 1 2 3\n"
CORNER_VERTICES = [[0.0, 0.0, 0.0], [1.5, 0.0, 0.0], [0.0, -0.2, 0.0]]


def test_vertices_of_an_object_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "corner.obj"
    path.write_text(CUBE_CORNER, encoding="utf-8")
    np.testing.assert_array_equal(obj_vertices(path), CORNER_VERTICES)


def test_pytorch3d_reads_objects_where_it_is_installed(tmp_path: Path, pretended_pytorch3d: Pretended) -> None:
    path = tmp_path / "corner.obj"
    path.write_text(CUBE_CORNER, encoding="utf-8")
    asked = []

    def load_obj(file: Path, load_textures: bool) -> tuple[torch.Tensor, None, None]:
        asked.append((file, load_textures))
        return torch.tensor(CORNER_VERTICES), None, None  # documented: (verts, faces, aux)

    ours = obj_vertices(path)
    pretended_pytorch3d("io", load_obj=load_obj)
    np.testing.assert_allclose(obj_vertices(path), ours, atol=1e-7)
    assert asked == [(path, False)]
