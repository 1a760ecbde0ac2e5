"""M11: one person writes one record on two phones, over a network that loses, repeats and reorders.

A model of the server (a list of revisions and the rule of docs/sync.md) walks beside the real one. Whatever happens:
no revision is ever overwritten, no phone is told that something is stored which is not, and what was not taken is
answered with what stands there, so that a person can choose.
"""

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from campaign.phone import digest_of
from factories import make_checklist_version, make_visit, observation_body
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from personas import make_county
from seeds import seed_of_this_run
from sqlalchemy import select

from fieldapp import clock, ids
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.models import Device
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.people.models import SignIn
from fieldapp.reviews import operations as reviews

PHONES = (0, 1)


@dataclass
class Hand:
    """What one phone holds of the record: its own head, and what it has sent."""

    device_id: str
    base: int = 0
    words: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


class TwoPhones(RuleBasedStateMachine):
    """One record, two phones of its author, the server and its model."""

    app: Any = None
    sign_in: Any = None

    @initialize()
    def begin(self) -> None:
        self.county = type(self).county
        self.client = type(self).sign_in(self.county.zhang_san)
        self.record = ids.mint()
        self.hands = [Hand(ids.mint()) for _ in PHONES]
        self.state: str | None = None
        self.stored: dict[int, str] = {}  # the model: number → digest
        self.receipts: dict[int, dict[str, Any]] = {}
        self.revoked: set[str] = set()
        self.count = 0

    @rule(phone=st.sampled_from(PHONES), submits=st.booleans(), skip=st.integers(0, 2), arrives=st.booleans())
    def edit_and_send(self, phone: int, submits: bool, skip: int, arrives: bool) -> None:
        """A new revision on the phone's own base; its answer may be lost, and the phone then knows nothing."""
        hand = self.hands[phone]
        self.count += 1
        body = type(self).new_body(
            revision=hand.base + 1 + skip,
            base_revision=hand.base,
            state="submitted" if submits else "draft",
            summary=f"手机{phone}第{self.count}次",
        )
        hand.sent.append(body)
        self._send(hand, body, arrives=arrives)

    @precondition(lambda self: any(hand.sent for hand in self.hands))
    @rule(phone=st.sampled_from(PHONES), pick=st.integers(0, 50), arrives=st.booleans())
    def send_again(self, phone: int, pick: int, arrives: bool) -> None:
        """Any earlier request once more: a retry, a duplicate, one that was held up on its way."""
        hand = self.hands[phone]
        if hand.sent:
            self._send(hand, hand.sent[pick % len(hand.sent)], arrives=arrives)

    @rule(phone=st.sampled_from(PHONES))
    def choose_the_server(self, phone: int) -> None:
        """The person looks at both versions and goes on from the server's."""
        answer = self.client.api_get(f"/api/v1/observations/{self.record}")
        assert answer.status_code == (200 if self.stored else 404)
        if self.stored:
            self.hands[phone].base = answer.json["revision"]
            assert answer.json["revision"] == max(self.stored)

    @precondition(lambda self: self.state == "submitted")
    @rule()
    def return_it(self) -> None:
        """The lead gives it back."""
        reviews.return_to_author(self.county.qian, self.record, revision=max(self.stored), comment="请补充", items={})
        self.state = "returned"

    @rule()
    def expire(self) -> None:
        """The session ends; a try then is a 401 and changes nothing; the same person signs in again."""
        with unit_of_work() as session:
            for row in session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))):
                row.ended_at = clock.now()
        body = type(self).new_body()
        answer = self.client.api_put(f"/api/v1/observations/{self.record}", json=body)
        assert answer.status_code == 401
        assert "本机记录都在" in answer.json["title"]
        self.client = type(self).sign_in(self.county.zhang_san)

    @precondition(lambda self: not self.revoked)
    @rule(phone=st.sampled_from(PHONES))
    def revoke(self, phone: int) -> None:
        """One phone is lost and shut out; the other goes on."""
        device_id = self.hands[phone].device_id
        with unit_of_work() as session:
            session.add(Device(id=device_id, user_id=self.county.zhang_san.id, seen_at=clock.now(),
                               revoked_at=clock.now()))  # fmt: skip
        self.revoked.add(device_id)

    @rule()
    def restart(self) -> None:
        """The server is started anew: nothing lives in its memory."""
        db.session.rollback()
        db.engine.dispose()
        for name in [name for name in type(self).app.extensions if name.startswith("fieldapp.")]:
            del type(self).app.extensions[name]

    @invariant()
    def nothing_was_overwritten(self) -> None:
        """The server holds exactly what the model holds; each revision's words are those that were sent."""
        if not hasattr(self, "record"):
            return
        db.session.rollback()
        rows = db.session.scalars(
            select(ObservationRevision).where(ObservationRevision.observation_id == self.record)
        ).all()
        assert {row.revision: row.digest for row in rows} == self.stored
        assert all(hashlib.sha256(row.body.encode()).hexdigest() == row.digest for row in rows)
        observation = db.session.get(Observation, self.record, populate_existing=True)
        assert (observation.state if observation else None) == self.state
        if observation:
            assert observation.head_revision == max(self.stored)

    def _send(self, hand: Hand, body: dict[str, Any], *, arrives: bool) -> None:
        revision, digest = body["revision"], digest_of(body)
        expected = self._expected(hand, body, digest)
        answer = self.client.api_put(
            f"/api/v1/observations/{self.record}", json=body, headers={"X-Device-Id": hand.device_id}
        )
        assert answer.status_code == expected, (answer.json, self.stored, body["base_revision"], revision)
        if expected == 200:
            if revision not in self.stored:
                self.stored[revision] = digest
                self.state = {"draft": self.state or "draft", "submitted": "submitted"}[body["state"]]
            receipt = self.receipts.setdefault(revision, answer.json["receipt"])
            assert answer.json["receipt"] == receipt, "two receipts for one revision"
            if arrives:
                hand.base = max(hand.base, revision)
        elif expected == 409:
            hand.refused.append(body)
            stored = answer.json["stored"]
            if self.stored:  # both versions can be laid side by side
                assert (stored["revision"], answer.json["digest"]) == (max(self.stored), self.stored[max(self.stored)])

    def _expected(self, hand: Hand, body: dict[str, Any], digest: str) -> int:
        revision, base = body["revision"], body["base_revision"]
        if hand.device_id in self.revoked:
            return 403
        if self.stored.get(revision) == digest:
            return 200
        if revision in self.stored:
            return 409
        if self.state == "submitted":
            return 423
        if base != max(self.stored, default=0):
            return 409
        return 200


def walk(app, signed_in, *, examples: int, steps: int) -> None:
    county = make_county()
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    place = {"latitude": 31.3846, "longitude": 120.9807, "accuracy": 12.5}

    class Machine(TwoPhones):
        pass

    Machine.app, Machine.county, Machine.sign_in = app, county, staticmethod(signed_in)
    Machine.new_body = staticmethod(lambda **changes: observation_body(visit, version, location=place, **changes))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_two_phones_and_the_server_agree_with_the_model_whatever_the_network_does(app, signed_in):
    walk(app, signed_in, examples=4, steps=20)


@pytest.mark.long
def test_two_phones_and_the_server_agree_with_the_model_on_long_walks(app, signed_in):
    walk(app, signed_in, examples=200, steps=50)


@pytest.mark.parametrize("pairs", [60, pytest.param(10_000, marks=pytest.mark.long)])
def test_of_two_phones_that_changed_one_record_the_second_is_shown_the_first_and_nothing_is_lost(app, signed_in, pairs):
    county = make_county()
    client, dice = signed_in(county.zhang_san), random.Random(seed := seed_of_this_run())
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    for _ in range(pairs):
        url = f"/api/v1/observations/{ids.mint()}"
        base = dice.randrange(3)
        for revision in range(1, base + 1):
            body = observation_body(visit, version, revision=revision, state="draft")
            assert client.api_put(url, json=body).status_code == 200
        mine, theirs = (
            observation_body(visit, version, revision=base + dice.choice((1, 1, 2)), state="draft", summary=words)
            | {"base_revision": base}
            for words in ("第一部手机", "第二部手机")
        )

        first, second = client.api_put(url, json=mine), client.api_put(url, json=theirs)

        assert (first.status_code, second.status_code) == (200, 409), seed
        shown = second.json["stored"]
        assert shown["body"]["summary"] == "第一部手机", seed
        joined = theirs | {"revision": shown["revision"] + 1, "base_revision": shown["revision"]}
        assert client.api_put(url, json=joined).status_code == 200, seed
        kept = client.api_get(url).json
        assert kept["body"]["summary"] == "第二部手机"
        assert [one["revision"] for one in kept["revisions"]][-2:] == [mine["revision"], joined["revision"]]
