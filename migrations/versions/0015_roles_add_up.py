"""A person may hold several roles: the one role becomes a set, and an administrator is both system and security.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What one role of before is in roles of today.
FORWARD = {"admin": " system security "}
# The one role of before that does the most of what somebody may do, the first that fits; who has none of these could
# do nothing at a desk of before.
BACK = ("system", "security", "lead", "bureau", "supervisor", "invited", "liaison", "auditor")
OLD = {"system": "admin", "security": "admin", "bureau": "lead", "invited": "supervisor", "auditor": "supervisor"}


def upgrade() -> None:
    op.add_column("user_account", sa.Column("roles", sa.String(length=120), nullable=False, server_default=""))
    user = sa.table("user_account", sa.column("role", sa.String), sa.column("roles", sa.String))
    op.execute(
        user.update().values(roles=sa.case(FORWARD, value=user.c.role, else_=sa.literal(" ") + user.c.role + " "))
    )
    op.drop_index("ix_user_account_role", table_name="user_account")
    op.drop_column("user_account", "role")


def downgrade() -> None:
    op.add_column("user_account", sa.Column("role", sa.String(length=20), nullable=False, server_default="supervisor"))
    user = sa.table("user_account", sa.column("role", sa.String), sa.column("roles", sa.String))
    fitting = [(user.c.roles.contains(f" {role} "), sa.literal(OLD.get(role, role))) for role in BACK]
    op.execute(user.update().values(role=sa.case(*fitting, else_=sa.literal("supervisor"))))
    op.create_index("ix_user_account_role", "user_account", ["role"])
    op.drop_column("user_account", "roles")
