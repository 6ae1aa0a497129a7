# SPDX-License-Identifier: GPL-3.0-or-later
"""ordered pictures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("account", sa.Column("render_quota", sa.Integer(), nullable=True))
    op.create_table(
        "render_job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("claim", sa.String(length=80), nullable=True),
        sa.Column("beat", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("avatar", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_render_job_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_render_job_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_render_job")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_render_job_account_id")),
    )
    with op.batch_alter_table("render_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_render_job_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_render_job_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_render_job_state"), ["state"], unique=False)

    op.create_table(
        "render_picture",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["render_job.id"], name=op.f("fk_render_picture_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_render_picture")),
    )
    op.create_table(
        "render_executor",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_render_executor")),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("render_executor", "render_picture", "render_job"):
        op.drop_table(table)
    op.drop_column("account", "render_quota")
