"""Who was signed in a moment ago, remembered by each process.

Only for requests that write and ask again, in their own transaction, whether the sign-in still counts: a sign-in that
was ended, or a person who was disabled, a moment ago in another process is refused there.
"""

import time
from collections import OrderedDict
from threading import Lock

from flask import current_app

from fieldapp.extensions import db
from fieldapp.people.models import User

KEPT_SECONDS = 60
MOST = 2000


class _Memory:
    def __init__(self) -> None:
        self.users: OrderedDict[str, tuple[float, User]] = OrderedDict()
        self.lock = Lock()


def remember(token: str, user: User) -> None:
    """Keeps `user` for the next requests with `token`. It leaves the database session: many threads will read it."""
    for row in (user, user.organisation):
        if row in db.session:
            db.session.expunge(row)
    memory = _memory()
    with memory.lock:
        memory.users[token] = (time.monotonic() + KEPT_SECONDS, user)
        memory.users.move_to_end(token)
        while len(memory.users) > MOST:
            memory.users.popitem(last=False)


def recall(token: str) -> User | None:
    """Who was signed in with `token` less than a minute ago, as far as this process knows."""
    until, user = _memory().users.get(token, (0.0, None))
    return user if time.monotonic() < until else None


def forget(token: str) -> None:
    """Nobody is remembered for `token` any more."""
    memory = _memory()
    with memory.lock:
        memory.users.pop(token, None)


def _memory() -> _Memory:
    """One for each application."""
    name = "fieldapp.people.sign_in_cache"
    found: _Memory = current_app.extensions.get(name) or current_app.extensions.setdefault(name, _Memory())
    return found
