# SPDX-License-Identifier: GPL-3.0-or-later
"""A look: what a person wears and how they appear, apart from their body; read from and written to TOML files."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.pose import POSES
from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.words import Phrase, near_names, phrase
from garments.catalogue import GarmentSpec, catalogue
from garments.fabrics import fabrics
from garments.prints import KINDS, LEAST_REPEAT_CM, MOST_REPEAT_CM, TILE, Print
from garments.sizes import MADE_TO_MEASURE, is_size, spelt_size

LARGEST_FILE = 64 * 1024
LARGEST_TILE, LARGEST_TILE_PX = 1024 * 1024, 2048
MOST_COLOURS = 6
LARGEST_SEED = 2**31 - 1
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
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
    """

    garment: str
    size: str = MADE_TO_MEASURE
    colours: Mapping[str, str] = field(default_factory=dict)
    fabric: str | None = None
    printed: Print | None = None


@dataclass(frozen=True)
class HairChoice:
    """Hair style, a key of the appearance's table, and colours: keys of its palette, or "#rrggbb".

    Parameters
    ----------
    roots, highlights : colours of grown-out roots and of streaks, None for none
    """

    style: str = "short"
    colour: str = "dark_brown"
    roots: str | None = None
    highlights: str | None = None


@dataclass(frozen=True)
class Look:
    """What a person wears and how they appear.

    Parameters
    ----------
    garments : in the order they were chosen; at most one per layer
    skin_tone : 1 (lightest) to 10 (darkest), Monk Skin Tone scale
    eye_colour : key of the palette
    pose : of the picture; files in 3D are in the A-pose
    seed : of everything random: freckles, strands of hair
    studio : name of the picture's surroundings
    """

    garments: tuple[GarmentChoice, ...] = ()
    hair: HairChoice = HairChoice()
    skin_tone: int = 5
    eye_colour: str = "brown"
    pose: str = "relaxed"
    seed: int = 0
    studio: str = "plain"


@dataclass(frozen=True)
class _Table:
    """A table of the file: its values, and the key under which errors name them."""

    file: str
    key: str
    values: Mapping[str, Any]
    folder: Path | None = None

    def name(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

    def refuse_unknown(self, known: Collection[str]) -> None:
        for key in self.values:
            if key not in known:
                allowed = phrase("the_keys", keys=", ".join(known))
                raise LookError(self.file, self.name(key), self.values[key], allowed, near_names(key, known))

    def table(self, key: str) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise LookError(self.file, self.name(key), value, phrase("a_table", name=self.name(key)))
        return _Table(self.file, self.name(key), value, self.folder)

    def one_of(self, key: str, known: Collection[str], default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or value not in known:
            raise LookError(self.file, self.name(key), value, ", ".join(known), near_names(value, known))
        return value

    def colour(self, key: str, known: Collection[str], default: str) -> str:
        """A colour by its name or as "#rrggbb"."""
        value = self.values.get(key, default)
        if isinstance(value, str) and COLOUR.fullmatch(value):
            return value.lower()
        return self.one_of(key, known, default) if key in self.values else default

    def whole_number(self, key: str, low: int, high: int, default: int) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise LookError(self.file, self.name(key), value, phrase("a_whole_number", low=low, high=high))
        return value

    def matching(self, key: str, pattern: re.Pattern[str], allowed: Phrase, default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise LookError(self.file, self.name(key), value, allowed)
        return value


def load_look(path: Path) -> Look:
    """Read and check a look; ``docs/looks.md`` describes the file.

    Raises
    ------
    LookError
        the first thing that cannot be used: file, key, value, what is allowed, and the nearest names
    """
    return parse_look(_read(path), str(path), path.parent)


def parse_look(values: Mapping[str, Any], file: str = "look", folder: Path | None = None) -> Look:
    """A look from the values of its file; raises ``LookError``, which names ``file``.

    ``folder``: where pictures for prints may be read; without one a look cannot name any.
    """
    top = _Table(file, "", values, folder)
    top.refuse_unknown(("garment", "hair", "skin", "eyes", "pose", "seed", "studio"))
    hair, skin, eyes = (top.table(key) for key in ("hair", "skin", "eyes"))
    hair.refuse_unknown(("style", "colour", "roots", "highlights"))
    skin.refuse_unknown(("tone",))
    eyes.refuse_unknown(("colour",))
    palette, usual = load_palette(), Look()
    return Look(
        garments=_garments(top),
        hair=HairChoice(
            hair.one_of("style", hair_styles(), usual.hair.style),
            hair.colour("colour", palette.hair, usual.hair.colour),
            *(hair.colour(key, palette.hair, "") or None for key in ("roots", "highlights")),
        ),
        skin_tone=skin.whole_number("tone", 1, len(palette.skin), usual.skin_tone),
        eye_colour=eyes.one_of("colour", palette.eyes, usual.eye_colour),
        pose=top.one_of("pose", POSES, usual.pose),
        seed=top.whole_number("seed", 0, LARGEST_SEED, usual.seed),
        studio=top.matching("studio", NAME, phrase("a_studio"), usual.studio),
    )


def _read(path: Path) -> dict[str, Any]:
    wanted = phrase("a_look")
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise LookError(str(path), "file", path.name, wanted, error.strerror or "") from error
    if len(content) > LARGEST_FILE:
        raise LookError(str(path), "file", path.name, phrase("at_most_kb", limit=LARGEST_FILE // 1024))
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LookError(str(path), "file", path.name, wanted, str(error)) from error


def _garments(top: _Table) -> tuple[GarmentChoice, ...]:
    rows = top.values.get("garment", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LookError(top.file, "garment", rows, phrase("garment_tables"))
    choices: list[GarmentChoice] = []
    worn: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        table = _Table(top.file, f"garment[{number}]", row, top.folder)
        choice, spec = _garment(table)
        other = worn.setdefault(spec.place, spec.id)
        if len(worn) == len(choices):
            hint = phrase("hint_worn_there", other=other) if other != spec.id else phrase("hint_worn")
            raise LookError(top.file, table.name("id"), spec.id, phrase("one_per_layer"), hint)
        choices.append(choice)
    return tuple(choices)


def _garment(table: _Table) -> tuple[GarmentChoice, GarmentSpec]:
    table.refuse_unknown(("id", "size", "fabric", "colours", "print"))
    wardrobe = catalogue()
    if "id" not in table.values:
        raise LookError(table.file, table.name("id"), "", ", ".join(wardrobe), phrase("hint_garment_id"))
    spec = wardrobe[table.one_of("id", wardrobe, "")]
    colours = table.table("colours")
    colours.refuse_unknown(spec.slots)
    choice = GarmentChoice(
        garment=spec.id,
        size=_size(table, spec),
        colours={slot: colours.matching(slot, COLOUR, phrase("a_colour"), "").lower() for slot in colours.values},
        fabric=table.one_of("fabric", fabrics(), spec.fabric) if "fabric" in table.values else None,
        printed=_print(table.table("print")) if "print" in table.values else None,
    )
    return choice, spec


def _print(table: _Table) -> Print:
    table.refuse_unknown(("kind", "colours", "repeat_cm", "tile"))
    kind = table.one_of("kind", KINDS, "")
    width = table.values.get("repeat_cm")
    if not isinstance(width, int | float) or not LEAST_REPEAT_CM <= width <= MOST_REPEAT_CM:
        allowed = phrase("a_repeat", low=LEAST_REPEAT_CM, high=MOST_REPEAT_CM)
        raise LookError(table.file, table.name("repeat_cm"), width, allowed)
    if kind == TILE:
        name = table.values.get("tile", "")
        return Print(kind, (), float(width), str(name), _tile(table, name))
    colours = table.values.get("colours")
    usable = isinstance(colours, list) and all(isinstance(each, str) and COLOUR.fullmatch(each) for each in colours)
    if not usable or not 2 <= len(colours or ()) <= MOST_COLOURS:
        raise LookError(table.file, table.name("colours"), colours, phrase("some_colours", most=MOST_COLOURS))
    return Print(kind, tuple(each.lower() for each in colours or ()), float(width))


def _tile(table: _Table, name: object) -> str:
    """A picture in the look's own folder, in base 64; a look from elsewhere may not name files of this machine."""
    allowed = phrase("a_tile", limit=LARGEST_TILE // 1024)
    if table.folder is None or not isinstance(name, str) or Path(name).name != name or not name:
        raise LookError(table.file, table.name("tile"), name, allowed)
    try:
        with (table.folder / name).open("rb") as stream:
            content = stream.read(LARGEST_TILE + 1)
        if len(content) > LARGEST_TILE:
            raise ValueError(name)
        picture = base64.b64encode(content).decode("ascii")
        height, width = Print(TILE, (), 1.0, name, picture).pixels().shape[:2]
    except (OSError, ValueError) as error:
        raise LookError(table.file, table.name("tile"), name, allowed) from error
    if max(height, width) > LARGEST_TILE_PX:
        raise LookError(table.file, table.name("tile"), name, allowed)
    return picture


def _size(table: _Table, spec: GarmentSpec) -> str:
    """A size of the garment's series, by name or by label, as it is spelt here."""
    value = table.values.get("size", MADE_TO_MEASURE)
    size = spelt_size(value) if isinstance(value, str) else ""
    if not is_size(spec.sizes, size):
        names = spec.size_names()
        allowed = phrase("a_size", names=", ".join(names)) if len(names) > 1 else names[0]
        raise LookError(table.file, table.name("size"), value, allowed, near_names(value, names))
    return size


def save_look(look: Look, path: Path) -> None:
    """Write a look so that ``load_look`` reads it back equal."""
    write_whole(path, look_text(look).encode("utf-8"))


def look_text(look: Look) -> str:
    """The look as a TOML file that reads back equal; how people appear is left out where it is as usual."""
    lines = [f"pose = {_toml(look.pose)}", f"seed = {look.seed}", f"studio = {_toml(look.studio)}", ""]
    for choice in look.garments:
        lines += ["[[garment]]", f"id = {_toml(choice.garment)}", f"size = {_toml(choice.size)}"]
        if choice.fabric is not None:
            lines.append(f"fabric = {_toml(choice.fabric)}")
        if choice.colours:
            pairs = ", ".join(f"{slot} = {_toml(colour)}" for slot, colour in choice.colours.items())
            lines.append(f"colours = {{ {pairs} }}")
        if choice.printed is not None:
            lines.append(_print_line(choice.printed))
        lines.append("")
    usual = Look()
    if look.hair != usual.hair:
        lines += ["[hair]", f"style = {_toml(look.hair.style)}", f"colour = {_toml(look.hair.colour)}"]
        dyed = {"roots": look.hair.roots, "highlights": look.hair.highlights}
        lines += [*(f"{key} = {_toml(colour)}" for key, colour in dyed.items() if colour is not None), ""]
    if look.skin_tone != usual.skin_tone:
        lines += ["[skin]", f"tone = {look.skin_tone}", ""]
    if look.eye_colour != usual.eye_colour:
        lines += ["[eyes]", f"colour = {_toml(look.eye_colour)}", ""]
    return "\n".join(lines)


def _print_line(printed: Print) -> str:
    """A print as one line of a look; a picture is named, and has to lie beside the file."""
    colours = f"colours = [{', '.join(_toml(colour) for colour in printed.colours)}]"
    what = f"tile = {_toml(printed.tile)}" if printed.kind == TILE else colours
    return f"print = {{ kind = {_toml(printed.kind)}, {what}, repeat_cm = {printed.repeat_cm:g} }}"


def _toml(text: str) -> str:
    """A basic TOML string; JSON's escapes are among TOML's."""
    return json.dumps(text)
