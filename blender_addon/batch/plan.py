# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of catalogues, read from TOML; ``docs/batch.md`` describes the file (no bpy)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from avatar_engine.errors import LookError
from avatar_engine.look import Look, load_look
from avatar_engine.look_table import Table, read_toml
from avatar_engine.measurements import Person
from avatar_engine.measurements.units import UNITS
from avatar_engine.words import near_names, phrase
from garments.catalogue import catalogue

from ..scene.camera import FRAMINGS
from ..scene.presets import Preset, presets, studios
from .kinds import DRAPES, KINDS
from .shots import FIELDS, Colourway, Picture, PlannedLook, fields_of

KEYS = ("people", "unit", "cameras", "name", "title", "picture", "look")
PICTURE_KEYS = ("preset", "samples", "resolution", "format", "transparent", "turntable", "drape")
NAMING = "{subject}-{look}-{colourway}-{camera}"
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
LARGEST_PX, MOST_SAMPLES, MOST_FRAMES = 16_384, 65_536, 3_600
LARGEST_PLAN = 1024 * 1024


@dataclass(frozen=True)
class PlanFile:
    """What a plan's file says, before its table of people is read.

    Parameters
    ----------
    people : path of the table, in ``unit``
    title : of the contact sheet
    """

    path: Path
    people: Path
    unit: str
    cameras: tuple[str, ...]
    naming: str
    title: str
    picture: Picture
    looks: tuple[PlannedLook, ...]


def load_plan(path: Path) -> PlanFile:
    """Read and check a plan and its looks; raises ``LookError``: file, key, value, what is allowed."""
    top = Table(str(path), "", read_toml(path, LARGEST_PLAN, phrase("a_plan")))
    top.refuse_unknown(KEYS)
    people = _text(top, "people", phrase("a_plan_people"))
    return PlanFile(
        path=path,
        people=path.parent / people,
        unit=top.one_of("unit", UNITS, "cm"),
        cameras=_names(top, "cameras", FRAMINGS, ["front"]),
        naming=naming(str(path), top.values.get("name", NAMING)),
        title=_text(top, "title", phrase("a_text"), path.stem),
        picture=_picture(top.table("picture")),
        looks=_looks(top, path),
    )


def named_looks(paths: Sequence[Path]) -> tuple[PlannedLook, ...]:
    """Looks by the stem of their files; raises ``LookError``."""
    looks: dict[str, PlannedLook] = {}
    for path in paths:
        if path.stem in looks:
            raise LookError(str(path), "file", path.name, phrase("different_names"))
        looks[path.stem] = PlannedLook(path.stem, _look(path))
    return tuple(looks.values())


def naming(file: str, template: object) -> str:
    """A template of names, checked; raises ``LookError``."""
    allowed = phrase("a_naming", fields=", ".join(f"{{{name}}}" for name in FIELDS))
    if not isinstance(template, str):
        raise LookError(file, "name", template, allowed)
    try:
        found = fields_of(template)
        template.format(**dict.fromkeys(FIELDS, "a"))
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise LookError(file, "name", template, allowed) from error
    if not found:
        raise LookError(file, "name", template, allowed)
    return template


def check_subjects(looks: Iterable[PlannedLook], people: Sequence[Person], file: str) -> None:
    """Refuse a look for somebody who is not in the table; raises ``LookError``."""
    known = [person.subject for person in people]
    for planned in looks:
        for subject in planned.subjects:
            if subject not in known:
                allowed = phrase("a_subject_of_table")
                raise LookError(file, f"look {planned.name}.people", subject, allowed, near_names(subject, known))


def _text(table: Table, key: str, allowed: Any, default: str | None = None) -> str:
    value = table.values.get(key, default)
    if not isinstance(value, str) or not value:
        raise LookError(table.file, table.name(key), "" if value is None else value, allowed)
    return value


def _names(table: Table, key: str, known: Iterable[str], default: list[str]) -> tuple[str, ...]:
    names, value = list(known), table.values.get(key, default)
    if not isinstance(value, list) or not value:
        raise LookError(table.file, table.name(key), value, ", ".join(names))
    for name in value:
        if name not in names:
            raise LookError(table.file, table.name(key), name, ", ".join(names), near_names(name, names))
    return tuple(dict.fromkeys(value))


def _picture(table: Table) -> Picture:
    table.refuse_unknown(PICTURE_KEYS)
    preset = presets()[table.one_of("preset", presets(), "standard")]
    clear = table.values.get("transparent", False)
    if not isinstance(clear, bool):
        raise LookError(table.file, table.name("transparent"), clear, "true, false")
    return Picture(
        preset=replace(
            preset,
            samples=table.whole_number("samples", 1, MOST_SAMPLES, preset.samples),
            **_resolution(table, preset),
        ),
        kind=table.one_of("format", KINDS, "png"),
        clear=clear,
        turntable=table.whole_number("turntable", 0, MOST_FRAMES, 0),
        drape=table.one_of("drape", DRAPES, "live"),
    )


def _resolution(table: Table, preset: Preset) -> dict[str, Any]:
    value = table.values.get("resolution", [preset.width_px, preset.height_px])
    whole = isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value)
    if not whole or not all(16 <= side <= LARGEST_PX for side in value):
        raise LookError(table.file, table.name("resolution"), value, phrase("a_resolution", largest=LARGEST_PX))
    return {"width_px": value[0], "height_px": value[1]}


def _tables(table: Table, key: str) -> list[Mapping[str, Any]]:
    rows = table.values.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LookError(table.file, table.name(key), rows, phrase("tables_of", name=table.name(key)))
    return rows


def _looks(top: Table, path: Path) -> tuple[PlannedLook, ...]:
    looks: dict[str, PlannedLook] = {}
    for number, row in enumerate(_tables(top, "look"), start=1):
        table = Table(top.file, f"look[{number}]", row)
        table.refuse_unknown(("file", "name", "people", "colourway"))
        file = path.parent / _text(table, "file", phrase("a_look"))
        name = table.matching("name", WORD, phrase("a_word"), file.stem)
        if name in looks:
            raise LookError(top.file, table.name("name"), name, phrase("different_names"))
        look = _look(file)
        subjects = table.values.get("people", [])
        if not isinstance(subjects, list) or not all(isinstance(each, str) for each in subjects):
            raise LookError(top.file, table.name("people"), subjects, phrase("a_subject_of_table"))
        looks[name] = PlannedLook(name, look, _colourways(table, look), tuple(subjects))
    if not looks:
        raise LookError(top.file, "look", "", phrase("tables_of", name="look"))
    return tuple(looks.values())


def _look(path: Path) -> Look:
    look = load_look(path)
    if look.studio not in studios():
        raise LookError(str(path), "studio", look.studio, ", ".join(studios()))
    return look


def _colourways(parent: Table, look: Look) -> tuple[Colourway, ...]:
    found: dict[str, Colourway] = {}
    for number, row in enumerate(_tables(parent, "colourway"), start=1):
        table = Table(parent.file, f"{parent.key}.colourway[{number}]", row)
        table.refuse_unknown(("name", "colours"))
        if "name" not in row:
            raise LookError(parent.file, table.name("name"), "", phrase("a_word"))
        name = table.matching("name", WORD, phrase("a_word"), "")
        if name in found:
            raise LookError(parent.file, table.name("name"), name, phrase("different_names"))
        found[name] = Colourway(name, _colours(table.table("colours"), look))
    return tuple(found.values()) or (Colourway("own", {}),)


def _colours(table: Table, look: Look) -> dict[str, dict[str, str]]:
    table.refuse_unknown([choice.garment for choice in look.garments])
    colours = {}
    for garment in table.values:
        slots = table.table(garment)
        slots.refuse_unknown(catalogue()[garment].slots)
        colours[garment] = {slot: slots.dye(slot) for slot in slots.values}
    return colours
