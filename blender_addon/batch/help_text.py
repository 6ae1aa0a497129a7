# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of a batch, and their help in the user's language: argparse would give its own in English (no bpy)."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Iterator

from avatar_engine.words import phrase

# What each command is for, how it is called, and what of it cannot be left out, with how that is written.
COMMANDS = {
    "render": (
        "about_render",
        "PEOPLE.csv --look LOOK.toml [--look ...] --out FOLDER [options]",
        {"people": "PEOPLE.csv", "look": "--look", "out": "--out"},
    ),
    "catalogue": (
        "about_catalogue",
        "PLAN.toml [--out FOLDER] [options]",
        {"plan": "PLAN.toml"},
    ),
}
HELP = ("-h", "--help")
# Where the description of an option begins, and where its lines end.
COLUMN, WIDTH = 30, 100


def overview(program: str, language: str) -> Iterator[str]:
    """The commands there are."""
    for command, (about, usage, _) in COMMANDS.items():
        yield f"{program} {command} {usage}\n  {phrase(about).say(language)}"
    yield phrase("help_overview", program=program, commands="|".join(COMMANDS)).say(language)


def described(program: str, command: str, actions: Iterable[argparse.Action], language: str) -> Iterator[str]:
    """How a command is called, and what each of its options is for.

    Parameters
    ----------
    actions : their ``help`` is a key of the table of words
    """
    about, usage, _ = COMMANDS[command]
    yield phrase("help_usage", command=f"{program} {command} {usage}").say(language)
    yield f"\n{phrase(about).say(language)}\n"
    for action in actions:
        value = "" if action.nargs == 0 else str(action.metavar)
        yield _described(" ".join([", ".join(action.option_strings), value]).strip(), action.help or "", language)
    yield _described(", ".join(HELP), "help_help", language)


def _described(written: str, about: str, language: str) -> str:
    lines = textwrap.wrap(phrase(about).say(language), WIDTH - COLUMN)
    before = f"  {written}"
    if len(before) > COLUMN - 2:
        return "\n".join([before, *(" " * COLUMN + line for line in lines)])
    return "\n".join([before.ljust(COLUMN) + lines[0], *(" " * COLUMN + line for line in lines[1:])])
