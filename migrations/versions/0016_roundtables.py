"""What was said around a table: roundtables and every revision of them, which stays as it was filed.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INDEXED = ("agency_id", "group_id", "locality_id", "started_at", "visit_id")


def upgrade() -> None:
    op.create_table(
        "roundtable",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("group_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("head_revision", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("present_count", sa.Integer(), nullable=False),
        sa.Column("actions_count", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_named", sa.Integer(), nullable=False),
        sa.Column("evidence_arrived", sa.Integer(), nullable=False),
        *_belongs("roundtable", visit_id="visit", author_id="user_account", agency_id="organisation",
                  locality_id="organisation", group_id="working_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundtable")),
        sa.UniqueConstraint("number", name=op.f("uq_roundtable_number")),
    )  # fmt: skip
    op.create_index("ix_roundtable_author_id_state", "roundtable", ["author_id", "state"])
    for column in _INDEXED:
        op.create_index(op.f(f"ix_roundtable_{column}"), "roundtable", [column])
    op.create_table(
        "roundtable_revision",
        sa.Column("roundtable_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *_belongs("roundtable_revision", roundtable_id="roundtable"),
        sa.PrimaryKeyConstraint("roundtable_id", "revision", name=op.f("pk_roundtable_revision")),
    )
    _keep_as_filed("roundtable_revision")


def downgrade() -> None:
    op.drop_table("roundtable_revision")
    op.drop_table("roundtable")


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
