"""From which checklist version an imported one took over what its items mean, when the file did not say.

Revision: 0012, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checklist_version", sa.Column("meanings_from_id", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column("checklist_version", "meanings_from_id")
