"""What each record, interview and rating said of the facts is kept, so that the voices of a visit need no words.

Nothing is filled in here: the projection `voices` reads the chain from its beginning, as the worker goes on. Until then
lists show what they showed before. How far the one before it had read stays beside it, for the way back.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_voice",
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("said_yes", sa.String(length=120), nullable=False),
        sa.Column("said_no", sa.String(length=120), nullable=False),
        sa.Column("apart", sa.String(length=160), nullable=False),
        sa.Column("spoke_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_kept_voice_visit_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_kept_voice")),
    )
    op.create_index("ix_kept_voice_visit_id", "kept_voice", ["visit_id"])


def downgrade() -> None:
    op.drop_table("kept_voice")
    op.execute("DELETE FROM projection_progress WHERE name = 'voices'")
