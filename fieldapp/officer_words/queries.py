"""Reading codes and officers' words: of records that somebody may read, and by the token that the QR held."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from fieldapp.clock import now
from fieldapp.extensions import db
from fieldapp.filing.persons import erased_at, person_of
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import newest_submitted
from fieldapp.officer_words.models import OfficerCode, OfficerWord, OfficerWordRevision
from fieldapp.officer_words.rules import serves
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, narrow, reach_of
from fieldapp.visits.recusal import not_of

MOST_ON_A_PHONE = 200

_word = OfficerWord.__table__.c
COLUMNS = Columns(
    author=OfficerWord.author_id, locality=OfficerWord.locality_id, group=OfficerWord.group_id,
    agency=OfficerWord.agency_id, apart=lambda reach: not_of(reach, _word.visit_id),
)  # fmt: skip


@dataclass(frozen=True)
class Noted:
    """What a code opens: the record, its newest submitted revision, and the revision's body."""

    code: OfficerCode
    observation: Observation
    revision: ObservationRevision
    body: dict[str, Any]


@dataclass(frozen=True)
class Word:
    """One officer's word as a desk shows it. `name`, `number`: as given, empty for none or erased."""

    id: str
    revision: int
    words: str
    name: str
    number: str
    is_erased: bool
    at: datetime


def visible_to(user: User) -> Select[OfficerWord]:
    """The words said by codes that the user showed, and those in a lead's, the bureau's or an administrator's reach."""
    return narrow(select(OfficerWord), reach_of(user), COLUMNS)


def digest_of(token: str) -> str:
    """By what the server knows a token: SHA-256 over its characters, 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> OfficerCode | None:
    """The code of a token, whether it still serves or not; None for none."""
    return db.session.get(OfficerCode, digest_of(token))


def noted(code: OfficerCode | None) -> Noted | None:
    """What a code opens now; None for one that is unknown, used, ended or too old."""
    if code is None:
        return None
    is_used = db.session.get(OfficerWord, code.word_id) is not None
    if not serves(expires_at=code.expires_at, ended_at=code.ended_at, is_used=is_used, now=now()):
        return None
    found = db.session.execute(
        select(Observation, ObservationRevision)
        .join(ObservationRevision, ObservationRevision.observation_id == Observation.id)
        .where(Observation.id == code.observation_id, ObservationRevision.revision == newest_submitted())
    ).first()
    return Noted(code, found[0], found[1], json.loads(found[1].body)) if found else None


def words_said(word_id: str) -> str | None:
    """The words that were filed under this id; None for none."""
    body = db.session.scalar(select(OfficerWordRevision.body).where(OfficerWordRevision.officer_word_id == word_id))
    return json.loads(body)["words"] if body is not None else None


def of_observation(observation_id: str) -> list[Word]:
    """What officers said of one record, oldest first. The caller has checked who may read the record."""
    return [
        _read(row, body)
        for row, body in db.session.execute(
            _WITH_WORDS.where(OfficerWord.observation_id == observation_id).order_by(OfficerWord.submitted_at)
        )
    ]


def of_own_records(user: User, *, since: datetime) -> list[tuple[OfficerWord, str]]:
    """What was said after `since` by codes that the user showed, the newest first, each with its body."""
    query = _WITH_WORDS.where(OfficerWord.author_id == user.id, OfficerWord.submitted_at >= since)
    rows = db.session.execute(query.order_by(OfficerWord.submitted_at.desc()).limit(MOST_ON_A_PHONE))
    return [(row[0], row[1]) for row in rows]


_WITH_WORDS = select(OfficerWord, OfficerWordRevision.body).join(
    OfficerWordRevision, OfficerWordRevision.officer_word_id == OfficerWord.id
)


def _read(row: OfficerWord, body: str) -> Word:
    person = person_of(row.id, row.head_revision) or {}
    return Word(
        id=row.id,
        revision=row.observation_revision,
        words=json.loads(body)["words"],
        name=str(person.get("name") or ""),
        number=str(person.get("contact") or ""),
        is_erased=erased_at(row.id, row.head_revision) is not None,
        at=row.submitted_at or row.started_at,
    )
