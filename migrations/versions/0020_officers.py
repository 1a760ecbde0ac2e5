"""The register of officers, and what it said of the officers in a record when that was submitted.

Of records filed before nothing is said: there was no register.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_key", sa.String(length=40), nullable=False),
        sa.Column("tail", sa.String(length=4), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_officer_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("number_key", name=op.f("uq_officer_number_key")),
    )
    op.create_index("ix_officer_organisation_id", "officer", ["organisation_id"])
    op.create_index("ix_officer_tail", "officer", ["tail"])
    op.add_column("observation", sa.Column("officers_found", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """What a file of the register says comes with its next import; what was found goes."""
    op.drop_column("observation", "officers_found")
    op.drop_table("officer")
