"""设备: what each phone still holds, and whether this server still holds what it once acknowledged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.audit import queries as chain
from fieldapp.clock import now
from fieldapp.errors import Fault, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import bearers, kinds, receipts
from fieldapp.filing.canonical import canonical
from fieldapp.filing.models import Device
from fieldapp.people.models import User

SHUT_OUT = "此设备已被管理员停用。本机记录仍在，请联系管理员导出。"


@dataclass(frozen=True)
class Heartbeat:
    """What a phone says of itself. `receipts`: the last receipts that it keeps, as it got them."""

    unsent_records: int
    unsent_files: int
    oldest_unsent_at: datetime | None
    highest_sequence: int
    app_version: str
    storage: dict[str, Any]
    receipts: list[dict[str, Any]]


def report(user: User, device_id: str, heartbeat: Heartbeat) -> list[str]:
    """Notes the heartbeat and gives the ids of records that this server should hold and does not.

    Receipts by a key that is not here are an alarm of their own, once for each device and key: the key was exchanged,
    or they are invented. What they name and the server lacks is given too, without an entry for each.

    A missing one is an alarm in the audit chain, once for each record and device: the server was set back or rows were
    removed. A shared phone belongs to whoever reports with it. Raises NotAllowed for a revoked device, Refused
    for a new one under an id that something else bears.
    """
    genuine = [receipt for receipt in heartbeat.receipts if receipts.is_genuine(receipt)]  # slow, so before the lock
    foreign = [receipt for receipt in heartbeat.receipts if receipts.is_of_unknown_key(receipt)]
    with unit_of_work():
        device = db.session.get(Device, device_id, populate_existing=True)
        if device is not None and device.revoked_at is not None:
            raise NotAllowed(SHUT_OUT)
        if device is None:
            _refuse_borne(device_id)
            device = Device(id=device_id, user_id=user.id)
            db.session.add(device)
        device.user_id = user.id
        device.unsent_records, device.unsent_files = heartbeat.unsent_records, heartbeat.unsent_files
        device.oldest_unsent_at = heartbeat.oldest_unsent_at
        device.highest_sequence = max(device.highest_sequence or 0, heartbeat.highest_sequence)
        device.app_version = heartbeat.app_version
        device.report = canonical({"storage": heartbeat.storage}).decode()
        device.seen_at = now()
        missing = receipts.no_longer_held(genuine)
        for subject_id in missing:
            if _has_been_raised(subject_id, device_id):
                continue
            audit.record(
                "receipt.missing",
                actor_id=user.id,
                subject_kind="record",
                subject_id=subject_id,
                at=device.seen_at,
                device=device_id,
            )
        if foreign:
            _raise_unknown_key(user, device_id, min(str(receipt["key_id"]) for receipt in foreign), device.seen_at)
            missing = sorted({*missing, *receipts.no_longer_held(foreign)})
        return missing


def _raise_unknown_key(user: User, device_id: str, key_id: str, at: datetime) -> None:
    """One entry for a heartbeat at most: whoever invents keys must not fill the chain with them."""
    of_device = chain.of_subject(device_id)
    said = (chain.details_of(entry)["key"] for entry in of_device if entry.event == "receipt.unknown_key")
    if key_id in said:
        return
    audit.record(
        "receipt.unknown_key", actor_id=user.id, subject_kind="device", subject_id=device_id, at=at, key=key_id
    )


def _refuse_borne(device_id: str) -> None:
    bearer = bearers.bearers_of(db.session.connection(), [device_id]).get(device_id)
    if bearer is not None:
        words = f"这个编号已经用在另一样内容（{kinds.words_of(bearer)}）上，不能再用于设备"
        raise Refused(kinds.ID_IS_BORNE, faults=[Fault("/id", words)])


def _has_been_raised(subject_id: str, device_id: str) -> bool:
    entries = chain.of_subject(subject_id)
    last = entries[-1] if entries else None
    return last is not None and last.event == "receipt.missing" and chain.details_of(last)["device"] == device_id


def revoke(actor: User, device_id: str) -> Device:
    """Shuts a lost phone out: its heartbeats and filings are refused from now on. The caller ends its sign-ins."""
    require(actor, "devices.manage")
    with unit_of_work():
        device = db.session.get(Device, device_id, populate_existing=True)
        if device is None:
            raise NotFound
        device.revoked_at = now()
        audit.record(
            "device.revoked", actor_id=actor.id, subject_kind="device", subject_id=device_id, at=device.revoked_at
        )
        return device


def refuse_revoked(device_id: str | None) -> None:
    """Raises NotAllowed for a phone that an administrator has shut out."""
    if is_revoked(device_id):
        raise NotAllowed(SHUT_OUT)


def is_revoked(device_id: str | None) -> bool:
    """Whether a filing under this device id must be refused."""
    if device_id is None:
        return False
    return db.session.scalar(select(Device.revoked_at).where(Device.id == device_id)) is not None
