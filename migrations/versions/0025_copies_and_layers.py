"""Copies and layers say of which photo they are. What came before is neither.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("of_id", sa.String(length=36), nullable=True))
    op.add_column("evidence", sa.Column("of_sha256", sa.String(length=64), nullable=True))
    op.create_index("ix_evidence_of_id", "evidence", ["of_id"])


def downgrade() -> None:
    """Copies and layers stay as files of their records."""
    op.drop_index("ix_evidence_of_id", "evidence")
    op.drop_column("evidence", "of_sha256")
    op.drop_column("evidence", "of_id")
