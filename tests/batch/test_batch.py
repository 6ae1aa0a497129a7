# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands render and catalogue with real Cycles, at the size of thumbnails."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar_engine.system_errors import unusable
from blender_addon.batch.command import main
from tests.batch.conftest import COMMAND, ROOT, atelier, write_files

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


def test_each_colourway_shows_in_its_colour(made) -> None:
    red, green = (chest(made[0] / "plan" / f"Ann-summer-{name}-half.png") for name in ("red", "green"))
    assert red[0] > red[1] + 60
    assert green[1] > green[0] + 20


def test_a_second_run_keeps_what_is_whole_and_makes_what_is_not(made) -> None:
    folder, _ = made
    out = folder / "plan"
    kept, damaged = out / "Ann-summer-red-half.png", out / "Ann-summer-green-half.png"
    before, whole = kept.stat(), damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + b"x")
    (out / "manifest.json").unlink()
    done = atelier("catalogue", folder / "plan.toml")
    assert [state for _, _, state, _ in told(done)] == ["kept", "done"]
    assert kept.stat().st_mtime_ns == before.st_mtime_ns
    assert damaged.read_bytes() == whole, "the same picture to the byte"
    assert len(json.loads((out / "manifest.json").read_text())["images"]) == 2
    (folder / "summer.toml").write_text('[[garment]]\nid = "t-shirt"\n[hair]\nstyle = "shaved"\n')
    again = atelier("catalogue", folder / "plan.toml", "--samples", "2", "--force")
    assert [state for _, _, state, _ in told(again)] == ["done", "done"]


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [("jpg", "RGB", ()), ("webp", "RGBA", ("--transparent",)), ("png", "RGBA", ("--transparent", "--turntable", "2"))],
)
def test_pictures_come_in_the_format_asked(project: Path, kind: str, mode: str, options: tuple[str, ...]) -> None:
    pytest.importorskip("bpy")
    arguments = ("render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out", *SMALL)
    done = atelier(*arguments, "--camera", "half", "--format", kind, *options)
    assert done.returncode == 0, done.stderr
    names = ["Ann-0", "Ann-1", "Bo-0", "Bo-1"] if "--turntable" in options else ["Ann", "Bo"]
    assert [file for *_, file in told(done)] == [f"{name}.{kind}" for name in names]
    with Image.open(project / "out" / f"{names[0]}.{kind}") as picture:
        assert (picture.size, picture.mode) == ((64, 96), mode)
        if mode == "RGBA":
            alpha = np.asarray(picture)[..., 3]
            assert alpha[2, 2] == 0
            assert alpha[60, 32] == 255
    assert np.abs(chest(project / "out" / f"{names[0]}.{kind}") - (0xB0, 0x20, 0x20)).max() < 45


def test_exr_keeps_scene_linear_light(project: Path) -> None:
    bpy = pytest.importorskip("bpy")
    arguments = ("render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out", *SMALL)
    assert atelier(*arguments, "--format", "exr", "--camera", "half", "--transparent").returncode == 0
    image = bpy.data.images.load(str(project / "out" / "Ann.exr"))
    pixels = np.array(image.pixels[:]).reshape(96, 64, 4)[::-1]
    bpy.data.images.remove(image)
    red, green, _, alpha = pixels[55:65, 27:37].reshape(-1, 4).mean(axis=0)
    assert alpha == pytest.approx(1.0, abs=0.01)
    # "#b02020" is 0.434 red and 0.014 green in linear light, lit from about 0.5 to twice as brightly as asked.
    assert 0.2 < red < 0.9
    assert red > 5 * green
    assert pixels[2, 2].max() == 0.0


@pytest.mark.parametrize(
    ("change", "language", "said"),
    [
        (("--format", "jpg", "--transparent"), "en", "jpg cannot be transparent; png, webp, exr can"),
        (("--cycles-device", "HIP"), "fr", "aucun appareil HIP"),
        (("--name", "x"), "fr", "{colourway}"),
        (("--samples", "0"), "en", "--samples"),
        (("--resolution", "big"), "en", "800x1200"),
    ],
)
def test_what_cannot_be_made_is_said_on_one_line_and_nothing_is_written(
    project: Path, change: tuple[str, ...], language: str, said: str
) -> None:
    pytest.importorskip("bpy")
    arguments = ("render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out", *SMALL)
    done = atelier(*arguments, *change, language=language)
    assert done.returncode in (2, 3)
    assert said in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not list((project / "out").glob("*.png"))


def test_a_bad_row_stops_the_batch_unless_it_is_to_go_on(project: Path) -> None:
    pytest.importorskip("bpy")
    (project / "people.csv").write_text("subject,stature\nAnn,1.68 m\nBo,181\n", encoding="utf-8")
    arguments = ("render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out", *SMALL)
    refused = atelier(*arguments)
    assert refused.returncode == 2
    assert "row 2, stature" in refused.stderr
    assert not (project / "out").exists()
    done = atelier(*arguments, "--keep-going")
    assert done.returncode == 1
    assert [file for *_, file in told(done)] == ["Bo.png"]


def test_an_output_that_is_a_file_is_refused(project: Path) -> None:
    pytest.importorskip("bpy")
    done = atelier(
        "render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "plan.toml", *SMALL
    )
    assert done.returncode == 2
    assert "is a file" in done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "row 3, Bo: caution: "), ("fr", "ligne 3, Bo: attention: ")])
def test_measurements_that_hardly_go_together_are_pointed_out(
    project: Path, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "people.csv").write_text("subject,sex,stature,waist_girth\nAnn,female,168,75\nBo,male,181,155\n")
    (project / "out").write_text("")
    arguments = ["render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out"]
    pytest.importorskip("bpy")
    assert main([*map(str, arguments), "--lang", language], "atelier") == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{project / 'people.csv'}, {said}")
    assert not [line for line in told if "Ann" in line]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "cannot be used (writing or reading"), ("fr", "inutilisable (il n'est pas permis")]
)
def test_a_folder_that_cannot_be_written_is_said_before_anybody_is_dressed(
    project: Path, language: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("bpy")
    # Root may write everywhere: the system's answer to somebody else.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "out")
    arguments = ["render", project / "people.csv", "--look", project / "summer.toml", "--out", project / "out"]
    assert main([*map(str, arguments), "--lang", language], "atelier") == 2
    assert capsys.readouterr().err.startswith(f"{project / 'out'}{' :' if language == 'fr' else ':'} {said}")
    assert not list((project / "out").iterdir())


def test_a_full_disk_is_said_of_the_folder_and_not_of_a_hidden_file() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "out/.Ann.png.71.part")
    assert unusable(error, None).say("en") == "out: cannot be used (there is no room left)"
    assert "il n'y a plus de place" in unusable(error, None).say("fr")


def started(arguments: list[object]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("blow", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_what_ends_a_batch_leaves_whole_pictures_only_and_the_next_run_makes_the_others(
    project: Path, blow: signal.Signals, code: int
) -> None:
    pytest.importorskip("bpy")
    out, frames = project / "out", 24
    (project / "people.csv").write_text("subject,sex,stature\nAnn,female,168\n", encoding="utf-8")
    arguments = ["render", project / "people.csv", "--look", project / "summer.toml", "--out", out, "--lang", "en"]
    small = [*arguments, *SMALL, "--turntable", frames, "--transparent"]
    process = started(small)
    deadline = time.monotonic() + 240
    while not (out / "Ann-03.json").exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(blow)
    printed, said = process.communicate(timeout=120)
    assert process.returncode == code, said
    assert "Traceback" not in printed + said
    assert ("Interrupted" in said) == (blow == signal.SIGINT)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.png")}
    assert 4 <= len(before) < frames
    for name in before:
        with Image.open(out / name) as picture:
            picture.load()
    recorded = {path.with_suffix(".png").name for path in out.glob("*.json")}
    done = started(small)
    printed, said = done.communicate(timeout=240)
    assert done.returncode == 0, said
    states = {file: state for _, _, state, _, file in LINE.findall(printed)}
    assert len(states) == frames
    assert {file for file, state in states.items() if state == "kept"} == recorded, "nothing is made twice"
    assert all((out / file).stat().st_mtime_ns == before[file] for file in recorded)
    assert len(json.loads((out / "manifest.json").read_text())["images"]) == frames


def test_what_a_killed_process_left_half_written_is_swept_away_and_anothers_work_is_not(tmp_path: Path) -> None:
    from blender_addon.batch.record import sweep

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
