"""What is done with codes: issuing, revoking, and binding a slip to the visit at which it was shown."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldapp import ids
from fieldapp.access import may, require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, Fault, NotFound, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.filing import bearers
from fieldapp.people.models import ContactPoint, Organisation, User
from fieldapp.rating_codes import numbering, queries, rules
from fieldapp.rating_codes.models import RatingCode
from fieldapp.visits import cancelling
from fieldapp.visits import queries as visits
from fieldapp.visits.models import Visit

STOCK_DAYS = 180  # a slip that nobody has shown ends, so that a lost phone's or sheet's slips do
STOCK_FULL = 20
STOCK_LOW = 10
_CLOCK_SLACK = timedelta(minutes=10)

bearers.register("rating_code", "群众码", RatingCode.__table__.c.id)  # a phone knows the ids of its slips

cancelling.register_use("已出示评价码", RatingCode.__table__.c.visit_id)

Listener = Callable[[RatingCode, Visit, datetime], object]
_LISTENERS: list[Listener] = []


def on_bound(listener: Listener) -> Listener:
    """Has `listener(slip, visit, at)` called at every binding, in its unit of work: what it does comes with the binding
    or not at all. A decorator, for rooms downstream.
    """
    _LISTENERS.append(listener)
    return listener


def issue_slips(actor: User, holder: User, *, count: int, is_printed: bool = False) -> list[RatingCode]:
    """New slips in `holder`'s stock; printed ones are for paper and never reach the phone.

    Raises NotAllowed for who issues to somebody else and is no admin or lead; Refused for a count out of 1–400.
    """
    if actor.id != holder.id:
        require(actor, "codes.issue")
    if not 1 <= count <= rules.MOST_SLIPS_AT_ONCE:
        raise Refused(faults=[Fault("/count", f"一次可发 1–{rules.MOST_SLIPS_AT_ONCE} 张")])
    at = now()
    with unit_of_work() as session:
        slips = [
            RatingCode(
                id=ids.mint(), kind="slip", code=numbering.mint_code(), number=number, issued_to_id=holder.id,
                issued_by_id=actor.id, issued_at=at, expires_at=at + timedelta(days=STOCK_DAYS), is_printed=is_printed,
            )
            for number in numbering.next_numbers(numbering.SLIP, at, count)
        ]  # fmt: skip
        session.add_all(slips)
        session.flush()
        audit.record(
            "slips.issued", actor_id=actor.id, subject_kind="user", subject_id=holder.id, at=at, count=len(slips)
        )
    return slips


def stock_of(user: User) -> list[RatingCode]:
    """The slips that the user's phone may show, oldest first, filled up to STOCK_FULL when below STOCK_LOW."""
    stock = queries.unbound_slips(user, now())
    if len(stock) >= STOCK_LOW:
        return stock
    with unit_of_work():
        stock = queries.unbound_slips(user, now())  # another request of the same phone may just have filled it
        if len(stock) < STOCK_LOW:
            stock += issue_slips(user, user, count=STOCK_FULL - len(stock))
    return stock


def issue_poster(
    actor: User,
    *,
    agency_id: str | None = None,
    locality_id: str | None = None,
    contact_point_id: str | None = None,
    place: str = "",
    expires_at: datetime | None = None,
) -> RatingCode:
    """A new poster for exactly one agency, 区镇 or contact point, by an admin.

    Raises NotAllowed; Refused for no target, more than one, or an unknown one.
    """
    require(actor, "codes.posters")
    at = now()
    with unit_of_work() as session:
        target = _target(session, agency_id=agency_id, locality_id=locality_id, contact_point_id=contact_point_id)
        poster = RatingCode(
            id=ids.mint(), kind="poster", code=numbering.mint_code(),
            number=numbering.next_numbers(numbering.POSTER, at)[0],
            agency_id=agency_id, contact_point_id=contact_point_id, locality_id=_locality_of(target),
            place=place.strip()[:120], issued_by_id=actor.id, issued_at=at, expires_at=expires_at,
        )  # fmt: skip
        session.add(poster)
        session.flush()
        audit.record(
            "poster.issued", actor_id=actor.id, subject_kind="rating_code", subject_id=poster.id, at=at,
            target=target.id,
        )  # fmt: skip
    return poster


def issue_sheets(actor: User, holders: Sequence[User], *, count_each: int) -> list[RatingCode]:
    """`count_each` slips on paper for each of `holders`, in one series of numbers: all of them or none.

    Raises NotAllowed for others than admins and leads; Refused when nobody is named or there are too many slips.
    """
    require(actor, "codes.issue")
    if not holders or not 1 <= count_each * len(holders) <= rules.MOST_SLIPS_AT_ONCE:
        raise Refused(faults=[Fault("/count", f"一次共可发 1–{rules.MOST_SLIPS_AT_ONCE} 张，请减少张数或人数")])
    with unit_of_work():
        return [slip for holder in holders for slip in issue_slips(actor, holder, count=count_each, is_printed=True)]


def issue_missing_posters(actor: User) -> list[RatingCode]:
    """A poster for each contact point in use that has none that counts. Raises NotAllowed for others than admins."""
    require(actor, "codes.posters")
    at = now()
    with unit_of_work() as session:
        has_one = select(RatingCode.contact_point_id).where(
            RatingCode.contact_point_id.is_not(None),
            RatingCode.kind == "poster",
            RatingCode.revoked_at.is_(None),
            RatingCode.expires_at.is_(None) | (RatingCode.expires_at > at),
        )
        missing = session.scalars(
            select(ContactPoint.id)
            .where(ContactPoint.ended_at.is_(None), ContactPoint.id.not_in(has_one))
            .order_by(ContactPoint.name)
        ).all()
        return [issue_poster(actor, contact_point_id=point_id) for point_id in missing]


def revoke(actor: User, code_id: str, reason: str) -> RatingCode:
    """Ends a code for good; what was rated with it stays. Raises NotAllowed, NotFound; Refused without a reason."""
    require(actor, "codes.issue")
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明作废的理由")])
    with unit_of_work() as session:
        code = session.get(RatingCode, code_id, populate_existing=True)
        if code is None:
            raise NotFound("没有这个评价码。")
        if code.revoked_at is None:
            code.revoked_at, code.revoked_by_id, code.revoked_reason = now(), actor.id, reason.strip()[:200]
            audit.record(
                "rating_code.revoked", actor_id=actor.id, subject_kind="rating_code", subject_id=code.id, at=now(),
                reason_digest=sha256(reason.encode()).hexdigest(),
            )  # fmt: skip
    return code


def bind_slip(actor: User, slip_id: str, *, visit_id: str, bound_at: datetime) -> RatingCode:
    """Binds a slip to the visit at which it was shown, and tells whoever asked `on_bound`, in the same transaction.

    The same binding once more changes nothing. `bound_at`: by the phone's clock. Raises NotFound for a slip that is not
    the actor's, Refused for a visit that the actor did not go along on, Conflict when bound to another visit already.
    """
    with unit_of_work() as session:
        slip = session.get(RatingCode, slip_id, populate_existing=True)
        if slip is None or slip.kind != "slip" or not _may_bind(actor, slip):
            raise NotFound("没有这张评价码，或不在您名下。")
        visit = session.scalar(visits.visible_to(actor).where(Visit.id == visit_id))
        if visit is None:
            raise Refused(faults=[Fault("/visit", "没有这次监督活动，或您不在该组")])
        if slip.visit_id == visit_id:
            return slip
        if slip.visit_id is not None:
            raise Conflict("这张评价码已绑定到另一次监督活动，不能再改。")
        at = now()
        cancelling.reopen(visit)
        slip.visit_id, slip.agency_id, slip.locality_id = visit.id, visit.agency_id, visit.locality_id
        slip.bound_at, slip.bound_received_at, slip.bound_by_id = bound_at, at, actor.id
        shown_at = min(max(bound_at, slip.issued_at), at + _CLOCK_SLACK)  # no clock of a phone prolongs a slip
        slip.expires_at = shown_at + timedelta(days=current_app.config["SETTINGS"].slip_days)
        session.flush()
        audit.record(
            "slip.bound", actor_id=actor.id, subject_kind="rating_code", subject_id=slip.id, at=at, visit=visit.id
        )
        for listener in _LISTENERS:
            listener(slip, visit, at)
    return slip


def open_code(code_id: str, at: datetime) -> RatingCode:
    """The code, read anew in the caller's unit of work, when it takes a rating now. Raises NotFound, CodeClosed."""
    with unit_of_work() as session:
        code = session.get(RatingCode, code_id, populate_existing=True)
        if code is None:
            raise NotFound("没有这个评价码。")
        fault = queries.fault_of(code, at)
        if fault:
            raise queries.CodeClosed(fault, code)
        return code


def _may_bind(actor: User, slip: RatingCode) -> bool:
    return slip.issued_to_id == actor.id or (slip.is_printed and may(actor, "codes.issue"))


def _target(
    session: Session, *, agency_id: str | None, locality_id: str | None, contact_point_id: str | None
) -> Organisation | ContactPoint:
    if len([one for one in (agency_id, locality_id, contact_point_id) if one]) != 1:
        raise Refused(faults=[Fault("/target", "请选择一个单位、一个区镇或一个联系点")])
    found: Organisation | ContactPoint | None
    if contact_point_id:
        found = session.get(ContactPoint, contact_point_id)
    else:
        kind = "agency" if agency_id else "locality"
        wanted = select(Organisation).where(Organisation.id == (agency_id or locality_id), Organisation.kind == kind)
        found = session.scalar(wanted)
    if found is None:
        raise Refused(faults=[Fault("/target", "没有这个单位、区镇或联系点")])
    return found


def _locality_of(target: Organisation | ContactPoint) -> str | None:
    if isinstance(target, Organisation) and target.kind == "locality":
        return target.id
    return target.locality_id
