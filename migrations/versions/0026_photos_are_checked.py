"""Photos are checked before they leave the bureau. Nobody has checked any of those that are here.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("layer_id", sa.String(length=36), nullable=True),
        sa.Column("checker_id", sa.String(length=36), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_photo_check_evidence_id")),
        sa.ForeignKeyConstraint(["layer_id"], ["evidence.id"], name=op.f("fk_photo_check_layer_id")),
        sa.ForeignKeyConstraint(["checker_id"], ["user_account.id"], name=op.f("fk_photo_check_checker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_check")),
    )
    op.create_index("ix_photo_check_evidence_id", "photo_check", ["evidence_id"])
    op.create_index("ix_photo_check_checker_id", "photo_check", ["checker_id"])


def downgrade() -> None:
    """Who has checked what stays in the chain."""
    op.drop_table("photo_check")
