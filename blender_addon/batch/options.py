# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of ``render`` and ``catalogue`` (no bpy; argparse, since Blender has no other).

What argparse would say in English alone is said as ``UsageError``, in the language of the command.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from avatar_engine.errors import AvatarError, Text
from avatar_engine.measurements.units import UNITS
from avatar_engine.words import LANGUAGES, Phrase, near_names, phrase, system_language

from ..scene.camera import FRAMINGS
from ..scene.devices import DEVICES
from ..scene.presets import presets
from .kinds import DRAPES, KINDS
from .plan import LARGEST_PX, MOST_FRAMES, MOST_SAMPLES

WHOLE = re.compile(r"[0-9]{1,6}")
RESOLUTION = re.compile(r"(\d{2,5})[xX](\d{2,5})")
# Options that a plan's [picture] has too, and their names in ``shots.Picture``.
FULL_NAMES = {
    "format": "kind", "transparent": "clear", "turntable": "turntable", "drape": "drape", "cycles_device": "device",
}  # fmt: skip
# What each command is for, how it is called, and what of it cannot be left out, with how that is written.
COMMANDS = {
    "render": (
        "Pictures of a table of people in one or several looks.",
        "PEOPLE.csv --look LOOK.toml [--look ...] --out FOLDER [options]",
        {"people": "PEOPLE.csv", "look": "--look", "out": "--out"},
    ),
    "catalogue": (
        "Pictures of a plan: people, looks, colourways and cameras.",
        "PLAN.toml [--out FOLDER] [options]",
        {"plan": "PLAN.toml"},
    ),
}
HELP = ("-h", "--help")


class UsageError(AvatarError):
    """The command line cannot be understood."""

    def __init__(self, text: Phrase, hint: Text = "") -> None:
        super().__init__(phrase("error_with_hint", text=text, hint=hint) if hint else text)


def read(program: str, arguments: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for, complete.

    Raises
    ------
    UsageError : an option that does not exist, lacks its value or cannot have it
    SystemExit : after the help was printed
    """
    command = arguments[0] if arguments else ""
    if command in HELP:
        print("\n".join(_overview(program)))
        raise SystemExit(0)
    if command not in COMMANDS:
        raise _unusable(program, command, ", ".join(COMMANDS), near_names(command, COMMANDS))
    known = _parser(program, command)
    try:
        options, surplus = known.parse_known_args(list(arguments[1:]))
    except argparse.ArgumentError as error:
        # All that is left to argparse: an option without its value, or a value where there is none.
        name = (error.argument_name or "").split("/")[0]
        without = any(name in action.option_strings and action.nargs == 0 for action in known.actions())
        raise UsageError(phrase("option_without_value" if without else "option_needs_value", option=name)) from error
    asked = phrase("hint_help", command=f"{program} {command} --help")
    if surplus:
        name, _, _ = surplus[0].partition("=")
        near = near_names(name, (each for action in known.actions() for each in action.option_strings))
        raise UsageError(phrase("option_unknown", option=name), near or asked)
    for name, written in COMMANDS[command][2].items():
        if getattr(options, name) is None:
            raise UsageError(phrase("option_missing", option=written), asked)
    options.command = command
    return options


def language_of(arguments: Sequence[str]) -> str:
    """The language that a command line asks for, before all of it is understood."""
    said = " ".join(arguments).replace("--lang=", "--lang ").split()
    asked = [word for option, word in zip(said, said[1:], strict=False) if option == "--lang" and word in LANGUAGES]
    return asked[-1] if asked else system_language()


class _Parser(argparse.ArgumentParser):
    """A parser that leaves what is wrong to us."""

    def actions(self) -> list[argparse.Action]:
        """All its options and arguments."""
        return list(self._actions)


def _overview(program: str) -> Iterator[str]:
    for command, (about, usage, _) in COMMANDS.items():
        yield f"{program} {command} {usage}\n  {about}"
    yield f"{program} {'|'.join(COMMANDS)} --help lists the options."


def _parser(program: str, command: str) -> _Parser:
    about, usage, _ = COMMANDS[command]
    parser = _Parser(usage=f"{program} {command} {usage}", description=about, exit_on_error=False, allow_abbrev=False)
    _OWN[command](parser)
    _common(parser)
    return parser


def _render(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    # "?" and not required: what is missing is said by us.
    add("people", type=Path, nargs="?", metavar="PEOPLE.csv", help="tape measurements, one person a row")
    add("--look", type=Path, action="append", metavar="LOOK.toml", help="may be given repeatedly")
    add("--out", type=Path, metavar="FOLDER", help="folder to write into")
    add("--unit", **_one_of("--unit", UNITS), default="cm", help="unit of the table (cm)")
    add("--camera", **_one_of("--camera", FRAMINGS), action="append", help="may be given repeatedly (front)")
    add("--name", metavar="TEMPLATE", help="template of names: {subject}, {look}, {camera}, {frame}")


def _catalogue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", type=Path, nargs="?", metavar="PLAN.toml", help="described in docs/batch.md")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder to write into (the plan's name, beside it)")


_OWN = {"render": _render, "catalogue": _catalogue}


def _common(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--preset", **_one_of("--preset", presets()), help="size and samples (standard)")
    add("--samples", type=_whole("--samples", 1, MOST_SAMPLES), metavar="N", help="instead of the preset's")
    add("--resolution", type=_resolution, metavar="WxH", help="instead of the preset's, in pixels")
    add("--format", **_one_of("--format", KINDS), help="png, jpg and webp are developed, exr is scene-linear (png)")
    add("--transparent", action=argparse.BooleanOptionalAction, default=None, help="without a backdrop")
    add("--turntable", type=_whole("--turntable", 0, MOST_FRAMES), metavar="N", help="N pictures all the way round")
    drapes = "live: seconds; final: a minute a garment, needs the packages of atelier[fit]"
    add("--drape", **_one_of("--drape", DRAPES), help=drapes)
    add("--cycles-device", **_one_of("--cycles-device", DEVICES), help="auto takes a GPU where there is one (auto)")
    add("--force", action="store_true", help="make again what is whole already")
    add("--keep-going", action="store_true", help="go on after somebody who cannot be made")
    add("--lang", **_one_of("--lang", LANGUAGES), default=system_language(), help="language of messages")


def _unusable(option: str, value: object, allowed: Text, hint: Text = "") -> UsageError:
    return UsageError(phrase("error_measurement", field=option, value=f"'{value}'", allowed=allowed), hint)


def _one_of(option: str, known: Iterable[str]) -> dict[str, Any]:
    """Arguments for an option that takes one of several names."""
    names = tuple(known)

    def name(text: str) -> str:
        if text not in names:
            raise _unusable(option, text, ", ".join(names), near_names(text, names))
        return text

    return {"type": name, "metavar": "|".join(names)}


def _whole(option: str, low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise _unusable(option, text, phrase("a_whole_number", low=low, high=high))
        return int(text)

    return whole_number


def _resolution(text: str) -> tuple[int, int]:
    found = RESOLUTION.fullmatch(text)
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(16 <= side <= LARGEST_PX for side in sides):
        raise _unusable("--resolution", text, phrase("width_x_height", largest=LARGEST_PX))
    return sides
