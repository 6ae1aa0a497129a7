# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands beside each picture and in the manifest, and which pictures are whole already (no bpy)."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import avatar_engine
import garments
from avatar_engine.export.whole_file import write_whole
from avatar_engine.look import Look
from avatar_engine.words import LANGUAGES
from garments.catalogue import catalogue

from ..scene.dressing import DressedLook, Order
from .shots import Picture, Shot

MANIFEST = "manifest.json"
# A file is written in less than a second, over a slow network in less than a minute.
ABANDONED_S = 600.0
DECIDING = (Path(avatar_engine.__file__).parent, Path(garments.__file__).parent, Path(__file__).parents[1] / "scene")
# Pictures for menus, and what Python and numba compiled: none of it decides anything.
UNUSED_FILES, UNUSED_FOLDER = (".pyc", ".webp"), "__pycache__"


@functools.lru_cache(maxsize=1)
def sources_digest() -> str:
    """Digest of every file that decides what a picture shows; the same in Blender and outside of it."""
    digest = hashlib.sha256()
    for folder in DECIDING:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in UNUSED_FILES and UNUSED_FOLDER not in path.parts:
                digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Ledger:
    """Pictures of one folder, each with NAME.json beside it, which says what it shows and from what it was made.

    Parameters
    ----------
    blender : version of Blender, "4.5": others render a little differently
    """

    def __init__(self, out: Path, picture: Picture, blender: str) -> None:
        self._out, self._picture, self._blender = out, picture, blender

    def path(self, shot: Shot) -> Path:
        """Where a picture goes."""
        return self._out / f"{shot.name}.{self._picture.kind}"

    def _beside(self, shot: Shot) -> Path:
        return self._out / f"{shot.name}.json"

    def recipe(self, shot: Shot) -> str:
        """Digest of all that a picture is made from."""
        order, picture = Order(shot.name, shot.person, shot.look), self._picture
        effort = (picture.preset, picture.kind, picture.clear, picture.drape, self._blender)
        # The finished drape is only finished where the cloth solver is.
        solver = picture.drape != "live" and importlib.util.find_spec("newton") is not None
        who = (shot.person.subject, order.body_recipe(), shot.undyed)
        asked = (*who, shot.look, shot.camera, shot.turn_deg, effort, solver)
        return hashlib.sha256(repr((sources_digest(), asked)).encode()).hexdigest()

    def whole(self, shot: Shot) -> dict[str, Any] | None:
        """What is recorded of a picture that is there, as it was written, and made from the same; None otherwise."""
        try:
            entry = json.loads(self._beside(shot).read_text(encoding="utf-8"))
            content = self.path(shot).read_bytes()
        except (OSError, ValueError):
            return None
        same = isinstance(entry, dict) and entry.get("recipe") == self.recipe(shot)
        return entry if same and entry.get("sha256") == hashlib.sha256(content).hexdigest() else None

    def add(self, shot: Shot, dressed: DressedLook) -> dict[str, Any]:
        """Record a picture that was just written; what is recorded."""
        content = self.path(shot).read_bytes()
        entry = {
            "file": f"{shot.name}.{self._picture.kind}",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "recipe": self.recipe(shot),
            **self._shown(shot, dressed),
        }
        _write_json(self._beside(shot), entry)
        return entry

    def _shown(self, shot: Shot, dressed: DressedLook) -> dict[str, Any]:
        preset = self._picture.preset
        return {
            "subject": shot.person.subject,
            "look": shot.look_name,
            "colourway": shot.colourway,
            "camera": shot.camera,
            "turn_deg": round(shot.turn_deg, 3),
            "pose": shot.look.pose,
            "studio": None if self._picture.clear else shot.look.studio,
            "width_px": preset.width_px,
            "height_px": preset.height_px,
            "samples": preset.samples,
            "drape": self._picture.drape,
            "measured_mm": {key: round(1000.0 * metres, 1) for key, metres in dressed.measured.items()},
            "garments": [
                {
                    "garment": worn.garment,
                    "name": catalogue()[worn.garment].name,
                    "size": worn.size,
                    "fabric": worn.fabric,
                    "colours": colours_of(shot.look)[worn.garment],
                    "ease_mm": worn.ease_mm,
                }
                for worn in dressed.garments
                if worn.garment in colours_of(shot.look)
            ],
            "cautions": [{language: said.say(language) for language in LANGUAGES} for said in dressed.cautions],
        }


def colours_of(look: Look) -> dict[str, dict[str, str]]:
    """Every slot of every garment of a look, "#rrggbb"."""
    wardrobe = catalogue()
    return {choice.garment: {**wardrobe[choice.garment].slots, **choice.colours} for choice in look.garments}


def sweep(out: Path) -> None:
    """Remove what a process that was killed left half written; what another may be writing now stays."""
    for path in out.rglob(".*.part"):
        if time.time() - path.stat().st_mtime > ABANDONED_S:
            path.unlink(missing_ok=True)


def write_manifest(out: Path, entries: Sequence[Mapping[str, Any]], blender: str) -> Path:
    """Write ``manifest.json``: every picture with its hash and what it shows, in the order of the plan."""
    path = out / MANIFEST
    _write_json(path, {"atelier": avatar_engine.__version__, "blender": blender, "images": list(entries)})
    return path


def _write_json(path: Path, value: object) -> None:
    write_whole(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
