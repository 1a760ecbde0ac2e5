"""M10: clocks are wrong. Nothing is refused for it, the server's sequence orders all, and both times are kept."""

import random
from datetime import timedelta

import pytest
import time_machine
from factories import make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from seeds import seed_of_this_run
from sqlalchemy import select

from fieldapp import clock, ids
from fieldapp.audit.chain import Link, first_break
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.observations.models import Observation

SKEWS = [timedelta(days=days) for days in (-3650, -365, -1, 0, 1, 365, 3650)]
SESSIONS = [100, pytest.param(1_000, marks=pytest.mark.long)]


@pytest.fixture
def phone(app, signed_in):
    county = make_county()
    client = signed_in(county.zhang_san)
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    client.new_body = lambda **changes: observation_body(visit, version, **changes)
    return client


def chain_is_whole() -> bool:
    """Whether the audit chain has no gap and no wrong link, in the order of its sequence."""
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
    fields = Link.__dataclass_fields__
    links = [(Link(**{name: getattr(row, name) for name in fields}), row.chain) for row in rows]
    return first_break(links, heads={}) is None


@pytest.mark.parametrize("sessions", SESSIONS)
def test_phones_whose_clocks_are_years_off_are_taken_in_the_order_in_which_they_come(phone, sessions):
    seed = seed_of_this_run()
    dice = random.Random(seed)
    sequence = 0
    for _ in range(sessions):
        skew = dice.choice(SKEWS) + timedelta(milliseconds=dice.randrange(-86_400_000, 86_400_000))
        started_at = clock.now() + skew
        jump = timedelta(seconds=dice.choice((3600, -3600, -86_400)))  # mid-visit, also backwards
        body = phone.new_body(
            started_at=clock.rfc3339(started_at),
            ended_at=clock.rfc3339(started_at + jump),
            clock_offset_ms=-int(skew.total_seconds() * 1000),
            timeline=[{"at_ms": dice.randrange(10**7), "text": "钟表跳了"} for _ in range(3)],
        )
        observation_id = ids.mint()

        answer = phone.api_put(f"/api/v1/observations/{observation_id}", json=body)

        assert answer.status_code == 200, (seed, answer.json)
        assert answer.json["receipt"]["sequence"] > sequence, seed
        sequence = answer.json["receipt"]["sequence"]
        kept = phone.api_get(f"/api/v1/observations/{observation_id}").json
        assert kept["body"]["started_at"] == body["started_at"]
        assert kept["body"]["clock_offset_ms"] == body["clock_offset_ms"]
        received_at = clock.parse_rfc3339(kept["revisions"][0]["received_at"])
        corrected = started_at + timedelta(milliseconds=body["clock_offset_ms"])
        assert abs(received_at - corrected) < timedelta(minutes=5), seed  # both times say the same moment, by the skew
    assert chain_is_whole(), seed


@pytest.mark.parametrize("skew", [timedelta(days=-3650), timedelta(days=-1), timedelta(days=1), timedelta(days=3650)])
def test_a_photo_is_taken_whatever_its_clock_says(phone, skew):
    record, photo = ids.mint(), ids.mint()
    taken_at = clock.rfc3339(clock.now() + skew)

    answer = phone.send_file(make_photo(), evidence_id=photo, observation=record, taken_at=taken_at)

    assert answer.status_code == 201, answer.json
    body = phone.new_body(answers={"B01": {"value": "yes", "evidence": [photo]}})
    assert phone.api_put(f"/api/v1/observations/{record}", json=body).json["missing_evidence"] == []


def test_a_server_whose_own_clock_jumps_back_and_forth_keeps_the_order_and_the_chain(phone):
    """A clock set back ends the sign-ins of the time that now lies ahead: phones ask for the password and go on."""
    jumps = [timedelta(hours=-6), timedelta(hours=23), timedelta(minutes=-1), timedelta(0)] * 5
    real = clock.now()
    filed = []
    for jump in jumps:
        with time_machine.travel(real + jump, tick=True):
            assert phone.sign_in("zhangsan").status_code == 200
            filed.append(ids.mint())
            answer = phone.api_put(f"/api/v1/observations/{filed[-1]}", json=phone.new_body())
            assert answer.status_code == 200, answer.json

    order = select(AuditEntry.subject_id).where(AuditEntry.event == "observation.filed").order_by(AuditEntry.sequence)
    assert list(db.session.scalars(order)) == filed
    numbers = list(db.session.scalars(select(Observation.number).order_by(Observation.number)))
    assert len(set(numbers)) == len(filed)
    assert chain_is_whole()


def test_a_retry_after_the_servers_clock_was_set_back_gives_the_same_receipt(phone):
    url, body = f"/api/v1/observations/{ids.mint()}", phone.new_body()
    first = phone.api_put(url, json=body).json

    with time_machine.travel(clock.now() - timedelta(days=1), tick=True):
        told = phone.api_put(url, json=body)
        assert told.status_code in (400, 401)
        assert "本机" in told.json["title"]
        assert phone.sign_in("zhangsan").status_code == 200
        again = phone.api_put(url, json=body)

    assert again.status_code == 200, again.json
    assert again.json["receipt"] == first["receipt"]
