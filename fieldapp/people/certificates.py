"""Certificates (行政执法监督证, 特邀监督员证): the ledger.

None is ever deleted: suspended, revoked or expired, it stays and says so.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from fieldapp import ids
from fieldapp.audit.operations import record
from fieldapp.clock import china, now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import bounds, names, rules
from fieldapp.people.accounts import reason_digest, require_admin
from fieldapp.people.models import CERTIFICATE_KINDS, CERTIFICATE_STATES, Certificate, Organisation, User

_CODE_BYTES = 12  # 96 bits: nobody finds a certificate by trying codes


@dataclass(frozen=True)
class CertificateDraft:
    """A certificate to be issued. `holder_id`: the holder's account, if there is one. `kind`: of CERTIFICATE_KINDS."""

    number: str
    holder_name: str
    organisation_id: str
    issued_on: date
    valid_until: date
    holder_id: str | None = None
    kind: str = "inspector"


def issue(actor: User | None, draft: CertificateDraft) -> Certificate:
    """A new certificate with a random code for its QR.

    Raises Refused with every wrong field, also for a name that is not the account's, and for somebody who holds one
    that is valid in the same time: nobody has two.
    """
    require_admin(actor)
    with unit_of_work() as session:
        faults = [*_faults(draft), *bounds.chosen_faults(actor, organisation_id=draft.organisation_id)]
        if faults:
            raise Refused("证件信息有误，没有保存。", faults=faults)
        certificate = Certificate(
            id=ids.mint(),
            **vars(draft),
            state="valid",
            verify_code=secrets.token_urlsafe(_CODE_BYTES),
        )
        session.add(certificate)
        session.flush()
        record(
            "certificate.issued",
            actor_id=actor.id if actor else None,
            subject_kind="certificate",
            subject_id=certificate.id,
            at=now(),
            holder=draft.holder_id,
            valid_until=draft.valid_until.isoformat(),
        )
        return certificate


def change_state(actor: User | None, certificate_id: str, *, state: str, reason: str) -> Certificate:
    """Suspends, revokes or restores a certificate, with the reason. A revoked one stays revoked.

    Raises Refused without a reason, for a state that cannot follow, or when the holder would have two valid ones.
    """
    require_admin(actor)
    reason = reason.strip()[:200]
    with unit_of_work():
        certificate = _writable(actor, certificate_id)
        faults = [] if reason else [Fault("/reason", "请写明原因。")]
        if state not in CERTIFICATE_STATES:
            faults.append(Fault("/state", "没有这种状态。"))
        if certificate.state == "revoked" and state != "revoked":
            faults.append(Fault("/state", "已注销的证件不能恢复，请重新发证。"))
        if not faults and state == "valid" and certificate.state != "valid":
            faults = _second(certificate, "/state")
        if faults:
            raise Refused("证件状态没有改变。", faults=faults)
        certificate.state, certificate.state_reason = state, reason
        _record_change(actor, certificate)
        return certificate


def extend(
    actor: User | None, certificate_ids: Collection[str], *, valid_until: date, reason: str
) -> list[Certificate]:  # fmt: skip
    """Moves the last day of validity of all these certificates, with the reason; all of them or none.

    Raises Refused without a reason or a certificate; and, naming each, for one that is revoked, that bears another name
    than its account, whose last day would come before its first, or whose holder would have two valid ones. NotFound
    for one out of bounds.
    """
    require_admin(actor)
    reason = reason.strip()[:200]
    with unit_of_work() as session:
        chosen = [_writable(actor, one) for one in dict.fromkeys(certificate_ids)]
        faults = [] if reason else [Fault("/reason", "请写明原因。")]
        faults += [] if chosen else [Fault("/certificate_ids", "请勾选证件。")]
        for certificate in chosen:
            faults += _extension_faults(certificate, valid_until)
            certificate.valid_until, certificate.state_reason = valid_until, reason
            session.flush()  # so that the next one is compared with it, too
        if faults:
            raise Refused("有效期没有改变。", faults=faults)
        for certificate in chosen:
            _record_change(actor, certificate)
        return chosen


def _extension_faults(certificate: Certificate, valid_until: date) -> list[Fault]:
    pointer, which = "/valid_until", f"{certificate.number}（{certificate.holder_name}）"
    if certificate.state == "revoked":
        return [Fault(pointer, f"{which}已注销，不能延期，请重新发证。")]
    if valid_until < certificate.issued_on:
        return [Fault(pointer, f"{which}的到期日不能早于发证日 {certificate.issued_on}。")]
    draft = CertificateDraft(
        certificate.number, certificate.holder_name, certificate.organisation_id, certificate.issued_on,
        valid_until, certificate.holder_id, certificate.kind,
    )  # fmt: skip
    if _is_in_another_name(draft):
        return [Fault(pointer, f"{which}与账号的姓名不一致，不能延期：请注销后按账号的姓名重新发证。")]
    return _second(draft, pointer, but_id=certificate.id) if certificate.state == "valid" else []


def _record_change(actor: User | None, certificate: Certificate) -> None:
    db.session.flush()
    record(
        "certificate.changed",
        actor_id=actor.id if actor else None,
        subject_kind="certificate",
        subject_id=certificate.id,
        at=now(),
        state=certificate.state,
        valid_until=certificate.valid_until.isoformat(),
        reason_digest=reason_digest(certificate.state_reason or ""),
    )


def _writable(actor: User | None, certificate_id: str) -> Certificate:
    bounds.require_within(actor, certificate_id=certificate_id)
    certificate = db.session.get(Certificate, certificate_id, populate_existing=True)
    if certificate is None:
        raise NotFound
    return certificate


def _faults(draft: CertificateDraft) -> list[Fault]:
    faults = []
    if not draft.number.strip():
        faults.append(Fault("/number", "请填写证件编号。"))
    if names.is_taken(Certificate.number, draft.number):
        faults.append(Fault("/number", "证件编号已存在。"))
    if not draft.holder_name.strip():
        faults.append(Fault("/holder_name", "请填写持证人姓名。"))
    organisation = db.session.get(Organisation, draft.organisation_id)
    if organisation is None:
        faults.append(Fault("/organisation_id", "没有这个机构。"))
    if draft.kind not in CERTIFICATE_KINDS:
        faults.append(Fault("/kind", "没有这种证件。"))
    holder = db.session.get(User, draft.holder_id) if draft.holder_id else None
    if draft.holder_id and holder is None:
        faults.append(Fault("/holder_id", "没有这个账号。"))
    if holder is not None and _is_in_another_name(draft):
        faults.append(Fault(
            "/holder_name", f"所选账号是{holder.name}的，与持证人姓名不一致：请改正姓名，或换成持证人本人的账号。"
        ))  # fmt: skip
    if organisation is not None and draft.kind in CERTIFICATE_KINDS:
        origin = holder.origin if holder else None
        fault = rules.certificate_fault(draft.kind, origin=origin, organisation_kind=organisation.kind)
        faults += [Fault("/kind", fault)] if fault else []
    if draft.valid_until < draft.issued_on:
        faults.append(Fault("/valid_until", "到期日不能早于发证日。"))
    return faults or _second(draft, "/holder_name")


def _is_in_another_name(draft: CertificateDraft) -> bool:
    holder = db.session.get(User, draft.holder_id) if draft.holder_id else None
    return holder is not None and folded(holder.name) != folded(draft.holder_name)


def _second(wanted: Certificate | CertificateDraft, pointer: str, *, but_id: str | None = None) -> list[Fault]:
    """The fault that the person holds another certificate that is valid in a part of the same time; none otherwise.

    The same person: the same account; or, where one of the two names no account, the same name in the same body.
    """
    but_id = wanted.id if isinstance(wanted, Certificate) else but_id
    query = select(Certificate).where(
        Certificate.state == "valid",
        Certificate.valid_until >= max(wanted.issued_on, china(now()).date()),
        Certificate.issued_on <= wanted.valid_until,
        or_(Certificate.holder_id == wanted.holder_id, Certificate.organisation_id == wanted.organisation_id),
    )
    for other in db.session.scalars(query.order_by(Certificate.number)):
        if other.id != but_id and _is_same_person(other, wanted):
            words = CERTIFICATE_KINDS[other.kind]
            return [Fault(
                pointer, f"{other.holder_name}已有一本有效的{words}{other.number}（有效期至 {other.valid_until}），"
                "一人不能同时持有两本：请先注销原证，或从原证到期次日起发证。"
            )]  # fmt: skip
    return []


def _is_same_person(one: Certificate, other: Certificate | CertificateDraft) -> bool:
    if one.holder_id and other.holder_id:
        return one.holder_id == other.holder_id
    return one.organisation_id == other.organisation_id and folded(one.holder_name) == folded(other.holder_name)
