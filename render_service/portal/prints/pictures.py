# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to print: what was sent is read and written anew, and looks find the pictures of their own account."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import undefer

from avatar_engine.look import Look, parse_look
from avatar_engine.look_prints import LARGEST_TILE, Pictures
from garments.prints import TILE
from render_service.portal.extensions import db
from render_service.portal.prints.models import PrintPicture

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 40_000_000  # of what is sent: a telephone's photograph has half as many
LONGEST_PX, SHORTEST_PX = 1024, 8  # of what is kept
PLAIN_BYTES = 400_000  # a PNG as large as this is a photograph, which is far smaller as a JPEG
QUALITIES = (90, 75, 50)


def written_anew(sent: bytes) -> tuple[str, bytes]:
    """The kind ("png" or "jpg") and content of a picture as it is kept: its pixels alone, upright and opaque.

    Raises
    ------
    ValueError : it is no PNG, JPEG or WebP, or has too many pixels or too few
    """
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(image.size)
            image.draft("RGB", (LONGEST_PX, LONGEST_PX))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_PX, LONGEST_PX))
            layered = upright.convert("RGBA")
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError("no picture") from error
    if min(layered.size) < SHORTEST_PX:
        raise ValueError(layered.size)
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    plain = _file(paper, "PNG", optimize=True)
    if len(plain) <= PLAIN_BYTES:
        return "png", plain
    for quality in QUALITIES:
        photograph = _file(paper, "JPEG", quality=quality)
        if len(photograph) <= LARGEST_TILE:
            return "jpg", photograph
    raise ValueError(len(photograph))


def pictures_of(account_id: str | None) -> Sequence[PrintPicture]:
    """Those of an account, the newest first; a visitor without one has none."""
    mine = select(PrintPicture).where(PrintPicture.account_id == account_id)
    return db.session.scalars(mine.order_by(PrintPicture.created.desc())).all() if account_id else []


def reader(account_id: str | None) -> Pictures:
    """What gives looks the pictures of an account, and of no other; ``OSError`` for what it has not."""

    def read(name: str) -> bytes:
        found = find(account_id, name)
        if found is None:
            raise FileNotFoundError(name)
        return found.content

    return read


def find(account_id: str | None, file: str) -> PrintPicture | None:
    """The picture of an account with that file's name."""
    key, _dot, kind = file.partition(".")
    mine = select(PrintPicture).where(
        PrintPicture.account_id == account_id, PrintPicture.id == key, PrintPicture.kind == kind
    )
    return db.session.scalar(mine.options(undefer(PrintPicture.content)))


def read_look(values: Mapping[str, Any], account_id: str | None) -> Look:
    """A look that may name pictures of its account; raises ``LookError``."""
    return parse_look(values, pictures=reader(account_id))


def is_printed(look: Mapping[str, Any], file: str) -> bool:
    """Whether a look's file names a picture."""
    return any(_names(row, file) for row in look.get("garment", []))


def without(look: Mapping[str, Any], file: str) -> dict[str, Any]:
    """A look's file with plain cloth where it named a picture."""
    rows = [
        {key: value for key, value in row.items() if key != "print" or not _names(row, file)}
        for row in look.get("garment", [])
    ]
    return {**look, "garment": rows}


def _names(row: Mapping[str, Any], file: str) -> bool:
    printed = row.get("print", {})
    return bool(printed.get("kind") == TILE and printed.get("tile") == file)


def _file(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
