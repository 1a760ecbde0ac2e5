"""When the bureau approved a checklist version, and who said so: until then its scores are for reference only.

Revision: 0010, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checklist_version", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("checklist_version", sa.Column("approved_by_id", sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column("checklist_version", "approved_by_id")
    op.drop_column("checklist_version", "approved_at")
