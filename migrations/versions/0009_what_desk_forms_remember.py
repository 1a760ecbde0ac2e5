"""What the desks' forms remember: acts done once, text of an ended session, passwords on their way; why a group ended.

Revision: 0009, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_act",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(length=1000), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_desk_act_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_act")),
    )
    op.create_index(op.f("ix_desk_act_user_id"), "desk_act", ["user_id"])
    op.create_index(op.f("ix_desk_act_at"), "desk_act", ["at"])
    op.create_table(
        "kept_form",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_kept_form_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_user_id"), "kept_form", ["user_id"])
    op.create_index(op.f("ix_kept_form_at"), "kept_form", ["at"])
    op.create_table(
        "handed_password",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("shown_to_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_handed_password_user_id")),
        sa.ForeignKeyConstraint(["shown_to_id"], ["user_account.id"], name=op.f("fk_handed_password_shown_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_password")),
    )
    op.create_index(op.f("ix_handed_password_user_id"), "handed_password", ["user_id"])
    op.create_index(op.f("ix_handed_password_shown_to_id"), "handed_password", ["shown_to_id"])
    op.add_column("working_group", sa.Column("ended_reason", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("working_group", "ended_reason")
    op.drop_table("handed_password")
    op.drop_table("kept_form")
    op.drop_table("desk_act")
