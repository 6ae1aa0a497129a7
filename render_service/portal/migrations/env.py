# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's entry: migrates the database of the running application."""

from __future__ import annotations

from alembic import context
from flask import current_app

from render_service.portal.extensions import db


def run() -> None:
    """Apply the versions on one connection, in one transaction each."""
    extension = current_app.extensions["migrate"]
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
