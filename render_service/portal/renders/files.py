# SPDX-License-Identifier: GPL-3.0-or-later
"""Where pictures lie: one folder per job, removed with its row."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from render_service.portal.config import Settings
from render_service.portal.extensions import db
from render_service.portal.renders.models import RenderJob

AVATAR = "avatar.glb"


def folder_of(settings: Settings, job_id: str) -> Path:
    """The folder of a job's files."""
    return settings.renders() / job_id


def picture_path(settings: Settings, job_id: str, number: int) -> Path:
    """The file of a picture."""
    return folder_of(settings, job_id) / f"{number:03}.png"


def remove(settings: Settings, job_id: str) -> None:
    """Remove a job's files."""
    shutil.rmtree(folder_of(settings, job_id), ignore_errors=True)


def forget_files() -> int:
    """Remove the files of jobs that were erased; how many jobs."""
    settings: Settings = current_app.config["SETTINGS"]
    lying = {path.name for path in settings.renders().iterdir()} if settings.renders().is_dir() else set()
    # Folders first: one that is made in between belongs to a row that is there by then.
    known = set(db.session.scalars(select(RenderJob.id)))
    for name in lying - known:
        remove(settings, name)
    return len(lying - known)
