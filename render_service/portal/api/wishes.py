# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request asks to be made: whose body or which measurements, what is changed on it, and what it wears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from avatar_engine.fitting.fit_map import MAPS
from avatar_engine.look import Look
from avatar_engine.measurements import KEYS, Measurements
from avatar_engine.measurements.cells import number_range
from avatar_engine.measurements.units import from_metres
from render_service.portal.api.shapes import BARE
from render_service.portal.people.claim import own_person
from render_service.portal.people.entry import EXTRAS, UNITS, Entry, Mistake, read_entry
from render_service.portal.people.models import MeasurementSet, Person
from render_service.portal.prints.pictures import read_look

KNOWN = (
    "person",
    "measured",
    "unit",
    "measurements",
    "sex",
    *EXTRAS,
    "changes",
    "look",
    "known",
    "fit_map",
    "stance",
    "name",
    "save",
)
MOST_KNOWN = 100


class Refused(Exception):  # noqa: N818  # it carries words to whoever asked
    """A request that cannot be met: what is wrong, and where."""

    def __init__(self, detail: str, mistakes: list[dict[str, Any]] | None = None) -> None:
        self.detail, self.mistakes = detail, mistakes or []
        super().__init__(detail)


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    person : of whoever asks, or None; known : meshes that the viewer has; fit_map : one of ``MAPS``, or None;
    stance : how the body that the viewer shows stands, as an answer told; name, save : to keep what is made
    """

    person: Person | None
    entry: Entry
    measurements: Measurements
    look: Look
    look_values: dict[str, Any]
    known: frozenset[str]
    fit_map: str | None
    stance: str
    name: str
    save: bool


def read_wish() -> Wish:
    """The request's wish.

    Raises
    ------
    Refused, LookError
    """
    content = request.get_json()
    if not isinstance(content, dict):
        raise Refused(_("A JSON object is expected."))
    unknown = [key for key in content if key not in KNOWN]
    if unknown:
        raise Refused(_("%(key)s is not known here; known: %(known)s.", key=unknown[0][:40], known=", ".join(KNOWN)))
    person = own_person(str(content["person"])) if content.get("person") is not None else None
    unit = content.get("unit", "cm")
    if unit not in UNITS:
        raise Refused(_("The unit is cm or in."))
    entry = read_entry(_texts(content, person, unit), unit)
    if entry.measurements is None:
        raise Refused(entry.mistakes[0].said, [as_json(mistake, entry) for mistake in entry.mistakes])
    values = _table(content, "look") if "look" in content else dict(person.look) if person else {}
    known = content.get("known", [])
    if not isinstance(known, list) or len(known) > MOST_KNOWN:
        raise Refused(_("known is a list of names of meshes."))
    fit_map = content.get("fit_map")
    if fit_map is not None and fit_map not in MAPS:
        raise Refused(_("fit_map is one of %(known)s, or null.", known=", ".join(MAPS)))
    stance = content.get("stance", BARE)
    if not isinstance(stance, str):
        raise Refused(_("stance is a text."))
    save = content.get("save", False)
    if not isinstance(save, bool):
        raise Refused(_("save is true or false."))
    look = read_look(values, current_user.id if current_user.is_authenticated else None)
    names = frozenset(str(name) for name in known)
    name = str(content.get("name", ""))
    return Wish(person, entry, entry.measurements, look, values, names, fit_map, stance, name, save)


def as_json(mistake: Mistake, entry: Entry) -> dict[str, Any]:
    """A mistake for programs: field, value, unit and range beside its words."""
    low, high, unit = number_range(mistake.key, entry.unit)
    value = entry.texts.get(mistake.key, "")
    bounds = {"low": round(low, 2), "high": round(high, 2)}
    return {"field": mistake.key, "value": value, "unit": unit, **bounds, "detail": mistake.said}


def _texts(content: Mapping[str, Any], person: Person | None, unit: str) -> dict[str, str]:
    """The form that the request would have filled in."""
    texts: dict[str, str] = {"unit": unit}
    if person is not None and "measurements" not in content:
        saved = _measured(person, content.get("measured"))
        texts |= {key: f"{from_metres(value, unit):.4f}" for key, value in saved.given.items()}
        texts |= {key: f"{getattr(saved, key):g}" for key in EXTRAS if getattr(saved, key) is not None}
        texts["sex"] = saved.sex or ""
    for table in ("measurements", "changes"):
        for key, value in _table(content, table).items():
            if key not in KEYS:
                raise Refused(_("%(key)s is no measurement; there are %(known)s.", key=key[:40], known=", ".join(KEYS)))
            texts[key] = "" if value is None else str(value)
    texts |= {key: str(content[key]) for key in EXTRAS if content.get(key) is not None}
    if content.get("sex") is not None:
        if content["sex"] not in ("female", "male"):
            raise Refused(_("sex is female, male or null."))
        texts["sex"] = content["sex"]
    return texts


def _measured(person: Person, wanted: object) -> MeasurementSet:
    """The measurements of that id, the newest where none is named."""
    found = next((each for each in person.sets if each.id == wanted), None)
    if found is None and wanted is not None:
        raise Refused(_("measured is the id of measurements of this person, or null for the newest."))
    return found or person.latest


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(_("%(key)s is an object.", key=key))
    return value
