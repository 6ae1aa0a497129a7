# SPDX-License-Identifier: GPL-3.0-or-later
"""The local executor: takes one job after the other from the queue and makes its pictures in a warm Blender.

It may be killed at any moment. The row says which pictures are whole; whoever takes the job next makes the others.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from avatar_engine.errors import AvatarError
from avatar_engine.words import LANGUAGES
from blender_addon.scene.presets import Preset, presets
from render_service.jobs.photographs import Sitting
from render_service.jobs.post import begin_post
from render_service.portal.config import Settings
from render_service.portal.extensions import db
from render_service.portal.prints.pictures import reader
from render_service.portal.renders import files, queue
from render_service.portal.renders.choices import shots
from render_service.portal.renders.models import RenderJob
from render_service.worker import RenderCancelledError, RenderWorker

IDLE_S = 0.5
DATABASE_S = 2.0  # before a database that did not answer is asked again
GIVEN_UP = 3  # exit code of an executor that ended because a drape cannot be stopped otherwise
log = logging.getLogger("atelier.jobs")


class TimeLimitError(Exception):
    """A job took too long."""


@dataclass
class Work:
    """The job at work, as the watch over it sees it."""

    job_id: str
    deadline: float
    share: float = 0.0
    step: str = "dressing"
    lost: threading.Event = field(default_factory=threading.Event)
    late: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


class Executor:
    """One executor of a site's jobs.

    Parameters
    ----------
    app : the site, for its database and settings
    name : by which its claims are known
    efforts : what each quality means
    """

    def __init__(self, app: Flask, name: str, efforts: Mapping[str, Preset] | None = None) -> None:
        self._app, self._name, self._efforts = app, name, efforts or presets()
        self._settings: Settings = app.config["SETTINGS"]
        self._worker = RenderWorker()
        self._heard = 0.0

    def run(self, ending: threading.Event) -> None:
        """Work until told to end; a database that does not answer is waited for."""
        begin_post(self._app, ending)
        with self._worker, self._app.app_context():
            while not ending.is_set():
                try:
                    self._look_around()
                    job = queue.claim_next(self._name)
                    if job is None:
                        db.session.remove()
                        ending.wait(IDLE_S)
                    else:
                        self._work(job)
                except SQLAlchemyError as error:
                    db.session.rollback()
                    log.error("the database does not answer: %s", type(error).__name__)
                    ending.wait(DATABASE_S)

    def _look_around(self) -> None:
        """Say now and then that this one lives, and take back what others left."""
        if time.monotonic() - self._heard > queue.HEARD_S:
            self._heard = time.monotonic()
            queue.hear(self._name)
            queue.sweep()

    def _work(self, job: RenderJob) -> None:
        work = Work(job.id, time.monotonic() + self._settings.render_limit_s)
        watch = threading.Thread(target=self._watch, args=(work,), daemon=True, name="watch")
        watch.start()
        try:
            self._make(job, work)
        except (RenderCancelledError, TimeLimitError):
            if work.late.is_set():
                queue.fail(work.job_id, self._name, queue.TIME_LIMIT)
        except AvatarError as error:
            queue.fail(work.job_id, self._name, {name: error.say(name) for name in LANGUAGES})
        except OSError as error:
            log.error("job %s: %s", work.job_id, error.strerror or type(error).__name__)
            code = "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "unexpected"
            queue.fail(work.job_id, self._name, {"code": code})
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad job must not end the executor; its values are not logged
            log.error("job %s: %s", work.job_id, type(error).__name__)
            queue.fail(work.job_id, self._name, {"code": "unexpected"})
        finally:
            work.over.set()
            watch.join()

    def _make(self, job: RenderJob, work: Work) -> None:
        wanted, whole = shots(job.wish["views"]), {picture.number for picture in job.made}
        quality, avatar = job.wish["quality"], files.folder_of(self._settings, work.job_id) / files.AVATAR
        sitting = Sitting(job.wish, job.person_id, reader(job.account_id))
        units = len(wanted) + 1  # dressing takes about as long as a picture
        for number, shot in enumerate(wanted):
            if number in whole:
                continue
            self._heed(work)

            def tell(share: float, step: str, done: int = number + 1) -> None:
                work.share, work.step = (done + share) / units, step

            path = files.picture_path(self._settings, work.job_id, number)
            sitting.photograph(self._worker, shot, self._efforts[quality], path, tell)
            if not queue.keep_picture(work.job_id, self._name, number):
                self._forget_erased(work.job_id)
                return
        if not avatar.exists():
            sitting.write_avatar(avatar)
        queue.keep_avatar(work.job_id, self._name)
        queue.finish(work.job_id, self._name, sitting.caution())

    def _heed(self, work: Work) -> None:
        if work.lost.is_set():
            raise RenderCancelledError("", "")
        if work.late.is_set():
            raise TimeLimitError

    def _forget_erased(self, job_id: str) -> None:
        """Remove what was written for a job that was erased meanwhile."""
        if db.session.get(RenderJob, job_id) is None:
            files.remove(self._settings, job_id)

    def _watch(self, work: Work) -> None:
        """Tell how far the job is; stop it when it is not wanted any more or takes too long.

        A picture is stopped by ending Blender. Nothing stops a drape in this process but ending the process, which
        whoever started it starts again.
        """
        with self._app.app_context():
            while not work.over.wait(queue.BEAT_S / 2):
                try:
                    held = queue.report(work.job_id, self._name, work.share, work.step)
                    queue.hear(self._name)
                except SQLAlchemyError:
                    db.session.rollback()
                    continue
                finally:
                    db.session.remove()
                if held and time.monotonic() < work.deadline:
                    continue
                (work.late if held else work.lost).set()
                if work.step == "dressing" and not work.over.is_set():
                    self._give_up(work)
                self._worker.cancel()  # again and again: between two pictures there is nothing to be cancelled

    def _give_up(self, work: Work) -> None:
        if work.late.is_set():
            queue.fail(work.job_id, self._name, queue.TIME_LIMIT)
        os._exit(GIVEN_UP)
