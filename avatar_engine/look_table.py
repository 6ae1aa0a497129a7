# SPDX-License-Identifier: GPL-3.0-or-later
"""Values out of a look's tables, each checked; what cannot be used is named with what can.

Every method raises ``LookError``.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avatar_engine.errors import LookError
from avatar_engine.system_errors import why_unread
from avatar_engine.words import Phrase, near_names, phrase

TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Table:
    """A table of the file: its values, and the key under which errors name them.

    Parameters
    ----------
    pictures : what reads pictures for prints by their names, None where a look cannot name any
    """

    file: str
    key: str
    values: Mapping[str, Any]
    pictures: Callable[[str], bytes] | None = None

    def name(self, key: str) -> str:
        """A key as errors name it."""
        return f"{self.key}.{key}" if self.key else key

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Refuse keys that are not among those known."""
        for key in self.values:
            if key not in known:
                allowed = phrase("the_keys", keys=", ".join(known))
                raise LookError(self.file, self.name(key), self.values[key], allowed, near_names(key, known))

    def table(self, key: str) -> Table:
        """A table within this one, empty where it is left out."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise LookError(self.file, self.name(key), value, phrase("a_table", name=self.name(key)))
        return Table(self.file, self.name(key), value, self.pictures)

    def one_of(self, key: str, known: Collection[str], default: str) -> str:
        """One of the names known."""
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

    def dye(self, key: str) -> str:
        """A colour as "#rrggbb"; where a colour's name stands instead, the hint has its number."""
        value = self.values.get(key)
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            raise LookError(self.file, self.name(key), value, phrase("a_colour"), _numbered(str(value)))
        return value.lower()

    def whole_number(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number in a range, ends included."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise LookError(self.file, self.name(key), value, phrase("a_whole_number", low=low, high=high))
        return value

    def truth(self, key: str) -> bool:
        """True or false."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise LookError(self.file, self.name(key), value, phrase("true_or_false"))
        return value

    def matching(self, key: str, pattern: re.Pattern[str], allowed: Phrase, default: str) -> str:
        """A text of a form."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise LookError(self.file, self.name(key), value, allowed)
        return value


def read_toml(path: Path, largest: int, wanted: Phrase) -> dict[str, Any]:
    """The values of a TOML file of up to ``largest`` bytes; what cannot be read is said with line and column.

    Parameters
    ----------
    wanted : what should have stood there, for the error
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(largest + 1)
    except OSError as error:
        raise LookError(str(path), "file", path.name, wanted, why_unread(error, path)) from error
    if len(content) > largest:
        raise LookError(str(path), "file", path.name, phrase("at_most_kb", limit=largest // 1024))
    try:
        # Some editors begin UTF-8 with a mark.
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LookError(str(path), "file", path.name, wanted, phrase("hint_toml_utf8")) from error
    except (ValueError, RecursionError) as error:
        raise LookError(str(path), "file", path.name, wanted, _where(str(error))) from error


def _where(reason: str) -> Phrase | str:
    found = TOML_PLACE.fullmatch(reason)
    return phrase("hint_line", reason=found[1], line=found[2], column=found[3]) if found else reason


def _numbered(name: str) -> Phrase | str:
    """A hint with the number of the colour that a name, one of CSS, or three digits stand for; "" for other text."""
    try:
        from PIL import ImageColor
    except ModuleNotFoundError:  # Blender's own Python has no Pillow
        return ""
    near = difflib.get_close_matches(name.lower().replace(" ", ""), ImageColor.colormap, n=1, cutoff=0.6)
    try:
        red, green, blue = ImageColor.getrgb(near[0] if near else name)[:3]
    except ValueError:
        return ""
    number = f'"#{red:02x}{green:02x}{blue:02x}"'
    return phrase("hint_nearest", nearest=f"{number} ({near[0]})" if near else number)


def toml_text(text: str) -> str:
    """A basic TOML string; JSON's escapes are among TOML's."""
    return json.dumps(text)
