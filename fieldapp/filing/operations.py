"""Filing: one revision of a record of whatever kind, judged, written and receipted in one transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from fieldapp.clock import now
from fieldapp.errors import (
    Conflict,
    Discarded,
    Erased,
    Fault,
    FieldappError,
    Locked,
    NotAllowed,
    NotFound,
    Refused,
    SignInNeeded,
)
from fieldapp.extensions import sent_together, unit_of_work
from fieldapp.filing import kinds
from fieldapp.filing.batch_lookup import is_revoked, is_signed_in, look_up
from fieldapp.filing.batch_rows import write
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.devices import SHUT_OUT
from fieldapp.filing.erasures import ERASED
from fieldapp.filing.kinds import Accepted, Kind
from fieldapp.filing.models import Receipt
from fieldapp.filing.parts import Held
from fieldapp.filing.receipts import Filing, issue_many
from fieldapp.filing.revisions import Stored, judge
from fieldapp.filing.wire import Filed
from fieldapp.people.models import User


@dataclass(frozen=True)
class Done:
    """What the phone is told: the receipt, the record's number, which evidence it names, and which of that is here."""

    receipt: Receipt
    number: str | None
    named: list[str]
    have_evidence: list[str]

    @property
    def missing_evidence(self) -> list[str]:
        """What of the named evidence has not arrived, in the order of naming."""
        here = set(self.have_evidence)
        return [evidence_id for evidence_id in self.named if evidence_id not in here]


def file_revision(author: User, filed: Filed) -> Done:
    """Stores one revision of the author's record; the same revision once more gives the same receipt.

    Filings of several threads, of all kinds, share one transaction. Raises NotFound for a record of somebody else,
    Conflict when it does not stand on the stored revision, Locked while nothing may be written to it (Discarded when
    nothing ever will be), Erased when it was erased by law, Refused for what is wrong in it or an id that something
    else bears, NotAllowed for a revoked device, SignInNeeded when the sign-in it came with has ended.
    """
    outcome = queue_of_application("filings", file_together).file((author.id, filed))
    if isinstance(outcome, FieldappError):
        raise outcome
    return outcome


def file_together(filings: Sequence[tuple[str, Filed]]) -> list[Done | FieldappError]:
    """Files several revisions (author id, filing) in one transaction: an outcome for each, in order.

    Of two filings for one id the second is judged after the first is in.
    """
    outcomes: dict[int, Done | FieldappError] = {}
    rounds = rounds_of(filed.id for _, filed in filings)
    with unit_of_work() as session:
        for places in rounds:
            distinct = [filings[place] for place in places]
            outcomes.update(zip(places, _file_distinct(session, distinct, is_last=places is rounds[-1]), strict=True))
    return [outcomes[place] for place in range(len(filings))]


def rounds_of(record_ids: Iterable[str]) -> list[list[int]]:
    """Places in `record_ids`, in rounds such that none has an id twice and those of one id keep their order."""
    rounds: list[list[int]] = []
    come: Counter[str] = Counter()
    for place, record_id in enumerate(record_ids):
        if come[record_id] == len(rounds):
            rounds.append([])
        rounds[come[record_id]].append(place)
        come[record_id] += 1
    return rounds


def judge_together(
    held: Held, filings: Sequence[tuple[str, Filed]], at: datetime
) -> list[Accepted | Done | FieldappError]:
    """What becomes of filings (author id, filing) of different records, given all that is held of them. Pure."""
    judged = [_judge(held, author_id, filed, at) for author_id, filed in filings]
    accepted = [outcome for outcome in judged if isinstance(outcome, Accepted)]
    for kind, own in groupby(sorted(accepted, key=lambda one: one.kind.place), key=lambda one: one.kind):
        kind.decide(held, list(own))
    return judged


def to_receipt(accepted: Accepted, at: datetime) -> Filing:
    """What the receipt of an accepted filing is for."""
    filed, kind = accepted.filed, accepted.kind
    details = {"state": filed.state, "visit": filed.visit_id, **kind.details(accepted)}
    return Filing(kind.name, filed.id, filed.revision, filed.digest, accepted.author_id, kind.event, at, details)


def done(accepted: Accepted, receipt: Receipt) -> Done:
    """What is told of a filing that has just been written."""
    return Done(receipt, accepted.number, accepted.named, accepted.arrived)


def _file_distinct(session: Session, filings: list[tuple[str, Filed]], *, is_last: bool) -> list[Done | FieldappError]:
    at = now()
    held = look_up(session, filings, at)
    judged = judge_together(held, filings, at)
    accepted = [outcome for outcome in judged if isinstance(outcome, Accepted)]
    if accepted:
        with sent_together(session, with_commit=is_last):
            write(session, held, accepted, at)
            receipts = iter(issue_many([to_receipt(one, at) for one in accepted], after=held.chain_end))
    return [done(outcome, next(receipts)) if isinstance(outcome, Accepted) else outcome for outcome in judged]


def _judge(held: Held, author_id: str, filed: Filed, at: datetime) -> Accepted | Done | FieldappError:
    kind, row = kinds.of(filed.kind), held.records.get(filed.id)
    refusal = _refusal(held, author_id, filed)
    if refusal is not None:
        return refusal
    if row is not None and row.state == ERASED:
        return Erased(erased=filed.id)
    known = held.receipts.get((filed.id, filed.revision))
    stored = None if row is None else Stored(row.head_revision, known.digest if known else None)
    verdict = judge(stored, revision=filed.revision, base_revision=filed.base_revision, digest=filed.digest)
    named = kind.files_of(filed.body)
    arrived = held.arrived_of(author_id, named)
    number = row.number if row is not None and kind.number_prefix else None
    if verdict == "same" and known is not None:
        return Done(known, number, named, arrived)
    state = None if row is None else row.state
    following = kind.transitions.get((state, kinds.ACTIONS[filed.state]))
    if following is None and (known is None or state == "discarded"):
        return _locked(kind, state, filed)
    if following is None or verdict != "new":
        return Conflict()
    faults = kind.faults(held, author_id, filed)
    if faults:
        return Refused(faults=faults)
    submitted_at = at if filed.state == "submitted" else (row.submitted_at if row is not None else None)
    return Accepted(kind, author_id, filed, following, row, number, submitted_at, named, arrived)


def _locked(kind: Kind, state: str | None, filed: Filed) -> Locked:
    if state == "discarded":
        return Discarded()
    return Locked("只有没有提交过的草稿可以作废。" if filed.state == "discarded" else kind.locked_words)


def _refusal(held: Held, author_id: str, filed: Filed) -> FieldappError | None:
    """What is said before anybody looks at the revision: who sends it, from where, under whose id."""
    kind, row = kinds.of(filed.kind), held.records.get(filed.id)
    if not is_signed_in(held, author_id, filed.kind, filed.sign_in):
        return SignInNeeded()
    if is_revoked(held, filed.device_id):
        return NotAllowed(SHUT_OUT)
    if row is not None and row.author_id != author_id:
        return NotFound(f"没有这份{kind.words}，或它不是您的。")
    other = held.bearer(filed.id, kind.name)
    if other is not None:
        words = f"这个编号已经用在另一样内容（{kinds.words_of(other)}）上，不能再用于{kind.words}"
        return Refused(kinds.ID_IS_BORNE, faults=[Fault("/id", words)])
    return None
