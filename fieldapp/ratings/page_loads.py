"""What came with one load of a code's page. Its nonce is signed, so that none can be made up, and bound to the code.

Each load of the page carries another one, and a rating keeps a mark of it and of all that was sent with it: the same
sent twice from one page (a double tap, a reload, Safari's second POST) is one rating. Anything else from the same page
(a phone that is handed on, a page that the browser brought back) is another, as from two people who scan one poster.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from fieldapp.ratings.rules import Wish
from fieldapp.ratings.suspicion_signals import Sender

HOURS = 24  # a page left open longer is asked to be sent once more


@dataclass(frozen=True)
class PageLoad:
    """One load of a code's page. `nonce`: 22 characters, unique."""

    code_id: str
    nonce: str
    made_at: datetime

    def mark(self, *content: object) -> str:
        """43 characters that stand for this load and what it sent, plain values.

        The nonce is random and kept nowhere else, so nobody finds out by trying what was sent.
        """
        plain = json.dumps([self.nonce, *content], sort_keys=True).encode()
        return urlsafe_b64encode(sha256(plain).digest()).decode().rstrip("=")

    def age_seconds(self, at: datetime) -> float:
        """How long ago the page was made."""
        return (at - self.made_at).total_seconds()

    def is_stale(self, at: datetime) -> bool:
        """Whether the page is older than HOURS."""
        return self.age_seconds(at) > HOURS * 3600


def new_token(code_id: str, at: datetime) -> str:
    """What the page carries in its hidden field."""
    made_ms = int(at.timestamp() * 1000)
    return _serializer().dumps([code_id, secrets.token_urlsafe(16), made_ms])


def read_token(token: str, code_id: str) -> PageLoad | None:
    """The page load that `token` proves; None for one that was not made here, or was made for another code."""
    try:
        found, nonce, made_ms = _serializer().loads(token)
        load = PageLoad(str(found), str(nonce), datetime.fromtimestamp(made_ms / 1000, UTC))
    except (BadSignature, ValueError, TypeError, OverflowError, OSError):
        return None
    return load if load.code_id == code_id else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="rating-page")


@dataclass(frozen=True)
class Sending:
    """One sending of the page: which load of it, from where. `files`: marks of the files that came with it, in order.

    `fills_hidden`: a field was filled that no person sees.
    """

    page: PageLoad
    sender: Sender
    files: Sequence[str] = ()
    fills_hidden: bool = False

    def mark_of(self, wish: Wish) -> str:
        """What stands for this page load and everything that it says."""
        return self.page.mark(asdict(wish), list(self.files))
