# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's side of the worker: reads one job per line, answers in lines of JSON, and stays warm between jobs."""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from avatar_engine.errors import RenderError
from avatar_engine.words import data_of, phrase

if TYPE_CHECKING:
    from blender_addon.scene.build import SceneAvatar
    from blender_addon.scene.render import Photographer


class Darkroom:
    """The scene that is kept between jobs: one studio, and the last person in it."""

    def __init__(self) -> None:
        self._studio = ""
        self._photographer: Photographer | None = None
        self._person = ""
        self._avatar: SceneAvatar | None = None

    def develop(self, job: dict[str, Any], say: Answers) -> None:
        """Make the picture of a job; raises ``RenderError``."""
        from blender_addon.scene.build import recolour
        from blender_addon.scene.presets import Preset

        photographer = self._enter(job["studio"])
        avatar = self._seat(photographer, job)
        for garment, slots in job["colours"].items():
            for slot, colour in slots.items():
                recolour(avatar, garment, slot, colour)
        photographer.photograph(
            avatar,
            job["framing"],
            Preset(**job["preset"]),
            Path(job["picture"]),
            lambda share, step: say("progress", id=job["id"], share=round(share, 4), step=step),
            job["turn_deg"],
        )

    def _enter(self, studio: str) -> Photographer:
        from blender_addon.scene.render import Photographer, empty_scene

        if self._photographer is None or studio != self._studio:
            self._avatar, self._person, self._photographer = None, "", None
            self._photographer, self._studio = Photographer(empty_scene(), studio), studio
        return self._photographer

    def _seat(self, photographer: Photographer, job: dict[str, Any]) -> SceneAvatar:
        """The avatar of a job: the one already there, where it differs in colours alone."""
        from blender_addon.scene.build import build_avatar, remove_avatar
        from render_service.worker.job import unpack

        if self._avatar is None or self._person != job["shape_key"]:
            if self._avatar is not None:
                remove_avatar(self._avatar)
                self._avatar = None
            person = unpack(Path(job["person"]).read_bytes())
            self._avatar = build_avatar(person, photographer.scene.collection)
            self._person = job["shape_key"]
        return self._avatar


class Answers:
    """Lines of JSON to whoever started the worker."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: str, **values: object) -> None:
        """One line: an event and its values."""
        self._stream.write(json.dumps({"event": event, **values}) + "\n")
        self._stream.flush()


def main() -> None:
    """Serve until standard input closes; never returns, since Blender must not be torn down by the interpreter."""
    say = Answers(_protocol_stream())
    try:
        _start_blender()
        darkroom = Darkroom()
        say("ready")
        for job in _jobs():
            _serve(darkroom, job, say)
    except BaseException:  # noqa: BLE001 - whatever it was, only _exit may end this process
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _protocol_stream() -> TextIO:
    """The real standard output; what Blender prints there goes to standard error from now on."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


def _start_blender() -> None:
    """Import Blender without the add-ons and preferences of whoever owns the account."""
    os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="atelier-blender-"))
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)


def _jobs() -> Iterator[dict[str, Any]]:
    """Jobs as they come; when standard input closes the process ends, even in the midst of a job."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield json.loads(lines.get())


def _serve(darkroom: Darkroom, job: dict[str, Any], say: Answers) -> None:
    try:
        darkroom.develop(job, say)
    except RenderError as error:
        say("failed", id=job["id"], what=data_of(error.what), hint=data_of(error.hint))
    except Exception as error:  # noqa: BLE001 - one bad job must not end the worker; the trace goes to its log
        traceback.print_exc()
        say("failed", id=job["id"], what=f"{type(error).__name__}: {error}", hint=data_of(phrase("hint_worker_log")))
    else:
        say("done", id=job["id"])
