"""A new kind of matter is one small file: errands.py is all that the machine needs to run errands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from errands import KIND, Errand
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import PROVISIONAL
from fieldapp.clock import CHINA, as_if_at, china, datetime, now
from fieldapp.errors import Conflict, NotAllowed, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import kinds, operations, queries, terms
from fieldapp.matters.kinds import MatterKind
from fieldapp.matters.models import Matter, MatterEntry
from fieldapp.matters.rules import LADDER
from fieldapp.ratings.models import FollowUp

TUESDAY = datetime(2026, 10, 20, 10, tzinfo=CHINA)


def events_of(errand):
    wanted = select(AuditEntry.event).where(AuditEntry.subject_kind == "errand", AuditEntry.subject_id == errand.id)
    return list(db.session.scalars(wanted.order_by(AuditEntry.sequence)))


def log_of(errand):
    wanted = select(MatterEntry).where(MatterEntry.matter_id == errand.id).order_by(MatterEntry.position)
    return [(entry.action, entry.state, entry.actor_id, entry.words) for entry in db.session.scalars(wanted)]


def test_the_whole_course_of_a_new_kind_is_logged_and_in_the_chain(county, errand):
    operations.take(county.qian, errand, "give", owner=county.zhang_san)
    operations.take(county.zhang_san, errand, "report", choice="fetched", words=" 取回一本台账 ")
    operations.take(county.qian, errand, "end")

    assert log_of(errand) == [
        ("opened", "asked", county.qian.id, ""),
        ("give", "asked", county.qian.id, ""),
        ("report", "fetched", county.zhang_san.id, "取回一本台账"),
        ("end", "over", county.qian.id, ""),
    ]
    assert events_of(errand) == ["matter.opened", *["matter.moved"] * 3]
    stored = db.session.get(Matter, errand.id, populate_existing=True)
    assert isinstance(stored, Errand)
    assert (stored.outcome, stored.owner_id, stored.closed_by_id) == ("fetched", county.zhang_san.id, county.qian.id)
    assert stored.accepted_at
    assert stored.closed_at


def test_its_pages_offer_what_its_table_allows(county, errand):
    assert queries.possible_acts(errand, county.qian) == ["give", "report", "wait"]
    assert queries.possible_acts(errand, county.wu) == ["give", "report"]
    assert queries.possible_acts(errand, county.zhang_san) == ["report"]
    assert queries.possible_acts(errand, county.zheng) == []

    operations.take(county.qian, errand, "wait")
    assert queries.possible_acts(errand, county.qian) == ["give", "report"], "what can be done once is offered once"
    operations.take(county.qian, errand, "report", choice="lost", words="门锁着")
    operations.take(county.qian, errand, "end")
    assert queries.possible_acts(errand, county.qian) == []


def test_what_its_table_does_not_allow_is_refused_in_words_and_changes_nothing(county, errand):
    gone = county.li_si
    with unit_of_work():
        gone.disabled_at = TUESDAY
    before = log_of(errand)

    for refused, sentence, deed in (
        (NotAllowed, "由组长了结", lambda: operations.take(county.wu, errand, "end")),
        (Conflict, "现在是“已交办”，不能做“了结”", lambda: operations.take(county.qian, errand, "end")),
        (Refused, "请写明去了哪里", lambda: operations.take(county.qian, errand, "report", choice="lost", words=" ")),
        (
            Refused,
            "最多 2000 字",
            lambda: operations.take(county.qian, errand, "report", choice="lost", words="长" * 2001),
        ),
        (Refused, "请选择取回或未取到", lambda: operations.take(county.qian, errand, "report", choice="x", words="词")),
        (Refused, "请选择承办人", lambda: operations.take(county.qian, errand, "give")),
        (Refused, "请选择在岗人员", lambda: operations.take(county.qian, errand, "give", owner=gone)),
    ):
        with pytest.raises(refused) as caught:
            deed()
        assert sentence in " ".join([caught.value.title, *(fault.detail for fault in caught.value.faults)])
    operations.take(county.qian, errand, "wait")
    with pytest.raises(Conflict, match="只能延一次"):
        operations.take(county.qian, errand, "wait")

    stored = db.session.get(Matter, errand.id, populate_existing=True)
    assert (stored.state, stored.owner_id, stored.outcome, stored.closed_at) == ("asked", None, None, None)
    assert log_of(errand)[:-1] == before


def test_its_terms_run_in_its_own_unit_and_climb_its_own_ladder(county, errands):
    with as_if_at(TUESDAY), unit_of_work():
        errand = operations.open_matter(Errand(id=ids.mint()), TUESDAY, actor=county.qian)
    assert (errand.accept_by, errand.close_by) == (date(2026, 10, 22), date(2026, 10, 30)), "a Friday, ten days on"
    operations.take(county.qian, errand, "give", owner=county.zhang_san)

    def stands(days):
        with as_if_at(TUESDAY + timedelta(days=days)):
            found = terms.running(errand, working_days())
            return found.rung.name, found.words

    assert stands(1) == ("running", "办结还剩 9 日")
    assert stands(7) == ("soon", "快到期了")
    assert stands(10) == ("soon", "快到期了")
    assert stands(12) == ("overdue", "晚了 2 日")
    operations.take(county.qian, errand, "wait")
    assert errand.close_by == date(2026, 11, 9), "counted from the opening"


def test_a_matter_is_late_from_the_day_after_its_last_day_on(county, errands):
    with as_if_at(TUESDAY), unit_of_work():
        errand = operations.open_matter(Errand(id=ids.mint()), TUESDAY)

    def is_late(days):
        with as_if_at(TUESDAY + timedelta(days=days)):
            found = list(db.session.scalars(select(Errand).where(queries.overdue(Errand, china(now()).date()))))
            term = terms.running(errand, working_days())
            assert term.is_overdue == bool(found), "the list and the row say the same"
            return term.is_for_accepting, term.is_overdue

    assert [is_late(days) for days in (2, 3)] == [(True, False), (True, True)]
    operations.take(county.qian, errand, "give", owner=county.zhang_san)
    assert [is_late(days) for days in (3, 10, 11)] == [(False, False), (False, False), (False, True)]


def test_a_term_into_a_year_that_is_not_known_says_so(county, errands):
    december = datetime(2027, 12, 27, 10, tzinfo=CHINA)
    with as_if_at(december), unit_of_work():
        errand = operations.open_matter(Errand(id=ids.mint()), december)
        assert errand.is_term_provisional
        assert terms.running(errand, working_days()).doubt == PROVISIONAL
    with as_if_at(TUESDAY), unit_of_work():
        known = operations.open_matter(Errand(id=ids.mint()), TUESDAY)
        assert terms.running(known, working_days()).doubt == ""

    operations.doubt_terms_again()

    db.session.refresh(known)
    assert not known.is_term_provisional


def test_matters_of_one_kind_are_not_found_among_those_of_another(county, errand):
    late = date(2027, 1, 1)

    assert list(db.session.scalars(select(FollowUp))) == []
    assert list(db.session.scalars(select(Errand).where(queries.overdue(Errand, late)))) == [errand]
    assert list(queries.under_way()) == [errand]
    operations.take(county.qian, errand, "report", choice="lost", words="门锁着")
    operations.take(county.qian, errand, "end")
    assert list(queries.under_way()) == []
    assert list(db.session.scalars(select(Errand).where(queries.overdue(Errand, late)))) == []


def test_terms_of_every_kind_move_when_a_year_is_known(county, errand):
    with unit_of_work():
        errand.close_by, errand.is_term_provisional = errand.opened_at.date() + timedelta(days=1), True

    moved = operations.move_provisional_terms()

    assert moved == {"差评": 0, "受访人回访": 0, "差事": 1}
    assert operations.counted_words(moved) == "1 件差事"
    assert [line[0] for line in log_of(errand)] == ["opened", "term"]
    assert events_of(errand)[-1] == "matter.term_moved"
    assert operations.move_provisional_terms() == {"差评": 0, "受访人回访": 0, "差事": 0}, "once is enough"


def test_two_kinds_do_not_share_a_name_and_a_kind_has_its_own_class(errands):
    with pytest.raises(ValueError, match="errand already"):
        kinds.register(KIND)
    with pytest.raises(ValueError, match="not mapped"):
        kinds.register(MatterKind("parcel", "包裹", Errand, KIND.course, KIND.terms))


def test_every_kind_has_words_for_all_that_can_stand_in_its_log(errands):
    assert {kind.name for kind in kinds.every()} == {"callback", "follow_up", "errand"}
    for kind in kinds.every():
        assert {"opened", "term", *(row.act for row in kind.course.transitions)} <= set(kind.course.acts)


def test_what_a_kind_does_not_say_is_as_for_most(county, errand):
    plain = MatterKind("parcel", "包裹", Errand, KIND.course, KIND.terms)

    assert plain.subject(errand) == ("errand", errand.id)
    assert plain.owner_fault(errand, county.zhang_san) is None
    assert list(plain.superiors(errand)) == []
    assert dict(plain.effects) == {}
    assert {rung.name for rung in plain.ladder if rung.is_raised} == {"raised"}


def test_a_kind_is_registered_with_words_for_every_rung_that_is_noted(errands):
    kinds._KINDS.pop(KIND.name)
    with pytest.raises(ValueError, match="no words for due, overdue, raised, soon among the acts of errand"):
        kinds.register(replace(KIND, ladder=LADDER))
    assert KIND.name not in {kind.name for kind in kinds.every()}
    assert kinds.register(KIND) is KIND
    assert kinds.every()[-1] is KIND
