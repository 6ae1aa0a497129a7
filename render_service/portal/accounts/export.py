# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of everything about an account, as one zip: JSON that programs read, and the bodies as GLB."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, Any

from sqlalchemy import select

from render_service.portal.accounts.models import Account
from render_service.portal.extensions import db
from render_service.portal.people.bodies import body_glb, body_of
from render_service.portal.people.models import MeasurementSet, Person

IN_MEMORY = 8_000_000


def everything(account: Account) -> IO[bytes]:
    """The zip, open at its start; larger ones lie on the disk without a name until they are sent."""
    people = db.session.scalars(select(Person).where(Person.account_id == account.id).order_by(Person.created)).all()
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent, and then closed, by the server
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        content = {"account": _account(account), "people": [_person(person) for person in people]}
        archive.writestr("atelier.json", json.dumps(content, ensure_ascii=False, indent=2))
        for person in people:
            archive.writestr(f"people/{person.id}/body.glb", body_glb(body_of(person.latest.measurements())))
    file.seek(0)
    return file


def _account(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "language": account.language,
        "unit": account.unit,
        "created": account.created.isoformat(),
        "last_seen": account.seen.isoformat(),
        "sessions": [
            {"browser": row.browser, "created": row.created.isoformat(), "last_seen": row.seen.isoformat()}
            for row in account.sessions
        ],
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "created": person.created.isoformat(),
        "look": person.look,
        "measurements": [_set(each) for each in person.sets],
    }


def _set(each: MeasurementSet) -> dict[str, Any]:
    return {
        "taken": each.taken.isoformat(),
        "typed_in": each.unit,
        "metres": each.given,
        "sex": each.sex,
        "weight_kg": each.weight_kg,
        "age_years": each.age_years,
    }
