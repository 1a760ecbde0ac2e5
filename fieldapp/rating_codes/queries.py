"""Reading codes: strangers by what they scanned, phones their stock, the desk its list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from fieldapp.errors import FieldappError, NotFound
from fieldapp.extensions import db
from fieldapp.people.models import User
from fieldapp.rating_codes import rules, spelling
from fieldapp.rating_codes.models import RatingCode
from fieldapp.searching import every_word, in_any


class CodeClosed(FieldappError):
    """The code takes no rating now. `fault`: a key of CLOSED_WORDS; `code`: the code in question."""

    status, kind = 410, "code-closed"

    def __init__(self, fault: str, code: RatingCode) -> None:
        super().__init__(f"{CLOSED_WORDS[fault]}。")
        self.fault = fault
        self.code = code


CLOSED_WORDS = {
    "used": "这张评价码已经用过了",
    "revoked": "这个评价码已停用",
    "expired": "这个评价码已过期",
}


def by_code(typed: str) -> RatingCode | None:
    """The code that somebody scanned or typed, however it is spelled; None for none."""
    code = spelling.canonical_code(typed)
    return db.session.scalar(select(RatingCode).where(RatingCode.code == code)) if code else None


def fault_of(code: RatingCode, at: datetime) -> str | None:
    """Why the code takes no rating now: used, revoked, expired; None when it does."""
    return rules.code_fault(
        is_slip=code.kind == "slip", used_at=code.used_at, revoked_at=code.revoked_at, expires_at=code.expires_at, at=at
    )


@dataclass(frozen=True)
class CodeFilter:
    """What the list of codes is narrowed to. `state`: open, used, bound, stock, expired or revoked; empty for all."""

    kind: str = ""
    state: str = ""
    words: str = ""
    agency_id: str = ""
    locality_id: str = ""
    contact_point_id: str = ""
    holder_id: str = ""


def codes(wanted: CodeFilter, at: datetime) -> Select[RatingCode]:
    """The codes that fit, newest first; for admins. `words`: part of a number or of a place, or a whole code."""
    query = select(RatingCode).order_by(RatingCode.issued_at.desc(), RatingCode.number.desc())
    for column, value in (
        (RatingCode.kind, wanted.kind), (RatingCode.agency_id, wanted.agency_id),
        (RatingCode.locality_id, wanted.locality_id), (RatingCode.contact_point_id, wanted.contact_point_id),
        (RatingCode.issued_to_id, wanted.holder_id),
    ):  # fmt: skip
        if value:
            query = query.where(column == value)
    if wanted.words:
        exact = spelling.canonical_code(wanted.words)
        fits = and_(true(), *every_word(wanted.words, lambda word: in_any(word, RatingCode.number, RatingCode.place)))
        query = query.where(or_(fits, RatingCode.code == exact) if exact else fits)
    return query.where(_in_state(wanted.state, at)) if wanted.state else query


def unbound_slips(user: User, at: datetime) -> list[RatingCode]:
    """The stock of a phone: slips of the user that nobody has bound or used, oldest first."""
    return list(
        db.session.scalars(
            select(RatingCode)
            .where(RatingCode.issued_to_id == user.id, RatingCode.kind == "slip", RatingCode.visit_id.is_(None))
            .where(RatingCode.is_printed.is_(False), _in_state("open", at))
            .order_by(RatingCode.issued_at, RatingCode.number)
        )
    )


def printable_slips(first: str, last: str) -> list[RatingCode]:
    """The slips for paper from number `first` to `last` of one series that can still be used, in order; for admins."""
    return list(
        db.session.scalars(
            select(RatingCode)
            .where(RatingCode.kind == "slip", RatingCode.is_printed.is_(True), RatingCode.number.between(first, last))
            .where(RatingCode.revoked_at.is_(None), RatingCode.used_at.is_(None))
            .order_by(RatingCode.number)
            .limit(rules.MOST_SLIPS_AT_ONCE)
        )
    )


def find(code_id: str) -> RatingCode:
    """The code with this id; for admins. Raises NotFound."""
    found = db.session.get(RatingCode, code_id)
    if found is None:
        raise NotFound("没有这个码。")
    return found


def _in_state(state: str, at: datetime) -> ColumnElement[bool]:
    ended = RatingCode.revoked_at.is_not(None)
    expired = RatingCode.expires_at.is_not(None) & (RatingCode.expires_at <= at)
    used = RatingCode.used_at.is_not(None)
    is_open = ~ended & ~expired & ~used
    return {
        "open": is_open,
        "stock": is_open & RatingCode.visit_id.is_(None) & (RatingCode.kind == "slip"),
        "bound": is_open & RatingCode.visit_id.is_not(None),
        "used": used,
        "expired": ~ended & ~used & expired,
        "revoked": ended,
    }.get(state, RatingCode.id.is_not(None))
