# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other programs read as those programs meant them; trimesh writes, we read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from avatar_engine.export.foreign import read_surface


def assert_same(path: Path, mesh: trimesh.Trimesh, relative: float = 1e-5) -> None:
    """The same box, area and volume: what does not depend on the order of vertices."""
    found = read_surface(path)
    read = trimesh.Trimesh(found.points, found.triangles, process=False)
    np.testing.assert_allclose(read.bounds, mesh.bounds, rtol=relative, atol=1e-6)
    assert read.area == pytest.approx(mesh.area, rel=relative)
    assert read.volume == pytest.approx(mesh.volume, rel=relative)


@pytest.fixture
def blob() -> trimesh.Trimesh:
    mesh = trimesh.creation.icosphere(3, 0.7)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(0.4, [1, 2, 3], [0.1, 0, 0]))
    mesh.apply_scale([1.0, 2.0, 0.5])
    return mesh


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text.ply", {"encoding": "ascii"}),
        ("binary.ply", {"encoding": "binary"}),
        ("plain.obj", {}),
        ("plain.stl", {}),
        ("text.stl", {"file_type": "stl_ascii"}),
        ("plain.glb", {}),
    ],
)
def test_trimesh_writes_and_we_read(name: str, options: dict[str, str], blob: trimesh.Trimesh, tmp_path: Path) -> None:
    blob.export(tmp_path / name, **options)
    assert_same(tmp_path / name, blob)


def test_a_scene_is_read_with_its_parts_at_their_places(blob: trimesh.Trimesh, tmp_path: Path) -> None:
    turn = trimesh.transformations.rotation_matrix(1.1, [0, 1, 1], [0.3, 0.2, 0])
    turn[:3, 3] += [2.0, 0.0, 1.0]
    scene = trimesh.Scene()
    scene.add_geometry(blob, node_name="first")
    scene.add_geometry(trimesh.creation.box([1, 2, 3]), node_name="second", transform=turn)
    scene.export(tmp_path / "scene.glb")
    assert_same(tmp_path / "scene.glb", scene.to_mesh())


def test_points_alone_are_read_from_a_glb(tmp_path: Path) -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    trimesh.Scene(trimesh.PointCloud(points)).export(tmp_path / "cloud.glb")
    found = read_surface(tmp_path / "cloud.glb")
    np.testing.assert_allclose(found.points, points, atol=1e-6)
    assert len(found.triangles) == 0


def test_faces_of_several_sizes_become_triangles(tmp_path: Path) -> None:
    header = "ply\nformat {} 1.0\nelement vertex 5\n" + "".join(f"property float {axis}\n" for axis in "xyz")
    header += "element face 2\nproperty list uchar int vertex_indices\nend_header\n"
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0.5, 0.5, 1]], dtype="<f4")
    rows = "\n".join(" ".join(map(str, row)) for row in points.tolist())
    (tmp_path / "text.ply").write_text(f"{header.format('ascii')}{rows}\n4 0 1 2 3\n3 0 1 4\n")
    faces = bytes([4]) + np.array([0, 1, 2, 3], "<i4").tobytes() + bytes([3]) + np.array([0, 1, 4], "<i4").tobytes()
    binary = header.format("binary_little_endian").encode() + points.tobytes() + faces
    (tmp_path / "binary.ply").write_bytes(binary)
    lines = [f"v {x} {y} {z} 0.5 0.5 0.5" for x, y, z in points.tolist()]
    (tmp_path / "named.obj").write_text("\n".join([*lines, "f 1/1/1 2/2/2 3//3 4", "f -5 -4 -1"]))
    for name in ("text.ply", "binary.ply", "named.obj"):
        found = read_surface(tmp_path / name)
        np.testing.assert_array_equal(found.points, points)
        np.testing.assert_array_equal(found.triangles, [[0, 1, 2], [0, 2, 3], [0, 1, 4]])


def test_numbers_that_are_none_are_left_out_with_their_triangles(tmp_path: Path) -> None:
    (tmp_path / "holes.obj").write_text("v 0 0 0\nv nan 0 0\nv 1 0 0\nv 0 1 0\nv inf 0 1\nf 1 3 4\nf 1 2 3\nf 3 4 5\n")
    found = read_surface(tmp_path / "holes.obj")
    np.testing.assert_array_equal(found.points, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(found.triangles, [[0, 1, 2]])
