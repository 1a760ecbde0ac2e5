"""The hash chain, without a database: what a link is, and where a chain first breaks. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from fieldapp.clock import rfc3339

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One entry as it is hashed. `details` is already canonical JSON text."""

    sequence: int
    at: datetime
    event: str
    actor_id: str | None
    subject_kind: str
    subject_id: str
    details: str


def chain_of(previous: str, link: Link) -> str:
    """SHA-256 over the chain value before and every field of this entry, as 64 hex digits.

    Fields are joined by newlines; none but the last may hold one, so two different entries never read alike.
    """
    fields = (
        previous,
        str(link.sequence),
        rfc3339(link.at),
        link.event,
        link.actor_id or "-",
        link.subject_kind,
        link.subject_id,
        link.details,
    )
    return sha256("\n".join(fields).encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where a chain is first wrong, and how."""

    sequence: int
    reason: str


def first_break(entries: Iterable[tuple[Link, str]], *, heads: Mapping[int, str]) -> Break | None:
    """The first entry that was altered, removed or inserted; None for a whole chain.

    `entries`: links in order with the chain value stored beside each. `heads`: chain values by sequence that are known
    from outside the database (receipts, exported heads): they betray a chain that was recomputed or cut.
    """
    previous, expected, known = GENESIS, 1, dict(heads)
    for link, stored in entries:
        if link.sequence != expected:
            return Break(expected, "缺少这一条" if link.sequence > expected else "序号重复")
        if chain_of(previous, link) != stored:
            return Break(link.sequence, "内容或次序被改动")
        if known.pop(link.sequence, stored) != stored:
            return Break(link.sequence, "与外部保存的回执不一致（整链被重算）")
        previous, expected = stored, expected + 1
    if known:
        return Break(min(known), "外部回执证明曾有这一条，现已不在（链尾被截断）")
    return None
