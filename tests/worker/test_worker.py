# SPDX-License-Identifier: GPL-3.0-or-later
"""A real worker with real Cycles, at the size of a thumbnail."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar_engine.appearance import build_appearance
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import load_shape_space
from avatar_engine.errors import RenderError
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset
from render_service.worker import RenderCancelledError, RenderWorker
from tests.scene.conftest import tube

THUMBNAIL = Preset(width_px=64, height_px=96, samples=4, denoise_quality="BALANCED", noise=0.1)
SLOW = dataclasses.replace(THUMBNAIL, width_px=800, height_px=1200, samples=512)


@pytest.fixture(scope="module")
def person() -> DressedAvatar:
    body = load_shape_space().mean_body()
    posed = pose_body(body, "relaxed")
    dress = tube("dress-a-line", "viscose", "#b02020", 0.25, 0.6, 1.3)
    return DressedAvatar(posed, (dress,), np.zeros(13_710, dtype=bool), build_appearance(body, posed))


@pytest.fixture(scope="module")
def worker() -> Iterator[RenderWorker]:
    with RenderWorker() as made:
        yield made


def red(path: Path) -> float:
    centre = np.asarray(Image.open(path)).astype(float)[40:48, 28:36].mean(axis=(0, 1))
    return float(centre[0] - centre[1:].mean())


def test_a_picture_is_made_with_progress_that_only_rises(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path
) -> None:
    told: list[tuple[float, str]] = []
    worker.render(person, tmp_path / "a.png", preset=THUMBNAIL, progress=lambda share, step: told.append((share, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[0] == (0.0, "backdrop")
    assert told[-1] == (1.0, "done")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (64, 96)


def test_a_new_colour_comes_from_the_same_process_and_the_same_person(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path
) -> None:
    worker.render(person, tmp_path / "red.png", preset=THUMBNAIL)
    process = worker.process_id
    (dress,) = person.garments
    green = dataclasses.replace(person, garments=(dataclasses.replace(dress, colours={"body": "#2f6b3a"}),))
    worker.render(green, tmp_path / "green.png", preset=THUMBNAIL)
    assert worker.process_id == process
    assert red(tmp_path / "red.png") > 80
    assert red(tmp_path / "green.png") < 0


def test_a_killed_process_costs_time_but_not_the_picture(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path
) -> None:
    worker.render(person, tmp_path / "before.png", preset=THUMBNAIL)
    victims: list[int] = []

    def kill_once(share: float, step: str) -> None:
        if not victims and worker.process_id is not None:
            victims.append(worker.process_id)
            os.kill(worker.process_id, signal.SIGKILL)

    worker.render(person, tmp_path / "after.png", preset=THUMBNAIL, progress=kill_once)
    assert worker.process_id not in victims
    assert (tmp_path / "after.png").read_bytes() == (tmp_path / "before.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after.png", "before.png"]


def test_a_cancelled_picture_leaves_nothing_and_the_worker_ready(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path
) -> None:
    started = threading.Event()

    def cancel_when_started() -> None:
        started.wait()
        worker.cancel()

    helper = threading.Thread(target=cancel_when_started)
    helper.start()
    with pytest.raises(RenderCancelledError):
        worker.render(person, tmp_path / "a.png", preset=SLOW, progress=lambda share, step: started.set())
    helper.join()
    assert list(tmp_path.iterdir()) == []
    worker.render(person, tmp_path / "b.png", preset=THUMBNAIL)
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_a_bad_job_is_refused_in_words_and_the_next_one_made(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path
) -> None:
    with pytest.raises(RenderError, match="Choose one of: plain"):
        worker.render(person, tmp_path / "a.png", studio="moon", preset=THUMBNAIL)
    with pytest.raises(RenderError, match="Choose one of: draft, standard, final"):
        worker.render(person, tmp_path / "a.png", preset="huge")
    process = worker.process_id
    worker.render(person, tmp_path / "b.png", preset=THUMBNAIL)
    assert worker.process_id == process
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_a_process_is_replaced_after_its_share_of_jobs(
    worker: RenderWorker, person: DressedAvatar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.render(person, tmp_path / "a.png", preset=THUMBNAIL)
    process = worker.process_id
    monkeypatch.setattr("render_service.worker.client.JOBS_PER_PROCESS", 1)
    worker.render(person, tmp_path / "a.png", preset=THUMBNAIL)
    assert worker.process_id not in (None, process)


def test_a_process_that_always_dies_is_given_up_with_its_last_words(
    person: DressedAvatar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\necho out of luck >&2\nexit 3\n", encoding="utf-8")
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    with RenderWorker() as worker, pytest.raises(RenderError, match="out of luck"):
        worker.render(person, tmp_path / "a.png", preset=THUMBNAIL)
    assert not (tmp_path / "a.png").exists()


def test_the_worker_ends_when_its_input_closes_and_speaks_nothing_but_json(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "render_service.worker"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout in ('{"event": "ready"}\n', "")
