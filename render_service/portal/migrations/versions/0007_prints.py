# SPDX-License-Identifier: GPL-3.0-or-later
"""pictures of one's own to print"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "print_picture",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=3), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_print_picture_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_picture")),
    )
    with op.batch_alter_table("print_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_picture_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("print_picture")
