"""What is filed stays: the database itself refuses to change or delete it.

Revision: 0002, after 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Rows of these tables are written once. (A database owner can still drop a trigger: that is what the heads of the
# audit chain outside the database are for.)
APPEND_ONLY = ("audit_entry", "receipt", "observation_revision", "interview_revision", "review", "item_comment")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                           f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        op.execute("CREATE TRIGGER checklist_version_fixed BEFORE UPDATE OF content, digest ON checklist_version "
                   "WHEN OLD.published_at IS NOT NULL "
                   "BEGIN SELECT RAISE(ABORT, 'a published checklist never changes'); END")
        op.execute("CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence WHEN OLD.state = 'stored' "
                   "BEGIN SELECT RAISE(ABORT, 'stored evidence stays'); END")
        return
    op.execute("CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
               "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$")
    for table in APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                   "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER checklist_version_fixed BEFORE UPDATE OF content, digest ON checklist_version "
               "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence "
               "FOR EACH ROW WHEN (OLD.state = 'stored') EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute("DROP TRIGGER checklist_version_fixed")
        op.execute("DROP TRIGGER evidence_stays")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DROP TRIGGER checklist_version_fixed ON checklist_version")
    op.execute("DROP TRIGGER evidence_stays ON evidence")
    op.execute("DROP FUNCTION refuse_change()")
