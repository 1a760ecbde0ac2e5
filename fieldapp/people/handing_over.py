"""A one-time password on its way to the page that shows it once, so that a reload of that page makes no second one.

The token in the page's address is the key: neither the database nor a copy of it tells the password.
"""

import os
import secrets
from datetime import timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete

from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import HandedPassword, User

LASTS = timedelta(minutes=10)
_NONCE_BYTES = 12


def hand_over(actor: User, user_id: str, password: str) -> str:
    """The token that lets `actor` read `password` once within LASTS. Source: AES-256-GCM, NIST SP 800-38D."""
    token, nonce = secrets.token_urlsafe(32), os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(_key(token)).encrypt(nonce, password.encode(), None)
    with unit_of_work() as session:
        at = now()
        session.execute(delete(HandedPassword).where(HandedPassword.at < at - LASTS))
        session.add(HandedPassword(id=_id(token), user_id=user_id, shown_to_id=actor.id, at=at, sealed=sealed))
    return token


def take(actor: User, user_id: str, token: str) -> str | None:
    """The password, for the first who asks; none when it was shown already, is too old, or was meant for another."""
    with unit_of_work() as session:
        row = db.session.get(HandedPassword, _id(token), populate_existing=True)
        if row is None or (row.shown_to_id, row.user_id) != (actor.id, user_id) or row.at < now() - LASTS:
            return None
        sealed = row.sealed
        session.delete(row)
    try:
        return AESGCM(_key(token)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()
    except InvalidTag:
        return None


def _id(token: str) -> str:
    return sha256(f"id:{token}".encode()).hexdigest()


def _key(token: str) -> bytes:
    return sha256(f"key:{token}".encode()).digest()
