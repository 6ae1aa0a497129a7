# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks by seed: garments that go together in colours that do, from the wardrobe as it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.colour import Colour
from avatar_engine.harmony import CONTRAST, LAYER_CONTRAST, LOWER_CHROMA, contrast, harmonious
from avatar_engine.look import BeardChoice, GarmentChoice, HairChoice, Look
from avatar_engine.measurements import Measurements, body_type
from avatar_engine.tucking import untuckable
from garments import GarmentSpec, catalogue, fabrics
from garments.catalogue import BODY, TRIM
from garments.prints import DRAWN, Print

Item = TypeVar("Item")
# A garment's part in an outfit, by its category, or else by its layer.
ROLE_OF_CATEGORY = {"underwear": "", "shoes": "feet", "dress": "dress", "leggings": "legs"}
ROLE_OF_LAYER = {1: "legs", 2: "bottom", 3: "top", 4: "over", 5: "outer", 6: "outer"}
# Parts in the order in which they are coloured: what shows most decides.
COLOURED = ("dress", "bottom", "top", "over", "outer", "legs", "feet")
QUIET = ("legs", "feet")
COLOURED_SHARE = {"dress": 0.75, "bottom": 0.25, "top": 0.5, "over": 0.6, "outer": 0.3}
OWN_CLOTH_SHARE = 0.4
LEGWEAR_SHARE = 0.5
SHADE, TINT, TURN = 0.03, 0.12, 6.0
TRIM_SHADE = 0.025
PRINT_CONTRAST = 0.2
TRIES = 200


@cache
def style() -> dict[str, Any]:
    """``style.toml``: wearers, occasions, cloth and seasons' palettes."""
    with Path(__file__).with_name("style.toml").open("rb") as stream:
        rows: dict[str, Any] = tomllib.load(stream)
    return rows


def wearers() -> tuple[str, ...]:
    """For whom a look may be."""
    return tuple(style()["wearer"])


def occasions() -> tuple[str, ...]:
    """What a look may be like."""
    return tuple(style()["occasion"])


def seasons() -> tuple[str, ...]:
    """Seasons that a look's colours and cloth may be of."""
    return tuple(style()["season"])


def role_of(spec: GarmentSpec) -> str:
    """The part a garment plays in an outfit, "" for none."""
    return ROLE_OF_CATEGORY.get(spec.category, ROLE_OF_LAYER.get(spec.layer, ""))


def seeded_look(
    seed: int, wearer: str = "any", occasion: str | None = None, season: str | None = None, appearance: bool = False
) -> Look:
    """A look that is random but tasteful; the same arguments and wardrobe give the same look.

    Parameters
    ----------
    wearer : of ``wearers()``
    occasion, season : of ``occasions()`` and ``seasons()``, None for any
    appearance : whether hair, skin and eyes are chosen too; they are left as usual otherwise

    Raises
    ------
    KeyError : an unknown wearer, occasion or season
    """
    chance = Random(seed)  # noqa: S311 - taste, not secrets
    like = occasion or _one(chance, occasions())
    when = season or _one(chance, seasons())
    stylist = _Stylist(chance, wearer, like, when)
    worn = stylist.outfit()
    # Drawn apart, so that what is tucked in changes nothing else of a look.
    choices = _tucked(stylist.dyed(worn), style()["tucked"][like], Random(f"tucked {seed}"))  # noqa: S311
    look = Look(garments=choices, seed=seed)
    return _with_appearance(look, chance, wearer) if appearance else look


def first_hair(measurements: Measurements) -> HairChoice:
    """Hair until somebody chooses any, for the body type that they said or that their measurements tell."""
    return HairChoice(style()["first_hair"]["male" if body_type(measurements) > 0.5 else "female"])


def _with_appearance(look: Look, chance: Random, wearer: str) -> Look:
    tone = 1 + int(chance.random() * len(load_palette().skin))
    natural = next(row for row in style()["people"] if row["tones"][0] <= tone <= row["tones"][1])
    left_out = {*style()["wearer"][wearer], *natural["seldom"]}
    styles = [key for key in hair_styles() if key not in left_out]
    hair = HairChoice(_one(chance, styles), _one(chance, natural["hair"]))
    look = replace(look, hair=hair, skin_tone=tone, eye_colour=_one(chance, natural["eyes"]))
    return _with_years(look, chance, wearer, natural)


def _with_years(look: Look, chance: Random, wearer: str, natural: dict[str, Any]) -> Look:
    """The look with an undertone, an age with the grey that goes with it, and a beard where the wearer may have one."""
    habits = style()["habits"]
    under = _one(chance, tuple(load_palette().undertones))
    youngest, oldest = habits["ages"]
    age = int(youngest + (oldest - youngest) * chance.random() ** 2)
    grey = chance.random() * (age - habits["grey_from"]) / (oldest - habits["grey_from"])
    colour = look.hair.colour
    if colour in habits["late"] and age < habits["late_from"]:
        # The young have the colour that people of their kind have most.
        colour = max((each for each in natural["hair"] if each not in habits["late"]), key=natural["hair"].count)
    # What is grey already does not turn grey.
    hair = replace(look.hair, colour=colour, grey=0 if colour == "grey" else max(0, round(100.0 * grey)))
    bearded = chance.random() < habits["beards"].get(wearer, 0.0)
    beard = BeardChoice(_one(chance, tuple(beards()))) if bearded else look.beard
    return replace(look, hair=hair, undertone=under, skin_age=age, beard=beard)


def _tucked(choices: tuple[GarmentChoice, ...], shares: dict[str, float], chance: Random) -> tuple[GarmentChoice, ...]:
    """The outfit, its top tucked into trousers or shorts as often as ``shares`` says for its category."""
    specs = [catalogue()[choice.garment] for choice in choices]
    bottom = next((spec.category for spec in specs if spec.waistband is not None), "")
    drawn = chance.random()
    for place, spec in enumerate(specs):
        asked = [True if at == place else choice.tucked for at, choice in enumerate(choices)]
        willing = bottom in style()["tucked"]["into"] and drawn < shares.get(spec.category, 0.0)
        if willing and untuckable(specs, asked) is None:
            return (*choices[:place], replace(choices[place], tucked=True), *choices[place + 1 :])
    return choices


def _one(chance: Random, options: Sequence[Item]) -> Item:
    return options[int(chance.random() * len(options))]


@dataclass(frozen=True)
class _Stylist:
    """What one look is chosen with."""

    chance: Random
    wearer: str
    occasion: str
    season: str

    @property
    def _likes(self) -> dict[str, Any]:
        likes: dict[str, Any] = style()["occasion"][self.occasion]
        return likes

    @property
    def _palette(self) -> dict[str, Any]:
        palette: dict[str, Any] = style()["season"][self.season]
        return palette

    def outfit(self) -> dict[str, GarmentSpec]:
        """One garment per part: a dress, or top and bottom; what is worn over them; shoes."""
        on_offer = self._on_offer()
        worn: dict[str, GarmentSpec] = {}

        def put_on(role: str, share: float = 1.0) -> None:
            wanted = self.chance.random() < share
            if wanted and on_offer.get(role):
                worn[role] = _one(self.chance, on_offer[role])

        put_on("dress", self._likes["dress"])
        if "dress" not in worn:
            put_on("bottom")
            put_on("top")
        put_on("over", 1.0 if not {"dress", "top"} & set(worn) else self._likes["over"])
        put_on("outer", self._likes["outer"])
        if self._legs_show(worn) and self.season in ("autumn", "winter"):
            put_on("legs", LEGWEAR_SHARE)
        put_on("feet")
        return worn

    def _on_offer(self) -> dict[str, list[GarmentSpec]]:
        """Garments by part, without what wearer, occasion or season leave out.

        Nobody goes barefoot for the season's sake: a part that would be left empty is filled as if it had no season.
        """
        all_year = {*style()["wearer"][self.wearer], *self._likes["leave_out"]}
        wardrobe = [spec for spec in catalogue().values() if role_of(spec)]
        found: dict[str, list[GarmentSpec]] = {}
        for left_out in (all_year | {*self._palette["leave_out"]}, all_year):
            fitting = [spec for spec in wardrobe if not {spec.id, spec.category} & left_out and self._cloths(spec)]
            for role in sorted({role_of(spec) for spec in fitting} - set(found)):
                found[role] = [spec for spec in fitting if role_of(spec) == role]
        return found

    def _legs_show(self, worn: dict[str, GarmentSpec]) -> bool:
        """Whether a skirt or dress ends above the calf."""
        lower = worn.get("dress") or worn.get("bottom")
        return lower is not None and lower.category in ("dress", "skirt") and "calf" not in lower.hides

    def _cloths(self, spec: GarmentSpec) -> list[str]:
        """Cloth that a garment may be cut from on this occasion and in this season, its own first."""
        cloth = style()["cloth"]
        own = [spec.fabric, *cloth.get(spec.id, cloth.get(spec.category, ()))]
        unfit = {*style()["unfit"].get(self.occasion, ()), *self._palette["avoid"]}
        return [name for name in dict.fromkeys(own) if name in fabrics() and (name not in unfit or _is_fixed(spec))]

    def _cloth(self, spec: GarmentSpec) -> str:
        possible = self._cloths(spec)
        if spec.fabric in possible and self.chance.random() < OWN_CLOTH_SHARE:
            return spec.fabric
        liked = [name for name in possible if name in self._palette["cloth"]]
        return _one(self.chance, liked or possible)

    def dyed(self, worn: dict[str, GarmentSpec]) -> tuple[GarmentChoice, ...]:
        """Cloth and colours for every garment, from the skin outwards."""
        cloth = {role: self._cloth(worn[role]) for role in COLOURED if role in worn}
        colours = self._colours(cloth)
        order = sorted(worn, key=lambda role: (worn[role].layer, worn[role].id))
        plain = {role: _choice(worn[role], cloth[role], colours[role]) for role in order}
        return tuple(self._printed(plain, cloth, colours).values())

    def _printed(
        self, choices: dict[str, GarmentChoice], cloth: dict[str, str], colours: dict[str, Colour]
    ) -> dict[str, GarmentChoice]:
        """At most one garment in a print: its own colour with a neutral of the season that stands out from it."""
        prints = style()["prints"]
        role = next((part for part in prints["parts"] if part in choices), "")
        if not role or self.chance.random() >= prints["share"] or cloth[role] in style()["dyes"]:
            return choices
        neutrals = [Colour.from_hex(text) for text in self._palette["neutrals"]]
        others = [colour for colour in neutrals if contrast(colour, colours[role]) >= PRINT_CONTRAST]
        kind = _one(self.chance, tuple(DRAWN))
        low, high = prints[kind]
        repeat = round(low + (high - low) * self.chance.random(), 1)
        ground = choices[role].colours[BODY]
        printed = Print(kind, (ground, _one(self.chance, others).hex()), repeat)
        return {**choices, role: replace(choices[role], printed=printed)}

    def _colours(self, cloth: dict[str, str]) -> dict[str, Colour]:
        """Colours by part that go together; a season's neutrals alone do in any case."""
        for _ in range(TRIES):
            found = {role: self._colour(role, name) for role, name in cloth.items()}
            if tasteful(found):
                return found
        return self._safe(cloth)

    def _safe(self, cloth: dict[str, str]) -> dict[str, Colour]:
        """Light above dark, all in neutrals."""
        light, *_, dark = sorted((Colour.from_hex(text) for text in self._palette["neutrals"]), key=_darkness)
        middle = Colour(0.5 * (light.lightness + dark.lightness), dark.chroma, dark.hue)
        plain = {
            "dress": light,
            "bottom": dark,
            "top": light,
            "over": middle,
            "outer": dark,
            "legs": dark,
            "feet": dark,
        }
        return {role: plain[role] for role in cloth}

    def _colour(self, role: str, cloth: str) -> Colour:
        if role in QUIET:
            return Colour.from_hex(_one(self.chance, style()["quiet"]["colours"]))
        if cloth in style()["dyes"]:
            return Colour.from_hex(_one(self.chance, style()["dyes"][cloth]))
        kind = "colours" if self.chance.random() < COLOURED_SHARE[role] else "neutrals"
        near = Colour.from_hex(_one(self.chance, self._palette[kind]))
        shade, tint, turn = (2.0 * self.chance.random() - 1.0 for _ in range(3))
        varied = Colour(near.lightness + SHADE * shade, near.chroma * (1.0 + TINT * tint), near.hue + TURN * turn)
        return Colour.from_hex(varied.hex())


def tasteful(colours: dict[str, Colour]) -> bool:
    """Whether an outfit's colours, by part, keep to the rules of harmony and contrast."""
    if not harmonious(list(colours.values())):
        return False
    upper = [colours[role] for role in ("dress", "top", "over", "outer") if role in colours]
    if any(contrast(inner, outer) < LAYER_CONTRAST for inner, outer in zip(upper, upper[1:], strict=False)):
        return False
    shown = colours.get("over") or colours.get("top")
    lower = colours.get("bottom")
    if lower is None or shown is None:
        return True
    return lower.chroma <= LOWER_CHROMA and contrast(shown, lower) >= CONTRAST


def _is_fixed(spec: GarmentSpec) -> bool:
    """Whether a garment comes in one material only: shoes, and what is cut from a ready surface."""
    return spec.source != "pattern"


def _choice(spec: GarmentSpec, cloth: str, colour: Colour) -> GarmentChoice:
    trim = Colour(max(0.0, colour.lightness - TRIM_SHADE), colour.chroma, colour.hue)
    same = spec.slots.get(TRIM) == spec.slots[BODY]
    dyes = {BODY: colour.hex(), TRIM: colour.hex() if same else trim.hex()}
    return GarmentChoice(
        spec.id,
        colours={slot: dye for slot, dye in dyes.items() if slot in spec.slots},
        fabric=None if cloth == spec.fabric else cloth,
    )


def _darkness(colour: Colour) -> float:
    return -colour.lightness
