# SPDX-License-Identifier: GPL-3.0-or-later
"""A scan of a person becomes our body, its readings true to millimetres, its distance shown."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.cli import measure
from avatar_engine.export import read_vertices
from avatar_engine.export.foreign.surface import Surface, cloud
from avatar_engine.measurements import KEYS, tolerances
from avatar_engine.meshing.articulated import rotation
from avatar_engine.meshing.scan import ScanError, prepare
from avatar_engine.meshing.scan_body import ScanBody, axis_name, body_from_scan, own_cloud, read_off
from avatar_engine.meshing.solve import load_sampling
from tests.body.bodies import random_coefficients
from tests.meshing.scans import METRES, Standing, as_ply, cluttered, sampled, standing_vertices

Y_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])


def truth(seed: int) -> np.ndarray:
    return tape.measure(load_shape_space().vertices(random_coefficients(seed)))


def person(seed: int, arm_lift: float) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return standing_vertices(random_coefficients(seed), Standing(arm_lift), rng), rng


def assert_true(found: ScanBody, seed: int) -> None:
    """Lengths and girths within 5 mm, or within the interval that the result itself gives."""
    error = np.abs(found.measured - truth(seed))
    assert np.all(error < np.maximum(0.005, 2.5 * found.half_width)), dict(zip(KEYS, error * 1000, strict=True))
    assert np.median(error) < 0.002


@pytest.fixture(scope="module")
def cluttered_cloud() -> ScanBody:
    """A cloud in inches, leaning and turned, far from the origin, arms between A and T, with floor, box and strays."""
    vertices, rng = person(21, 25.0)
    points = cluttered(sampled(vertices, rng), rng) @ rotation(np.array([0.3, -0.2, 2.1])).T
    return body_from_scan(prepare(cloud((points + 500.0) / METRES["in"])))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """``atelier measure`` on a cloud in millimetres, Y up, in a T-pose."""
    folder = tmp_path_factory.mktemp("scan")
    vertices, rng = person(22, 45.0)
    (folder / "person.ply").write_bytes(as_ply(sampled(vertices, rng) @ Y_UP.T / METRES["mm"]))
    arguments = [str(folder / "person.ply"), "--out", str(folder / "out"), "--unit", "mm", "--json"]
    result = CliRunner().invoke(measure, arguments)
    assert result.exit_code == 0, result.output
    return folder / "out", json.loads(result.stdout)


def test_a_cloud_among_clutter_measures_as_the_person(cluttered_cloud: ScanBody) -> None:
    assert cluttered_cloud.scan.unit == "in"
    assert 0.2 < cluttered_cloud.scan.removed < 0.5
    assert_true(cluttered_cloud, 21)


def test_the_body_lies_on_the_scan(cluttered_cloud: ScanBody) -> None:
    gaps = np.abs(cluttered_cloud.fit.distances)
    assert gaps.mean() < 0.0022  # noise of 2 mm has a mean of 1.6 mm
    assert np.percentile(gaps, 95) < 0.006
    assert 0.7 < cluttered_cloud.fit.offset.seen[np.unique(load_template().outer_triangles)].mean() < 1.0


def test_a_mesh_in_metres_measures_as_the_person() -> None:
    vertices, rng = person(23, -15.0)
    template = load_template()
    ids, flat = np.unique(template.outer_triangles, return_inverse=True)
    noisy = vertices[ids] + rng.normal(0, 0.001, (len(ids), 3))
    triangles = flat.reshape(-1, 3)[rng.permutation(len(template.outer_triangles))].astype(np.int32)
    prepared = prepare(Surface(noisy, triangles))
    assert (prepared.unit, prepared.oriented) == ("m", True)
    assert_true(body_from_scan(prepared), 23)


def test_the_command_says_what_it_guessed_and_how_close_it_came(written: tuple[Path, dict]) -> None:
    _, document = written
    assert (document["scan"]["unit"], document["scan"]["up"], document["scan"]["front"]) == ("mm", "+Y", "+Z")
    assert document["scan"]["distance_mean_mm"] < 2.2
    assert document["scan"]["distance_p95_mm"] < 6.0
    expected = dict(zip(KEYS, truth(22) * 1000.0, strict=True))
    for key in KEYS:
        assert abs(document["measurements"][key] - expected[key]) < max(5.0, 2.5 * document["half_width"][key]), key


def test_the_body_written_is_ours_and_measures_as_said(written: tuple[Path, dict]) -> None:
    folder, document = written
    assert sorted(path.name for path in folder.iterdir()) == [
        "person.obj",
        "person_distance.ply",
        "person_distance.png",
        "person_readings.csv",
    ]
    again = tape.measure(read_vertices(folder / "person.obj")) * 1000.0
    np.testing.assert_allclose(again, [document["measurements"][key] for key in KEYS], atol=0.05)
    with (folder / "person_readings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["measurement"] for row in rows] == list(KEYS)
    unsure = [row["measurement"] for row in rows if row["unsure"]]
    assert unsure == [caution["measurement"] for caution in document["cautions"]]
    limits = dict(zip(KEYS, tolerances() * 1000.0, strict=True))
    for row in rows:
        assert bool(row["unsure"]) == (
            float(row["half_width_mm"]) > limits[row["measurement"]] or float(row["seen_percent"]) < 50
        )


def test_the_distance_map_is_coloured_where_the_scan_is(written: tuple[Path, dict]) -> None:
    from PIL import Image

    folder, _ = written
    content = (folder / "person_distance.ply").read_bytes()
    header, body = content.split(b"end_header\n", 1)
    rows = np.frombuffer(body, [("place", "<f4", 3), ("colour", "u1", 3), ("distance", "<f4")], 13_718)
    assert b"element vertex 13718" in header
    grey = (rows["colour"] == 120).all(axis=1)
    np.testing.assert_array_equal(np.isnan(rows["distance"]), grey)
    assert 0.2 < (~grey).mean() < 1.0
    assert np.nanpercentile(np.abs(rows["distance"]), 95) < 6.0
    picture = np.asarray(Image.open(folder / "person_distance.png"))
    assert 0.1 < (picture < 250).any(axis=2).mean() < 0.6


def test_free_form_takes_on_what_the_shapes_cannot_say() -> None:
    from avatar_engine.meshing.offset import smooth_offset

    vertices = load_shape_space().mean_body().vertices
    sampling = load_sampling()
    points = sampling.points(vertices)
    belly = np.exp(-(np.linalg.norm(points - [0.0, -0.16, 1.0], axis=1) ** 2) / 0.08**2)
    rng = np.random.default_rng(0)
    found = smooth_offset(sampling.triangles, sampling.weights, 0.010 * belly + rng.normal(0, 0.002, len(points)))
    away = np.linalg.norm(vertices - [0.0, -0.16, 1.0], axis=1)
    skin = np.unique(sampling.triangles)
    assert np.abs(found - 0.010 * np.exp(-(away**2) / 0.08**2))[skin].mean() < 0.0008
    assert found[away < 0.03].mean() > 0.008


def test_free_form_leaves_the_readings_of_a_body_that_the_shapes_can_say(cluttered_cloud: ScanBody) -> None:
    found = read_off(cluttered_cloud.scan, cluttered_cloud.fit, free_form=True)
    assert np.abs(found.body.vertices - cluttered_cloud.body.vertices).max() > 1e-4
    assert np.abs(found.measured - cluttered_cloud.measured).max() < 0.006
    assert found.body.vertices[:, 2].min() == 0.0


def test_our_own_cloud_needs_no_registration(tmp_path: Path) -> None:
    coefficients = random_coefficients(5)
    points = load_sampling().points(load_shape_space().vertices(coefficients))
    points[:, 2] -= 0.004
    (tmp_path / "cloud.ply").write_bytes(as_ply(points))
    result = CliRunner().invoke(measure, [str(tmp_path / "cloud.ply"), "--unit", "mm", "--json"])
    found = json.loads(result.stdout)
    assert "scan" not in found
    error = np.abs(np.array([found["measurements"][key] for key in KEYS]) - truth(5) * 1000.0)
    assert error.max() < 8.0
    assert own_cloud(cloud(np.random.default_rng(0).permutation(points))) is None


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (np.random.default_rng(0).normal(size=(5_000, 3)) * 0.05, "found objects"),
        (np.random.default_rng(0).uniform(0, 1, (5_000, 3)) * [0.6, 0.6, 1.75], "does not look like a person"),
        (np.zeros((5_000, 3)), "found objects"),
        (np.zeros((20, 3)), "found 20 points"),
    ],
    ids=["a small thing", "a box of a person's height", "one place", "a few points"],
)
def test_what_is_no_person_is_refused(points: np.ndarray, said: str, tmp_path: Path) -> None:
    (tmp_path / "thing.ply").write_bytes(as_ply(points))
    result = CliRunner().invoke(measure, [str(tmp_path / "thing.ply"), "--out", str(tmp_path / "out"), "--lang", "en"])
    assert result.exit_code == 2
    line = result.stderr.splitlines()[-1]
    assert line.startswith(str(tmp_path / "thing.ply"))
    assert said in line
    assert not (tmp_path / "out").exists()


def test_a_wrong_unit_is_named() -> None:
    vertices, rng = person(21, 0.0)
    with pytest.raises(ScanError, match="--scan-unit"):
        prepare(cloud(sampled(vertices, rng, count=5_000)), "mm")


def test_without_open3d_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open3d", None)
    vertices, rng = person(21, 0.0)
    (tmp_path / "person.ply").write_bytes(as_ply(sampled(vertices, rng, count=4_000)))
    result = CliRunner().invoke(measure, [str(tmp_path / "person.ply"), "--lang", "en"])
    assert result.exit_code == 3
    assert "pip install 'atelier[scan]'" in result.stderr


@pytest.mark.parametrize(
    ("direction", "name"), [([0, 0, 1], "+Z"), ([0.1, -1, 0], "-Y"), ([1, 0.5, 0], "~+X"), ([0, 0, -2], "-Z")]
)
def test_axes_are_named(direction: list[float], name: str) -> None:
    assert axis_name(np.array(direction, dtype=float)) == name
