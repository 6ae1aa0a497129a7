# SPDX-License-Identifier: GPL-3.0-or-later
"""The legend of a fit map: its colours with centimetres or percent, and what the garments measure, beside a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from avatar_engine.fitting import FittedGarment
from avatar_engine.fitting.fit_map import NOT_MEASURED, SCALES, colours_of, girth_of_gap
from avatar_engine.fitting.sizing import PLACES
from avatar_engine.words import phrase
from garments.catalogue import catalogue
from garments.fabrics import fabrics
from garments.sizes import MADE_TO_MEASURE
from render_service.contact_sheet import INK, PALE_INK, PAPER
from render_service.lettering import Font, font, printable

TITLES = {"ease": "map_ease", "strain": "map_strain"}
UNITS = {"ease": "map_ease_unit", "strain": "map_strain_unit"}
# Shares of the picture's height.
WIDTH, MARGIN, BAR_WIDTH, BAR_TOP, BAR_HEIGHT = 0.37, 0.028, 0.035, 0.14, 0.40
TITLE, TEXT, SMALL = 0.022, 0.0175, 0.0155


@dataclass(frozen=True)
class Legend:
    """What a picture with a map on the cloth needs beside it.

    Parameters
    ----------
    kind : one of ``fit_map.MAPS``
    garments : those in the picture, from the inside out
    language : of ``words.LANGUAGES``
    """

    kind: str
    garments: Sequence[FittedGarment]
    language: str = "en"

    def beside(self, picture: Path) -> bytes:
        """A PNG of the picture with the legend on its right."""
        with Image.open(picture) as photograph:
            whole = photograph.convert("RGB")
        panel = self.panel(whole.height)
        sheet = Image.new("RGB", (whole.width + panel.width, whole.height), PAPER)
        sheet.paste(whole, (0, 0))
        sheet.paste(panel, (whole.width, 0))
        stream = io.BytesIO()
        sheet.save(stream, "PNG", optimize=True)
        return stream.getvalue()

    def panel(self, height: int) -> Image.Image:
        """The legend alone, as high as the picture, pixels."""
        panel = Image.new("RGB", (round(WIDTH * height), height), PAPER)
        draw = ImageDraw.Draw(panel)
        x, top = round(MARGIN * height), round(BAR_TOP * height)
        draw.text((x, x), self._say(TITLES[self.kind]), fill=INK, font=_font(TITLE, height))
        heads = (self._say(UNITS[self.kind]), self._say("map_ease_girth") if self.kind == "ease" else "")
        columns = (x + round(0.052 * height), x + round(0.125 * height))
        for head, column in zip(heads, columns, strict=True):
            draw.text((column, top - round(0.045 * height)), head, fill=PALE_INK, font=_font(SMALL, height))
        panel.paste(self._bar(round(BAR_WIDTH * height), round(BAR_HEIGHT * height)), (x, top))
        self._marks(draw, columns, top, height)
        self._lines(draw, x, round((BAR_TOP + BAR_HEIGHT + 0.06) * height), height)
        return panel

    def _bar(self, width: int, height: int) -> Image.Image:
        """The colours, the largest value on top."""
        scale = SCALES[self.kind]
        column = colours_of(np.linspace(scale.high, scale.low, height), scale)
        pixels = np.broadcast_to(np.rint(255.0 * column)[:, None], (height, width, 3))
        return Image.fromarray(pixels.astype(np.uint8))

    def _marks(self, draw: ImageDraw.ImageDraw, columns: tuple[int, int], top: int, height: int) -> None:
        scale, text = SCALES[self.kind], _font(TEXT, height)
        low_word, high_word = ("map_tight", "map_loose") if self.kind == "ease" else ("map_slack", "map_stretched")
        for value in np.arange(scale.low, scale.high + 0.5 * scale.step, scale.step):
            share = (scale.high - value) / (scale.high - scale.low)
            y = top + share * BAR_HEIGHT * height
            last = value >= scale.high
            draw.text((columns[0], y), f"{value:g}{'+' if last else ''}", fill=INK, font=text, anchor="lm")
            if self.kind == "ease":
                girth = f"+{girth_of_gap(value):.0f}{'+' if last else ''}"
                draw.text((columns[1], y), girth, fill=PALE_INK, font=text, anchor="lm")
            if last or value == scale.low:
                x = columns[1] + (round(0.075 * height) if self.kind == "ease" else 0)
                draw.text((x, y), self._say(high_word if last else low_word), fill=INK, font=text, anchor="lm")

    def _lines(self, draw: ImageDraw.ImageDraw, x: int, y: int, height: int) -> None:
        for title, rows in self._garment_rows():
            draw.text((x, y), title, fill=INK, font=_font(TEXT, height))
            y += round(1.55 * TEXT * height)
            for row in rows:
                draw.text((x, y), row, fill=PALE_INK, font=_font(SMALL, height))
                y += round(1.5 * SMALL * height)
            y += round(0.8 * TEXT * height)
        if self.kind == "strain" and any(catalogue()[each.garment].source == "tights" for each in self.garments):
            draw.rectangle((x, y, x + round(TEXT * height), y + round(TEXT * height)), fill=NOT_MEASURED)
            draw.text(
                (x + round(1.6 * TEXT * height), y), self._say("map_grey"), fill=PALE_INK, font=_font(SMALL, height)
            )

    def _garment_rows(self) -> list[tuple[str, list[str]]]:
        """Per garment that was cut from a pattern: its name and size, and its girths' ease or its cloth's give."""
        found = []
        for garment in self.garments:
            spec = catalogue()[garment.garment]
            if spec.source != "pattern":
                continue
            size = self._say("size_made_to_measure") if garment.size == MADE_TO_MEASURE else garment.size
            title = self._say("map_size", garment=spec.name[self.language], size=size)
            found.append((title, self._ease_rows(garment) if self.kind == "ease" else [self._give_row(garment)]))
        return found

    def _ease_rows(self, garment: FittedGarment) -> list[str]:
        wanted = catalogue()[garment.garment].judged_at
        rows = [(PLACES[key], ease / 10.0) for key, ease in garment.ease_mm.items() if key in wanted]
        return [f"{self._say(place)} {cm:+.1f} cm" for place, cm in rows]

    def _give_row(self, garment: FittedGarment) -> str:
        fabric = fabrics()[garment.fabric]
        return self._say("map_gives", fabric=fabric.name[self.language], limit=f"{100.0 * fabric.stretch_limit:.0f}")

    def _say(self, key: str, **values: object) -> str:
        return printable(phrase(key, **values).say(self.language))


def _font(share: float, height: int) -> Font:
    return font(share * height)
