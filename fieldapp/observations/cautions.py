"""What would be marked if somebody recorded a visit now: said to who goes along before they begin."""

from collections.abc import Iterable
from typing import Any

from fieldapp.clock import china, now
from fieldapp.extensions import db
from fieldapp.observations import rules
from fieldapp.observations.marks import PARTS as _PARTS
from fieldapp.observations.marks import Facts
from fieldapp.people.models import User


def of_visits(user: User, visits: Iterable[Any]) -> dict[str, list[str]]:
    """Sentences for each visit that has not begun before today, by its id; none where nothing would be marked.

    `visits`: rows with `id`, `starts_at`, `cancelled_at`, `agency_id`, `named_agency_id`. Two queries for all of them.
    """
    today = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = {row.id: row for row in visits if row.starts_at >= today and row.cancelled_at is None}
    if not ahead:
        return {}
    facts = _facts(user, sorted(ahead))
    found = {
        visit_id: facts.marks_of(user.id, visit_id, row.agency_id or row.named_agency_id)
        for visit_id, row in ahead.items()
    }
    return {visit_id: [rules.CAUTIONS[mark] for mark in marks] for visit_id, marks in found.items() if marks}


def _facts(user: User, visit_ids: list[str]) -> Facts:
    given = {"visits": visit_ids, "authors": [user.id], "looked_for": [], "today": china(now()).date()}
    going, lines = (db.session.execute(part.rows, given).mappings().all() for part in _PARTS)
    return Facts.of_rows(going, lines)
