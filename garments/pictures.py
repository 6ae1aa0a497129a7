# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of the wardrobe for whoever lets people choose: garments worn, fabrics hanging (WebP, 256 x 320)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
THUMBNAILS, SWATCHES = FOLDER / "thumbnails", FOLDER / "swatches"


def thumbnail(garment: str) -> Path | None:
    """Picture of the garment of that id, None where none was taken."""
    return _there(THUMBNAILS / f"{garment}.webp")


def swatch(fabric: str) -> Path | None:
    """Picture of the fabric of that id, None where none was taken."""
    return _there(SWATCHES / f"{fabric}.webp")


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None
