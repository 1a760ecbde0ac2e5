"""Whether a receipt still stands: signed by this server, and borne out by the audit chain around its place."""

from enum import StrEnum

from fieldapp.audit import queries as audit
from fieldapp.audit.chain import GENESIS, Link, chain_of
from fieldapp.audit.models import AuditEntry
from fieldapp.filing import receipts
from fieldapp.filing.models import Receipt


class Fault(StrEnum):
    """What speaks against a receipt."""

    SIGNATURE = "signature"
    ENTRY_MISSING = "entry-missing"
    ENTRY_DIFFERS = "entry-differs"
    CHAIN_BROKEN = "chain-broken"


def faults_of(receipt: Receipt) -> list[Fault]:
    """Everything that speaks against a receipt as it is stored; empty for one that stands.

    Looks at its own link and the one before. The whole chain is walked by `audit.queries.verify_chain`.
    """
    faults = [] if receipts.is_genuine(receipts.wire(receipt)) else [Fault.SIGNATURE]
    entry, previous = audit.entry(receipt.sequence), audit.entry(receipt.sequence - 1)
    if entry is None:
        return [*faults, Fault.ENTRY_MISSING]
    if not _says_the_same(entry, receipt):
        faults.append(Fault.ENTRY_DIFFERS)
    if not _is_linked(entry, previous):
        faults.append(Fault.CHAIN_BROKEN)
    return faults


def _says_the_same(entry: AuditEntry, receipt: Receipt) -> bool:
    details = audit.details_of(entry)
    said = (entry.subject_id, entry.at, entry.chain, details.get("revision"), details.get("digest"))
    return said == (receipt.subject_id, receipt.received_at, receipt.chain, receipt.revision, receipt.digest)


def _is_linked(entry: AuditEntry, previous: AuditEntry | None) -> bool:
    if previous is None and entry.sequence != 1:
        return False
    link = Link(
        entry.sequence, entry.at, entry.event, entry.actor_id, entry.subject_kind, entry.subject_id, entry.details
    )
    return chain_of(previous.chain if previous else GENESIS, link) == entry.chain
