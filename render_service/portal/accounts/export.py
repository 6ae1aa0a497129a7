# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of everything about an account, as one zip: JSON that programs read, the bodies as GLB, pictures."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from render_service.portal.accounts.models import Account
from render_service.portal.accounts.tokens import tokens_of
from render_service.portal.extensions import db
from render_service.portal.people.bodies import body_glb, own_body
from render_service.portal.people.models import MeasurementSet, Person, SavedLook
from render_service.portal.prints.pictures import pictures_of
from render_service.portal.renders.files import folder_of
from render_service.portal.renders.models import RenderJob

IN_MEMORY = 8_000_000


def everything(account: Account) -> IO[bytes]:
    """The zip, open at its start; larger ones lie on the disk without a name until they are sent."""
    people = db.session.scalars(select(Person).where(Person.account_id == account.id).order_by(Person.created)).all()
    jobs = db.session.scalars(select(RenderJob).where(RenderJob.account_id == account.id)).all()
    prints = pictures_of(account.id)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent, and then closed, by the server
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        content = {
            "account": _account(account),
            "people": [_person(person) for person in people],
            "pictures": [_job(job) for job in jobs],
            "prints": [{"file": each.file, "name": each.name, "kept": each.created.isoformat()} for each in prints],
        }
        archive.writestr("atelier.json", json.dumps(content, ensure_ascii=False, indent=2))
        for person in people:
            archive.writestr(f"people/{person.id}/body.glb", body_glb(own_body(person)))
            for saved in person.looks:
                if saved.picture is not None:
                    archive.writestr(f"people/{person.id}/looks/{saved.id}.webp", saved.picture, zipfile.ZIP_STORED)
        for each in prints:
            archive.writestr(f"prints/{each.file}", each.content, zipfile.ZIP_STORED)
        for job in jobs:
            folder = folder_of(current_app.config["SETTINGS"], job.id)
            for path in sorted(folder.glob("[!.]*")):
                archive.write(path, f"pictures/{job.id}/{path.name}", zipfile.ZIP_STORED)
    file.seek(0)
    return file


def _account(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "language": account.language,
        "unit": account.unit,
        "mail_when_pictures_are_ready": account.tell_by_mail,
        "created": account.created.isoformat(),
        "last_seen": account.seen.isoformat(),
        "sessions": [
            {"browser": row.browser, "created": row.created.isoformat(), "last_seen": row.seen.isoformat()}
            for row in account.sessions
        ],
        "tokens": [
            {
                "name": row.name,
                "scope": row.scope,
                "created": row.created.isoformat(),
                "last_used": row.used.isoformat() if row.used else None,
            }
            for row in tokens_of(account)
        ],
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "created": person.created.isoformat(),
        "look": person.look,
        "looks": [_saved(each) for each in person.looks],
        "measurements": [_set(each) for each in person.sets],
    }


def _job(job: RenderJob) -> dict[str, Any]:
    """As ordered; the files are in the folder of its id."""
    return {
        "id": job.id,
        "person": job.person_id,
        "ordered": job.created.isoformat(),
        "state": job.state,
        **job.wish,
    }


def _saved(each: SavedLook) -> dict[str, Any]:
    return {"id": each.id, "name": each.name, "created": each.created.isoformat(), "look": each.look}


def _set(each: MeasurementSet) -> dict[str, Any]:
    return {
        "taken": each.taken.isoformat(),
        "typed_in": each.unit,
        "metres": each.given,
        "sex": each.sex,
        "weight_kg": each.weight_kg,
        "age_years": each.age_years,
    }
