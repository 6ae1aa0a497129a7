# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands render and catalogue with real Cycles, at the size of thumbnails.

A process of its own for each, as Blender keeps much; each takes seconds to start, so that tests share what they made.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar_engine.words import phrase
from blender_addon.batch.kinds import KINDS
from blender_addon.batch.plan import load_plan
from blender_addon.batch.record import Ledger, sweep
from blender_addon.scene.dressing import DressedLook
from tests.batch.conftest import COMMAND, ROOT, atelier, shots, write_files

LINE = re.compile(r"^\[atelier\] (\d+)/(\d+) (done|kept|failed) ([\d.]+)s (.+)$", re.MULTILINE)
SMALL = ("--resolution", "64x96", "--samples", "2")


def told(done: subprocess.CompletedProcess[str]) -> list[tuple[str, ...]]:
    """Number, total, state and file of every line of progress."""
    return [(number, total, state, file) for number, total, state, _, file in LINE.findall(done.stdout)]


def chest(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=float)[55:65, 27:37].mean(axis=(0, 1))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    pytest.importorskip("bpy")
    folder = write_files(tmp_path_factory.mktemp("catalogue"))
    return folder, atelier("catalogue", folder / "plan.toml")


def test_a_plan_becomes_pictures_a_sheet_and_a_manifest_with_hashes(made) -> None:
    folder, done = made
    assert done.returncode == 0, done.stderr
    names = ["Ann-summer-red-half.png", "Ann-summer-green-half.png"]
    assert told(done) == [(str(i), "2", "done", name) for i, name in enumerate(names, start=1)]
    out = folder / "plan"
    assert {path.name for path in out.iterdir()} == {
        *names, *(name.replace("png", "json") for name in names), "manifest.json", "contact-sheet.jpg",
    }  # fmt: skip
    images = json.loads((out / "manifest.json").read_text())["images"]
    assert [each["file"] for each in images] == names
    for each in images:
        content = (out / each["file"]).read_bytes()
        assert (each["sha256"], each["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
        assert json.loads((out / each["file"]).with_suffix(".json").read_text()) == each
    with Image.open(out / names[0]) as picture:
        assert picture.size == (64, 96)
    with Image.open(out / "contact-sheet.jpg") as sheet:
        assert sheet.width > 2 * 320


def test_the_record_beside_a_picture_says_who_wears_what_in_which_size_with_what_ease(made) -> None:
    entry = json.loads((made[0] / "plan" / "Ann-summer-green-half.json").read_text())
    assert (entry["subject"], entry["look"], entry["colourway"], entry["camera"]) == ("Ann", "summer", "green", "half")
    assert entry["measured_mm"]["stature"] == pytest.approx(1680.0, abs=0.5)
    (shirt,) = entry["garments"]
    assert (shirt["garment"], shirt["size"], shirt["fabric"]) == ("t-shirt", "made-to-measure", "jersey")
    assert shirt["colours"]["body"] == "#2f6b3a"
    assert 50 < shirt["ease_mm"]["chest_girth"] < 200
    assert entry["cautions"] == []


def test_the_record_says_in_both_languages_what_may_show_in_the_picture(project: Path) -> None:
    (shot, _), picture = shots(project / "plan.toml"), load_plan(project / "plan.toml").picture
    ledger = Ledger(project, picture, "4.5")
    ledger.path(shot).write_bytes(b"a picture")
    crosses = phrase("still_crosses", garment="jacket", height="1.32", amount="2.5")
    ledger.add(shot, DressedLook({}, (), (crosses,)))
    (caution,) = json.loads(ledger.path(shot).with_suffix(".json").read_text(encoding="utf-8"))["cautions"]
    assert caution["en"].startswith("jacket: goes through what it is worn over, 2.5 mm deep")
    assert caution["fr"].startswith("jacket : traverse ce qu'il recouvre, de 2.5 mm")


def test_each_colourway_shows_in_its_colour(made) -> None:
    red, green = (chest(made[0] / "plan" / f"Ann-summer-{name}-half.png") for name in ("red", "green"))
    assert red[0] > red[1] + 60
    assert green[1] > green[0] + 20


def test_a_picture_is_kept_while_all_that_it_was_made_from_is_the_same(made) -> None:
    folder, _ = made
    picture, blender = load_plan(folder / "plan.toml").picture, "{}.{}".format(*pytest.importorskip("bpy").app.version)
    shot = shots(folder / "plan.toml")[0]
    ledger, out = Ledger(folder / "plan", picture, blender), folder / "plan"
    assert ledger.whole(shot)["file"] == "Ann-summer-red-half.png"
    taller = replace(shot.person, measurements=replace(shot.person.measurements, sex="male"))
    for other in (
        replace(shot, person=taller),
        replace(shot, look=replace(shot.look, seed=shot.look.seed + 1)),
        replace(shot, camera="back"),
        replace(shot, turn_deg=15.0),
    ):
        assert ledger.whole(other) is None
    for changed in (
        replace(picture, preset=replace(picture.preset, samples=5)),
        replace(picture, preset=replace(picture.preset, width_px=65)),
        replace(picture, clear=True),
        replace(picture, drape="final"),
    ):
        assert Ledger(out, changed, blender).whole(shot) is None
    assert Ledger(out, picture, "3.6").whole(shot) is None


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_come_in_the_format_asked(kind: str, tmp_path: Path) -> None:
    bpy = pytest.importorskip("bpy")
    from blender_addon.batch import pictures

    light = np.zeros((96, 64, 4), dtype=np.float32)
    light[:48, :, :] = (0.434, 0.014, 0.014, 1.0)
    path = tmp_path / f"Ann.{kind}"
    pictures.write(light if KINDS[kind].clear else light[..., :3], kind, path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    if KINDS[kind].linear:
        image = bpy.data.images.load(str(path))
        pixels = np.array(image.pixels[:]).reshape(96, 64, 4)[::-1]
        bpy.data.images.remove(image)
        assert np.abs(pixels - light).max() < 0.001, "the light as it fell, in half floats"
        return
    with Image.open(path) as picture:
        assert (picture.size, picture.mode) == ((64, 96), "RGBA" if KINDS[kind].clear else "RGB")
        shown = np.asarray(picture.convert("RGBA"), dtype=float)
    # 0.434 and 0.014 of light are 0xb0 and 0x20 in sRGB; the tone mapping takes off what gloss adds.
    assert np.abs(shown[2:40, :, :3] - (175, 13, 13)).max() <= (1 if kind == "png" else 4)
    assert shown[2:40, :, 3].min() == 255
    assert shown[60:, :, 3].max() == (0 if KINDS[kind].clear else 255)


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Two people in scene-linear light, and one of whom no body can be made."""
    pytest.importorskip("bpy")
    folder = write_files(tmp_path_factory.mktemp("light"))
    (folder / "people.csv").write_text("subject,stature\nAnn,168\nCy,1.72 m\nBo,181\n", encoding="utf-8")
    arguments = ("render", folder / "people.csv", "--look", folder / "summer.toml", "--out", folder / "out", *SMALL)
    return folder / "out", atelier(*arguments, "--format", "exr", "--camera", "half", "--transparent", "--keep-going")


def test_exr_keeps_scene_linear_light(light) -> None:
    bpy = pytest.importorskip("bpy")
    image = bpy.data.images.load(str(light[0] / "Ann.exr"))
    pixels = np.array(image.pixels[:]).reshape(96, 64, 4)[::-1]
    bpy.data.images.remove(image)
    red, green, _, alpha = pixels[55:65, 27:37].reshape(-1, 4).mean(axis=0)
    assert alpha == pytest.approx(1.0, abs=0.01)
    # "#b02020" is 0.434 red and 0.014 green in linear light, lit from about 0.5 to twice as brightly as asked.
    assert 0.2 < red < 0.9
    assert red > 5 * green
    assert pixels[2, 2].max() == 0.0


def test_a_batch_that_is_to_go_on_makes_everybody_else(light) -> None:
    out, done = light
    assert done.returncode == 1
    assert "row 3, stature: '1.72 m' cm is not usable" in done.stderr
    assert [file for *_, file in told(done)] == ["Ann.exr", "Bo.exr"]
    assert json.loads((out / "Bo.json").read_text())["measured_mm"]["stature"] == pytest.approx(1810.0, abs=0.5)


class Turntable:
    """A turntable of one person, begun and ended as often as one likes."""

    FRAMES = 12

    def __init__(self, project: Path) -> None:
        self.out = project / "out"
        (project / "people.csv").write_text("subject,sex,stature\nAnn,female,168\n", encoding="utf-8")
        arguments = ("render", project / "people.csv", "--look", project / "summer.toml", "--out", self.out)
        self._arguments = [*arguments, "--lang", "en", *SMALL, "--turntable", self.FRAMES, "--transparent"]

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *map(str, self._arguments), *options],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def written(self) -> dict[str, int]:
        """When each picture with a record was written, each looked at to its end."""
        records = [json.loads(path.read_text(encoding="utf-8")) for path in self.out.glob("Ann-*.json")]
        for record in records:
            with Image.open(self.out / record["file"]) as picture:
                picture.load()
        return {record["file"]: (self.out / record["file"]).stat().st_mtime_ns for record in records}


def until_made(process: subprocess.Popen[str]) -> Iterator[str]:
    """Lines of progress up to the first picture that is made."""
    for line in iter(process.stdout.readline, ""):
        yield line
        if " done " in line:
            return


def test_what_ends_a_batch_leaves_whole_pictures_only_and_the_next_run_makes_what_is_not_whole(project: Path) -> None:
    pytest.importorskip("bpy")
    turntable = Turntable(project)
    before: dict[str, int] = {}
    for blow, code, options in (
        (signal.SIGINT, 130, ()),
        (signal.SIGTERM, -signal.SIGTERM, ()),
        (signal.SIGKILL, -signal.SIGKILL, ("--force",)),
    ):
        process = turntable.start(*options)
        read = list(until_made(process))
        process.send_signal(blow)
        printed, said = process.communicate(timeout=120)
        assert process.returncode == code, said
        assert "Traceback" not in said
        assert ("Interrupted" in said) == (blow == signal.SIGINT)
        after = turntable.written()
        made = {file for _, _, state, _, file in LINE.findall("".join([*read, printed])) if state == "done"}
        again = {file for file in before if after[file] != before[file]}
        assert made
        assert made <= after.keys()
        assert len(after) < turntable.FRAMES
        assert made & before.keys() <= again, "what is said to be made is"
        assert bool(again) == bool(options), "nothing is made twice unless it is to be"
        for picture in turntable.out.glob("*.png"):
            with Image.open(picture) as whole:
                whole.load()
        before = after
    damaged = turntable.out / min(before)
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + b"x")
    del before[damaged.name]
    done = turntable.start()
    printed, said = done.communicate(timeout=240)
    assert done.returncode == 0, said
    states = {file: state for _, _, state, _, file in LINE.findall(printed)}
    assert len(states) == turntable.FRAMES
    assert {file for file, state in states.items() if state == "kept"} == before.keys()
    assert before.items() <= turntable.written().items(), "nothing is made twice"
    assert damaged.read_bytes() == content, "the same picture to the byte"
    assert len(json.loads((turntable.out / "manifest.json").read_text())["images"]) == turntable.FRAMES


def test_what_a_killed_process_left_half_written_is_swept_away_and_anothers_work_is_not(tmp_path: Path) -> None:
    (tmp_path / "summer").mkdir()
    abandoned, fresh, own = (tmp_path / name for name in ("summer/.Ann.png.71.part", ".Bo.png.72.part", "notes.part"))
    for path in (abandoned, fresh, own):
        path.write_bytes(b"half")
    for path in (abandoned, own):
        os.utime(path, (0, time.time() - 3600))
    sweep(tmp_path)
    assert not abandoned.exists()
    assert fresh.exists()
    assert own.exists()


def test_standard_output_holds_the_lines_of_progress_and_nothing_else(made) -> None:
    _, done = made
    assert len(done.stdout.splitlines()) == len(told(done)) == 2
