# SPDX-License-Identifier: GPL-3.0-or-later
"""requests counted by the minute"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rate",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("rate")
