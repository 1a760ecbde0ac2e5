"""Asks the rooms whether what was filed still stands unchanged, for the public check. Nothing personal comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from fieldapp.errors import NotFound
from fieldapp.evidence import queries as evidence
from fieldapp.filing import receipt_check, receipts
from fieldapp.filing.models import Receipt
from fieldapp.interviews import queries as interviews
from fieldapp.interviews.models import InterviewRevision
from fieldapp.observations import queries as observations
from fieldapp.observations.models import ObservationRevision
from fieldapp.observations.rules import STATES

KINDS = {"observation": "监督记录", "interview": "访谈记录", "visit": "监督活动登记", "evidence": "证据文件"}
Verdict = Literal["unchanged", "older", "changed"]


@dataclass(frozen=True)
class Standing:
    """One receipt and what became of it. `faults`: Chinese sentences, empty when nothing speaks against it.

    `newest`: the newest filed revision of the same thing. `state`: where a record stands in review; none for others.
    """

    receipt: Receipt
    kind: str
    newest: int
    state: str | None
    faults: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return "changed"
        return "older" if self.receipt.revision < self.newest else "unchanged"


FAULT_WORDS = {
    receipt_check.Fault.SIGNATURE: "回执的数字签名不符。",
    receipt_check.Fault.ENTRY_MISSING: "审计链中已没有这份回执的登记。",
    receipt_check.Fault.ENTRY_DIFFERS: "审计链中的登记与回执不一致。",
    receipt_check.Fault.CHAIN_BROKEN: "审计链在此处断开。",
}


def standing_of(subject_id: str, revision: int | None = None) -> Standing:
    """How one filing stands now; the newest revision when none is named. Raises NotFound when nothing was filed."""
    newest = receipts.find(subject_id)
    receipt = newest if revision is None else receipts.find(subject_id, revision)
    if newest is None or receipt is None:
        raise NotFound("没有这份回执。请核对编号，或重新扫码。")
    faults = [FAULT_WORDS[fault] for fault in receipt_check.faults_of(receipt)]
    if not _content_stands(receipt):
        faults.append("服务器上现存的内容与提交时的摘要不一致。")
    state = observations.state_of(subject_id) if receipt.kind == "observation" else None
    return Standing(
        receipt, KINDS.get(receipt.kind, receipt.kind), newest.revision, STATES.get(state or ""), tuple(faults)
    )


def _content_stands(receipt: Receipt) -> bool:
    """Whether the bytes kept today still give the digest of the receipt; of a visit only the receipt itself is kept."""
    if receipt.kind == "evidence":
        return evidence.verify_original(evidence.find(receipt.subject_id))
    rooms: dict[str, Callable[[str], Sequence[ObservationRevision | InterviewRevision]]] = {
        "observation": observations.revisions_of,
        "interview": interviews.revisions_of,
    }
    if receipt.kind not in rooms:
        return True
    bodies = {row.revision: row.body for row in rooms[receipt.kind](receipt.subject_id)}
    body = bodies.get(receipt.revision)
    return body is not None and sha256(body.encode()).hexdigest() == receipt.digest
