# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's own asset files: where they are, and a check that they are whole.

``assets/manifest.json`` holds the sha256 of each file; a file that does not match is never used.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from avatar_engine.errors import AssetError
from avatar_engine.words import phrase

FOLDER = Path(__file__).parent / "assets"
MANIFEST = "manifest.json"
RESTORE = phrase("hint_restore")


@functools.lru_cache(maxsize=1)
def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in table["sha256"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise AssetError(str(path), phrase("a_manifest"), RESTORE) from error


def asset_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Names of the asset files that the manifest lists."""
    return tuple(_manifest(folder))


def read_bytes(name: str, folder: Path = FOLDER) -> bytes:
    """Content of one asset file, checked against the manifest; raises ``AssetError``."""
    expected = _manifest(folder).get(name)
    path = folder / name
    if expected is None:
        raise AssetError(str(path), phrase("a_listed_file", manifest=MANIFEST), RESTORE)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AssetError(str(path), phrase("a_readable_file", sha256=expected), RESTORE) from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise AssetError(str(path), phrase("a_sha256", expected=expected, found=found), RESTORE)
    return content


def load_arrays(name: str, folder: Path = FOLDER) -> dict[str, npt.NDArray[np.generic]]:
    """Arrays of an ``.npz`` asset by name; raises ``AssetError`` when it is missing or damaged."""
    with np.load(io.BytesIO(read_bytes(name, folder)), allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def write_manifest(folder: Path = FOLDER) -> None:
    """Record the sha256 of every asset file beside the manifest; for the commands that make assets."""
    files = sorted(path for path in folder.iterdir() if path.name != MANIFEST and not path.name.startswith("."))
    table = {"sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}}
    temporary = folder / f".{MANIFEST}"
    temporary.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / MANIFEST)
    _manifest.cache_clear()
