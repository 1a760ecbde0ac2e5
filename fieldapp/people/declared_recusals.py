"""回避单位: the agencies from which a person keeps away though not of them, such as a former post or a spouse's.

Each stands for what is below it, too. Source: 四川省行政执法监督条例 art. 30; domain.md (人员库: 回避单位).
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from fieldapp.access import require
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import bounds
from fieldapp.people.accounts import reason_digest
from fieldapp.people.models import Organisation, User

MOST_REASON_CHARACTERS = 200


def declare(actor: User | None, user_id: str, agency_ids: Collection[str], *, reason: str) -> User:
    """These and no other agencies are the person's 回避单位 from now on; what was filed before keeps its marks.

    Raises NotFound out of bounds, NotAllowed, Refused for what is no agency, or agencies without a reason.
    """
    require(actor, "registers.edit", "回避单位由系统管理员登记。")
    chosen, reason = sorted(set(agency_ids)), reason.strip()[:MOST_REASON_CHARACTERS]
    with unit_of_work() as session:
        bounds.require_within(actor, user_id=user_id)
        user = session.get(User, user_id, populate_existing=True)
        if user is None:
            raise NotFound
        known = select(Organisation.id).where(Organisation.id.in_(chosen), Organisation.kind == "agency")
        faults = [] if len(session.scalars(known).all()) == len(chosen) else [Fault("/agency_ids", "没有这个机关。")]
        if chosen and not reason:
            faults.append(Fault("/reason", "请写明回避的事由。"))
        if faults:
            raise Refused("回避单位没有保存。", faults=faults)
        user.recusals, user.recusal_reason = " ".join(chosen), reason if chosen else ""
        session.flush()
        record(
            "user.recusals_changed", actor_id=actor.id if actor else None, subject_kind="user", subject_id=user.id,
            at=now(), agencies=chosen, reason_digest=reason_digest(user.recusal_reason),
        )  # fmt: skip
        return user


def agencies_of(user: User) -> Sequence[Organisation]:
    """The 回避单位 of a person, in the order of the register."""
    query = select(Organisation).where(Organisation.id.in_(user.recusals.split()))
    return db.session.scalars(query.order_by(Organisation.position, Organisation.name)).all()
