"""What citizens sent and have still to mend, with its pictures.

Revision: 0006, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating_draft",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("page_mark", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network_tag", sa.String(length=64), nullable=False),
        sa.Column("device_tag", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_draft")),
    )
    with op.batch_alter_table("rating_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_draft_page_mark"), ["page_mark"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_draft_kept_at"), ["kept_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_draft_network_tag"), ["network_tag"], unique=False)
    op.create_table(
        "rating_draft_photo",
        sa.Column("draft_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rating_draft.id"], name=op.f("fk_rating_draft_photo_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "position", name=op.f("pk_rating_draft_photo")),
    )


def downgrade() -> None:
    op.drop_table("rating_draft_photo")
    op.drop_table("rating_draft")
