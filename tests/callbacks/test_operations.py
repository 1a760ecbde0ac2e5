"""回访: who wants a call gets one, by an owner and within a term, and the telephone is gone afterwards."""

from datetime import timedelta

import pytest
from factories import interview_body, make_user, make_visit
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.callbacks import operations, queries
from fieldapp.callbacks.models import Callback
from fieldapp.clock import as_if_at, now
from fieldapp.errors import NotFound, Refused
from fieldapp.extensions import db
from fieldapp.filing import kinds, persons
from fieldapp.filing.operations import file_revision
from fieldapp.filing.wire import parse
from fieldapp.interviews.models import Interview
from fieldapp.keeping import retention, standing_jobs, verification

RESPONDENT = {"kind": "party", "name": "王五", "contact": "000-0000-0031", "salt": "0" * 32}


@pytest.fixture
def talk(county):
    """talk(**changes): the id of an interview of 张三's; by default its party wants a call."""

    def file(*, contact=RESPONDENT["contact"], **changes):
        visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
        said = {"callback": True, "anonymous": False, "respondent": RESPONDENT | {"contact": contact}} | changes
        filed = parse(kinds.of("interview"), ids.mint(), interview_body(visit, **said))
        file_revision(county.zhang_san, filed)
        return filed.id

    return file


@pytest.fixture
def wished(talk):
    interview_id = talk()
    operations.open_wished()
    return interview_id


def of(interview_id):
    found = select(Callback).where(Callback.interview_id == interview_id).execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def done(county, interview_id):
    lead = county.qian
    operations.triage(lead, interview_id, owner=lead)
    operations.log_call(lead, interview_id, outcome="reached", words="10:20 打通，说明了情况")
    operations.close(lead, interview_id)


def test_who_wants_a_call_gets_a_matter_once_and_nobody_else_does(talk):
    wished, other, draft = talk(), talk(callback=False), talk(state="draft")

    assert operations.open_wished()
    first = of(wished).id
    assert operations.open_wished()

    assert (of(wished).id, of(other), of(draft)) == (first, None, None)
    assert (of(wished).state, of(wished).is_callable) == ("received", True)
    assert [entry.action for entry in of(wished).entries] == ["opened"]


def test_the_worker_looks_for_them_all_the_time(talk):
    interview_id = talk()

    for _, duty in standing_jobs.followers():
        duty()

    assert of(interview_id) is not None


def test_more_wishes_than_one_step_opens_are_all_opened(talk, monkeypatch):
    monkeypatch.setattr(operations, "_AT_ONCE", 2)
    wishes = [talk() for _ in range(5)]

    steps = [operations.open_wished() for _ in range(3)]

    assert steps == [False, False, True]
    assert all(of(one) for one in wishes)


def test_it_is_closed_when_the_party_was_reached_and_every_step_is_told(county, wished):
    done(county, wished)

    callback = of(wished)
    assert (callback.state, callback.calls, callback.closed_by_id) == ("closed", 1, county.qian.id)
    assert [entry.action for entry in callback.entries] == ["opened", "triage", "call", "close"]
    events = select(AuditEntry.event).where(AuditEntry.subject_id == wished).order_by(AuditEntry.sequence)
    assert list(db.session.scalars(events))[-4:] == ["matter.opened", *["matter.moved"] * 3]
    assert verification.verify().findings == []


def test_who_does_not_answer_is_called_three_times_before_it_is_closed(county, wished):
    operations.triage(county.qian, wished, owner=county.qian)
    for _ in range(2):
        operations.log_call(county.qian, wished, outcome="unreached", words="无人接听")
    with pytest.raises(Refused, match="已打 2 次"):
        operations.close(county.qian, wished)

    operations.log_call(county.qian, wished, outcome="unreached", words="仍无人接听")

    assert operations.close(county.qian, wished).state == "closed"


def test_a_wish_without_a_number_can_be_closed_with_words(county, talk):
    interview_id = talk(contact="")
    operations.open_wished()
    operations.triage(county.qian, interview_id, owner=county.qian)

    assert not of(interview_id).is_callable
    assert operations.close(county.qian, interview_id, words="没有留下电话").state == "closed"


def test_nobody_of_the_visited_agency_is_given_it(county, wished):
    inspector = make_user("甄某", username="zhenmou", organisation=county.work_safety_agency, role="lead")

    with pytest.raises(Refused) as refusal:
        operations.triage(county.qian, wished, owner=inspector)

    assert "应当回避" in refusal.value.faults[0].detail
    offered = queries.possible_owners(of(wished))
    assert (county.qian in offered, inspector in offered) == (True, False)


def test_it_is_seen_by_who_sees_the_interview_and_by_nobody_else(county, wished):
    with pytest.raises(NotFound):
        operations.log_call(county.sun, wished, outcome="reached", words="x")
    assert queries.counts(county.qian, now().date())["open"] == 1
    assert queries.counts(county.sun, now().date())["all"] == 0


def test_a_look_at_the_number_stands_in_the_log_and_ends_with_the_closing(county, wished):
    person = operations.unmask_contact(county.qian, wished, "首次回访")
    assert person == {"name": "王五", "phone": RESPONDENT["contact"]}
    assert [entry.action for entry in of(wished).entries] == ["opened", "unmask"]
    done(county, wished)

    with pytest.raises(Refused) as refusal:
        operations.unmask_contact(county.qian, wished, "再看一次")

    assert "已经办结" in refusal.value.faults[0].detail


def test_90_days_after_the_closing_the_telephone_is_gone_and_not_before(county, wished):
    done(county, wished)
    closed = of(wished).closed_at
    interview = db.session.get(Interview, wished)

    with as_if_at(closed + timedelta(days=88)):
        assert counted(retention.keep_promises(now())) == 0
        assert persons.person_of(wished, interview.head_revision)["contact"] == RESPONDENT["contact"]
    with as_if_at(closed + timedelta(days=89, hours=1)):
        assert counted(retention.keep_promises(now(), is_rehearsal=True)) == 1
        assert counted(retention.keep_promises(now())) == 1
        assert counted(retention.keep_promises(now())) == 0

    assert persons.person_of(wished, interview.head_revision) is None
    assert of(wished).entries[-1].action == "erase"
    assert verification.verify().findings == []


def test_an_open_one_keeps_its_number_however_long_it_takes(wished):
    with as_if_at(now() + timedelta(days=400)):
        assert counted(retention.keep_promises(now())) == 0


def counted(kept):
    return {one.what: one.count for one in kept}["要求回访的受访人的姓名电话"]
