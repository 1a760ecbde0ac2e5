"""What an officer says of what was noted, and the one-time codes for it.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INDEXED = ("agency_id", "group_id", "locality_id", "observation_id", "visit_id")


def upgrade() -> None:
    op.create_table(
        "officer_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("word_id", sa.String(length=36), nullable=False),
        sa.Column("observation_id", sa.String(length=36), nullable=False),
        sa.Column("shown_by_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_belongs("officer_code", observation_id="observation", shown_by_id="user_account"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_officer_code")),
        sa.UniqueConstraint("word_id", name=op.f("uq_officer_code_word_id")),
    )
    op.create_index(op.f("ix_officer_code_observation_id"), "officer_code", ["observation_id"])
    op.create_table(
        "officer_word",
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
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_named", sa.Integer(), nullable=False),
        sa.Column("evidence_arrived", sa.Integer(), nullable=False),
        *_belongs("officer_word", visit_id="visit", author_id="user_account", agency_id="organisation",
                  locality_id="organisation", group_id="working_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_word")),
    )  # fmt: skip
    op.create_index("ix_officer_word_author_id_state", "officer_word", ["author_id", "state"])
    for column in _INDEXED:
        op.create_index(op.f(f"ix_officer_word_{column}"), "officer_word", [column])
    op.create_table(
        "officer_word_revision",
        sa.Column("officer_word_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *_belongs("officer_word_revision", officer_word_id="officer_word"),
        sa.PrimaryKeyConstraint("officer_word_id", "revision", name=op.f("pk_officer_word_revision")),
    )
    _keep_as_filed("officer_word_revision")


def downgrade() -> None:
    op.drop_table("officer_word_revision")
    op.drop_table("officer_word")
    op.drop_table("officer_code")


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
