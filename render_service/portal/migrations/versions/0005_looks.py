# SPDX-License-Identifier: GPL-3.0-or-later
"""looks kept under a name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "saved_look",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("look", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_look_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_look")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_look_person_id")),
    )
    with op.batch_alter_table("saved_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_look_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("saved_look")
