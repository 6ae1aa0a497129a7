# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avatar_engine.body.shape import load_shape_space
from avatar_engine.export import WRITERS, MeshError, read_vertices
from avatar_engine.export.read import LARGEST_FILE

RELAXED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bodies")
    body = load_shape_space().mean_body()
    for extension, write in WRITERS.items():
        write(folder / f"person.{extension}", body)
    return {extension: (folder / f"person.{extension}").read_bytes() for extension in WRITERS}


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.999])
def test_a_file_cut_short(files, extension, share, tmp_path):
    path = tmp_path / f"cut.{extension}"
    path.write_bytes(files[extension][: int(len(files[extension]) * share)])
    with pytest.raises(MeshError, match="expected a body as atelier writes it"):
        read_vertices(path)


@pytest.mark.parametrize("extension", WRITERS)
@RELAXED
@given(garbage=st.binary(max_size=2000))
def test_garbage(extension, garbage, tmp_path):
    path = tmp_path / f"garbage.{extension}"
    path.write_bytes(garbage)
    with pytest.raises(MeshError):
        read_vertices(path)


@pytest.mark.parametrize("extension", WRITERS)
@RELAXED
@given(data=st.data())
def test_flipped_bytes_never_end_in_anything_but_a_body_or_a_refusal(files, extension, data, tmp_path):
    content = bytearray(files[extension])
    for _ in range(4):
        at = data.draw(st.integers(0, min(len(content), 12_000) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path / f"flipped.{extension}"
    path.write_bytes(content)
    with contextlib.suppress(MeshError):
        assert read_vertices(path).shape == (13_718, 3)


def test_another_mesh_says_so(tmp_path):
    path = tmp_path / "cube.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n")
    with pytest.raises(MeshError, match="found 4 vertices"):
        read_vertices(path)


def test_our_vertices_with_other_faces_are_not_our_body(files, tmp_path):
    path = tmp_path / "shuffled.obj"
    lines = files["obj"].decode().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("f "))
    lines[first] = "f 1/1 2/2 3/3 9/4"
    path.write_text("\n".join(lines))
    with pytest.raises(MeshError, match="other faces"):
        read_vertices(path)


def test_triangles_that_do_not_join_are_not_our_body(files, tmp_path):
    content = bytearray(files["stl"])
    content[100:104] = struct.pack("<f", 5000.0)
    path = tmp_path / "torn.stl"
    path.write_bytes(content)
    with pytest.raises(MeshError, match="do not join"):
        read_vertices(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_impossible_coordinates(files, value, tmp_path):
    content = bytearray(files["ply"])
    at = content.index(b"end_header\n") + len(b"end_header\n")
    content[at : at + 4] = struct.pack("<f", value)
    path = tmp_path / "impossible.ply"
    path.write_bytes(content)
    with pytest.raises(MeshError, match="not a person's"):
        read_vertices(path)


def test_a_huge_file_is_not_read_into_memory(tmp_path):
    path = tmp_path / "huge.stl"
    with path.open("wb") as stream:
        stream.truncate(2**32)
    with pytest.raises(MeshError, match=f"more than {LARGEST_FILE // 2**20} MB"):
        read_vertices(path)


@pytest.mark.parametrize("name", ["nothing.obj", "person.fbx", "folder.glb"])
def test_what_is_no_mesh_file(name, tmp_path):
    (tmp_path / "folder.glb").mkdir()
    with pytest.raises(MeshError):
        read_vertices(tmp_path / name)
