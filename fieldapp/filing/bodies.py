"""Words that are sealed: each revision encrypted under a key of its own, so that destroying the keys erases the words.

The revision itself stays as it was filed, which its table asks for: what stands there is noise without its key.
Source: 个人信息保护法 art. 47, 51.
"""

from base64 import b64decode, b64encode
from typing import Any

from flask import current_app
from sqlalchemy import and_, null

from fieldapp.errors import Erased
from fieldapp.extensions import db
from fieldapp.filing import sealing
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import SealedBody

MARK = "sealed:"


def seal(text: str) -> tuple[str, bytes]:
    """What stands in the place of the words, and the wrapped key that opens it."""
    sealed, key = sealing.seal_bytes(text.encode(), _instance())
    return MARK + b64encode(sealed).decode(), key


def opened(body: str, key: bytes | None) -> str | None:
    """The words as they were filed; None once the key has been destroyed, or does not fit any more.

    Of a body that is not sealed, the body.
    """
    if not body.startswith(MARK):
        return body
    if key is None:
        return None
    try:
        plain = sealing.unseal_bytes(b64decode(body[len(MARK) :], validate=True), key, _instance())
    except ValueError:  # somebody has changed what stands there
        return None
    return None if plain is None else plain.decode()


def with_keys(query: Any, kind: Kind) -> Any:
    """`query` (a Select) over the revisions of a kind, with one more column, `body_key`: what `opened` needs."""
    if not kind.is_sealed:
        return query.add_columns(null().label("body_key"))
    sealed = SealedBody.__table__.c
    its_own = and_(sealed.owner_id == kind.owner, sealed.revision == kind.revision.__table__.c.revision)
    return query.add_columns(sealed.key.label("body_key")).outerjoin(SealedBody.__table__, its_own)


def text_of(owner_id: str, revision: int, body: str) -> str:
    """The words of one revision whose `body` is at hand. Raises Erased."""
    row = db.session.get(SealedBody, (owner_id, revision)) if body.startswith(MARK) else None
    text = opened(body, row.key if row else None)
    if text is None:
        raise Erased(erased=owner_id)
    return text


def _instance() -> Any:
    return current_app.config["SETTINGS"].instance
