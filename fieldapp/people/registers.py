"""The registers that hardly change: organisations with their 区镇, and contact points."""

from dataclasses import dataclass

from fieldapp import ids
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import bounds, names
from fieldapp.people.accounts import require_admin
from fieldapp.people.models import CONTACT_POINT_KINDS, ORGANISATION_KINDS, ContactPoint, Organisation, User

COUNTY_WIDE_KINDS = ("county", "locality")


@dataclass(frozen=True)
class OrganisationDraft:
    """One node of the tree. `locality_id`: the 区镇 it works in, none for the whole county. `domains`: of an agency."""

    kind: str
    name: str
    short_name: str
    parent_id: str | None = None
    locality_id: str | None = None
    domains: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True)
class ContactPointDraft:
    """A contact point: an enterprise, a village or a community in a 区镇."""

    name: str
    kind: str
    locality_id: str
    address: str = ""


def create_organisation(actor: User | None, draft: OrganisationDraft) -> Organisation:
    """A new organisation. Raises Refused with every wrong field."""
    require_admin(actor)
    with unit_of_work() as session:
        _refuse(
            [*_organisation_faults(draft, of=None), *bounds.locality_faults(actor, draft.locality_id)],
            "机构信息有误，没有保存。",
        )
        organisation = Organisation(id=ids.mint(), **_columns(draft))
        session.add(organisation)
        session.flush()
        _record_organisation("organisation.created", actor, organisation)
        return organisation


def change_organisation(actor: User, organisation_id: str, draft: OrganisationDraft) -> Organisation:
    """The organisation as described anew. Raises Refused with every wrong field, also for a parent below itself."""
    require_admin(actor)
    with unit_of_work() as session:
        organisation = _writable_organisation(actor, organisation_id)
        _refuse(
            [*_organisation_faults(draft, of=organisation), *bounds.locality_faults(actor, draft.locality_id)],
            "机构信息有误，没有保存。",
        )
        for name, value in _columns(draft).items():
            setattr(organisation, name, value)
        session.flush()
        _record_organisation("organisation.changed", actor, organisation)
        return organisation


def set_organisation_disabled(actor: User, organisation_id: str, *, is_disabled: bool) -> Organisation:
    """Takes an organisation out of the lists for new things, or puts it back; old records keep naming it."""
    require_admin(actor)
    with unit_of_work() as session:
        organisation = _writable_organisation(actor, organisation_id)
        if (organisation.disabled_at is not None) != is_disabled:
            organisation.disabled_at = now() if is_disabled else None
            session.flush()
            event = "organisation.disabled" if is_disabled else "organisation.enabled"
            record(event, actor_id=actor.id, subject_kind="organisation", subject_id=organisation.id, at=now())
        return organisation


def create_contact_point(actor: User | None, draft: ContactPointDraft) -> ContactPoint:
    """A new contact point. Raises Refused with every wrong field."""
    require_admin(actor)
    with unit_of_work() as session:
        _refuse(
            [*_contact_point_faults(draft, of=None), *bounds.locality_faults(actor, draft.locality_id)],
            "联系点信息有误，没有保存。",
        )
        point = ContactPoint(id=ids.mint(), **vars(draft))
        session.add(point)
        session.flush()
        _record_contact_point("contact_point.created", actor, point)
        return point


def change_contact_point(actor: User, contact_point_id: str, draft: ContactPointDraft) -> ContactPoint:
    """The contact point as described anew. Raises Refused with every wrong field."""
    require_admin(actor)
    with unit_of_work() as session:
        point = _writable_contact_point(actor, contact_point_id)
        _refuse(
            [*_contact_point_faults(draft, of=point), *bounds.locality_faults(actor, draft.locality_id)],
            "联系点信息有误，没有保存。",
        )
        for name, value in vars(draft).items():
            setattr(point, name, value)
        session.flush()
        session.refresh(point)
        _record_contact_point("contact_point.changed", actor, point)
        return point


def end_contact_point(actor: User, contact_point_id: str) -> ContactPoint:
    """Ends a contact point; what came from it stays."""
    require_admin(actor)
    with unit_of_work() as session:
        point = _writable_contact_point(actor, contact_point_id)
        if point.ended_at is None:
            point.ended_at = now()
            session.flush()
            record(
                "contact_point.ended",
                actor_id=actor.id,
                subject_kind="contact_point",
                subject_id=point.id,
                at=point.ended_at,
            )
        return point


def _columns(draft: OrganisationDraft) -> dict[str, object]:
    return {**vars(draft), "domains": " ".join(draft.domains)}


def _organisation_faults(draft: OrganisationDraft, *, of: Organisation | None) -> list[Fault]:
    faults = []
    if draft.kind not in ORGANISATION_KINDS:
        faults.append(Fault("/kind", "没有这种机构类别。"))
    if names.is_blank(draft.name):
        faults.append(Fault("/name", "请填写名称。"))
    if names.is_taken(Organisation.name, draft.name, but_id=of and of.id):
        faults.append(Fault("/name", "已有同名的机构。"))
    if draft.kind in COUNTY_WIDE_KINDS and draft.locality_id:
        faults.append(Fault("/locality_id", "市县和区镇本身不属于别的区镇。"))
    if draft.locality_id and not _is_locality(draft.locality_id):
        faults.append(Fault("/locality_id", "没有这个区镇。"))
    if draft.parent_id and db.session.get(Organisation, draft.parent_id) is None:
        faults.append(Fault("/parent_id", "没有这个上级机构。"))
    if of is not None and draft.parent_id and of.id in _chain_up(draft.parent_id):
        faults.append(Fault("/parent_id", "上级机构不能是自己或自己的下级。"))
    return faults


def _contact_point_faults(draft: ContactPointDraft, *, of: ContactPoint | None) -> list[Fault]:
    faults = []
    if names.is_blank(draft.name):
        faults.append(Fault("/name", "请填写名称。"))
    if names.is_taken(ContactPoint.name, draft.name, but_id=of and of.id):
        faults.append(Fault("/name", "已有同名的联系点。"))
    if draft.kind not in CONTACT_POINT_KINDS:
        faults.append(Fault("/kind", "没有这种联系点类别。"))
    if not _is_locality(draft.locality_id):
        faults.append(Fault("/locality_id", "请选择区镇。"))
    return faults


def _refuse(faults: list[Fault], title: str) -> None:
    if faults:
        raise Refused(title, faults=faults)


def _is_locality(organisation_id: str) -> bool:
    organisation = db.session.get(Organisation, organisation_id)
    return organisation is not None and organisation.kind == "locality"


def _chain_up(organisation_id: str) -> list[str]:
    above: list[str] = []
    here: str | None = organisation_id
    while here and here not in above:
        above.append(here)
        organisation = db.session.get(Organisation, here)
        here = organisation.parent_id if organisation else None
    return above


def _writable_organisation(actor: User | None, organisation_id: str) -> Organisation:
    bounds.require_within(actor, organisation_id=organisation_id)
    organisation = db.session.get(Organisation, organisation_id, populate_existing=True)
    if organisation is None:
        raise NotFound
    return organisation


def _writable_contact_point(actor: User | None, contact_point_id: str) -> ContactPoint:
    bounds.require_within(actor, contact_point_id=contact_point_id)
    point = db.session.get(ContactPoint, contact_point_id, populate_existing=True)
    if point is None:
        raise NotFound
    return point


def _record_organisation(event: str, actor: User | None, organisation: Organisation) -> None:
    record(
        event,
        actor_id=actor.id if actor else None,
        subject_kind="organisation",
        subject_id=organisation.id,
        at=now(),
        kind=organisation.kind,
        parent=organisation.parent_id,
        locality=organisation.locality_id,
    )


def _record_contact_point(event: str, actor: User | None, point: ContactPoint) -> None:
    record(
        event,
        actor_id=actor.id if actor else None,
        subject_kind="contact_point",
        subject_id=point.id,
        at=now(),
        kind=point.kind,
        locality=point.locality_id,
    )
