"""Agencies from which a person keeps away, and why.

Nobody had declared any before.

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("recusals", sa.Text(), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("recusal_reason", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("user_account", "recusal_reason")
    op.drop_column("user_account", "recusals")
