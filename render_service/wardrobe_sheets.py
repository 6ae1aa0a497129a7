# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole wardrobe on contact sheets: every garment on three bodies, hair styles, beards, skin tones, looks by seed.

Run it with ``python -m render_service.wardrobe_sheets --out out/wardrobe``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle
from pathlib import Path

import click

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.cli_support import Console, ExitCode, exit_code_of, make_folder, progress, surface
from avatar_engine.fitting.advice import SizeAdvice, size_advice
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.look import BeardChoice
from avatar_engine.measurements import Person, parse_people
from avatar_engine.seeded_look import seeded_look
from blender_addon.scene.dressing import Order
from blender_addon.scene.presets import presets
from garments import Dimensions, GarmentSpec, catalogue
from garments.sizes import MADE_TO_MEASURE
from render_service.contact_sheet import Entry, write_sheet
from render_service.display import HAIR_FRAMING, framing_of, hair_look, look_with
from render_service.production import Failed, Finished, Production, Style

BODIES = Path(__file__).parent / "samples" / "bodies.csv"
PICTURES = "pictures"
CELL, COLUMNS = (320, 480), 6
# Sheets of garments, by the framing that shows them.
GARMENT_SHEETS = {"torso": "tops", "legs": "bottoms", "neck_down": "dresses", "feet": "shoes"}
HAIR, BEARDS, SKIN, LOOKS = "hair", "beards", "skin", "looks"
SHEETS = (*GARMENT_SHEETS.values(), HAIR, BEARDS, SKIN, LOOKS)
COLUMNS_OF = {HAIR: 5, SKIN: 5, BEARDS: 3}
TITLES = {
    "tops": "sheet_tops",
    "bottoms": "sheet_bottoms",
    "dresses": "sheet_dresses",
    "shoes": "sheet_shoes",
    HAIR: "wardrobe_hair",
    BEARDS: "wardrobe_beards",
    SKIN: "wardrobe_skin",
    LOOKS: "sheet_looks",
}
LOOKS_SHOWN = 12
# Beards on a light, a middle and a dark skin, with the hair and the years that go with it.
BEARDED = ((3, "light_brown", "short", 30), (6, "black", "short", 45), (9, "black", "shaved", 60))
DARKEST_WITH_BROWN_HAIR = 6


@dataclass(frozen=True)
class Shot:
    """One picture of a sheet and what is written below it."""

    order: Order
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet: the file's name, the camera and what it shows."""

    name: str
    camera: str
    shots: tuple[Shot, ...]


@cache
def people() -> tuple[Person, ...]:
    """The bodies that clothes are shown on."""
    return tuple(item for item in parse_people(BODIES) if isinstance(item, Person))


@cache
def _dimensions(person: Person) -> Dimensions:
    return body_dimensions(Order(person.subject, person, hair_look("short")).body().body)


def sheets(language: str) -> Iterator[Sheet]:
    """All sheets, their captions in a language."""
    for framing, name in GARMENT_SHEETS.items():
        shown = [spec for spec in catalogue().values() if framing_of(spec) == framing]
        yield Sheet(name, framing, tuple(_worn(spec, person, language) for spec in shown for person in people()))
    yield Sheet(HAIR, HAIR_FRAMING, tuple(_hair(language)))
    yield Sheet(BEARDS, "close_up", tuple(_beards(language)))
    yield Sheet(SKIN, "close_up", tuple(_skin(language)))
    yield Sheet(LOOKS, "front", tuple(_looks(language)))


def _worn(spec: GarmentSpec, person: Person, language: str) -> Shot:
    """A garment in the size that is advised, made to measure where none fits."""
    advice = size_advice(_dimensions(person), spec.id) if len(spec.size_names()) > 1 else None
    size = MADE_TO_MEASURE if advice is None or advice.best is None else advice.best
    name = f"{spec.id}-{person.subject.replace(' ', '-').lower()}"
    return Shot(Order(name, person, look_with(spec, size)), spec.name[language], _fit_lines(advice, person, language))


def _fit_lines(advice: SizeAdvice | None, person: Person, language: str) -> tuple[str, ...]:
    if advice is None:
        return (person.subject,)
    best = advice.best_fit
    if best is None:
        return person.subject, advice.verdict().say(language)
    return f"{person.subject}, {best.size}", *(ease.phrase().say(language) for ease in best.eases)


def _hair(language: str) -> Iterator[Shot]:
    """Every style, in the palette's colours by turns."""
    heads, colours = cycle(people()[:2]), cycle(load_palette().hair.values())
    for style, person, colour in zip(hair_styles().values(), heads, colours, strict=False):
        order = Order(f"hair-{style.key}", person, hair_look(style.key, colour.key))
        yield Shot(order, style.name[language], (colour.names[language],))


def _beards(language: str) -> Iterator[Shot]:
    """Every beard on three skin tones."""
    man = next(person for person in people() if person.measurements.sex == "male")
    palette = load_palette()
    for style in beards().values():
        for tone, colour, hair, age in BEARDED:
            look = replace(hair_look(hair, colour, tone), beard=BeardChoice(style.key), skin_age=age)
            lines = (palette.hair[colour].names[language], f"{palette.skin[tone - 1]}")
            yield Shot(Order(f"beard-{style.key}-{tone}", man, look), style.name[language], lines)


def _skin(language: str) -> Iterator[Shot]:
    """Every tone, with the palette's eyes by turns."""
    palette = load_palette()
    eyes = cycle(palette.eyes.values())
    for tone, person in zip(range(1, len(palette.skin) + 1), cycle(people()), strict=False):
        eye = next(eyes)
        hair = "dark_brown" if tone <= DARKEST_WITH_BROWN_HAIR else "black"
        order = Order(f"skin-{tone}", person, hair_look("short", hair, tone, eye.key))
        yield Shot(order, str(tone), (f"{palette.skin[tone - 1]}, {eye.names[language].lower()}",))


def _looks(language: str) -> Iterator[Shot]:
    """Looks by seed, for whom they are."""
    for seed, person in zip(range(1, LOOKS_SHOWN + 1), cycle(people()), strict=False):
        look = seeded_look(seed, person.measurements.sex or "any", appearance=True)
        names = [catalogue()[choice.garment].name[language] for choice in look.garments]
        lines = tuple(", ".join(names[start : start + 2]) for start in range(0, len(names), 2))
        yield Shot(Order(f"look-{seed}", person, look), f"atelier look --seed {seed}", lines)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/wardrobe"), show_default=True)
@click.option("--preset", type=click.Choice(tuple(presets())), default="draft", show_default=True)
@click.option("--sheet", "names", type=click.Choice(SHEETS), multiple=True, help="May be given repeatedly.")
@surface
def main(console: Console, out: Path, preset: str, names: Sequence[str]) -> ExitCode:
    """Photograph the wardrobe; pictures that are whole are not taken again."""
    make_folder(console, out / PICTURES)
    wanted = [sheet for sheet in sheets(console.language) if sheet.name in (names or SHEETS)]
    code, files = ExitCode.OK, []
    steps = _made(wanted, out, preset)
    with progress(
        console, console.word("wardrobe_pictures"), steps, sum(len(each.shots) for each in wanted)
    ) as counted:
        for step in counted:
            if isinstance(step, Failed):
                console.error(step.error, step.order.name)
                code = max(code, exit_code_of(step.error))
    for sheet in wanted:
        files.append(out / f"{sheet.name}.jpg")
        _lay_out(sheet, out, files[-1], console)
    console.document["sheets"] = [str(path) for path in files]
    console.tell("\n".join(map(str, files)))
    return code


def _made(wanted: Sequence[Sheet], out: Path, preset: str) -> Iterator[Finished | Failed]:
    for sheet in wanted:
        style = Style(preset, sheet.camera, avatars=False)
        yield from Production(out / PICTURES, style).make([shot.order for shot in sheet.shots])


def _lay_out(sheet: Sheet, out: Path, path: Path, console: Console) -> None:
    entries = []
    for shot in sheet.shots:
        picture = out / PICTURES / f"{shot.order.name}.png"
        entries.append(Entry(picture if picture.exists() else None, shot.name, shot.lines))
    columns = COLUMNS_OF.get(sheet.name, COLUMNS)
    write_sheet(entries, console.word(TITLES[sheet.name]), path, columns, CELL)


if __name__ == "__main__":
    main()
