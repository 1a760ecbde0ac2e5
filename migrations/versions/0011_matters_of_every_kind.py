"""What every matter has moves out of the follow-up into a table for all kinds; the log moves with it.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOVED = (
    "state", "owner_id", "opened_at", "accept_by", "close_by", "is_term_provisional", "accepted_at", "extended_at",
    "outcome", "closed_at", "closed_by_id",
)  # fmt: skip
LOG = ("position", "action", "state", "actor_id", "words", "at")


def moved_columns() -> list[sa.Column]:
    return [
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.Date(), nullable=False),
        sa.Column("close_by", sa.Date(), nullable=False),
        sa.Column("is_term_provisional", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.String(length=36), nullable=True),
    ]


def create_log(table: str, owner: str) -> None:
    op.create_table(
        table,
        sa.Column(f"{owner}_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f(f"fk_{table}_actor_id")),
        sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id")),
        sa.PrimaryKeyConstraint(f"{owner}_id", "position", name=op.f(f"pk_{table}")),
    )


def keep_from_being_rewritten(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        *moved_columns(),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_matter_closed_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_matter_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
    )
    op.create_index(op.f("ix_matter_closed_at"), "matter", ["closed_at"])
    op.create_index(op.f("ix_matter_owner_id"), "matter", ["owner_id"])
    op.create_index("ix_matter_kind_state_close_by", "matter", ["kind", "state", "close_by"])
    columns = ", ".join(MOVED)
    op.execute(f"INSERT INTO matter (id, kind, {columns}) SELECT id, 'follow_up', {columns} FROM follow_up")
    create_log("matter_entry", "matter")
    log = ", ".join(LOG)
    op.execute(f"INSERT INTO matter_entry (matter_id, {log}) SELECT follow_up_id, {log} FROM follow_up_entry")
    keep_from_being_rewritten("matter_entry")
    op.drop_table("follow_up_entry")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        for name in ("closed_at", "owner_id", "state_close_by"):
            batch_op.drop_index(f"ix_follow_up_{name}")
        for name in ("closed_by_id", "owner_id"):
            batch_op.drop_constraint(f"fk_follow_up_{name}", type_="foreignkey")
        for name in MOVED:
            batch_op.drop_column(name)
        batch_op.create_foreign_key("fk_follow_up_id", "matter", ["id"], ["id"])


def downgrade() -> None:
    """Back to follow-ups with everything that they had; matters of other kinds have no place there."""
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_constraint("fk_follow_up_id", type_="foreignkey")
        for column in moved_columns():
            column.nullable = True
            batch_op.add_column(column)
    for name in MOVED:
        op.execute(f"UPDATE follow_up SET {name} = (SELECT {name} FROM matter WHERE matter.id = follow_up.id)")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        for name in ("state", "opened_at", "accept_by", "close_by"):
            batch_op.alter_column(name, nullable=False)
        batch_op.alter_column("is_term_provisional", nullable=False, server_default=sa.false())
        batch_op.create_foreign_key("fk_follow_up_closed_by_id", "user_account", ["closed_by_id"], ["id"])
        batch_op.create_foreign_key("fk_follow_up_owner_id", "user_account", ["owner_id"], ["id"])
        batch_op.create_index("ix_follow_up_closed_at", ["closed_at"])
        batch_op.create_index("ix_follow_up_owner_id", ["owner_id"])
        batch_op.create_index("ix_follow_up_state_close_by", ["state", "close_by"])
    create_log("follow_up_entry", "follow_up")
    log = ", ".join(LOG)
    op.execute(
        f"INSERT INTO follow_up_entry (follow_up_id, {log}) SELECT matter_id, {log} FROM matter_entry "
        "WHERE matter_id IN (SELECT id FROM follow_up)"
    )
    keep_from_being_rewritten("follow_up_entry")
    op.drop_table("matter_entry")
    op.drop_table("matter")
