"""Changing what somebody else may be changing too: a page says what it showed, and nothing is overwritten unseen.

The version of a row is a digest of the values that its form shows, so no table needs a column for it.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from fieldapp.extensions import unit_of_work

Done = TypeVar("Done")
_DIGITS = 32


class ChangedSince(Exception):  # noqa: N818 what happened, not a fault of anybody
    """The row holds other values than the page showed. `now`: those that it holds."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__("changed since")
        self.now = now


def version_of(values: Mapping[str, Any]) -> str:
    """What a page carries to say which values it showed: hex digits, the same for the same values in any order."""
    spelled = json.dumps(dict(values), ensure_ascii=False, sort_keys=True, default=str)
    return sha256(spelled.encode()).hexdigest()[:_DIGITS]


def change(read: Callable[[], Mapping[str, Any]], seen: str, deed: Callable[[], Done]) -> Done:
    """What `deed` gives, in one unit of work with the look at the present values. `seen`: a version_of, or empty.

    Raises ChangedSince, with nothing changed, when `read` gives other values than were seen.
    """
    with unit_of_work() as session:
        if seen:
            session.expire_all()  # what this request has read before is of before its turn
            present = read()
            if version_of(present) != seen:
                raise ChangedSince(present)
        return deed()
