"""Days off that people enter, the years they entered as a whole, and terms that were set without knowing them.

Revision: 0007, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_by_id", sa.String(length=36), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_calendar_year_entered_by_id")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_by_id", sa.String(length=36), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_calendar_day_entered_by_id")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.add_column(
        "follow_up", sa.Column("is_term_provisional", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # Until today the program knew the days off of 2026 at most, and counted Monday to Friday beyond them.
    op.execute(
        "UPDATE follow_up SET is_term_provisional = (1 = 1) "
        "WHERE closed_at IS NULL AND (close_by >= '2027-01-01' OR accept_by >= '2027-01-01')"
    )


def downgrade() -> None:
    op.drop_column("follow_up", "is_term_provisional")
    op.drop_table("calendar_day")
    op.drop_table("calendar_year")
