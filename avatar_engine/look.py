# SPDX-License-Identifier: GPL-3.0-or-later
"""A look: what a person wears and how they appear, apart from their body; read from and written to TOML files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avatar_engine.appearance.beard import NONE as NO_BEARD
from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.pose import POSES
from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.look_prints import Pictures, in_folder, print_line, read_print, write_tile
from avatar_engine.look_table import Table, read_toml, toml_text
from avatar_engine.tucking import untuckable
from avatar_engine.words import near_names, phrase
from garments.catalogue import GarmentSpec, catalogue
from garments.fabrics import fabrics
from garments.prints import Print
from garments.sizes import MADE_TO_MEASURE, is_size, spelt_size

SKIN_AGES = (18, 100)
LARGEST_FILE = 64 * 1024
LARGEST_SEED = 2**31 - 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class GarmentChoice:
    """One garment to wear.

    Parameters
    ----------
    garment : id in the wardrobe
    size : "made-to-measure", a size such as "M" or "men M", or a label such as "EU 38"
    colours : "#rrggbb" of the slots that differ from the garment's own
    fabric : id of a fabric, or None for the garment's own
    printed : what is printed on the fabric, or None for plain cloth
    tucked : whether a top is worn inside the waistband, or None for what is usual
    """

    garment: str
    size: str = MADE_TO_MEASURE
    colours: Mapping[str, str] = field(default_factory=dict)
    fabric: str | None = None
    printed: Print | None = None
    tucked: bool | None = None


@dataclass(frozen=True)
class HairChoice:
    """Hair style, a key of the appearance's table, and colours: keys of its palette, or "#rrggbb".

    Parameters
    ----------
    roots, highlights : colours of grown-out roots and of streaks, None for none
    grey : how many strands in a hundred have lost their colour
    """

    style: str = "short"
    colour: str = "dark_brown"
    roots: str | None = None
    highlights: str | None = None
    grey: int = 0


@dataclass(frozen=True)
class BeardChoice:
    """Beard, a key of the appearance's table or "none", and its colour, None for the one that grows."""

    style: str = NO_BEARD
    colour: str | None = None


@dataclass(frozen=True)
class Look:
    """What a person wears and how they appear.

    Parameters
    ----------
    garments : in the order they were chosen; at most one per layer
    skin_tone : 1 (lightest) to 10 (darkest), Monk Skin Tone scale
    eye_colour : key of the palette
    undertone : key of the palette
    skin_age : years that the skin shows, None for the person's own where they are known
    pose : of the picture; files in 3D are in the A-pose
    seed : of everything random: freckles, strands of hair
    studio : name of the picture's surroundings
    """

    garments: tuple[GarmentChoice, ...] = ()
    hair: HairChoice = HairChoice()
    skin_tone: int = 5
    eye_colour: str = "brown"
    undertone: str = "neutral"
    skin_age: int | None = None
    beard: BeardChoice = BeardChoice()
    pose: str = "relaxed"
    seed: int = 0
    studio: str = "plain"


def load_look(path: Path) -> Look:
    """Read and check a look; ``docs/looks.md`` describes the file.

    Raises
    ------
    LookError
        the first thing that cannot be used: file, key, value, what is allowed, and the nearest names
    """
    return parse_look(read_toml(path, LARGEST_FILE, phrase("a_look")), str(path), in_folder(path.parent))


def parse_look(values: Mapping[str, Any], file: str = "look", pictures: Pictures | None = None) -> Look:
    """A look from the values of its file; raises ``LookError``, which names ``file``.

    ``pictures``: what reads pictures for prints by their names (``OSError`` where there is none); without it a look
    cannot name any.
    """
    top = Table(file, "", values, pictures)
    top.refuse_unknown(("garment", "hair", "beard", "skin", "eyes", "pose", "seed", "studio"))
    hair, beard, skin, eyes = (top.table(key) for key in ("hair", "beard", "skin", "eyes"))
    hair.refuse_unknown(("style", "colour", "roots", "highlights", "grey"))
    beard.refuse_unknown(("style", "colour"))
    skin.refuse_unknown(("tone", "undertone", "age"))
    eyes.refuse_unknown(("colour",))
    palette, usual = load_palette(), Look()
    return Look(
        garments=_garments(top),
        hair=HairChoice(
            hair.one_of("style", hair_styles(), usual.hair.style),
            hair.colour("colour", palette.hair, usual.hair.colour),
            hair.colour("roots", palette.hair, "") or None,
            hair.colour("highlights", palette.hair, "") or None,
            hair.whole_number("grey", 0, 100, usual.hair.grey),
        ),
        skin_tone=skin.whole_number("tone", 1, len(palette.skin), usual.skin_tone),
        eye_colour=eyes.one_of("colour", palette.eyes, usual.eye_colour),
        undertone=skin.one_of("undertone", palette.undertones, usual.undertone),
        skin_age=skin.whole_number("age", *SKIN_AGES, 0) if "age" in skin.values else None,
        beard=BeardChoice(
            beard.one_of("style", (NO_BEARD, *beards()), usual.beard.style),
            beard.colour("colour", palette.hair, "") or None,
        ),
        pose=top.one_of("pose", POSES, usual.pose),
        seed=top.whole_number("seed", 0, LARGEST_SEED, usual.seed),
        studio=top.matching("studio", NAME, phrase("a_studio"), usual.studio),
    )


def _garments(top: Table) -> tuple[GarmentChoice, ...]:
    rows = top.values.get("garment", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LookError(top.file, "garment", rows, phrase("garment_tables"))
    choices: list[GarmentChoice] = []
    worn: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        table = Table(top.file, f"garment[{number}]", row, top.pictures)
        choice, spec = _garment(table)
        other = worn.setdefault(spec.place, spec.id)
        if len(worn) == len(choices):
            hint = phrase("hint_worn_there", other=other) if other != spec.id else phrase("hint_worn")
            raise LookError(top.file, table.name("id"), spec.id, phrase("one_per_layer"), hint)
        choices.append(choice)
    wrong = untuckable([catalogue()[choice.garment] for choice in choices], [choice.tucked for choice in choices])
    if wrong is not None:
        raise LookError(top.file, f"garment[{wrong.place + 1}].tucked", True, wrong.allowed, wrong.hint)
    return tuple(choices)


def _garment(table: Table) -> tuple[GarmentChoice, GarmentSpec]:
    table.refuse_unknown(("id", "size", "fabric", "colours", "print", "tucked"))
    wardrobe = catalogue()
    if "id" not in table.values:
        raise LookError(table.file, table.name("id"), "", ", ".join(wardrobe), phrase("hint_garment_id"))
    spec = wardrobe[table.one_of("id", wardrobe, "")]
    colours = table.table("colours")
    colours.refuse_unknown(spec.slots)
    choice = GarmentChoice(
        garment=spec.id,
        size=_size(table, spec),
        colours={slot: colours.dye(slot) for slot in colours.values},
        fabric=table.one_of("fabric", fabrics(), spec.fabric) if "fabric" in table.values else None,
        printed=read_print(table.table("print")) if "print" in table.values else None,
        tucked=table.truth("tucked") if "tucked" in table.values else None,
    )
    return choice, spec


def _size(table: Table, spec: GarmentSpec) -> str:
    """A size of the garment's series, by name or by label, as it is spelt here."""
    value = table.values.get("size", MADE_TO_MEASURE)
    size = spelt_size(value) if isinstance(value, str) else ""
    if not is_size(spec.sizes, size):
        names = spec.size_names()
        allowed = phrase("a_size", names=", ".join(names)) if len(names) > 1 else names[0]
        raise LookError(table.file, table.name("size"), value, allowed, near_names(value, names))
    return size


def save_look(look: Look, path: Path) -> None:
    """Write a look, and the pictures of its prints beside it, so that ``load_look`` reads it back equal.

    Raises
    ------
    LookError : another picture of the same name lies there
    OSError
    """
    for choice in look.garments:
        if choice.printed is not None:
            write_tile(choice.printed, path)
    write_whole(path, look_text(look).encode("utf-8"))


def look_text(look: Look) -> str:
    """The look as a TOML file that reads back equal; how people appear is left out where it is as usual."""
    lines = [f"pose = {toml_text(look.pose)}", f"seed = {look.seed}", f"studio = {toml_text(look.studio)}", ""]
    for choice in look.garments:
        lines += ["[[garment]]", f"id = {toml_text(choice.garment)}", f"size = {toml_text(choice.size)}"]
        if choice.fabric is not None:
            lines.append(f"fabric = {toml_text(choice.fabric)}")
        if choice.colours:
            pairs = ", ".join(f"{slot} = {toml_text(colour)}" for slot, colour in choice.colours.items())
            lines.append(f"colours = {{ {pairs} }}")
        if choice.tucked is not None:
            lines.append(f"tucked = {str(choice.tucked).lower()}")
        if choice.printed is not None:
            lines.append(print_line(choice.printed))
        lines.append("")
    usual = Look()
    if look.hair != usual.hair:
        lines += ["[hair]", f"style = {toml_text(look.hair.style)}", f"colour = {toml_text(look.hair.colour)}"]
        dyed = {"roots": look.hair.roots, "highlights": look.hair.highlights}
        lines += [f"{key} = {toml_text(colour)}" for key, colour in dyed.items() if colour is not None]
        lines += [*([f"grey = {look.hair.grey}"] if look.hair.grey else []), ""]
    if look.beard != usual.beard:
        lines += ["[beard]", f"style = {toml_text(look.beard.style)}"]
        lines += [*([f"colour = {toml_text(look.beard.colour)}"] if look.beard.colour is not None else []), ""]
    skin = _skin_lines(look, usual)
    if skin:
        lines += ["[skin]", *skin, ""]
    if look.eye_colour != usual.eye_colour:
        lines += ["[eyes]", f"colour = {toml_text(look.eye_colour)}", ""]
    return "\n".join(lines)


def _skin_lines(look: Look, usual: Look) -> list[str]:
    lines = [f"tone = {look.skin_tone}"] if look.skin_tone != usual.skin_tone else []
    lines += [f"undertone = {toml_text(look.undertone)}"] if look.undertone != usual.undertone else []
    return lines + ([f"age = {look.skin_age}"] if look.skin_age is not None else [])
