"""What a second supervisor says of a record: confirmations and every revision of them; and who said to have gone along.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INDEXED = ("agency_id", "group_id", "locality_id", "observation_id", "visit_id")


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("group_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("head_revision", sa.Integer(), nullable=False),
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("observation_revision", sa.Integer(), nullable=False),
        sa.Column("observation_digest", sa.String(length=64), nullable=False),
        sa.Column("deviations_count", sa.Integer(), nullable=False),
        sa.Column("marks", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_named", sa.Integer(), nullable=False),
        sa.Column("evidence_arrived", sa.Integer(), nullable=False),
        *_belongs("confirmation", visit_id="visit", author_id="user_account", agency_id="organisation",
                  locality_id="organisation", group_id="working_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )  # fmt: skip
    op.create_index("ix_confirmation_author_id_state", "confirmation", ["author_id", "state"])
    for column in _INDEXED:
        op.create_index(op.f(f"ix_confirmation_{column}"), "confirmation", [column])
    op.create_table(
        "confirmation_revision",
        sa.Column("confirmation_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *_belongs("confirmation_revision", confirmation_id="confirmation"),
        sa.PrimaryKeyConstraint("confirmation_id", "revision", name=op.f("pk_confirmation_revision")),
    )
    _keep_as_filed("confirmation_revision")
    op.create_table(
        "visit_attendance",
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        *_belongs("visit_attendance", visit_id="visit", user_id="user_account"),
        sa.PrimaryKeyConstraint("visit_id", "user_id", name=op.f("pk_visit_attendance")),
    )


def downgrade() -> None:
    op.drop_table("visit_attendance")
    op.drop_table("confirmation_revision")
    op.drop_table("confirmation")


def _belongs(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]


def _keep_as_filed(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":  # refuse_change() since 0002
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                   "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                   f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
