# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``wardrobe``: everything a look can name, with names in both languages and small pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.pose import POSES
from avatar_engine.cli_support import Console, ExitCode, surface
from avatar_engine.fitting.sizing import CHART_WORDS
from garments import Fabric, GarmentSpec, catalogue, fabrics
from garments.pictures import swatch, thumbnail
from garments.prints import KINDS
from garments.sizes import CHARTS, MADE_TO_MEASURE, graded_sizes, size_labels

GAP = 2
Row = tuple[str, ...]


@click.command()
@surface
def wardrobe(console: Console) -> ExitCode:
    """List all that a look can name: garments, sizes, fabrics, hair, beards, skin tones, eyes, poses.

    With --json each garment, hair style and fabric has the path of its picture, null where it has none.
    """
    console.document |= document()
    if not console.machine:
        for head, rows in sections(console):
            click.echo(f"{console.word(head)}\n{_table(rows)}\n")
    return ExitCode.OK


def document() -> dict[str, object]:
    """All of it for machines; colours are sRGB, weights and lengths in the units that their keys name."""
    palette = load_palette()
    return {
        "garments": [_garment(spec) for spec in catalogue().values()],
        "sizes": {chart: {size: size_labels(chart, size) for size in graded_sizes()} for chart in CHARTS},
        "fabrics": [_fabric(row) for row in fabrics().values()],
        "prints": list(KINDS),
        "hair_styles": [
            {"id": row.key, "name": row.name, "thumbnail": _path(row.thumbnail)} for row in hair_styles().values()
        ],
        "hair_colours": [{"id": row.key, "name": row.names, "colour": row.colour} for row in palette.hair.values()],
        "beards": [{"id": row.key, "name": row.name} for row in beards().values()],
        "undertones": [{"id": row.key, "name": row.names} for row in palette.undertones.values()],
        "skin_tones": [{"tone": tone, "colour": colour} for tone, colour in enumerate(palette.skin, start=1)],
        "eye_colours": [
            {"id": row.key, "name": row.names, "outer": row.outer, "inner": row.inner} for row in palette.eyes.values()
        ],
        "poses": list(POSES),
    }


def _garment(spec: GarmentSpec) -> dict[str, object]:
    return {
        "id": spec.id,
        "category": spec.category,
        "layer": spec.layer,
        "name": spec.name,
        "sizes": list(spec.size_names()),
        "fabric": spec.fabric,
        "fabrics": list(fabrics()),
        "colours": spec.slots,
        "poses": list(POSES),
        "has_pattern": spec.source == "pattern",
        "thumbnail": _path(thumbnail(spec.id)),
    }


def _fabric(fabric: Fabric) -> dict[str, object]:
    return {
        "id": fabric.id,
        "name": fabric.name,
        "grams_per_m2": round(1000.0 * fabric.density),
        "thickness_mm": fabric.thickness_mm,
        "stretch_limit_percent": round(100.0 * fabric.stretch_limit),
        "thumbnail": _path(swatch(fabric.id)),
    }


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path)


def sections(console: Console) -> list[tuple[str, list[Row]]]:
    """Heads, keys of the table of words, and rows for people in the console's language; each starts with the id."""
    palette = load_palette()
    return [
        ("wardrobe_garments", [_garment_row(console, spec) for spec in catalogue().values()]),
        ("wardrobe_sizes", [_size_row(console, chart, size) for chart in CHARTS for size in graded_sizes()]),
        ("wardrobe_fabrics", [_fabric_row(console, row) for row in fabrics().values()]),
        ("wardrobe_hair", _named(console, {key: row.name for key, row in hair_styles().items()})),
        ("wardrobe_hair_colours", _named(console, {key: row.names for key, row in palette.hair.items()})),
        ("wardrobe_beards", _named(console, {key: row.name for key, row in beards().items()})),
        ("wardrobe_eyes", _named(console, {key: row.names for key, row in palette.eyes.items()})),
        ("wardrobe_skin", [(str(tone), colour) for tone, colour in enumerate(palette.skin, start=1)]),
        ("wardrobe_undertones", _named(console, {key: row.names for key, row in palette.undertones.items()})),
        ("wardrobe_poses", [(pose,) for pose in POSES]),
    ]


def _garment_row(console: Console, spec: GarmentSpec) -> Row:
    sizes = [size for size in spec.size_names() if size != MADE_TO_MEASURE]
    series = f", {sizes[0]}-{sizes[-1]}" if sizes else ""
    made = console.word("size_made_to_measure") + series
    cloth = fabrics()[spec.fabric].name[console.language]
    return spec.id, spec.category, spec.name[console.language], cloth, made, " ".join(spec.slots)


def _size_row(console: Console, chart: str, size: str) -> Row:
    numbers = (f"{region} {row[0]}-{row[-1]}" for region, row in size_labels(chart, size).items())
    return f"{chart} {size}", console.word(CHART_WORDS[chart]), *numbers


def _fabric_row(console: Console, fabric: Fabric) -> Row:
    return fabric.id, fabric.name[console.language], f"{1000.0 * fabric.density:.0f} g/m²", f"{fabric.thickness_mm} mm"


def _named(console: Console, names: Mapping[str, Mapping[str, str]]) -> list[Row]:
    return [(key, name[console.language]) for key, name in names.items()]


def _table(rows: Iterable[Row]) -> str:
    """Rows with their columns aligned."""
    rows = list(rows)
    widths = [max(map(len, column)) + GAP for column in zip(*rows, strict=True)]
    lines = ("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"  {line.rstrip()}" for line in lines)
