# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a folder are up to date: what each was made from, by which sources, and how large it came out."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

from avatar_engine.export.whole_file import write_whole

PACKAGES = ("avatar_engine", "blender_addon", "garments", "render_service")
# Compiled sources, and the small pictures that pages show.
UNUSED = (".pyc", ".webp")
RECORD = ".made.json"


@functools.lru_cache(maxsize=1)
def sources_digest() -> str:
    """Digest of every source and asset file that decides what is made."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and path.suffix not in UNUSED:
                digest.update(f"{path.relative_to(root)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Made:
    """The record of one folder.

    A file counts as made when the record names it with the same recipe and it still has the size it had then. Files
    are written whole, so that one that stands there is never half of one.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / RECORD
        try:
            record = json.loads(self._path.read_text(encoding="utf-8"))
            self._files = {str(name): (str(recipe), int(size)) for name, (recipe, size) in record.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._files = {}

    def recipe(self, *ingredients: object) -> str:
        """Digest of what a file is made from, the sources included; ``ingredients`` say all in their ``repr``."""
        return hashlib.sha256(repr((sources_digest(), ingredients)).encode()).hexdigest()

    def has(self, path: Path, recipe: str) -> bool:
        """Whether the file need not be made again."""
        return path.is_file() and self._files.get(path.name) == (recipe, path.stat().st_size)

    def add(self, path: Path, recipe: str) -> None:
        """Record a file that was just written."""
        self._files[path.name] = (recipe, path.stat().st_size)
        write_whole(self._path, (json.dumps(self._files, indent=1, sort_keys=True) + "\n").encode())
