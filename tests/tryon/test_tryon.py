# SPDX-License-Identifier: GPL-3.0-or-later
"""The command tryon: what it writes, what it refuses, and that a second run goes on where the first stopped."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from avatar_engine.export.gltf_read import chunks
from avatar_engine.measurements import KEYS
from render_service.tryon import tryon

ROOT = Path(__file__).parents[2]
PEOPLE = (
    "subject,sex,stature,chest_girth,waist_girth,hip_girth",
    "ann,female,168.5,92,78,99",
    "bo,male,181,101,90,100",
)
PLAIN = 'studio = "plain"\n[skin]\ntone = 7\n'
DRESSED = '[[garment]]\nid = "trousers-straight"\n[[garment]]\nid = "t-shirt"\n'
SMALL_DRESS = '[[garment]]\nid = "dress-a-line"\nsize = "S"\n'


@pytest.fixture
def look(tmp_path):
    """Write a look; its path."""

    def write(text: str = PLAIN, name: str = "plain.toml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def run(*arguments: object):
    return CliRunner().invoke(tryon, [*map(str, arguments), "--preset", "draft", "--lang", "en"])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_everybody_becomes_a_whole_avatar_and_fifteen_rows_of_the_report(table, look, tmp_path):
    out = tmp_path / "out"
    result = run(table(*PEOPLE), "--look", look(), "--out", out, "--no-render")
    assert result.exit_code == 0, result.output
    assert names(out) == ["ann.glb", "bo.glb", "report.csv"]
    for name, height in (("ann", 1.685), ("bo", 1.81)):
        document, _ = chunks((out / f"{name}.glb").read_bytes())
        body = next(mesh for mesh in document["meshes"] if mesh["name"] == "body")
        top = document["accessors"][body["primitives"][0]["attributes"]["POSITION"]]["max"][1]
        assert top == pytest.approx(height, abs=0.004)
    rows = list(csv.DictReader(io.StringIO((out / "report.csv").read_text())))
    assert [(row["subject"], row["measurement"]) for row in rows] == [
        (who, key) for who in ("ann", "bo") for key in KEYS
    ]


def test_a_fit_map_is_written_beside_the_usual_file_and_not_in_its_place(table, look, tmp_path):
    out, people = tmp_path / "out", table(*PEOPLE[:2])
    run(people, "--look", look(), "--out", out, "--no-render")
    usual = (out / "ann.glb").read_bytes()
    result = run(people, "--look", look(), "--out", out, "--no-render", "--fit-map", "ease")
    assert result.exit_code == 0, result.output
    assert names(out) == ["ann.fit-ease.glb", "ann.glb", "report.csv"]
    assert (out / "ann.glb").read_bytes() == usual
    document, _ = chunks((out / "ann.fit-ease.glb").read_bytes())
    coloured = {m["name"] for m in document["meshes"] if "COLOR_0" in m["primitives"][0]["attributes"]}
    assert coloured == {"base-layer"}


def test_a_picture_of_a_fit_map_has_its_legend_and_leaves_nothing_else_behind(table, look, tmp_path):
    pytest.importorskip("bpy")
    result = run(table(*PEOPLE[:2]), "--look", look(), "--out", tmp_path / "out", "--fit-map", "strain")
    assert result.exit_code == 0, result.output
    everything = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert everything == [".made.json", "ann.fit-strain.glb", "ann.fit-strain.png", "report.csv"]
    with Image.open(tmp_path / "out" / "ann.fit-strain.png") as picture:
        assert picture.height == 600
        assert picture.width > 560


def test_several_looks_are_told_apart_by_name(table, look, tmp_path):
    looks = ["--look", look(), "--look", look("[skin]\ntone = 2\n", "pale.toml")]
    result = run(table(*PEOPLE[:2]), *looks, "--out", tmp_path / "out", "--no-render", "--json")
    assert names(tmp_path / "out") == ["ann-pale.glb", "ann-plain.glb", "report.csv"]
    document = json.loads(result.stdout)
    assert document["exit_code"] == 0
    assert [each["name"] for each in document["avatars"]] == ["ann-plain", "ann-pale"]
    assert all(Path(file).is_file() for each in document["avatars"] for file in each["files"])


def test_a_second_run_makes_nothing_again_and_a_changed_look_makes_all_again(table, look, tmp_path):
    out, people = tmp_path / "out", table(*PEOPLE[:2])
    arguments = (people, "--look", look(), "--out", out, "--no-render")
    run(*arguments)
    first = (out / "ann.glb").stat()
    assert run(*arguments).exit_code == 0
    assert (out / "ann.glb").stat().st_mtime_ns == first.st_mtime_ns
    look("[skin]\ntone = 1\n")
    assert run(*arguments).exit_code == 0
    assert (out / "ann.glb").stat().st_ino != first.st_ino


def test_a_file_that_was_cut_short_is_made_again(table, look, tmp_path):
    out, people = tmp_path / "out", table(*PEOPLE[:2])
    arguments = (people, "--look", look(), "--out", out, "--no-render")
    run(*arguments)
    whole = (out / "ann.glb").read_bytes()
    (out / "ann.glb").write_bytes(whole[:1000])
    (out / "report.csv").unlink()
    assert run(*arguments).exit_code == 0
    assert (out / "ann.glb").read_bytes() == whole
    assert (out / "report.csv").is_file()


def test_a_picture_of_a_person_is_taken(table, look, tmp_path):
    pytest.importorskip("bpy")
    result = run(table(*PEOPLE[:2]), "--look", look(DRESSED), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "out") == ["ann.glb", "ann.png", "report.csv"]
    with Image.open(tmp_path / "out" / "ann.png") as picture:
        assert picture.size == (400, 600)
        pixels = np.asarray(picture.convert("RGB"), dtype=int)
    corner, middle = pixels[:20, :20].mean(axis=(0, 1)), pixels[200:400, 180:220].mean(axis=(0, 1))
    assert np.abs(corner - middle).max() > 25
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 1000


def test_a_size_that_does_not_fit_is_one_line_and_the_others_are_made(table, look, tmp_path):
    people = table(*PEOPLE[:1], "large,female,168.5,130,125,135", "ann,female,160,84,68,90")
    arguments = (people, "--look", look(SMALL_DRESS), "--out", tmp_path / "out", "--no-render")
    result = run(*arguments, "--keep-going")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    complaints = [line for line in result.stderr.splitlines() if line.startswith("large: ")]
    assert len(complaints) == 1
    assert "dress-a-line" in complaints[0]
    assert names(tmp_path / "out") == ["ann.glb", "report.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('pose = "relax"', "pose = 'relax' is not usable; allowed: a_pose, relaxed"),
        ('studio = "moon"', "studio = 'moon' is not usable; allowed: plain"),
        ("seed = ", "Invalid value"),
    ],
)
def test_a_look_that_cannot_be_used_is_refused_before_anything_is_written(text, said, table, look, tmp_path):
    result = run(table(*PEOPLE), "--look", look(text), "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_two_looks_of_one_name_would_overwrite_each_other(table, look, tmp_path):
    (tmp_path / "more").mkdir()
    looks = ["--look", look(), "--look", look(name="more/plain.toml")]
    result = run(table(*PEOPLE), *looks, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "different names" in result.output


def test_a_bad_row_writes_nothing(table, look, tmp_path):
    people = table(*PEOPLE, "cy,male,seven feet,100,90,100")
    result = run(people, "--look", look(), "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "row 4, stature" in result.output
    assert not (tmp_path / "out").exists()


def heed_interrupts() -> None:
    """A test run started in the background of a shell ignores interrupts, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_interrupt_leaves_whole_files_only(table, look, tmp_path):
    out = tmp_path / "out"
    rows = [f"p{number},female,{150 + number},92,78,99" for number in range(30)]
    command = "from render_service.cli import main; main()"
    arguments = ["tryon", table(PEOPLE[0], *rows), "--look", look(), "--out", out, "--no-render", "--preset", "draft"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, *map(str, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        preexec_fn=heed_interrupts,
    )
    deadline = time.monotonic() + 240
    while not (out / "p1.glb").exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    made = sorted(path.name for path in out.iterdir())
    assert 2 <= len([name for name in made if name.endswith(".glb")]) < 30
    assert not [name for name in made if name.endswith(".part")]
    for path in out.glob("*.glb"):
        assert chunks(path.read_bytes())[0]["asset"]["version"] == "2.0"
    assert (out / "report.csv").is_file()
