"""Under which rule the voices of a visit were compared: those of before are found anew when a list is next opened.

Revision: 0008, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_voices", sa.Column("rule", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("visit_voices", "rule")
