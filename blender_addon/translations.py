# SPDX-License-Identifier: GPL-3.0-or-later
"""French: the extension's own words from ``french.toml``, and the names that the engine's tables have in both."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.measurements import MEASUREMENTS
from garments.catalogue import catalogue
from garments.fabrics import fabrics
from garments.sizes import graded_sizes

from .words import CONTEXT

CHART_WORDS = (("Women", "Femme"), ("Men", "Homme"))
# Buttons take their labels from here when they have none of their own.
OPERATOR = "Operator"


def french() -> dict[str, str]:
    """English to French."""
    text = Path(__file__).with_name("french.toml").read_text(encoding="utf-8")
    return dict(_named()) | tomllib.loads(text)


def _named() -> Iterator[tuple[str, str]]:
    for row in MEASUREMENTS:
        yield row.name_en, row.name_fr
        yield row.definition_en, row.definition_fr
    palette = load_palette()
    for names in (
        *(spec.name for spec in catalogue().values()),
        *(fabric.name for fabric in fabrics().values()),
        *(style.name for style in hair_styles().values()),
        *(colour.names for colour in palette.hair.values()),
        *(colour.names for colour in palette.eyes.values()),
        *(tone.names for tone in palette.undertones.values()),
        *(beard.name for beard in beards().values()),
    ):
        yield names["en"], names["fr"]
    for english, french in CHART_WORDS:
        for size in graded_sizes():
            yield f"{english} {size}", f"{french} {size}"


def table() -> dict[str, dict[tuple[str, str], str]]:
    """For ``bpy.app.translations``: labels, tooltips and reports alike."""
    words = {(context, english): said for english, said in french().items() for context in (CONTEXT, OPERATOR, "*")}
    return {"fr_FR": words, "fr": words}
