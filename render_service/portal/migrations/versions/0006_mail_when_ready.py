# SPDX-License-Identifier: GPL-3.0-or-later
"""mail when ordered pictures are ready"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tell_by_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("render_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail_due", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_render_job_mail_due"), ["mail_due"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("render_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_render_job_mail_due"))
        batch_op.drop_column("mail_due")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("tell_by_mail")
