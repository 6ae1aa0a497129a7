# SPDX-License-Identifier: GPL-3.0-or-later
"""``atelier body`` makes a body per row that measures as asked, and says so in its report."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from avatar_engine.body.tape import measure as read_tape
from avatar_engine.cli import REPORT_COLUMNS, body, measure
from avatar_engine.export import read_vertices
from avatar_engine.measurements import KEYS, complete, tolerances

ROOT = Path(__file__).parents[2]
HEADER = "subject,sex,stature,chest_girth,waist_girth,hip_girth,weight_kg,age_years"
ANN = "ann,female,168.5,92,78,99,62,31"
BOB = "bob,male,178,102,92,101,,"
BAD = "cy,male,178,abc,92,101,,"


def report(folder: Path) -> list[dict[str, str]]:
    with (folder / "report.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people made in every format."""
    folder = tmp_path_factory.mktemp("made")
    people = folder / "people.csv"
    people.write_text("\n".join([HEADER, ANN, BOB]) + "\n", encoding="utf-8")
    formats = [option for name in ("obj", "glb", "ply", "stl") for option in ("--format", name)]
    result = CliRunner().invoke(body, [str(people), "--out", str(folder / "out"), *formats])
    assert (result.exit_code, result.stdout) == (0, "")
    return folder / "out"


def test_each_person_has_each_format_and_nothing_else_lies_there(made: Path) -> None:
    expected = {f"{name}.{suffix}" for name in ("ann", "bob") for suffix in ("obj", "glb", "ply", "stl")}
    assert {path.name for path in made.iterdir()} == {*expected, "report.csv"}


def test_the_report_has_a_row_per_subject_and_measurement(made: Path) -> None:
    rows = report(made)
    assert tuple(rows[0]) == REPORT_COLUMNS
    assert [(row["subject"], row["measurement"]) for row in rows] == [(s, key) for s in ("ann", "bob") for key in KEYS]
    asked = complete({"stature": 1.685, "chest_girth": 0.92, "waist_girth": 0.78, "hip_girth": 0.99}, "female", 62, 31)
    for i, row in enumerate(rows[: len(KEYS)]):
        assert row["source"] == ("given" if asked.given[i] else "predicted")
        told = [float(row[name]) for name in ("asked_mm", "low_mm", "high_mm")]
        np.testing.assert_allclose(told, [1000 * x[i] for x in (asked.values, asked.low, asked.high)], atol=0.006)


def test_what_was_given_is_measured_back_within_iso_20685_1(made: Path) -> None:
    limits = dict(zip(KEYS, tolerances() * 1000.0, strict=True))
    given = [row for row in report(made) if row["source"] == "given"]
    assert len(given) == 8
    for row in given:
        assert abs(float(row["measured_mm"]) - float(row["asked_mm"])) <= limits[row["measurement"]]


@pytest.mark.parametrize("suffix", ["obj", "glb", "ply", "stl"])
def test_the_tape_reads_the_same_on_every_file(made: Path, suffix: str) -> None:
    told = [float(row["measured_mm"]) for row in report(made) if row["subject"] == "bob"]
    np.testing.assert_allclose(read_tape(read_vertices(made / f"bob.{suffix}")) * 1000.0, told, atol=0.05)


def test_measure_prints_what_the_report_says(made: Path) -> None:
    rows = [row for row in report(made) if row["subject"] == "ann"]
    result = CliRunner().invoke(measure, [str(made / "ann.glb"), "--unit", "mm", "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["unit"], list(document["measurements"])) == (0, "mm", list(KEYS))
    for row in rows:
        assert document["measurements"][row["measurement"]] == pytest.approx(float(row["measured_mm"]), abs=0.05)
    plain = CliRunner().invoke(measure, [str(made / "ann.glb"), "--unit", "in", "--lang", "en"]).stdout.splitlines()
    assert plain[0] == "measurement,in"
    assert plain[1] == f"stature,{float(rows[0]['measured_mm']) / 25.4:.2f}"


def test_measure_tells_all_that_follows_from_the_body(made: Path) -> None:
    arguments = [str(made / "ann.obj"), "--unit", "cm", "--all", "--lang", "en"]
    told = dict(line.split(",") for line in CliRunner().invoke(measure, arguments).stdout.splitlines())
    assert 50 < float(told["weight_kg"]) < 75
    assert float(told["bmi"]) == pytest.approx(float(told["weight_kg"]) / (float(told["stature"]) / 100) ** 2, abs=0.1)
    assert float(told["natural_waist_girth"]) < float(told["waist_girth"])
    assert float(told["under_bust_girth"]) < float(told["chest_girth"])


@pytest.mark.parametrize("content", [b"", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", b"\0" * 1000])
def test_measure_refuses_a_mesh_that_is_not_ours(tmp_path: Path, content: bytes) -> None:
    mesh = tmp_path / "scan.obj"
    mesh.write_bytes(content)
    result = CliRunner().invoke(measure, [str(mesh)])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(str(mesh))


def test_the_same_table_twice_gives_the_same_bytes(made: Path, tmp_path: Path, table: Callable[..., Path]) -> None:
    result = CliRunner().invoke(body, [str(table(HEADER, ANN, BOB)), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    for name in ("ann.obj", "bob.obj", "report.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (made / name).read_bytes()


def test_a_machine_gets_one_document_with_the_whole_report(table: Callable[..., Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(body, [str(table(HEADER, ANN)), "--out", str(tmp_path / "out"), "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["exit_code"], document["problems"]) == (0, 0, [])
    (subject,) = document["subjects"]
    assert (subject["subject"], subject["row"]) == ("ann", 2)
    assert subject["files"] == [str(tmp_path / "out" / "ann.obj")]
    assert [row["measurement"] for row in subject["report"]] == list(KEYS)
    assert subject["report"][0]["asked_mm"] == 1685.0


def test_a_bad_row_refuses_the_whole_table(table: Callable[..., Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(body, [str(table(HEADER, ANN, BAD, BOB)), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_keep_going_makes_the_good_rows(table: Callable[..., Path], tmp_path: Path) -> None:
    path = table(HEADER, ANN, BAD, BOB)
    result = CliRunner().invoke(body, [str(path), "--out", str(tmp_path / "out"), "--keep-going", "--lang", "en"])
    assert result.exit_code == 1
    assert {found.name for found in (tmp_path / "out").iterdir()} == {"ann.obj", "bob.obj", "report.csv"}
    assert {row["subject"] for row in report(tmp_path / "out")} == {"ann", "bob"}
    lines = result.stderr.splitlines()
    assert [line for line in lines if line.startswith(str(path))] == lines[:1]
    assert "bodies 1/2 ann" in lines
    assert lines[-1] == f"2 of 2 made in {tmp_path / 'out'}"


@pytest.mark.parametrize("unit", ["mm", "in"])
def test_another_unit_makes_the_same_person(made: Path, table: Callable[..., Path], tmp_path: Path, unit: str) -> None:
    per_cm = {"mm": 10.0, "in": 1 / 2.54}[unit]
    lengths = ",".join(f"{value * per_cm:.8f}" for value in (168.5, 92, 78, 99))
    path = table(HEADER, f"ann,female,{lengths},62,31")
    result = CliRunner().invoke(body, [str(path), "--out", str(tmp_path / "out"), "--unit", unit])
    assert result.exit_code == 0
    expected = [row["measured_mm"] for row in report(made) if row["subject"] == "ann"]
    np.testing.assert_allclose(
        [float(r["measured_mm"]) for r in report(tmp_path / "out")], np.float64(expected), atol=0.02
    )


def test_a_file_where_the_folder_should_be_is_named(table: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    result = CliRunner().invoke(body, [str(table(HEADER, ANN)), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith(str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "mine"


def heed_interrupts() -> None:
    """A test run started in the background of a shell ignores interrupts, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_leaves_whole_files_only(table: Callable[..., Path], tmp_path: Path) -> None:
    people = table("subject,stature", *(f"p{i:03d},{160 + i / 10}" for i in range(300)))
    command = [sys.executable, "-c", "from render_service.cli import main; main()", "body", people]
    with subprocess.Popen(
        [*command, "--out", tmp_path / "out", "--lang", "en"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as running:
        for line in running.stderr:
            if line.startswith("bodies 4/300"):
                break
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    assert running.returncode == 130
    assert "Interrupted" in rest
    assert "Traceback" not in rest
    reported = {row["subject"] for row in report(tmp_path / "out")}
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert len(reported) >= 3
    assert {f"{name}.obj" for name in reported} <= files
    assert all(name == "report.csv" or name.endswith(".obj") for name in files)
    for name in files - {"report.csv"}:
        assert read_vertices(tmp_path / "out" / name).shape == (13718, 3)


def test_what_cannot_be_had_together_is_told_and_reported(table: Callable[..., Path], tmp_path: Path) -> None:
    row = "cal,m,167.6,41.6,38.8,123.2,127,109.3,62.6,40.1,24.3,33.9,18,50.5,54,90.4,76.3"
    path = table("subject,sex," + ",".join(KEYS), row)
    lines = {}
    for language in ("en", "fr"):
        result = CliRunner().invoke(body, [str(path), "--out", str(tmp_path / language), "--lang", language])
        assert result.exit_code == 0
        lines[language] = next(line for line in result.stderr.splitlines() if "waist_girth" in line and "127.0" in line)
    assert "127.0 cm was asked, the body has 1" in lines["en"]
    assert "hip_girth 109.3 cm stands against it most" in lines["en"]
    assert "hip_girth 109.3 cm s'y oppose le plus" in lines["fr"]
    rows = {row["measurement"]: row for row in report(tmp_path / "en")}
    assert rows["waist_girth"]["against"] == "hip_girth"
    assert rows["calf_girth"]["against"] == ""
    assert abs(float(rows["waist_girth"]["measured_mm"]) - 1270.0) > 1.0
