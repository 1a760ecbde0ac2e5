"""The register of officers: who is entered, changed, ended. Nobody is ever deleted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldapp import ids
from fieldapp.access import require
from fieldapp.audit.operations import record
from fieldapp.capacity import characters_of
from fieldapp.cells import tidied_name
from fieldapp.clock import china, now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import as_meant, folded
from fieldapp.officers import rules
from fieldapp.officers.models import Officer
from fieldapp.people import bounds
from fieldapp.people.models import Organisation, User


@dataclass(frozen=True)
class OfficerDraft:
    """An officer as somebody wrote it down. `ended_on`: since when the certificate no longer counts, or none."""

    name: str
    organisation_id: str
    number: str
    valid_until: date
    ended_on: date | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "name": tidied_name(self.name),
            "organisation_id": self.organisation_id,
            "number": as_meant(self.number),
            "number_key": rules.key_of(self.number),
            "tail": rules.tail_of(self.number),
            "valid_until": self.valid_until,
            "ended_on": self.ended_on,
        }


def add(actor: User | None, draft: OfficerDraft) -> Officer:
    """A new officer. Raises Refused with every wrong field, also for a number that is in the register already."""
    require(actor, "registers.edit")
    with unit_of_work():
        _refuse([*faults_of(actor, draft), *_taken(draft, of=None)])
        officer = enter(draft)
        db.session.flush()
        _record("officer.added", actor, officer)
        return officer


def change(actor: User | None, officer_id: str, draft: OfficerDraft) -> Officer:
    """The officer as described anew. Raises Refused with every wrong field; NotFound out of bounds."""
    require(actor, "registers.edit")
    with unit_of_work():
        officer = _writable(actor, officer_id)
        _refuse([*faults_of(actor, draft), *_taken(draft, of=officer)])
        write_over(officer, draft)
        db.session.flush()
        _record("officer.changed", actor, officer)
        return officer


def end(actor: User | None, officer_id: str) -> Officer:
    """From today on the certificate no longer counts; the officer stays in the register and says so."""
    require(actor, "registers.edit")
    with unit_of_work():
        officer = _writable(actor, officer_id)
        if officer.ended_on is None:
            officer.ended_on = china(now()).date()
            db.session.flush()
            _record("officer.ended", actor, officer)
        return officer


def enter(draft: OfficerDraft) -> Officer:
    """Puts a draft without faults into the register, in the caller's unit of work."""
    officer = Officer(id=ids.mint(), **draft.columns)
    db.session.add(officer)
    return officer


def write_over(officer: Officer, draft: OfficerDraft) -> None:
    """Makes an officer what a draft without faults says, in the caller's unit of work."""
    for name, value in draft.columns.items():
        setattr(officer, name, value)


def faults_of(actor: User | None, draft: OfficerDraft) -> list[Fault]:
    """What is wrong with a draft by itself, by field."""
    faults = []
    if not folded(draft.name):
        faults.append(Fault("/name", "请填写姓名。"))
    if len(rules.key_of(draft.number)) < rules.TAIL:
        faults.append(Fault("/number", f"执法证号至少有 {rules.TAIL} 位字母或数字。"))
    for field in ("name", "number"):
        most = characters_of(Officer, field) or 0
        if len(draft.columns[field]) > most:
            faults.append(Fault(f"/{field}", f"最多 {most} 个字。"))
    organisation = db.session.get(Organisation, draft.organisation_id)
    if organisation is None or organisation.kind != "agency":
        faults.append(Fault("/organisation_id", "请选择名册里的行政执法机关。"))
    return [*faults, *bounds.chosen_faults(actor, organisation_id=draft.organisation_id)]


def note_import(actor: User | None, *, digest: str, added: int, changed: int) -> None:
    """Notes an import in the chain, in the caller's unit of work."""
    record(
        "officers.imported",
        actor_id=actor.id if actor else None,
        subject_kind="officers",
        subject_id=digest[:36],
        at=now(),
        digest=digest,
        added=added,
        changed=changed,
    )


def _taken(draft: OfficerDraft, *, of: Officer | None) -> list[Fault]:
    key = rules.key_of(draft.number)
    taken = db.session.scalar(select(Officer.id).where(Officer.number_key == key)) if key else None
    return [Fault("/number", "这个执法证号已在名册里。")] if taken and (of is None or taken != of.id) else []


def _writable(actor: User | None, officer_id: str) -> Officer:
    officer = db.session.get(Officer, officer_id, populate_existing=True)
    if officer is None:
        raise NotFound
    bounds.require_within(actor, organisation_id=officer.organisation_id)
    return officer


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refused("执法人员信息有误，没有保存。", faults=faults)


def _record(event: str, actor: User | None, officer: Officer) -> None:
    record(
        event,
        actor_id=actor.id if actor else None,
        subject_kind="officer",
        subject_id=officer.id,
        at=now(),
        organisation=officer.organisation_id,
        valid_until=officer.last_day.isoformat(),
    )
