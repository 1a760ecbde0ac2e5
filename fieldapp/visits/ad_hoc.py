"""临时监督: a visit that a phone opened by itself, perhaps offline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, Locked, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import bearers, kinds
from fieldapp.filing.kinds import ID_IS_BORNE
from fieldapp.people.models import Organisation, User, WorkingGroup
from fieldapp.people.scope import reach_of
from fieldapp.visits import cancelling, recusal
from fieldapp.visits.models import Visit


@dataclass(frozen=True)
class FiledVisit:
    """An ad-hoc visit as a phone sent it. `digest`: of the canonical body, 64 hex digits. `is_cancelled`: it was opened
    by mistake; False says nothing.
    """

    id: str
    mode: str
    domain: str
    agency_id: str | None
    agency_name: str
    group_id: str | None
    locality_id: str | None
    place: str
    matter: str
    source: str
    starts_at: datetime
    digest: str
    is_cancelled: bool = False
    cancelled_reason: str = ""


def file_visit(author: User, filed: FiledVisit) -> Visit:
    """Makes, changes or cancels the author's ad-hoc visit; the same content once more changes nothing.

    An agency in words that the desk has put on the register since stays there, unless the phone now names another.
    Raises NotFound for somebody else's visit, Locked for a planned one and for cancelling one at which something
    happened already, Refused for an unknown agency, group or 区镇,
    and for an id that something else bears.
    """
    with unit_of_work() as session:
        visit = session.get(Visit, filed.id, populate_existing=True)
        if visit is not None and visit.created_by_id != author.id:
            raise NotFound("没有这次监督活动，或您不在该组。")
        if visit is not None and not visit.is_ad_hoc:
            raise Locked("计划内的监督活动由管理员调整，手机上不能改。")
        agency = _check_references(author, filed)
        bearer = bearers.bearers_of(session.connection(), [filed.id], but=("visit",)).get(filed.id)
        if bearer is not None:
            words = f"这个编号已经用在另一样内容（{kinds.words_of(bearer)}）上，不能再用于监督活动"
            raise Refused(ID_IS_BORNE, faults=[Fault("/id", words)])
        is_taken_back = filed.is_cancelled and (visit is None or visit.cancelled_at is None)
        if is_taken_back:
            _check_untouched(filed.id)
        if visit is None:
            visit = Visit(id=filed.id, is_ad_hoc=True, created_by_id=author.id, created_at=now(), revision=0)
        fields = {
            "mode": filed.mode,
            "domain": filed.domain,
            **_agency_fields(visit, filed, agency),
            "group_id": filed.group_id,
            "locality_id": filed.locality_id or (agency.locality_id if agency else None),
            "place": filed.place,
            "matter": filed.matter,
            "source": filed.source,
            "starts_at": filed.starts_at,
        }
        if any(getattr(visit, name) != value for name, value in fields.items()):
            _note_change(session, author, visit, fields, filed.digest)
        if is_taken_back:
            cancelling.cancel(author, visit, filed.cancelled_reason)
        return visit


def _check_untouched(visit_id: str) -> None:
    words = cancelling.obstacle(visit_id)
    if words:
        raise Locked(f"这次临时监督{words}，不能取消。它照旧保留。")


def _note_change(session: Session, author: User, visit: Visit, fields: Mapping[str, object], digest: str) -> None:
    for name, value in fields.items():
        setattr(visit, name, value)
    session.add(visit)
    visit.revision += 1
    session.flush()
    audit.record(
        "visit.filed",
        actor_id=author.id,
        subject_kind="visit",
        subject_id=visit.id,
        at=now(),
        revision=visit.revision,
        digest=digest,
    )


def _agency_fields(visit: Visit, filed: FiledVisit, agency: Organisation | None) -> dict[str, str | None]:
    if agency is not None:
        return {"agency_id": agency.id, "agency_name": agency.name, "named_agency_id": None, "typed_agency_name": None}
    if visit.typed_agency_name is not None and visit.typed_agency_name == filed.agency_name:
        return {}
    return {
        "agency_id": None,
        "agency_name": filed.agency_name,
        "named_agency_id": recusal.called(filed.agency_name),
        "typed_agency_name": None,
    }


def _check_references(author: User, filed: FiledVisit) -> Organisation | None:
    faults = []
    agency = db.session.get(Organisation, filed.agency_id) if filed.agency_id else None
    if filed.agency_id and (agency is None or agency.kind != "agency"):
        faults.append(Fault("/agency/id", "没有这个行政执法机关，请重新选择或直接填写名称。"))
    if filed.locality_id:
        locality = db.session.get(Organisation, filed.locality_id)
        if locality is None or locality.kind != "locality":
            faults.append(Fault("/locality", "没有这个区镇。"))
    if filed.group_id and (
        db.session.get(WorkingGroup, filed.group_id) is None or filed.group_id not in reach_of(author).group_ids
    ):
        faults.append(Fault("/group", "没有这个工作组，或您不在其中。"))
    if faults:
        raise Refused(faults=faults)
    return agency
