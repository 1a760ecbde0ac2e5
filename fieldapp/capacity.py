"""What a column can hold, asked of the tables themselves: the same limit on both databases, in words, before the write.

SQLite would take a name of any length and PostgreSQL would fail in the middle of a transaction; neither may happen.
"""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, inspect
from sqlalchemy.orm import Session

from fieldapp.errors import Fault, Refused

LARGEST_INTEGER = 2**31 - 1
LARGEST_BIG_INTEGER = 2**63 - 1


def characters_of(model: type, name: str) -> int | None:
    """How many characters the column `name` of `model` takes; none for any number, or when there is no such column."""
    column: Any = inspect(model).columns.get(name)
    if column is None or not isinstance(column.type, String):
        return None
    length: int | None = column.type.length
    return length


def fits_integer(number: int) -> bool:
    """Whether `number` can be a number that some row has; a greater one is nowhere to be found."""
    return abs(number) <= LARGEST_INTEGER


@cache
def _limits_of(model: Any) -> tuple[tuple[str, int | None, int], ...]:
    """(attribute, most characters, largest number) of every column that has a limit."""
    limits: list[tuple[str, int | None, int]] = []
    mapper: Any = inspect(model)
    for attribute in mapper.column_attrs:
        kind = attribute.columns[0].type
        if isinstance(kind, BigInteger):
            limits.append((attribute.key, None, LARGEST_BIG_INTEGER))
        elif isinstance(kind, Integer):
            limits.append((attribute.key, None, LARGEST_INTEGER))
        elif isinstance(kind, String):
            limits.append((attribute.key, kind.length, 0))
    return tuple(limits)


def _faults_of(row: Any) -> list[Fault]:
    faults, values = [], row.__dict__
    model: Any = type(row)
    for name, characters, largest in _limits_of(model):
        value = values.get(name)
        if isinstance(value, str):
            if characters is not None and len(value) > characters:
                faults.append(Fault(f"/{name}", f"最多 {characters} 个字。"))
            elif "\x00" in value or (not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value)):
                faults.append(Fault(f"/{name}", "含有不能保存的字符。"))
        elif isinstance(value, int) and largest and abs(value) > largest:
            faults.append(Fault(f"/{name}", f"最大为 {largest}。"))
    return faults


def refuse_what_does_not_fit(session: Session, *_: Any) -> None:
    """Before each flush: raises Refused with every new or changed value that its column cannot hold, by its name."""
    faults = [fault for rows in (session.new, session.dirty) for row in rows for fault in _faults_of(row)]
    if faults:
        raise Refused("内容太长或有不能保存的字符，没有保存。", faults=faults)
