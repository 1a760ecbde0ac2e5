"""Where the voices of a visit contradict, and how far the audit chain has been read for that.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_voices",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("contradictions", sa.String(length=120), nullable=False),
        sa.Column("contradiction_count", sa.Integer(), nullable=False),
        sa.Column("compared_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_voices_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_voices")),
    )
    op.create_index(
        "ix_visit_voices_contradiction_count_visit_id", "visit_voices", ["contradiction_count", "visit_id"]
    )
    op.create_table(
        "visit_voices_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_voices_progress")),
    )


def downgrade() -> None:
    op.drop_table("visit_voices_progress")
    op.drop_table("visit_voices")
