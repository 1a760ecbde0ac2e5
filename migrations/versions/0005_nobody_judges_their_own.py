"""What stands against a record, which organisation a typed name means, and which kind a certificate is of.

Records filed before are marked where the data still tells: the author's organisation against the agency, the dates of
the certificates on the day of submission, who else filed. Whether a certificate was suspended on that day is not told
by its row, so nobody is marked for that.

Revision: 0005, after 0004
"""

import unicodedata
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CHINA = timedelta(hours=8)
_organisation = sa.table("organisation", *(sa.column(name) for name in ("id", "name", "short_name", "parent_id")))
_user = sa.table("user_account", sa.column("id"), sa.column("organisation_id"), sa.column("disabled_at"))
_certificate = sa.table("certificate", sa.column("holder_id"), sa.column("issued_on", sa.Date),
                        sa.column("valid_until", sa.Date))
_member = sa.table("group_member", sa.column("group_id"), sa.column("user_id"))
_group = sa.table("working_group", sa.column("id"), sa.column("lead_id"))
_visit = sa.table("visit", *(sa.column(name) for name in (
    "id", "agency_id", "agency_name", "named_agency_id", "group_id", "created_by_id")),
    sa.column("is_ad_hoc", sa.Boolean))
_observation = sa.table("observation", *(sa.column(name) for name in ("id", "visit_id", "author_id", "state", "marks")),
                        sa.column("submitted_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    op.add_column("observation", sa.Column("marks", sa.String(80), nullable=False, server_default=""))
    op.add_column("visit", sa.Column("named_agency_id", sa.String(36)))
    op.add_column("visit", sa.Column("typed_agency_name", sa.String(120)))
    op.create_index("ix_visit_named_agency_id", "visit", ["named_agency_id"])
    op.add_column("certificate", sa.Column("kind", sa.String(20), nullable=False, server_default="inspector"))
    connection = op.get_bind()
    parents = _name_agencies(connection)
    _mark(connection, parents)


def downgrade() -> None:
    op.drop_column("certificate", "kind")
    op.drop_index("ix_visit_named_agency_id", "visit")
    op.drop_column("visit", "typed_agency_name")
    op.drop_column("visit", "named_agency_id")
    op.drop_column("observation", "marks")


def _name_agencies(connection: sa.Connection) -> dict[str, str | None]:
    """Notes of each visit whose agency was typed which organisation is called so. Gives each organisation's parent."""
    rows = connection.execute(sa.select(_organisation)).all()
    called: dict[str, str] = {}
    for row in rows:
        called.setdefault(_plain(row.short_name), row.id)
    called |= {_plain(row.name): row.id for row in rows}
    typed = connection.execute(sa.select(_visit.c.id, _visit.c.agency_name).where(_visit.c.agency_id.is_(None))).all()
    for row in typed:
        found = called.get(_plain(row.agency_name))
        if found:
            connection.execute(sa.update(_visit).where(_visit.c.id == row.id).values(named_agency_id=found))
    return {row.id: row.parent_id for row in rows}


def _mark(connection: sa.Connection, parents: dict[str, str | None]) -> None:
    people = {row.id: row for row in connection.execute(sa.select(_user))}
    spans = defaultdict(list)
    for row in connection.execute(sa.select(_certificate).where(_certificate.c.holder_id.is_not(None))):
        spans[row.holder_id].append((row.issued_on, row.valid_until))
    groups: dict[str, set[str]] = defaultdict(set)
    for group_id, user_id in [*connection.execute(sa.select(_member)), *connection.execute(sa.select(_group))]:
        groups[group_id].add(user_id)
    visits = {row.id: row for row in connection.execute(sa.select(_visit))}
    filed = connection.execute(sa.select(_observation).where(_observation.c.submitted_at.is_not(None))).all()
    filers = defaultdict(set)
    for row in filed:
        filers[row.visit_id].add(row.author_id)
    for row in filed:
        visit, day = visits[row.visit_id], (_utc(row.submitted_at) + _CHINA).date()
        going = filers[row.visit_id] | ({visit.created_by_id} if visit.is_ad_hoc else groups[visit.group_id])
        going = {one for one in going if people[one].disabled_at is None} | {row.author_id}
        holding = {one for one in going if any(first <= day <= last for first, last in spans[one])}
        marks = []
        if _are_kin(people[row.author_id].organisation_id, visit.agency_id or visit.named_agency_id, parents):
            marks.append("own_agency")
        if row.author_id not in holding:
            marks.append("no_certificate")
        if len(going) < 2:
            marks.append("single")
        elif not holding:
            marks.append("no_inspector")
        if marks:
            connection.execute(
                sa.update(_observation).where(_observation.c.id == row.id).values(marks=",".join(marks))
            )


def _are_kin(one: str, other: str | None, parents: dict[str, str | None]) -> bool:
    return other is not None and (other in _line(one, parents) or one in _line(other, parents))


def _line(start: str, parents: dict[str, str | None]) -> set[str]:
    line: set[str] = set()
    here: str | None = start
    while here and here not in line:
        line.add(here)
        here = parents.get(here)
    return line


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
