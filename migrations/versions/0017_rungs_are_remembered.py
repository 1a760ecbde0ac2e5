"""A matter remembers the rung of its ladder; how far an upload has come is read from its pieces on disk alone.

Revision: 0017, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matter", sa.Column("rung", sa.String(length=20), nullable=True))
    op.drop_column("evidence", "offset_bytes")


def downgrade() -> None:
    """What is stored is here whole. What was under way had 0: only its pieces said more."""
    op.add_column("evidence", sa.Column("offset_bytes", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE evidence SET offset_bytes = length_bytes WHERE state = 'stored'")
    op.drop_column("matter", "rung")
