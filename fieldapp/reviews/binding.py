"""对应行政执法机关: an agency that a phone wrote in words becomes one of the register, with all that hangs on it."""

from sqlalchemy import select, update

from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, Locked, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.people.models import Organisation, User
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings.models import Rating
from fieldapp.visits import recusal
from fieldapp.visits.models import Visit


def bind_agency(actor: User, observation_id: str, agency_id: str) -> Visit:
    """Says which agency of the register the ad-hoc visit of a record was to; what the phone wrote is kept beside it.

    The records, slips and ratings of the visit get the agency too, and the records of whoever belongs to it the mark
    本单位. Raises NotFound outside the actor's reach, NotAllowed for others than leads and admins, Locked when the
    agency is known already, Refused for no agency or the actor's own.
    """
    with unit_of_work() as session:
        visit = observations.find(actor, observation_id).visit
        session.refresh(visit)
        require(actor, "ratings.handle", "只有组长和管理员可以对应行政执法机关。")
        if visit.agency_id is not None:
            raise Locked(f"这次监督已经对应到“{visit.agency_name}”。请刷新。")
        agency = _agency(actor, agency_id)
        visit.typed_agency_name = visit.agency_name
        visit.agency_id, visit.agency_name, visit.named_agency_id = agency.id, agency.name, None
        visit.locality_id = visit.locality_id or agency.locality_id
        visit.revision += 1
        _hand_on(visit, agency)
        session.flush()
        audit.record(
            "visit.agency_bound", actor_id=actor.id, subject_kind="visit", subject_id=visit.id, at=now(),
            agency=agency.id,
        )  # fmt: skip
        return visit


def _agency(actor: User, agency_id: str) -> Organisation:
    agency = db.session.get(Organisation, agency_id) if agency_id else None
    if agency is None or agency.kind != "agency":
        raise Refused("没有对应。", faults=[Fault("/agency", "请选择行政执法机关。")])
    if recusal.belonging([actor], agency.id):
        raise Refused(
            "没有对应。",
            faults=[Fault("/agency", f"{agency.name}是您自己的单位或回避单位，应当回避，请由其他组长或管理员对应。")],
        )
    return agency


def _hand_on(visit: Visit, agency: Organisation) -> None:
    records = db.session.scalars(select(Observation).where(Observation.visit_id == visit.id)).all()
    own = recusal.belonging({record.author_id: record.author for record in records}.values(), agency.id)
    for record in records:
        record.agency_id, record.locality_id = agency.id, record.locality_id or visit.locality_id
        if record.author in own and record.submitted_at and "own_agency" not in record.marks.split(","):
            record.marks = ",".join(filter(None, ("own_agency", record.marks)))
    for row in (RatingCode, Rating):
        db.session.execute(
            update(row).where(row.visit_id == visit.id, row.agency_id.is_(None)).values(agency_id=agency.id)
        )
