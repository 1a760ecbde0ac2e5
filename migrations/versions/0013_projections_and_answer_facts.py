"""How far each projection has read the chain, in one table; and what was answered, one row an answer.

Revision: 0013, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projection_progress",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_projection_progress")),
    )
    # Rule 0: which rule its rows were made under is looked up once more, row by row.
    op.execute(
        "INSERT INTO projection_progress (name, sequence, rule) "
        "SELECT 'visit_voices', sequence, 0 FROM visit_voices_progress"
    )
    op.drop_table("visit_voices_progress")
    op.create_table(
        "record_fact",
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=True),
        sa.Column("agency_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("checklist_version_id", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_record_fact")),
    )
    op.create_index("ix_record_fact_state_agency_id", "record_fact", ["state", "agency_id"])
    op.create_table(
        "answer_fact",
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("corrected_on_spot", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("observation_id", "item", name=op.f("pk_answer_fact")),
        sqlite_with_rowid=False,
    )
    is_no = sa.text("value = 'no'")
    op.create_index(
        "ix_answer_fact_no", "answer_fact", ["item", "observation_id"], sqlite_where=is_no, postgresql_where=is_no
    )


def downgrade() -> None:
    op.drop_table("answer_fact")
    op.drop_table("record_fact")
    op.create_table(
        "visit_voices_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_voices_progress")),
    )
    op.execute(
        "INSERT INTO visit_voices_progress (id, sequence) "
        "SELECT 1, sequence FROM projection_progress WHERE name = 'visit_voices'"
    )
    op.drop_table("projection_progress")
