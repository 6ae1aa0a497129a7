# SPDX-License-Identifier: GPL-3.0-or-later
"""The small pictures of garments, hair styles and fabrics that pages and panels show, taken anew.

Run it with ``python -m render_service.thumbnails`` for all of them, or with ids for those alone.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image

from avatar_engine.appearance.styles import THUMBNAILS as HAIR_THUMBNAILS
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.cli_support import Console, ExitCode, progress, surface
from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.look import Look
from avatar_engine.measurements import Person, complete
from avatar_engine.words import near_names
from blender_addon.scene.dressing import Dressing, Order
from blender_addon.scene.presets import Preset
from garments import catalogue, fabrics
from garments.pictures import SWATCHES, THUMBNAILS
from render_service.display import HAIR_FRAMING, SWATCH_FRAMING, framing_of, hair_look, look_with, swatch_of
from render_service.worker import RenderWorker

SIZE_PX = (256, 320)
# Taken a quarter larger, so that the weave of cloth shows without flicker.
PRESET = Preset(SIZE_PX[0] * 5 // 4, SIZE_PX[1] * 5 // 4, 32, "HIGH", 0.05)
LARGEST_FILE = 15_000
QUALITIES = (86, 80, 74, 68, 60, 50)
FIGURE = {"stature": 1.72, "chest_girth": 0.90, "waist_girth": 0.73, "hip_girth": 0.97}


@dataclass(frozen=True)
class Picture:
    """One picture to take: of which id, in which look and framing, and the file."""

    subject: str
    look: Look
    framing: str
    path: Path
    drape: str = "final"


def pictures() -> Iterator[Picture]:
    """Every picture that pages and panels show."""
    for spec in catalogue().values():
        yield Picture(spec.id, look_with(spec), framing_of(spec), THUMBNAILS / f"{spec.id}.webp")
    for style in hair_styles():
        yield Picture(style, hair_look(style), HAIR_FRAMING, HAIR_THUMBNAILS / f"{style}.webp")
    for fabric in fabrics():
        yield Picture(fabric, swatch_of(fabric), SWATCH_FRAMING, SWATCHES / f"{fabric}.webp")


@click.command()
@click.argument("ids", nargs=-1)
@surface
def main(console: Console, ids: Sequence[str]) -> ExitCode:
    """Photograph the garments, hair styles and fabrics named by IDS, or all."""
    wanted = list(pictures())
    known = [picture.subject for picture in wanted]
    for name in ids:
        if name not in known:
            raise LookError("thumbnails", "IDS", name, ", ".join(known), near_names(name, known))
    wanted = [picture for picture in wanted if not ids or picture.subject in ids]
    with progress(console, console.word("wardrobe_pictures"), _taken(wanted), len(wanted)) as taken:
        console.document["files"] = [str(picture.path) for picture in taken]
    return ExitCode.OK


def _taken(wanted: Sequence[Picture]) -> Iterator[Picture]:
    """Each picture once its file is whole."""
    person = Person(0, "figure", complete(FIGURE, sex="female"))
    with RenderWorker() as worker, tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        for picture in wanted:
            body = Order(person.subject, person, picture.look).body().body
            dressed = Dressing(body, picture.look, picture.look.pose, picture.drape).posed()
            large = Path(folder) / "picture.png"
            worker.render(dressed, large, framing=picture.framing, preset=PRESET)
            picture.path.parent.mkdir(exist_ok=True)
            write_whole(picture.path, small(large))
            yield picture


def small(path: Path) -> bytes:
    """A picture as WebP in ``SIZE_PX``, as good as ``LARGEST_FILE`` allows."""
    with Image.open(path) as picture:
        shrunk = picture.convert("RGB").resize(SIZE_PX, Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        stream = io.BytesIO()
        shrunk.save(stream, "WEBP", quality=quality, method=6)
        if stream.tell() <= LARGEST_FILE:
            break
    return stream.getvalue()


if __name__ == "__main__":
    main()
