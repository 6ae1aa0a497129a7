# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.export import write_glb
from avatar_engine.export.gltf_material import linear_colour
from avatar_engine.export.gltf_skeleton import skin_bytes
from avatar_engine.export.gltf_surface import split_corners, vertex_normals


@pytest.fixture(scope="module")
def body():
    return load_shape_space().mean_body()


@pytest.fixture
def path(body, tmp_path):
    path = tmp_path / "person.glb"
    write_glb(path, body)
    return path


def test_a_body_passes_the_khronos_validator(path, validator_report):
    issues = validator_report(path)["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]


def test_a_body_stands_at_real_scale_facing_the_viewer(path, body, open_glb):
    positions = open_glb(path).attribute("body", "POSITION")
    height = body.vertices[:, 2].max()
    assert positions[:, 1].min() == pytest.approx(0.0, abs=1e-6)
    assert positions[:, 1].max() == pytest.approx(height, abs=1e-6)
    nose = positions[positions[:, 1] > 0.9 * height][:, 2].argmax()
    assert positions[positions[:, 1] > 0.9 * height][nose, 2] > 0.05


def test_every_weight_sums_to_one_and_names_a_joint(path, open_glb):
    glb = open_glb(path)
    weights, joints = glb.attribute("body", "WEIGHTS_0"), glb.attribute("body", "JOINTS_0")
    assert set(weights.sum(axis=1, dtype=int)) == {255}
    assert joints.max() < len(glb.document["skins"][0]["joints"])


def test_the_joints_carry_the_rigs_names_and_places(path, body, open_glb):
    glb, template = open_glb(path), load_template()
    nodes, joints = glb.document["nodes"], glb.document["skins"][0]["joints"]
    assert tuple(nodes[joint]["name"] for joint in joints) == template.bone_names
    parents = {child: node for node in joints for child in nodes[node].get("children", [])}
    matrices = glb.array(glb.document["skins"][0]["inverseBindMatrices"]).reshape(-1, 4, 4)
    for bone, joint in enumerate(joints):
        place, node = np.zeros(3), joint
        while node is not None:
            place += nodes[node]["translation"]
            node = parents.get(node)
        x, y, z = body.joint_heads[bone]
        assert place == pytest.approx([x, z, -y], abs=3e-5)
        assert matrices[bone, 3, :3] == pytest.approx(-place, abs=1e-6)


def test_normals_point_outwards_and_have_unit_length(path, open_glb):
    glb = open_glb(path)
    positions, normals = glb.attribute("body", "POSITION"), glb.attribute("body", "NORMAL")
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0, abs=1e-5)
    crown = positions[:, 1].argmax()
    assert normals[crown, 1] > 0.8


@pytest.mark.parametrize(
    ("colour", "linear"),
    [
        ("#000000", (0.0, 0.0, 0.0)),
        ("#ffffff", (1.0, 1.0, 1.0)),
        ("#808080", (0.215861,) * 3),
        ("#0a0000", (0.003035, 0, 0)),
    ],
)
def test_colours_are_linear(colour, linear):
    assert linear_colour(colour) == pytest.approx(linear, abs=1e-6)


def test_bytes_of_weights_keep_their_share_and_name_each_bone_once():
    rng = np.random.default_rng(3)
    weights = rng.dirichlet(np.full(4, 0.3), size=500)
    bones = rng.integers(0, 5, size=(500, 4))
    joints, whole = skin_bytes(bones, weights)
    assert set(whole.sum(axis=1, dtype=int)) == {255}
    for row in range(500):
        used = whole[row] > 0
        assert len(set(joints[row][used])) == used.sum()
        for bone in range(5):
            asked = weights[row][bones[row] == bone].sum()
            assert whole[row][used & (joints[row] == bone)].sum() / 255 == pytest.approx(asked, abs=1.5 / 255)
    assert not joints[whole == 0].any()


def test_a_texture_seam_splits_only_its_own_vertices():
    triangles = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [0.5, 1], [0, 1]]], dtype=float)
    vertices, steps, split = split_corners(triangles, uvs)
    assert vertices.tolist() == [0, 1, 2, 2, 3]
    assert np.array_equal(vertices[split], triangles)
    assert steps[split] / 65_535 == pytest.approx(uvs, abs=1e-5)


def test_a_point_without_triangles_has_a_normal_all_the_same():
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [5, 5, 5]], dtype=float)
    normals = vertex_normals(points, np.array([[0, 1, 2]], dtype=np.int32))
    assert normals == pytest.approx(np.tile([0.0, 0.0, 1.0], (4, 1)))
