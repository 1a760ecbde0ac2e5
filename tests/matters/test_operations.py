"""Each step of a matter, to the column: what it writes, what it leaves, and whom the ladder of its term names."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from errands import KIND, Errand
from sqlalchemy import select, update

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.calendar.queries import working_days
from fieldapp.clock import CHINA, as_if_at
from fieldapp.errors import Conflict, NotAllowed, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import kinds, operations, queries, terms
from fieldapp.matters.models import Matter, MatterEntry
from fieldapp.matters.rules import LADDER, LADDER_ACTS, RAISED

TUESDAY = datetime(2026, 10, 20, 10, tzinfo=CHINA)


@pytest.fixture
def above():
    """Who is told of what is raised; a test may add to it."""
    return []


@pytest.fixture
def climbing(errands, above):
    """Errands with the ladder that matters have when their kind names none of its own."""
    course = replace(KIND.course, acts=KIND.course.acts | LADDER_ACTS)
    kinds._KINDS[KIND.name] = replace(KIND, course=course, ladder=LADDER, superiors=lambda _errand: above)


@pytest.fixture
def ask(county, climbing):
    """ask(): an errand that was opened on Tuesday by 钱组长: accepting ends on Thursday, closing on the 30th."""

    def opened(at=TUESDAY, actor=county.qian):
        with as_if_at(at), unit_of_work():
            return operations.open_matter(Errand(id=ids.mint()), at, actor=actor)

    return opened


def stored(errand):
    return db.session.get(Matter, errand.id, populate_existing=True)


def log_of(errand):
    wanted = select(MatterEntry).where(MatterEntry.matter_id == errand.id).order_by(MatterEntry.position)
    return [(line.position, line.action, line.state, line.actor_id, line.words) for line in db.session.scalars(wanted)]


def last_entry():
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    return entry.event, entry.actor_id, json.loads(entry.details)


def at(days, deed, **given):
    """Does it so many days after Tuesday."""
    with as_if_at(TUESDAY + timedelta(days=days)):
        return deed(**given)


def test_who_opens_a_matter_stands_in_log_and_chain_and_nobody_does_for_a_citizen(county, ask):
    by_staff, alone = ask(), None
    assert last_entry() == ("matter.opened", county.qian.id, {"accept_by": "2026-10-22", "close_by": "2026-10-30"})
    alone = ask(actor=None)
    assert last_entry()[1] is None

    assert log_of(by_staff) == [(1, "opened", "asked", county.qian.id, "")]
    assert log_of(alone) == [(1, "opened", "asked", None, "")]
    assert (alone.state, alone.opened_at, alone.is_term_provisional) == ("asked", TUESDAY, False)


def test_accepting_gives_an_owner_once_and_the_moment_of_the_first_time_stays(county, ask):
    errand = ask()
    at(1, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))
    first = stored(errand).accepted_at
    at(2, lambda: operations.take(county.qian, errand, "give", owner=county.li_si, words=" 换人 "))

    row = stored(errand)
    assert (row.owner_id, row.accepted_at, row.state) == (county.li_si.id, first, "asked")
    assert first == TUESDAY + timedelta(days=1)
    assert last_entry() == (
        "matter.moved", county.qian.id,
        {"action": "give", "state": "asked", "words_digest": sha256("换人".encode()).hexdigest()},
    )  # fmt: skip
    assert [line[0] for line in log_of(errand)] == [1, 2, 3]
    assert (row.extended_at, row.closed_at, row.closed_by_id, row.outcome) == (None, None, None, None)


def test_the_outcome_stays_until_another_is_chosen_and_closing_says_who_and_when(county, ask):
    errand = ask()
    operations.take(county.zhang_san, errand, "report", choice="lost", words="门锁着")
    assert (stored(errand).outcome, stored(errand).state, stored(errand).closed_at) == ("lost", "lost", None)
    operations.take(county.qian, errand, "wait")
    operations.take(county.zhang_san, errand, "report", choice="fetched", words="取回了")
    at(3, lambda: operations.take(county.qian, errand, "end"))

    row = stored(errand)
    assert (row.outcome, row.state, row.closed_by_id) == ("fetched", "over", county.qian.id)
    assert row.closed_at == TUESDAY + timedelta(days=3)


def test_what_a_kind_has_to_write_is_written_with_the_step_and_for_that_act_alone(county, ask):
    errand, done = ask(), []
    kinds._KINDS[KIND.name] = replace(
        kinds.of(errand), effects={"report": lambda matter, deed: done.append((matter.id, deed))}
    )

    operations.take(county.qian, errand, "give", owner=county.zhang_san)
    at(1, lambda: operations.take(county.zhang_san, errand, "report", choice="fetched", words=" 取回了 "))

    ((matter_id, deed),) = done
    assert (matter_id, deed.actor, deed.words, deed.choice) == (errand.id, county.zhang_san, "取回了", "fetched")
    assert deed.at == TUESDAY + timedelta(days=1)


def test_a_longer_term_is_counted_from_the_opening_and_its_ladder_begins_anew(county, ask):
    errand = ask()
    at(1, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))
    at(10, operations.climb)
    assert stored(errand).rung == "due"

    at(10, lambda: operations.take(county.qian, errand, "wait"))

    row = stored(errand)
    assert (row.close_by, row.accept_by) == (date(2026, 11, 9), date(2026, 10, 22))
    assert (row.rung, row.extended_at) == (None, TUESDAY + timedelta(days=10))


def test_accepting_begins_another_ladder_and_another_owner_does_not(county, ask):
    errand = ask()
    at(2, operations.climb)
    at(2, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))
    assert stored(errand).rung is None
    at(10, operations.climb)
    at(10, lambda: operations.take(county.qian, errand, "give", owner=county.li_si))
    assert stored(errand).rung == "due"


def test_a_longer_term_before_accepting_leaves_the_ladder_of_the_term_that_runs(county, ask):
    errand = ask()
    at(2, operations.climb)

    at(2, lambda: operations.take(county.qian, errand, "wait"))

    assert stored(errand).rung == "due"
    assert at(2, operations.climb) == {"差评": 0, "受访人回访": 0, "差事": 0}


def test_what_is_refused_says_where_and_why(county, ask):
    errand = ask()

    def refusal(actor, act, **said):
        with pytest.raises((Refused, Conflict, NotAllowed)) as caught:
            operations.take(actor, errand, act, **said)
        return type(caught.value), [(fault.pointer, fault.detail) for fault in caught.value.faults]

    assert refusal(county.qian, "give") == (Refused, [("/owner", "请选择承办人")])
    assert refusal(county.qian, "report", choice="x", words="词") == (Refused, [("/outcome", "请选择取回或未取到")])
    assert refusal(county.qian, "report", choice="lost", words="　") == (Refused, [("/words", "请写明去了哪里")])
    assert refusal(county.zheng, "report", choice="lost", words="词") == (NotAllowed, [])
    assert refusal(county.qian, "end") == (Conflict, [])
    operations.take(county.qian, errand, "wait")
    assert refusal(county.qian, "wait") == (Conflict, [])


@pytest.mark.parametrize(
    ("days", "rung", "words"),
    [
        (0, "soon", "受理还剩 2 日（限 2026-10-22）"),
        (2, "due", "今天须受理（限 2026-10-22）"),
        (3, "overdue", "受理超期 1 日（限 2026-10-22）"),
        (4, "overdue", "受理超期 2 日（限 2026-10-22）"),
        (5, RAISED, "受理超期 3 日（限 2026-10-22），没有可报的上级"),
    ],
)
def test_a_night_notes_the_rung_that_is_reached_once_and_counts_it(ask, days, rung, words):
    errand = ask()

    assert at(days, operations.climb) == {"差评": 0, "受访人回访": 0, "差事": 1}

    assert stored(errand).rung == rung
    assert log_of(errand)[1:] == [(2, rung, "asked", None, words)]
    assert last_entry() == ("matter.rung_reached", None, {"rung": rung, "last_day": "2026-10-22"})
    assert at(days, operations.climb) == {"差评": 0, "受访人回访": 0, "差事": 0}
    assert len(log_of(errand)) == 2


def test_a_rung_that_nobody_has_to_hear_of_is_not_noted(county, ask):
    errand = ask()
    at(0, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))

    assert at(1, operations.climb)["差事"] == 0
    assert stored(errand).rung is None


def test_all_who_stand_above_are_named(county, ask, above):
    above += [county.zhou, county.wu]
    errand = ask()

    at(5, operations.climb)

    assert log_of(errand)[-1][-1].endswith("（限 2026-10-22），已报周局长、吴管理员")
    assert set(db.session.scalars(select(Errand.id).where(queries.raised(Errand)))) == {errand.id}


def test_only_what_is_raised_and_not_closed_is_listed_as_raised(county, ask):
    late, soon, closed = ask(), ask(TUESDAY + timedelta(days=4)), ask()
    at(5, operations.climb)
    at(5, lambda: operations.take(county.zhang_san, closed, "report", choice="lost", words="门锁着"))
    at(5, lambda: operations.take(county.qian, closed, "end"))

    assert stored(soon).rung == "soon"
    assert list(db.session.scalars(select(Errand.id).where(queries.raised(Errand)))) == [late.id]


def test_more_than_fit_into_one_turn_are_all_noted(ask, monkeypatch):
    monkeypatch.setattr(operations, "_AT_ONCE", 2)
    errands = [ask() for _ in range(5)]

    assert at(3, operations.climb)["差事"] == 5
    assert [len(log_of(errand)) for errand in errands] == [2] * 5


def test_what_another_worker_noted_meanwhile_is_neither_noted_again_nor_counted(ask, monkeypatch):
    errand, real = ask(), queries.under_way

    def overtaken(**asked):
        if asked:  # it is about to be noted
            monkeypatch.setattr(queries, "under_way", real)
            operations.climb()
        return real(**asked)

    monkeypatch.setattr(queries, "under_way", overtaken)

    assert at(3, operations.climb) == {"差评": 0, "受访人回访": 0, "差事": 0}
    assert len(log_of(errand)) == 2


def test_a_provisional_term_moves_on_never_back_and_says_from_where_to_where(county, ask):
    errand = ask()
    with unit_of_work():
        row = stored(errand)
        row.accept_by, row.close_by, row.is_term_provisional, row.rung = (
            date(2026, 10, 21),
            date(2026, 11, 3),
            True,
            "due",
        )

    assert at(1, operations.move_provisional_terms) == {"差评": 0, "受访人回访": 0, "差事": 1}

    row = stored(errand)
    assert (row.accept_by, row.close_by) == (date(2026, 10, 22), date(2026, 11, 3)), "a day that was said is kept"
    assert (row.is_term_provisional, row.rung) == (False, None)
    words = "节假日安排已录入：办结期限 2026-11-03 → 2026-11-03，受理期限 2026-10-21 → 2026-10-22"
    assert log_of(errand)[-1] == (2, "term", "asked", None, words)
    assert last_entry() == ("matter.term_moved", None, {"accept_by": "2026-10-22", "close_by": "2026-11-03"})


def test_a_term_that_was_right_from_the_first_is_no_more_provisional_and_nothing_is_said(ask):
    errand = ask()
    with unit_of_work():
        stored(errand).is_term_provisional, stored(errand).rung = True, "soon"

    assert at(0, operations.move_provisional_terms) == {"差评": 0, "受访人回访": 0, "差事": 0}

    assert (stored(errand).is_term_provisional, stored(errand).rung) == (False, "soon")
    assert len(log_of(errand)) == 1


def test_of_an_accepted_and_extended_matter_the_longer_term_moves_alone(county, ask):
    errand = ask()
    at(1, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))
    at(1, lambda: operations.take(county.qian, errand, "wait"))
    with unit_of_work():
        row = stored(errand)
        row.accept_by, row.close_by, row.is_term_provisional = date(2026, 10, 1), date(2026, 11, 1), True

    at(2, operations.move_provisional_terms)

    assert (stored(errand).accept_by, stored(errand).close_by) == (date(2026, 10, 1), date(2026, 11, 9))


def test_a_term_whose_year_is_still_unknown_waits(ask):
    errand = ask(datetime(2027, 12, 27, 10, tzinfo=CHINA))
    assert errand.is_term_provisional
    before = stored(errand).close_by

    assert operations.move_provisional_terms() == {"差评": 0, "受访人回访": 0, "差事": 0}

    assert (stored(errand).is_term_provisional, stored(errand).close_by) == (True, before)
    assert operations.counted_words({"差评": 0, "差事": 2}) == "2 件差事"


def test_a_term_is_doubted_again_when_its_year_is_known_no_more(ask):
    known, unknown = ask(), ask()
    with unit_of_work():
        stored(unknown).close_by = date(2028, 1, 10)

    operations.doubt_terms_again()

    assert (stored(known).is_term_provisional, stored(unknown).is_term_provisional) == (False, True)


def test_what_is_under_way_can_be_asked_for_by_ids_and_by_doubt(county, ask):
    plain, doubted, closed = sorted((ask() for _ in range(3)), key=lambda one: one.id)
    with unit_of_work():
        stored(doubted).is_term_provisional = True
        stored(closed).closed_at = TUESDAY

    assert [one.id for one in queries.under_way()] == [plain.id, doubted.id]
    assert [one.id for one in queries.under_way(is_provisional=True)] == [doubted.id]
    assert [one.id for one in queries.under_way(among=[plain.id, closed.id])] == [plain.id]
    assert list(queries.under_way(among=[])) == []


def test_what_is_under_way_is_read_anew_and_not_as_somebody_remembers_it(ask):
    errand = ask()
    assert stored(errand).rung is None
    changed = update(Matter).where(Matter.id == errand.id).values(rung="soon")
    db.session.execute(changed, execution_options={"synchronize_session": False})

    assert [one.rung for one in queries.under_way()] == ["soon"]


@pytest.mark.parametrize(
    ("accepted", "today", "late"),
    [
        (False, date(2026, 10, 22), False),
        (False, date(2026, 10, 23), True),
        (True, date(2026, 10, 23), False),
        (True, date(2026, 10, 30), False),
        (True, date(2026, 10, 31), True),
        (False, date(2026, 10, 31), True),
    ],
)
def test_a_matter_is_late_the_day_after_a_term_and_a_closed_one_never(county, ask, accepted, today, late):
    errand = ask()
    if accepted:
        at(1, lambda: operations.take(county.qian, errand, "give", owner=county.zhang_san))

    def found():
        return list(db.session.scalars(select(Errand.id).where(queries.overdue(Errand, today))))

    assert found() == ([errand.id] if late else [])
    with unit_of_work():
        stored(errand).closed_at = TUESDAY
    assert found() == []
    assert terms.running(stored(errand), working_days()) is None
