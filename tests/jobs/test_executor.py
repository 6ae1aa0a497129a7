# SPDX-License-Identifier: GPL-3.0-or-later
"""The executor with a real Blender: pictures come, wherever it is killed; nothing is made twice, half, or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from avatar_engine.measurements import complete
from render_service.portal.accounts.models import Account
from render_service.portal.extensions import db
from render_service.portal.people.models import MeasurementSet, Person
from render_service.portal.renders import queue
from render_service.portal.renders.choices import TURNS
from render_service.portal.renders.files import AVATAR, folder_of, picture_path
from render_service.portal.renders.models import DONE, RUNNING, RenderJob, RenderPicture
from tests.portal.conftest import end, site

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("ATELIER_KILLS", "2"))
PICTURES_A_KILL = 4  # 200 for the 50 kills of `make test-crash`
LONGEST_LIFE_S = 8.0
SIZE = (24, 36)
RUN = f"""
import logging, os, sys, threading
from blender_addon.scene.presets import Preset
from render_service.jobs.executor import Executor
from render_service.portal.app import create_app
from render_service.portal.config import Settings
from pathlib import Path
logging.basicConfig()
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
settings = Settings(data=Path(sys.argv[1]), render_limit_s=int(sys.argv[3]))
small = Preset({SIZE[0]}, {SIZE[1]}, 1, "BALANCED", 1.0)
large = Preset(1600, 2400, 4000, "HIGH", 0.0)
Executor(create_app(settings), sys.argv[2], {{"draft": small, "final": large}}).run(threading.Event())
"""
PATIENCE_S = 240


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = site(tmp_path / "data")
    yield made
    end(made)


def order(app: Flask, views: list[str], quality: str = "draft") -> str:
    with app.app_context():
        account = Account(email=f"{os.urandom(4).hex()}@example.org", password_hash="-", language="en")  # noqa: S106
        db.session.add(account)
        db.session.flush()
        given = complete({"stature": 1.68, "waist_girth": 0.74}, "female").given_values()
        person = Person(account_id=account.id, name="Lea", sets=[MeasurementSet(given=given, sex="female")])
        db.session.add(person)
        db.session.flush()
        told = {"given": given, "sex": "female", "weight_kg": None, "age_years": None}
        wish = {"measurements": told, "look": {"pose": "a_pose"}, "views": views, "quality": quality}
        pictures = TURNS if views == ["turntable"] else len(views)
        job = RenderJob(account_id=account.id, person_id=person.id, wish=wish, pictures=pictures)
        db.session.add(job)
        db.session.commit()
        return str(job.id)


@contextmanager
def working(app: Flask, name: str = "one", limit_s: int = 900) -> Iterator[subprocess.Popen[bytes]]:
    data = str(app.config["SETTINGS"].data)
    command = [sys.executable, "-c", RUN, data, name, str(limit_s)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)
        assert process.stdin
        process.stdin.close()


def state(app: Flask, job_id: str) -> tuple[str, str, int]:
    """State, step, and how many pictures are whole."""
    with app.app_context():
        job = db.session.get_one(RenderJob, job_id)
        return job.state, job.step, len(job.made)


def wait(app: Flask, job_id: str, met: Callable[[tuple[str, str, int]], bool]) -> tuple[str, str, int]:
    limit = time.monotonic() + PATIENCE_S
    while not met(now := state(app, job_id)):
        assert time.monotonic() < limit, now
        time.sleep(0.1)
    return now


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in path.read_text().split()] if path.exists() else []


def test_kill_9_at_any_moment_loses_nothing_and_makes_nothing_twice(app: Flask) -> None:
    jobs = [order(app, ["turntable"]) for _ in range(-(-KILLS * PICTURES_A_KILL // TURNS))]
    random, at_work = Random(7), 0  # noqa: S311
    for turn in range(KILLS):
        with working(app, f"number-{turn}") as process:
            wait_for_work(app, jobs)
            time.sleep(random.uniform(0.0, LONGEST_LIFE_S))
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        with app.app_context():
            at_work += any(db.session.get_one(RenderJob, job_id).state == RUNNING for job_id in jobs)
            queue.give_back(f"number-{turn}")
            db.session.execute(update(RenderJob).values(tries=0))  # only what ends its executor by itself is given up
            db.session.commit()
    print(f"{KILLS} kills, {at_work} of them while an order was at work, {len(jobs) * TURNS} pictures")
    assert at_work >= 1
    with working(app, "last"):
        for job_id in jobs:
            assert wait(app, job_id, lambda now: now[0] in ("done", "failed"))[::2] == ("done", TURNS)
    for job_id in jobs:
        is_whole(app, job_id)


def wait_for_work(app: Flask, jobs: list[str]) -> None:
    """Until one of the orders is at work, or all are done."""
    limit = time.monotonic() + PATIENCE_S
    while True:
        states = {state(app, job_id)[0] for job_id in jobs}
        if RUNNING in states or states == {DONE}:
            return
        assert time.monotonic() < limit, states
        time.sleep(0.1)


def is_whole(app: Flask, job_id: str) -> None:
    """Each picture is there once, can be read to its end, and is another one; nothing else is there."""
    with app.app_context():
        numbers = db.session.scalars(select(RenderPicture.number).where(RenderPicture.job_id == job_id)).all()
    assert sorted(numbers) == list(range(TURNS))
    folder = folder_of(app.config["SETTINGS"], job_id)
    pictures = [picture_path(app.config["SETTINGS"], job_id, number) for number in numbers]
    for path in pictures:
        with Image.open(path) as picture:
            picture.load()
            assert picture.size == SIZE
    assert len({path.read_bytes() for path in pictures}) == TURNS, "each from another side"
    assert {path.name for path in folder.iterdir() if not path.name.endswith(".part")} == {
        *(path.name for path in pictures),
        AVATAR,
    }


def test_cancelling_ends_the_picture_and_leaves_the_executor_at_work(app: Flask) -> None:
    endless = order(app, ["front"], "final")
    with working(app) as process:
        wait(app, endless, lambda now: now[1] == "samples")
        (blender,) = children(process.pid)
        with app.app_context():
            assert queue.cancel(db.session.get_one(RenderJob, endless))
        limit = time.monotonic() + 20
        while blender in children(process.pid):
            assert time.monotonic() < limit, "cancelling ends the child that renders"
            time.sleep(0.1)
        next_one = order(app, ["front"])
        assert wait(app, next_one, lambda now: now[0] == "done")[2] == 1
        assert process.poll() is None
    assert state(app, endless)[::2] == ("cancelled", 0)
    assert not picture_path(app.config["SETTINGS"], endless, 0).exists()


def test_a_picture_that_takes_too_long_fails_and_says_so(app: Flask) -> None:
    endless = order(app, ["front"], "final")
    with working(app, limit_s=1) as process:
        assert wait(app, endless, lambda now: now[0] == "failed")[0] == "failed"
        process.wait(30)
    with app.app_context():
        assert db.session.get_one(RenderJob, endless).reason == {"code": "time_limit"}
