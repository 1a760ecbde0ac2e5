"""What bears ids beside filings, so that none is given twice: each room says of its table that its ids are taken.

A filing bears an id by its receipt; a visit, a slip or a phone has none, but a phone knows their ids, too.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, literal, select, union_all

from fieldapp.bulk import among
from fieldapp.filing.models import Device, Receipt
from fieldapp.filing.parts import Part

_receipt = Receipt.__table__.c
_FILED = select(_receipt.subject_id.label("id"), _receipt.kind).where(among(_receipt.subject_id, "ids"))
_WORDS: dict[str, str] = {}
_BORNE: list[Select[str, str]] = []


def register(name: str, words: str, column: Column[str]) -> None:
    """Makes known that what people call `words` bears the ids in `column`. Raises ValueError for a name twice."""
    if name in _WORDS:
        raise ValueError(f"there are {name} already")
    _WORDS[name] = words
    _BORNE.append(select(column.label("id"), literal(name).label("kind")).where(among(column, "ids")))


def words() -> dict[str, str]:
    """What people call what bears ids without being filed, by name."""
    return dict(_WORDS)


def part() -> Part:
    """What judging a batch asks of them: which of `ids` they bear (columns `id` and `kind`, the name of a bearer)."""
    return _part(tuple(_BORNE))


@cache  # made once: each filing asks it
def _part(borne: tuple[Select[str, str], ...]) -> Part:
    found = union_all(*borne).subquery()
    return Part("borne", select(found.c.id, found.c.kind))


def bearers_of(connection: Connection, subject_ids: Iterable[str], *, but: Collection[str] = ()) -> dict[str, str]:
    """What each of these ids belongs to already, by id: the name of a kind or of a bearer, none of those in `but`."""
    found = connection.execute(_look(tuple(_BORNE)), {"ids": list(subject_ids)})
    return {row.id: row.kind for row in found if row.kind not in but}


@cache  # made once: every photo that arrives asks it
def _look(borne: tuple[Select[str, str], ...]) -> Select[Any]:
    found = union_all(_FILED, *borne).subquery()
    return select(found.c.id, found.c.kind)


register("device", "设备", Device.__table__.c.id)
