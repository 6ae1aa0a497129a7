# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a render worker, give it people to photograph, and outlive its crashes (never imports bpy)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

from avatar_engine.errors import RenderError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.words import from_data, phrase
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset, chosen, presets
from render_service.worker.job import colours, pack, shape_key

Progress = Callable[[float, str], None]
# Blender's memory grows a little with every scene; a fresh process now and then costs two seconds.
JOBS_PER_PROCESS = 100
ATTEMPTS = 3
LOG_TAIL = 600
REPOSITORY = Path(__file__).parents[2]


class RenderCancelledError(RenderError):
    """The picture was not wanted any more."""


class WorkerGoneError(Exception):
    """The child process ended before its job was done."""


class RenderWorker:
    """A warm rendering process, started when first needed; one picture at a time.

    Use as a context manager, or call ``close``. ``cancel`` may be called from another thread.
    """

    def __init__(self) -> None:
        self._child: Child | None = None
        self._cancelled = threading.Event()
        self._busy = threading.Lock()
        self._number = 0

    def __enter__(self) -> RenderWorker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Id of the child process, None where none runs."""
        return self._child.process.pid if self._child else None

    def render(
        self,
        person: DressedAvatar,
        picture: Path,
        studio: str = "plain",
        framing: str = "front",
        preset: str | Preset = "standard",
        progress: Progress | None = None,
        turn_deg: float = 0.0,
    ) -> None:
        """Photograph a person and write a PNG, whole or not at all.

        A person who differs from the last one in nothing but the colours of the clothes is not built again.

        Parameters
        ----------
        studio, framing : names of ``blender_addon.scene``'s tables
        preset : name of a preset, or one of one's own
        progress : called with the share done, never falling, and the step's name
        turn_deg : how far the camera walks on around the person, for the pictures of a turntable

        Raises
        ------
        RenderError : when no picture could be made
        RenderCancelledError : after ``cancel``
        OSError : when the picture cannot be written
        """
        with self._busy:
            self._cancelled.clear()
            report = _Rising(progress)
            effort = chosen("preset", presets(), preset) if isinstance(preset, str) else preset
            job: dict[str, Any] = {"studio": studio, "framing": framing, "turn_deg": turn_deg, "preset": asdict(effort)}
            job |= {"colours": colours(person), "shape_key": shape_key(person)}
            content, last_words = pack(person), ""
            for _ in range(ATTEMPTS):
                if self._cancelled.is_set():
                    break
                try:
                    image = self._ready().photograph(job | {"id": self._next()}, content, report)
                except WorkerGoneError:
                    last_words = self._bury()
                else:
                    write_whole(picture, image)
                    return
            if self._cancelled.is_set():
                raise RenderCancelledError(phrase("cancelled"), "")
            raise RenderError(phrase("worker_ended", attempts=ATTEMPTS), phrase("hint_last_words", words=last_words))

    def cancel(self) -> None:
        """Stop the picture being made by ending the child, since Cycles hands out half pictures when asked to stop."""
        self._cancelled.set()
        child = self._child
        if child:
            child.process.kill()

    def close(self) -> None:
        """End the child process and remove what it left."""
        if self._child:
            self._child.close()
            self._child = None

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _ready(self) -> Child:
        if self._child and self._child.jobs >= JOBS_PER_PROCESS:
            self.close()
        if self._child is None:
            self._child = Child()
        return self._child

    def _bury(self) -> str:
        """Clear away a dead child; the last lines it wrote."""
        if self._child is None:
            return ""
        said = self._child.last_words()
        self.close()
        return said


class Child:
    """One worker process and its folder, in which all it writes stays until the client takes it out."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="atelier-worker-"))
        self.jobs = 0
        with (self.folder / "log.txt").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "render_service.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(self.folder),
                text=True,
                encoding="utf-8",
            )
        self._input, self._output = cast("TextIO", self.process.stdin), cast("TextIO", self.process.stdout)

    def photograph(self, job: dict[str, Any], content: bytes, report: Progress) -> bytes:
        """The PNG of a job; raises ``WorkerGoneError`` and ``RenderError``."""
        self.jobs += 1
        person, picture = self.folder / "person.npz", self.folder / "picture.png"
        person.write_bytes(content)
        self._send(job | {"person": str(person), "picture": str(picture)})
        while True:
            answer = self._answer()
            if answer["event"] == "progress":
                report(answer["share"], answer["step"])
            elif answer["event"] == "failed":
                raise RenderError(from_data(answer["what"]), from_data(answer["hint"]))
            elif answer["event"] == "done":
                return picture.read_bytes()

    def _send(self, job: dict[str, Any]) -> None:
        try:
            self._input.write(json.dumps(job) + "\n")
            self._input.flush()
        except OSError as error:
            raise WorkerGoneError from error

    def _answer(self) -> dict[str, Any]:
        line = self._output.readline()
        if not line.endswith("\n"):
            raise WorkerGoneError
        answer: dict[str, Any] = json.loads(line)
        return answer

    def last_words(self) -> str:
        """The end of what the process wrote to its log."""
        text = (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip()
        return text[-LOG_TAIL:] or "nothing"

    def close(self) -> None:
        """End the process, which ends by itself when its input closes, and remove its folder."""
        try:
            self._input.close()
        except BrokenPipeError:
            self.process.kill()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Rising:
    """Progress that never falls, however often a job is begun again."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._furthest = progress, 0.0

    def __call__(self, share: float, step: str) -> None:
        self._furthest = max(self._furthest, share)
        if self._progress:
            self._progress(self._furthest, step)


def _environment(folder: Path) -> dict[str, str]:
    """The child finds the same packages, and keeps its temporary files and Blender's settings in its folder."""
    search = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    private = {"TMPDIR": str(folder), "BLENDER_USER_RESOURCES": str(folder / "blender")}
    return os.environ | private | {"PYTHONPATH": search, "PYTHONUNBUFFERED": "1"}
