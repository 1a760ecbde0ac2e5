"""A supervisor shows a code; an officer says something with it."""

import secrets

from sqlalchemy import update

from fieldapp.audit import operations as audit
from fieldapp.clock import now, rfc3339
from fieldapp.errors import Locked, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.operations import Done, file_revision
from fieldapp.filing.wire import parse
from fieldapp.ids import mint
from fieldapp.observations import queries as observations
from fieldapp.observations.rules import UNFILED
from fieldapp.officer_words.kind import OFFICER_WORD
from fieldapp.officer_words.models import OfficerCode
from fieldapp.officer_words.queries import Noted
from fieldapp.officer_words.rules import LIVES, gaps
from fieldapp.people.models import User


def show_code(author: User, observation_id: str, digest: str) -> OfficerCode:
    """Takes down a code for one of the author's submitted records; earlier ones of the record end. The same once more
    is the same.

    Raises NotFound for a record that is not the author's, or a digest that is another record's, Locked for a draft.
    """
    with unit_of_work() as session:
        observation = observations.find(author, observation_id)
        if observation.author_id != author.id:
            raise NotFound("没有这份监督记录，或它不是您的。")
        if observation.state in UNFILED:
            raise Locked("记录还没有提交到服务器，提交后再请执法人员扫码。")
        known = session.get(OfficerCode, digest)
        if known is not None and known.observation_id == observation_id:
            return known
        if known is not None:
            raise NotFound("这个码已经用在别处。")
        at = now()
        session.execute(
            update(OfficerCode)
            .where(OfficerCode.observation_id == observation_id, OfficerCode.ended_at.is_(None))
            .values(ended_at=at)
        )
        code = OfficerCode(
            digest=digest, word_id=mint(), observation_id=observation_id, shown_by_id=author.id, made_at=at,
            expires_at=at + LIVES, ended_at=None,
        )  # fmt: skip
        session.add(code)
        session.flush()
        audit.record(
            "officer_code.shown", actor_id=author.id, subject_kind="observation", subject_id=observation_id, at=at,
            code=digest,
        )  # fmt: skip
        return code


def say(noted: Noted, *, words: str, name: str = "", number: str = "") -> Done:
    """Files what an officer says of what was noted. Raises Refused for what is missing or too long."""
    words, name, number = words.strip(), name.strip(), number.strip()
    faults = gaps(words, name, number)
    if faults:
        raise Refused("还没有提交。", faults=faults)
    code, person = noted.code, {"kind": "officer", "name": name, "contact": number, "salt": secrets.token_hex(16)}
    body = {
        "revision": 1,
        "base_revision": 0,
        "visit": noted.observation.visit_id,
        "state": "submitted",
        "started_at": rfc3339(now()),
        "observation": noted.observation.id,
        "observation_revision": noted.revision.revision,
        "observation_digest": noted.revision.digest,
        "code": code.digest,
        "words": words,
        "officer": person if name or number else None,
    }
    return file_revision(db.session.get_one(User, code.shown_by_id), parse(OFFICER_WORD, code.word_id, body))
