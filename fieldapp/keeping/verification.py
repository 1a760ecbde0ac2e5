"""Whether what was filed still stands, row by row: chain, receipts, the words of each revision, rows, originals."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from fieldapp.audit import queries as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import rfc3339
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import bodies, kinds, receipts
from fieldapp.filing.erasures import ERASED
from fieldapp.filing.heads import Witnesses
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Receipt
from fieldapp.keeping import bound_persons
from fieldapp.keeping.rows import faults_of_rows

_EVIDENCE = "证据原件"
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was filed. `sequence`: its place in the chain; None when it has none."""

    sequence: int | None
    words: str


@dataclass(frozen=True)
class Verdict:
    """`entries`: length of the chain. `findings`: everything that is wrong, by place in the chain."""

    entries: int
    records: int
    findings: list[Finding]

    @property
    def first(self) -> Finding | None:
        """The first thing that is wrong; None when everything stands."""
        return self.findings[0] if self.findings else None


def verify(outside: Witnesses | None = None, *, with_files: bool = False) -> Verdict:
    """Looks at every entry, receipt, revision and row; `with_files`: also reads every original anew.

    `outside`: witnesses that were kept off this server; without them a chain recomputed as a whole looks whole.
    """
    outside = outside or Witnesses()
    entries, broken = audit.verify_chain(outside.heads)
    findings = [Finding(broken.sequence, broken.reason)] if broken else []
    findings += [Finding(place, "两份外部凭证对这一条说法不一（链被重新生成）") for place in outside.contradictions]
    if outside.unknown:
        findings.append(Finding(None, f"外部凭证中有 {outside.unknown} 份不是本机密钥签的（密钥被换，或凭证被改）"))
    stored, erased = _receipts(), _erased()
    findings += _faults_of_receipts(stored)
    for kind in kinds.every():
        findings += _faults_of_words(stored, kind, erased)
    findings += [
        Finding(fault.sequence, f"{_words(fault.kind)} {fault.record_id} {fault.words}")
        for fault in faults_of_rows(stored, chain_is_whole=broken is None)
    ]
    findings += _faults_of_evidence(stored, erased, with_files=with_files)
    findings += _faults_of_witnesses(stored, outside)
    db.session.rollback()  # only read; a long look must not hold a snapshot
    findings.sort(key=lambda finding: (finding.sequence is None, finding.sequence or 0))
    return Verdict(entries, len(stored), findings)


def _words(kind: str) -> str:
    found = kinds.find(kind)
    return found.words if found else _EVIDENCE if kind == "evidence" else "记录"


def _receipts() -> dict[tuple[str, int], Receipt]:
    rows = db.session.execute(select(*Receipt.__table__.c).execution_options(yield_per=_ROWS_AT_ONCE))
    return {(row.subject_id, row.revision): Receipt(**row._mapping) for row in rows}


def _faults_of_receipts(stored: dict[tuple[str, int], Receipt]) -> Iterator[Finding]:
    """Every filing in the chain has its receipt, and every receipt says what the chain says."""
    open_receipts = dict(stored)
    for entry in _filings():
        details = audit.details_of(entry)
        receipt = open_receipts.pop((entry.subject_id, details.get("revision", 0)), None)
        name = f"{_words(entry.subject_kind)} {entry.subject_id}"
        if receipt is None:
            yield Finding(entry.sequence, f"{name} 的回执不见了")
        elif _as_in_chain(entry, details) != _as_in_receipt(receipt):
            yield Finding(entry.sequence, f"{name} 的回执与审计链不符")
        elif not receipts.is_genuine(receipts.wire(receipt)):
            yield Finding(entry.sequence, f"{name} 的回执签名不对")
    for receipt in open_receipts.values():
        yield Finding(receipt.sequence, f"回执 {receipt.subject_id} 第 {receipt.revision} 版在审计链里没有对应的一条")


def _filings() -> Iterator[AuditEntry]:
    columns = [column for column in AuditEntry.__table__.c if column.name != "actor_id"]
    rows = db.session.execute(
        select(*columns)
        .where(AuditEntry.event.in_(["evidence.stored", *(kind.event for kind in kinds.every())]))
        .order_by(AuditEntry.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for row in rows:
        yield AuditEntry(**row._mapping)


def _as_in_chain(entry: AuditEntry, details: dict[str, Any]) -> tuple[object, ...]:
    return entry.sequence, entry.chain, rfc3339(entry.at), entry.subject_kind, details.get("digest")


def _as_in_receipt(receipt: Receipt) -> tuple[object, ...]:
    return receipt.sequence, receipt.chain, rfc3339(receipt.received_at), receipt.kind, receipt.digest


def _erased() -> set[str]:
    """What the chain says was erased by law: ids of records and files."""
    events = ("filing.erased", "evidence.erased")
    return set(db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.event.in_(events))))


def _faults_of_words(stored: dict[tuple[str, int], Receipt], kind: Kind, erased: set[str]) -> Iterator[Finding]:
    """Every revision is word for word what its receipt covers, of the person to whom it is bound, and none is missing;
    of those that were erased by law the digest stands, and nothing can be opened any more.
    """
    waiting = {place: receipt for place, receipt in stored.items() if receipt.kind == kind.name}
    table, persons_erased = kind.revision, bound_persons.erased()
    wanted = bodies.with_keys(
        select(kind.owner.label("owner"), table.revision.label("revision"), table.body, table.digest), kind
    )
    rows = db.session.execute(bound_persons.with_persons(wanted, kind).execution_options(yield_per=_ROWS_AT_ONCE))
    for row in rows:
        text, place = bodies.opened(row.body, row.body_key), (row.owner, row.revision)
        receipt = waiting.pop(place, None)
        name = f"{kind.words} {row.owner} 第 {row.revision} 版"
        if receipt is None:
            yield Finding(None, f"{name} 没有回执")
        elif row.digest != receipt.digest or (text is not None and sha256(text.encode()).hexdigest() != row.digest):
            yield Finding(receipt.sequence, f"{name} 的内容被改动")
        elif text is not None and row.owner in erased:
            yield Finding(receipt.sequence, f"{name} 已依法删除，内容却还能读出")
        elif text is not None:
            if words := bound_persons.fault_of(kind, text, row, is_erased=place in persons_erased):
                yield Finding(receipt.sequence, f"{name}的{kind.person_words}信息{words}")
        elif row.owner not in erased:
            yield Finding(receipt.sequence, f"{name} 的内容解不开，审计链里没有依法删除它的一条")
    for (owner_id, revision), receipt in waiting.items():
        yield Finding(receipt.sequence, f"{kind.words} {owner_id} 第 {revision} 版已被删除")


def _faults_of_evidence(
    stored: dict[tuple[str, int], Receipt], erased: set[str], *, with_files: bool
) -> Iterator[Finding]:
    """Every original is on file as its receipt says; `with_files`: and its bytes are those that arrived."""
    waiting = {place: receipt for place, receipt in stored.items() if receipt.kind == "evidence"}
    columns = (Evidence.id, Evidence.sha256, Evidence.length_bytes, Evidence.state)
    rows = db.session.execute(select(*columns).where(Evidence.state.in_(("stored", ERASED))))
    for evidence_id, digest, length, state in rows:
        receipt = waiting.pop((evidence_id, 1), None)
        name = f"{_EVIDENCE} {evidence_id}"
        if receipt is None:
            yield Finding(None, f"{name} 没有回执")
        elif digest != receipt.digest:
            yield Finding(receipt.sequence, f"{name} 的登记被改动")
        elif (state == ERASED) != (evidence_id in erased):
            yield Finding(receipt.sequence, f"{name} 的登记与审计链不符：是否依法删除，两处说法不一")
        elif state == ERASED:
            continue
        elif fault := _fault_of_file(digest, length, reads=with_files):
            yield Finding(receipt.sequence, f"{name} {fault}")
    for (evidence_id, _), receipt in waiting.items():
        yield Finding(receipt.sequence, f"{_EVIDENCE} {evidence_id} 的登记已被删除")


def _fault_of_file(digest: str, length_bytes: int, *, reads: bool) -> str | None:
    try:
        if storage().size_bytes(digest) != length_bytes:
            return "的文件长度不对"
        return "的文件内容被改动" if reads and storage().digest(digest) != digest else None
    except FileNotFoundError:
        return "的文件不见了"


def _faults_of_witnesses(stored: dict[tuple[str, int], Receipt], outside: Witnesses) -> Iterator[Finding]:
    for said in outside.receipts:
        held = stored.get((str(said.get("id")), int(said.get("revision") or 0)))
        if held is None or held.digest != said.get("digest"):
            verb = "已从服务器消失" if held is None else "在服务器上被换成另一内容"
            name = _words(str(said.get("kind")))
            yield Finding(said["sequence"], f"手机回执证明的{name} {said.get('id')} {verb}")
