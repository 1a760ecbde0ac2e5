"""What a rated agency reads of each closed month.

Until now it was counted anew at each reading; the first nightly run closes the months that have ended.

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosed_month",
        sa.Column("agency_id", sa.String(36), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.Text()),
        sa.PrimaryKeyConstraint("agency_id", "until"),
    )


def downgrade() -> None:
    op.drop_table("disclosed_month")
