"""Campaigns of whom a rating serves: what is stuffed is counted apart, and nobody honest is silenced by it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from citizens import a_mark, a_wish, make_poster, make_slip, rated
from factories import make_visit
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db
from fieldapp.rating_codes import operations as codes
from fieldapp.ratings.models import Rating
from fieldapp.ratings.totals import COUNTED

HONEST = (5, 4, 2, 5, 3, 1, 5, 4, 4, 5, 2, 5, 3, 4, 5, 1, 4, 5)


@dataclass
class Crowd:
    """Who rates, and with which truth. `honest`: by id; `stuffed`: of the campaign."""

    honest: list[str] = field(default_factory=list)
    stuffed: list[str] = field(default_factory=list)
    moment: float = 0.0  # minutes

    def rate(self, code, level, *, address, mark="", minutes=1.0, is_honest=True):
        """One rating, `minutes` after the last."""
        self.moment += minutes
        with as_if_at(now() + timedelta(minutes=self.moment - 10_000)):
            rating = rated(code, a_wish(str(level)), address=address, mark=mark)
        (self.honest if is_honest else self.stuffed).append(rating.id)

    def verdict(self):
        """Shares of the honest that count and of the stuffed that do not; how far the stuffed moved the mean."""
        db.session.expire_all()
        counted = {row.id: row.level for row in db.session.execute(select(Rating.id, Rating.level).where(COUNTED))}
        honest = db.session.scalars(select(Rating.level).where(Rating.id.in_(self.honest))).all()
        kept = sum(one in counted for one in self.honest) / len(self.honest)
        caught = 1 - sum(one in counted for one in self.stuffed) / max(1, len(self.stuffed))
        return kept, caught, abs(mean(counted.values()) - mean(honest))


def mean(levels):
    levels = list(levels)
    return sum(levels) / len(levels)


@pytest.fixture
def crowd(county):
    return Crowd()


@pytest.fixture
def visits(county):
    return [make_visit(group=county.first_group, agency=county.work_safety_agency) for _ in range(6)]


@pytest.fixture
def poster(county):
    return make_poster(county.wu, agency_id=county.work_safety_agency.id)


def rated_honestly(crowd, county, visits):
    for number, level in enumerate(HONEST):
        slip = make_slip(county.zhang_san, visit=visits[number % 6])
        crowd.rate(slip, level, address=f"198.51.100.{number}", mark=a_mark(number), minutes=90)


def test_a_supervisor_who_rates_his_own_stock_of_slips_moves_nothing(crowd, county, visits):
    rated_honestly(crowd, county, visits)
    for _ in range(60):
        slip = codes.issue_slips(county.zhang_san, county.zhang_san, count=1)[0]
        crowd.rate(slip, 5, address="203.0.113.50", minutes=0.05, is_honest=False)

    kept, caught, moved = crowd.verdict()
    assert (kept, caught) == (1, 1)
    assert moved <= 0.1
    marked = select(AuditEntry.subject_id).where(AuditEntry.event == "rating.marked")
    assert set(db.session.scalars(marked)) == set(crowd.stuffed[:3]), "those taken for honest first"


def test_also_with_another_browser_each_time(crowd, county, visits):
    rated_honestly(crowd, county, visits)
    for number in range(60):
        slip = codes.issue_slips(county.zhang_san, county.zhang_san, count=1)[0]
        crowd.rate(slip, 5, address="203.0.113.50", mark=a_mark(1000 + number), minutes=0.5, is_honest=False)

    kept, caught, moved = crowd.verdict()
    assert (kept, caught) == (1, 1)
    assert moved <= 0.1


def test_one_sender_silences_nobody_at_a_poster(crowd, poster):
    """Thirty posts within ten minutes, and then for an hour as many as keep it going."""
    for number in range(3):
        crowd.rate(poster, 1, address=f"198.51.100.{number}", mark=a_mark(number), minutes=1)
    for _ in range(30):
        crowd.rate(poster, 5, address="203.0.113.50", minutes=0.2, is_honest=False)
    for number in range(3, 9):
        for _ in range(9):
            crowd.rate(poster, 5, address="203.0.113.50", minutes=0.3, is_honest=False)
        crowd.rate(poster, 1, address=f"198.51.100.{number}", mark=a_mark(number), minutes=1)

    kept, caught, moved = crowd.verdict()
    assert (kept, caught, moved) == (1, 1, 0)


def test_a_workshop_behind_one_address_keeps_its_voices(crowd, county, visits):
    for number in range(12):
        slip = make_slip(county.zhang_san, visit=visits[0])
        crowd.rate(slip, 2, address="203.0.113.80", mark=a_mark(number), minutes=0.5)

    kept, _, _ = crowd.verdict()
    assert kept == 1
