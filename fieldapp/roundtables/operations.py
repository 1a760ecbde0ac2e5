"""What a reviewer does with a roundtable: erases it by law."""

from fieldapp.access import require
from fieldapp.errors import NotFound
from fieldapp.evidence import erasing
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import User
from fieldapp.roundtables import queries
from fieldapp.roundtables.kind import ROUNDTABLE


def erase(actor: User, roundtable_id: str, *, ground: str, reason: str) -> None:
    """依法删除: the words, the names and the photos of a submitted roundtable; its digests and receipts stay.

    Raises as interviews.operations.erase. Source: 个人信息保护法 art. 15, 47.
    """
    require(actor, "words.erase")
    with unit_of_work():
        found = queries.find(actor, roundtable_id)
        if found.state != "submitted":
            raise NotFound
        erasing.erase_record(actor, ROUNDTABLE, found.id, ground=ground, reason=reason)
    erasing.sweep()
