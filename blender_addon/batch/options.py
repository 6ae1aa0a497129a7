# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of ``render`` and ``catalogue`` (no bpy; argparse, since Blender has no other).

What argparse would say in English alone is said by us in the language of the command: refusals are ``UsageError``, and
the help of an option is a key of the table of words.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from avatar_engine.errors import AvatarError, Text
from avatar_engine.measurements.units import UNITS
from avatar_engine.words import LANGUAGES, Phrase, near_names, phrase, system_language

from ..scene.camera import FRAMINGS
from ..scene.devices import DEVICES
from ..scene.presets import presets
from .help_text import COMMANDS, HELP, described, overview
from .kinds import DRAPES, KINDS
from .plan import LARGEST_PX, MOST_FRAMES, MOST_SAMPLES

WHOLE = re.compile(r"[0-9]{1,6}")
RESOLUTION = re.compile(r"(\d{2,5})[xX](\d{2,5})")
# Options that a plan's [picture] has too, and their names in ``shots.Picture``.
FULL_NAMES = {
    "format": "kind", "transparent": "clear", "turntable": "turntable", "drape": "drape", "cycles_device": "device",
}  # fmt: skip


class UsageError(AvatarError):
    """The command line cannot be understood."""

    def __init__(self, text: Phrase, hint: Text = "") -> None:
        super().__init__(phrase("error_with_hint", text=text, hint=hint) if hint else text)


def read(program: str, arguments: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for, complete.

    Raises
    ------
    UsageError : an option that does not exist, lacks its value or cannot have it
    SystemExit : after the help was printed, in the language that the arguments ask for
    """
    command = arguments[0] if arguments else ""
    if command in HELP:
        _print(overview(program, language_of(arguments)))
    if command not in COMMANDS:
        raise _unusable(program, command, ", ".join(COMMANDS), near_names(command, COMMANDS))
    known = _parser(command)
    if any(word in HELP for word in arguments):
        _print(described(program, command, known.actions(), language_of(arguments)))
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


def _print(lines: Iterable[str]) -> NoReturn:
    print("\n".join(lines))
    raise SystemExit(0)


def _parser(command: str) -> _Parser:
    parser = _Parser(exit_on_error=False, allow_abbrev=False, add_help=False)
    _OWN[command](parser)
    _common(parser)
    return parser


def _render(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    # "?" and not required: what is missing is said by us.
    add("people", type=Path, nargs="?", metavar="PEOPLE.csv", help="help_people")
    add("--look", type=Path, action="append", metavar="LOOK.toml", help="help_look")
    add("--out", type=Path, metavar="FOLDER", help="help_out")
    add("--unit", **_one_of("--unit", UNITS), default="cm", help="help_unit")
    add("--camera", **_one_of("--camera", FRAMINGS), action="append", help="help_camera")
    add("--name", metavar="TEMPLATE", help="help_name")


def _catalogue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", type=Path, nargs="?", metavar="PLAN.toml", help="help_plan")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="help_catalogue_out")


_OWN = {"render": _render, "catalogue": _catalogue}


def _common(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--preset", **_one_of("--preset", presets()), help="help_preset")
    add("--samples", type=_whole("--samples", 1, MOST_SAMPLES), metavar="N", help="help_samples")
    add("--resolution", type=_resolution, metavar="WxH", help="help_resolution")
    add("--format", **_one_of("--format", KINDS), help="help_format")
    add("--transparent", action=argparse.BooleanOptionalAction, default=None, help="help_transparent")
    add("--turntable", type=_whole("--turntable", 0, MOST_FRAMES), metavar="N", help="help_turntable")
    add("--drape", **_one_of("--drape", DRAPES), help="help_drape")
    add("--cycles-device", **_one_of("--cycles-device", DEVICES), help="help_device")
    add("--force", action="store_true", help="help_force")
    add("--keep-going", action="store_true", help="help_keep_going")
    add("--lang", **_one_of("--lang", LANGUAGES), default=system_language(), help="help_lang")


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
