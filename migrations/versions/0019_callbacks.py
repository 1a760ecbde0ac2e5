"""A party's wish to be called back is a column of the interview, and a matter of its own.

Revision: 0019, after 0018
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interview", sa.Column("wants_call", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_interview_wants_call_state", "interview", ["wants_call", "state"])
    op.create_table(
        "callback",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("is_callable", sa.Boolean(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["matter.id"], name=op.f("fk_callback_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_callback_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("interview_id", name=op.f("uq_callback_interview_id")),
    )
    _note_wishes()


def _note_wishes() -> None:
    """What the words of each newest revision say."""
    bind = op.get_bind()
    heads = bind.execute(
        sa.text(
            "SELECT i.id, r.body FROM interview i JOIN interview_revision r"
            " ON r.interview_id = i.id AND r.revision = i.head_revision WHERE r.body LIKE '%callback%'"
        )
    )
    for interview_id in [row.id for row in heads if json.loads(row.body).get("callback") is True]:
        bind.execute(sa.text("UPDATE interview SET wants_call = true WHERE id = :id"), {"id": interview_id})


def downgrade() -> None:
    """The wish stands in the words. The matters of it go; that they were, and each step, stays in the audit chain."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER matter_entry_no_delete")
    else:
        op.execute("ALTER TABLE matter_entry DISABLE TRIGGER matter_entry_append_only")
    op.execute("DELETE FROM matter_entry WHERE matter_id IN (SELECT id FROM callback)")
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER matter_entry_no_delete BEFORE DELETE ON matter_entry "
            "BEGIN SELECT RAISE(ABORT, 'matter_entry is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE matter_entry ENABLE TRIGGER matter_entry_append_only")
    op.drop_table("callback")
    op.execute("DELETE FROM matter WHERE kind = 'callback'")
    op.drop_index("ix_interview_wants_call_state", table_name="interview")
    op.drop_column("interview", "wants_call")
