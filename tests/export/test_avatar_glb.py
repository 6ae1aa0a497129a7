# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.appearance import build_appearance
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.export import MeshError, read_vertices
from avatar_engine.export.avatar_glb import avatar_glb, write_avatar_glb
from avatar_engine.export.gltf_material import linear_colour
from avatar_engine.fitting import fit_outfit
from avatar_engine.fitting.outfit import shoes_on
from avatar_engine.look import GarmentChoice
from garments.catalogue import catalogue
from garments.fabrics import fabrics

TEAL, MEGABYTE = "#1f5347", 1_000_000


@pytest.fixture(scope="module")
def person():
    body = load_shape_space().mean_body()
    choices = [GarmentChoice("trousers-straight", fabric="denim", colours={"body": TEAL}), GarmentChoice("t-shirt")]
    outfit = fit_outfit(body, choices, "a_pose", "interactive")
    cover = [(garment.vertices, garment.triangles) for garment in outfit.garments]
    return body, outfit, build_appearance(body, style="long", seed=5, cover=cover)


@pytest.fixture(scope="module")
def path(person, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("avatar") / "person.glb"
    write_avatar_glb(path, *person)
    return path


def test_a_dressed_avatar_passes_the_khronos_validator(path, validator_report):
    issues = validator_report(path)["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]


def test_a_dressed_avatar_stays_under_three_megabytes(path):
    assert path.stat().st_size < 3 * MEGABYTE


def test_skin_alone_has_relief(path, open_glb):
    materials = open_glb(path).document["materials"]
    assert {each["name"] for each in materials if "normalTexture" in each} == {"skin"}


def test_tangents_follow_the_texture_to_its_right(path, open_glb):
    glb = open_glb(path)
    points, normals, tangents = (glb.attribute("body", name) for name in ("POSITION", "NORMAL", "TANGENT"))
    uvs = glb.attribute("body", "TEXCOORD_0").astype(float)
    a, b, c = glb.triangles("body").T
    (u1, v1), (u2, v2) = (uvs[b] - uvs[a]).T, (uvs[c] - uvs[a]).T
    across = (points[b] - points[a]) * v2[:, None] - (points[c] - points[a]) * v1[:, None]
    # V counts downwards in the file.
    across *= np.sign(u1 * v2 - u2 * v1)[:, None]
    cosine = np.einsum("ni,ni->n", across, tangents[a, :3]) / np.maximum(np.linalg.norm(across, axis=1), 1e-15)
    assert np.mean(cosine > 0.8) > 0.97
    np.testing.assert_allclose(np.einsum("ni,ni->n", tangents[:, :3], normals), 0.0, atol=1e-5)
    assert set(np.unique(tangents[:, 3])) == {1.0}


def test_the_same_avatar_gives_the_same_bytes(person, path):
    assert avatar_glb(*person) == path.read_bytes()


def test_the_clothes_lie_where_they_were_fitted(person, path, open_glb):
    glb = open_glb(path)
    for garment in person[1].garments:
        positions = glb.attribute(garment.garment, "POSITION")
        x, y, z = garment.vertices.T
        fitted = np.unique(np.stack([x, z, -y], axis=1).astype(np.float32), axis=0)
        assert np.array_equal(np.unique(positions, axis=0), fitted)
        assert len(glb.triangles(garment.garment)) == len(garment.triangles)


def test_eyes_are_seen_from_the_front(path, open_glb):
    glb = open_glb(path)
    for side in ("left", "right"):
        corners = glb.attribute(f"eye_{side}", "POSITION")[glb.triangles(f"eye_{side}")]
        forward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2]
        assert (forward > 0.0).mean() > 0.85


def test_every_mesh_hangs_on_the_one_rig_by_weights_that_sum_to_one(path, open_glb):
    glb = open_glb(path)
    meshes = [node for node in glb.document["nodes"] if "mesh" in node]
    assert {node["skin"] for node in meshes} == {0}
    for node in meshes:
        assert set(glb.attribute(node["name"], "WEIGHTS_0").sum(axis=1, dtype=int)) == {255}


def test_cloth_has_the_colour_and_the_roughness_that_were_chosen(path, open_glb):
    look = next(each for each in open_glb(path).document["materials"] if each["name"] == "trousers-straight body")
    assert look["pbrMetallicRoughness"]["baseColorFactor"][:3] == pytest.approx(linear_colour(TEAL), abs=1e-4)
    assert look["pbrMetallicRoughness"]["roughnessFactor"] == pytest.approx(fabrics()["denim"].roughness, abs=1e-3)
    assert look["doubleSided"]


def test_skin_under_clothes_and_the_templates_eyeballs_are_left_out(person, path, open_glb):
    outfit = person[1]
    shown = len(open_glb(path).triangles("body"))
    assert shown == 2 * (13_710 - outfit.hidden_quads.sum() - 140)


def test_a_dressed_avatar_is_not_mistaken_for_a_body_to_measure(path):
    with pytest.raises(MeshError, match="leaves out the skin under its clothes"):
        read_vertices(path)


def test_a_fit_map_is_a_colour_per_vertex_of_white_cloth_and_of_nothing_else(
    person, validator_report, open_glb, tmp_path
):
    garment, path = person[1].garments[-1], tmp_path / "map.glb"
    colours = np.random.default_rng(1).random((len(garment.vertices), 3))
    write_avatar_glb(path, *person, {garment.garment: colours})
    issues = validator_report(path)["issues"]
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]
    glb = open_glb(path)
    coloured = [m["name"] for m in glb.document["meshes"] if "COLOR_0" in m["primitives"][0]["attributes"]]
    assert coloured == [garment.garment]
    x, y, z = garment.vertices.T
    places = {tuple(place): row for row, place in enumerate(np.stack([x, z, -y], axis=1).astype(np.float32).tolist())}
    rows = [places[tuple(place)] for place in glb.attribute(garment.garment, "POSITION").tolist()]
    written = glb.attribute(garment.garment, "COLOR_0") / 65_535.0
    assert written == pytest.approx(np.column_stack([colours[rows], np.ones(len(rows))]), abs=1e-4)
    look = next(each for each in glb.document["materials"] if each["name"] == f"{garment.garment} body")
    assert look["pbrMetallicRoughness"]["baseColorFactor"] == [1.0, 1.0, 1.0, 1.0]
    assert "extensions" not in look


def test_whoever_wears_heels_stands_on_the_floor_in_files(person, open_glb, tmp_path):
    body, court = person[0], catalogue()["court-shoes"]
    shoes = shoes_on(body, court, None)
    path = tmp_path / "heels.glb"
    write_avatar_glb(path, body, replace(person[1], garments=(shoes,)), person[2])
    glb = open_glb(path)
    root = int(np.flatnonzero(load_template().bone_parents < 0)[0])
    lift = glb.document["nodes"][glb.document["skins"][0]["skeleton"]]["translation"][1] - body.joint_heads[root, 2]
    lowest = {name: float(glb.attribute(name, "POSITION")[:, 1].min()) + lift for name in ("body", "court-shoes")}
    assert lowest["court-shoes"] == pytest.approx(0.0, abs=1e-5)
    assert lowest["body"] == pytest.approx(court.cut["sole_mm"] / 1000.0, abs=0.0015)
    (ball,) = (node for node in glb.document["nodes"] if node["name"] == "ball_l")
    assert ball["translation"][1] < -0.10, "it hangs lower below the ankle than barefoot"
