# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.export import WRITERS, read_vertices

TOLERANCES = {"glb": 1e-6, "obj": 1e-6, "ply": 1e-6, "stl": 1e-6}


@pytest.fixture(scope="module")
def body() -> Body:
    space = load_shape_space()
    return space.body(np.random.default_rng(7).normal(size=space.size) * np.sqrt(space.variances))


@pytest.mark.parametrize("extension", WRITERS)
def test_a_body_comes_back_vertex_for_vertex(body, extension, tmp_path):
    path = tmp_path / f"person.{extension}"
    WRITERS[extension](path, body)
    assert np.abs(read_vertices(path) - body.vertices).max() < TOLERANCES[extension]


@pytest.mark.parametrize("extension", WRITERS)
def test_the_same_body_gives_the_same_bytes(body, extension, tmp_path):
    first, second = tmp_path / f"first.{extension}", tmp_path / f"second.{extension}"
    for path in (first, second):
        WRITERS[extension](path, body)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("extension", WRITERS)
def test_nothing_is_left_beside_a_file(body, extension, tmp_path):
    WRITERS[extension](tmp_path / "new folder" / f"person.{extension}", body)
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == [f"person.{extension}"]


def test_an_obj_has_quads_with_texture_coordinates_and_a_group_per_part(body, tmp_path):
    path = tmp_path / "person.obj"
    WRITERS["obj"](path, body)
    lines = path.read_text("ascii").splitlines()
    template = load_template()
    assert [line[2:] for line in lines if line.startswith("g ")] == list(template.parts)
    faces = [line.split()[1:] for line in lines if line.startswith("f ")]
    assert len(faces) == len(template.quads)
    assert {len(face) for face in faces} == {4}
    assert max(int(corner.split("/")[1]) for face in faces for corner in face) == len(template.uvs)


@pytest.mark.parametrize(
    ("extension", "up", "scale"), [("obj", 1, 1.0), ("glb", 1, 1.0), ("ply", 2, 1.0), ("stl", 2, 1000.0)]
)
def test_other_programs_read_the_right_height_and_way_up(body, extension, up, scale, tmp_path):
    trimesh = pytest.importorskip("trimesh")
    path = tmp_path / f"person.{extension}"
    WRITERS[extension](path, body)
    bounds = trimesh.load(path, process=False).bounds
    assert bounds[0][up] == pytest.approx(0.0, abs=1e-4 * scale)
    assert bounds[1][up] == pytest.approx(body.vertices[:, 2].max() * scale, abs=1e-4 * scale)
