"""Asks the rooms whether what was filed still stands unchanged, for the public check. Nothing personal comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fieldapp.confirmations import queries as confirmations
from fieldapp.confirmations.rules import STANDINGS, standing
from fieldapp.errors import NotFound
from fieldapp.evidence import queries as evidence
from fieldapp.filing import erasures, kinds, receipt_check, receipts, records
from fieldapp.filing.models import Receipt

Verdict = Literal["unchanged", "older", "changed", "erased"]


@dataclass(frozen=True)
class Standing:
    """One receipt and what became of it. `faults`: Chinese sentences, empty when nothing speaks against it.

    `newest`: the newest filed revision of the same thing. `state`: where a record stands in review; none for others.
    `confirmed`: what a second supervisor has said of it, without a name; none where nobody has.
    """

    receipt: Receipt
    kind: str
    newest: int
    state: str | None
    faults: tuple[str, ...]
    confirmed: str | None
    erased_at: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return "changed"
        if self.erased_at:
            return "erased"
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
    erasure = erasures.find(subject_id)
    if erasure is None and not _content_stands(receipt):
        faults.append("服务器上现存的内容与提交时的摘要不一致。")
    state, confirmed = _state_in_review(receipt), _confirmed(receipt)
    erased_at = erasure.erased_at if erasure else None
    words = kinds.words_of(receipt.kind)
    return Standing(receipt, words, newest.revision, state, tuple(faults), confirmed, erased_at)


def _state_in_review(receipt: Receipt) -> str | None:
    kind = kinds.find(receipt.kind)
    if kind is None or not kind.is_reviewed:
        return None
    return kind.states.get(records.state_of(kind, receipt.subject_id) or "")


def _confirmed(receipt: Receipt) -> str | None:
    said = confirmations.of_observations([receipt.subject_id]).get(receipt.subject_id, [])
    return STANDINGS.get(standing(said, is_paired=False))


def _content_stands(receipt: Receipt) -> bool:
    """Whether the bytes kept today still give the digest of the receipt; of a visit only the receipt itself is kept."""
    if receipt.kind == "evidence":
        return evidence.verify_original(evidence.find(receipt.subject_id))
    kind = kinds.find(receipt.kind)
    return kind is None or records.words_stand(kind, receipt.subject_id, receipt.revision, receipt.digest)
