# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work in a Blender of its own, while this one stays free: started, watched, and ended by Escape.

One job at a time. The child writes into the job's folder and says in its log how far it is; what it made is copied to
its place when it is whole, so that nothing half is ever there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import bpy

from avatar_engine.export.whole_file import write_whole
from avatar_engine.system_errors import unusable

from .panels import paragraph
from .words import explained, language, reported

PACKAGE = __package__
CHILD = Path(__file__).with_name("child.py")
Say = Callable[[str, str], None]
SAID = re.compile(r"^@atelier (share|file|failed|caution) (.*)$")
TICK = 0.2
LAST_WORDS = 300


class Job:
    """A child Blender that runs a script on a .blend or another file.

    Parameters
    ----------
    script : file beside this module
    settings : for the script, as JSON
    target : folder that takes what the child makes
    """

    def __init__(self, script: Path, settings: Mapping[str, object], folder: Path, target: Path) -> None:
        self.folder, self.target = folder, target
        self.share, self.problem = 0.0, ""
        self.made: list[Path] = []
        self.cautions: list[str] = []
        self.timer: bpy.types.Timer | None = None
        self._read = 0
        self._log = folder / "log.txt"
        orders = folder / "orders.json"
        orders.write_text(json.dumps({**settings, "folder": str(folder)}), encoding="utf-8")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*_blender(), str(script), "--", str(orders)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )

    def poll(self) -> bool:
        """Read what the child has said, put away what it has made; whether it goes on.

        Raises
        ------
        OSError : where a file cannot be written
        """
        ended = self._process.poll() is not None
        with self._log.open("rb") as log:
            log.seek(self._read)
            whole, _, _ = log.read().rpartition(b"\n")
        self._read += len(whole) + 1 if whole else 0
        for line in whole.decode("utf-8", "replace").splitlines():
            self._hear(line)
        if ended and self._process.returncode and not self.problem:
            self.problem = self._last_words()
        return not ended

    def _last_words(self) -> str:
        """Why the child has ended, where it did not say so itself."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        told = "\n".join(line for line in lines if not SAID.match(line)).strip()[-LAST_WORDS:]
        if self._process.returncode < 0 or not told:
            return reported("The Blender that did it was stopped from outside, or ran out of memory: try again")
        return told

    def _hear(self, line: str) -> None:
        found = SAID.match(line.strip())
        if found is None:
            return
        if found[1] == "share":
            self.share = max(self.share, float(found[2]))
        elif found[1] == "failed":
            self.problem = found[2]
        elif found[1] == "caution":
            self.cautions.append(found[2])
        else:
            path = self.target / found[2]
            write_whole(path, (self.folder / found[2]).read_bytes())
            self.made.append(path)

    def end(self) -> None:
        """End the child, wherever it is, and remove what it has not handed over."""
        if self.timer is not None:
            bpy.context.window_manager.event_timer_remove(self.timer)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_running: list[Job] = []
# What came of the last job of each operator, for its panel.
_outcomes: dict[str, str] = {}


def running() -> Job | None:
    """The job at work."""
    return _running[0] if _running else None


def work_of(task: str, orders: dict[str, object], target: Path | None = None) -> Job:
    """A job that is done by a module of the extension in the child (its function ``work``).

    ``target``: folder that takes the files the child names; those that it does not name stay in the job's own.
    """
    own, folder = {"extension": PACKAGE, "task": task, "language": language()}, new_folder()
    return Job(CHILD, orders | own, folder, target or folder)


def unwritable(target: Path) -> str:
    """Why nothing can be written into a folder, which is made where it is missing; "" where it can."""
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return explained(unusable(error, target))
    return "" if os.access(target, os.W_OK) else reported("{folder} cannot be written into", folder=target)


def new_folder() -> Path:
    """A folder for a job's files."""
    return Path(tempfile.mkdtemp(prefix="atelier-job-"))


def outcome(operator: str) -> str:
    """What came of the last job of an operator, in the user's language; "" before the first and while one works."""
    return _outcomes.get(operator, "")


def forget() -> None:
    """End whatever is at work."""
    while _running:
        _running.pop().end()


def _blender() -> list[str]:
    """The command that runs a script in Blender, or in Python where Blender is a module."""
    if bpy.app.binary_path and not getattr(bpy.app, "module", False):
        return [bpy.app.binary_path, "--background", "--python-exit-code", "4", "--python"]
    # The script's own folder must not be searched: a module there may be called as one of Python's.
    return [sys.executable, "-P"]


class Telling:
    """An operator that says what came of it."""

    bl_idname: str
    report: Callable[[set[str], str], None]

    def tell(self, kind: set[str], text: str) -> None:
        """In the status bar, where it soon goes, and in the panel, where it stays until the next time."""
        self.report(kind, text)
        _outcomes[type(self).bl_idname] = text


class JobOperator(Telling):
    """An operator whose work goes on in a child; Escape or the panel's button ends it."""

    bl_options = {"REGISTER"}

    def begin(self, context: bpy.types.Context, job: Job) -> set[str]:
        """Watch a job; without a window, until it is done."""
        _running.append(job)
        _outcomes.pop(type(self).bl_idname, None)
        if bpy.app.background:
            while self._goes_on():
                time.sleep(TICK)
            return self._over(context)
        job.timer = context.window_manager.event_timer_add(TICK, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Each tick: how far it is."""
        if event.type == "ESC" and event.value == "PRESS":
            forget()
        if running() is None:  # ended by Escape, by the button, or with the extension
            self._redraw(context)
            self.tell({"INFO"}, reported("Cancelled: what is whole is kept"))
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        if self._goes_on():
            self._redraw(context)
            return {"PASS_THROUGH"}
        self._redraw(context)
        return self._over(context)

    def _goes_on(self) -> bool:
        job = running()
        try:
            return job.poll()
        except OSError as error:
            job.problem = explained(unusable(error, job.target))
            return False

    def _over(self, context: bpy.types.Context) -> set[str]:
        job = running()
        told = "" if job.problem else self.take(context, job)
        forget()
        if job.problem:
            self.tell({"ERROR" if not bpy.app.background else "WARNING"}, job.problem)
            return {"CANCELLED"}
        self.tell({"INFO"}, told)
        return {"FINISHED"}

    def take(self, context: bpy.types.Context, job: Job) -> str:
        """Do what is to be done with what a job has made; what to say of it."""
        return found_in(job.made)

    def _redraw(self, context: bpy.types.Context) -> None:
        for window in context.window_manager.windows:
            for area in window.screen.areas:
                if area.type == "VIEW_3D":
                    area.tag_redraw()


def found_in(paths: list[Path]) -> str:
    """Where the files of a job are."""
    folder = paths[0].parent
    if len(paths) == 1:
        return reported("{name} is in {folder}", name=paths[0].name, folder=folder)
    return reported("{count} files are in {folder}", count=len(paths), folder=folder)


def busy() -> str:
    """Why no job may start, in English; "" where one may."""
    return "" if running() is None else "Another job is at work: wait for it, or press Escape"


def draw_progress(layout: bpy.types.UILayout, context: bpy.types.Context, operator: str) -> None:
    """How far the job is, and the button that ends it; afterwards, what came of the last one of this operator."""
    job = running()
    if job is not None:
        row = layout.row(align=True)
        row.progress(factor=job.share, text=f"{job.share:.0%}")
        row.operator("atelier.cancel_job", text="", icon="X")
    else:
        draw_outcome(layout, context, operator)


def draw_outcome(layout: bpy.types.UILayout, context: bpy.types.Context, operator: str) -> None:
    """What came of an operator the last time."""
    if outcome(operator):
        paragraph(layout, context, outcome(operator), "INFO")
