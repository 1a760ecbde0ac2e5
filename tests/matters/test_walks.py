"""Random walks: whoever tries whatever, a follow-up is only where its table leads, and every step leaves its mark."""

import random
import re
from types import SimpleNamespace

import pytest
from citizens import make_poster
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.errors import FieldappError
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import operations, queries
from fieldapp.matters.models import MatterEntry
from fieldapp.matters.rules import Refusal
from fieldapp.ratings import follow_ups
from fieldapp.ratings.models import Rating
from fieldapp.ratings.rules import COURSE, OUTCOMES

# Written down a second time, by hand: where each act leads from each state, and who may do it.
LOOKED_INTO = {"conclude": set(OUTCOMES), "call": "same", "extend": "same"}
ALLOWED = {
    "received": {"triage": {"triaged"}, "extend": "same"},
    "triaged": {"triage": "same", "call": {"contacting"}, "conclude": set(OUTCOMES), "extend": "same"},
    "contacting": {"triage": "same", **LOOKED_INTO},
    "verified": {"rectify": {"rectified"}, **LOOKED_INTO},
    "unfounded": {"reply": {"replied"}, **LOOKED_INTO},
    "misrated": {"reply": {"replied"}, **LOOKED_INTO},
    "rectified": {"rectify": "same", "reply": {"replied"}, "call": "same", "extend": "same"},
    "replied": {"reply": "same", "call": "same", "close": {"closed"}},
    "closed": {},
}
ACTS = ["triage", "call", "conclude", "rectify", "reply", "extend", "close"]
ONLY_LEADS = {"extend", "close"}
ROLES = ["lead", "lead", "lead", "system", "supervisor", "liaison"]
WALKS, STEPS = 1_000, 25
SENTENCE = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff。]")
WALKS_IN_THE_DATABASE = 30


def leads_to(state, act):
    found = ALLOWED[state].get(act, set())
    return {state} if found == "same" else found


def may(role, act):
    return role == "lead" or (role == "system" and act not in ONLY_LEADS)


def attempt_of(chance, state):
    """What somebody tries: mostly what is possible and said in words, now and then what is not."""
    act = chance.choice(sorted(ALLOWED[state]) or ACTS) if chance.random() < 0.7 else chance.choice(ACTS)
    words = "情况如此" if chance.random() < 0.8 else chance.choice(["", "长" * 2001])
    return act, words, chance.choice([*OUTCOMES, "whatever", ""]) if act == "conclude" else ""


def test_the_table_says_what_is_written_down_here():
    assert set(ALLOWED) == set(COURSE.states)
    for state in ALLOWED:
        for role in set(ROLES):
            expected = {act for act in ALLOWED[state] if may(role, act)}
            assert set(COURSE.possible(state, [role])) == expected, (state, role)


@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_walks_never_reach_what_the_table_does_not_allow(seed):
    chance = random.Random(seed)
    closed = 0
    for _ in range(WALKS // 10):
        matter, done = SimpleNamespace(state="received", is_real_name=chance.random() < 0.5, calls=0), []
        for _ in range(STEPS):
            role, (act, words, choice) = chance.choice(ROLES), attempt_of(chance, matter.state)
            before = matter.state
            row = COURSE.step(matter, act, [role], choice=choice, words=words, done=done)
            if isinstance(row, Refusal):
                assert SENTENCE.fullmatch(row.sentence), row
                continue
            assert may(role, act)
            matter.state = row.after or before
            assert matter.state in leads_to(before, act), (before, act)
            assert not (act == "extend" and "extend" in done)
            assert act != "close" or matter.calls or not matter.is_real_name
            matter.calls += act == "call"
            done.append(act)
        closed += matter.state == "closed"
    assert closed, "walks that never arrive would prove little"


def a_bad_rating(code, number, *, has_number):
    rating = Rating(
        id=ids.mint(), receipt_code=f"WALK{number:08d}", code_id=code.id, kind="poster", nonce=f"walk-{number}",
        level=1, reasons_version="x", submitted_at=now(), agency_id=code.agency_id,
        contact_key=b"key" if has_number else None,
    )  # fmt: skip
    db.session.add(rating)
    db.session.flush()
    return rating


def test_each_step_of_a_walk_is_one_line_of_the_log_and_one_entry_of_the_chain(county):
    chance = random.Random(12)
    people = {"lead": county.qian, "system": county.wu, "supervisor": county.zhang_san, "liaison": county.zheng}
    code = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    walked = {}
    with unit_of_work():  # one commit for all: nothing here is about commits
        for number in range(WALKS_IN_THE_DATABASE):
            follow_up = follow_ups.open_for(a_bad_rating(code, number, has_number=chance.random() < 0.5), now())
            walked[follow_up.id] = (follow_up, walk(follow_up, people, chance))

    for follow_up, done in walked.values():
        db.session.refresh(follow_up)
        lines = db.session.scalars(
            select(MatterEntry).where(MatterEntry.matter_id == follow_up.id).order_by(MatterEntry.position)
        ).all()
        assert [(line.action, line.state, line.actor_id) for line in lines] == [("opened", "received", None), *done]
        assert [line.position for line in lines] == list(range(1, len(done) + 2))
        assert follow_up.state == lines[-1].state
        assert bool(follow_up.closed_at) == (follow_up.state == "closed")
        assert bool(follow_up.accepted_at) == any(act == "triage" for act, _, _ in done)
        assert follow_up.calls == sum(act == "call" for act, _, _ in done)
        moved = select(func.count()).where(
            AuditEntry.event == "follow_up.moved", AuditEntry.subject_id == follow_up.rating_id
        )  # fmt: skip
        assert db.session.scalar(moved) == len(done)
    assert any(follow_up.state == "closed" for follow_up, _ in walked.values())


def walk(follow_up, people, chance):
    """The steps that were taken, as (act, state after, who); each is one that had been offered."""
    done = []
    for _ in range(STEPS):
        actor, (act, words, choice) = people[chance.choice(ROLES)], attempt_of(chance, follow_up.state)
        before, offered = follow_up.state, queries.possible_acts(follow_up, actor)
        given = {"words": words, "choice": choice}
        try:
            operations.take(actor, follow_up, act, owner=chance.choice([people["lead"], None]), **given)
        except FieldappError as refusal:
            unsaid = not refusal.title or follow_up.state != before
            if unsaid:
                raise
            continue
        assert act in offered
        assert follow_up.state in leads_to(before, act)
        done.append((act, follow_up.state, actor.id))
    return done
