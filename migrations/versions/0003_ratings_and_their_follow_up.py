"""Codes, ratings, follow-ups of bad ratings, opinions.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "network_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_network_key")),
    )
    op.create_table(
        "rating_code",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("contact_point_id", sa.String(length=36), nullable=True),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("is_printed", sa.Boolean(), nullable=False),
        sa.Column("issued_to_id", sa.String(length=36), nullable=True),
        sa.Column("issued_by_id", sa.String(length=36), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bound_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bound_by_id", sa.String(length=36), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.String(length=36), nullable=True),
        sa.Column("revoked_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_rating_code_agency_id")),
        sa.ForeignKeyConstraint(["bound_by_id"], ["user_account.id"], name=op.f("fk_rating_code_bound_by_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_rating_code_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_rating_code_issued_by_id")),
        sa.ForeignKeyConstraint(["issued_to_id"], ["user_account.id"], name=op.f("fk_rating_code_issued_to_id")),
        sa.ForeignKeyConstraint(["locality_id"], ["organisation.id"], name=op.f("fk_rating_code_locality_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user_account.id"], name=op.f("fk_rating_code_revoked_by_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_rating_code_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_code")),
        sa.UniqueConstraint("code", name=op.f("uq_rating_code_code")),
        sa.UniqueConstraint("number", name=op.f("uq_rating_code_number")),
    )
    with op.batch_alter_table("rating_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_code_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_code_contact_point_id"), ["contact_point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_code_issued_at"), ["issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_code_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_code_locality_id"), ["locality_id"], unique=False)
        batch_op.create_index("ix_rating_code_stock", ["issued_to_id", "kind", "visit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_code_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "opinion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("receipt_code", sa.String(length=20), nullable=False),
        sa.Column("code_id", sa.String(length=36), nullable=False),
        sa.Column("contact_point_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspect_reasons", sa.String(length=120), nullable=False),
        sa.Column("network_tag", sa.String(length=64), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_key", sa.LargeBinary(), nullable=True),
        sa.Column("contact_mask", sa.String(length=40), nullable=False),
        sa.Column("consent_version", sa.String(length=40), nullable=True),
        sa.Column("contact_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user_account.id"], name=op.f("fk_opinion_answered_by_id")),
        sa.ForeignKeyConstraint(["code_id"], ["rating_code.id"], name=op.f("fk_opinion_code_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_opinion_contact_point_id")),
        sa.ForeignKeyConstraint(["locality_id"], ["organisation.id"], name=op.f("fk_opinion_locality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("nonce", name=op.f("uq_opinion_nonce")),
        sa.UniqueConstraint("number", name=op.f("uq_opinion_number")),
        sa.UniqueConstraint("receipt_code", name=op.f("uq_opinion_receipt_code")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index(
            "ix_opinion_code_id_network_tag_submitted_at", ["code_id", "network_tag", "submitted_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_opinion_contact_point_id"), ["contact_point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opinion_locality_id"), ["locality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opinion_submitted_at"), ["submitted_at"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("receipt_code", sa.String(length=20), nullable=False),
        sa.Column("code_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("slip_id", sa.String(length=36), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("show_credentials", sa.String(length=10), nullable=True),
        sa.Column("inform_rights", sa.String(length=10), nullable=True),
        sa.Column("full_recording", sa.String(length=10), nullable=True),
        sa.Column("civil_language", sa.String(length=10), nullable=True),
        sa.Column("reasons", sa.String(length=300), nullable=False),
        sa.Column("reasons_version", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=True),
        sa.Column("agency_id", sa.String(length=36), nullable=True),
        sa.Column("locality_id", sa.String(length=36), nullable=True),
        sa.Column("contact_point_id", sa.String(length=36), nullable=True),
        sa.Column("domain", sa.String(length=40), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspect_reasons", sa.String(length=120), nullable=False),
        sa.Column("misrated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("network_tag", sa.String(length=64), nullable=True),
        sa.Column("device_tag", sa.String(length=64), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_key", sa.LargeBinary(), nullable=True),
        sa.Column("contact_mask", sa.String(length=40), nullable=False),
        sa.Column("consent_version", sa.String(length=40), nullable=True),
        sa.Column("contact_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_comment", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_rating_agency_id")),
        sa.ForeignKeyConstraint(["code_id"], ["rating_code.id"], name=op.f("fk_rating_code_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_rating_contact_point_id")),
        sa.ForeignKeyConstraint(["locality_id"], ["organisation.id"], name=op.f("fk_rating_locality_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["user_account.id"], name=op.f("fk_rating_released_by_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["rating_code.id"], name=op.f("fk_rating_slip_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_rating_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("nonce", name=op.f("uq_rating_nonce")),
        sa.UniqueConstraint("receipt_code", name=op.f("uq_rating_receipt_code")),
        sa.UniqueConstraint("slip_id", name=op.f("uq_rating_slip_id")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_agency_id_submitted_at", ["agency_id", "submitted_at"], unique=False)
        batch_op.create_index(
            "ix_rating_code_id_network_tag_submitted_at", ["code_id", "network_tag", "submitted_at"], unique=False
        )
        batch_op.create_index("ix_rating_code_id_submitted_at", ["code_id", "submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_contact_point_id"), ["contact_point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_device_tag"), ["device_tag"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_level"), ["level"], unique=False)
        batch_op.create_index("ix_rating_locality_id_submitted_at", ["locality_id", "submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_submitted_at"), ["submitted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_suspect_reasons"), ["suspect_reasons"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rating_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_real_name", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.Date(), nullable=False),
        sa.Column("close_by", sa.Date(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("rectification", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_follow_up_closed_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_follow_up_owner_id")),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_follow_up_rating_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_follow_up_rating_id")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_follow_up_state_close_by", ["state", "close_by"], unique=False)

    op.create_table(
        "rating_addendum",
        sa.Column("rating_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_rating_addendum_rating_id")),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_rating_addendum")),
    )
    op.create_table(
        "rating_photo",
        sa.Column("rating_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_rating_photo_rating_id")),
        sa.PrimaryKeyConstraint("rating_id", "position", name=op.f("pk_rating_photo")),
    )
    op.create_table(
        "follow_up_entry",
        sa.Column("follow_up_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_follow_up_entry_actor_id")),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_entry_follow_up_id")),
        sa.PrimaryKeyConstraint("follow_up_id", "position", name=op.f("pk_follow_up_entry")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER follow_up_entry_no_{verb.lower()} BEFORE {verb} ON follow_up_entry "
                "BEGIN SELECT RAISE(ABORT, 'follow_up_entry is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER follow_up_entry_append_only BEFORE UPDATE OR DELETE ON follow_up_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("follow_up_entry")
    op.drop_table("rating_photo")
    op.drop_table("rating_addendum")
    op.drop_table("follow_up")
    op.drop_table("rating")
    op.drop_table("opinion")
    op.drop_table("rating_code")
    op.drop_table("network_key")
