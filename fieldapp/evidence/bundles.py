"""A record and its first small files, filed in one transaction: one wait for the disk instead of one for each.

The files are written, hashed and fsynced while they come, and lie in their place before the transaction begins. The
words are judged first, as ever; a file never refuses them, and where they are refused nothing is filed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from fieldapp.clock import now
from fieldapp.errors import FieldappError, Refused
from fieldapp.evidence import arrivals, uploads
from fieldapp.evidence.arrivals import Arrival, Judged
from fieldapp.evidence.counts import Counts, counted, heads_of, write_counts
from fieldapp.evidence.operations import OverTheLimit, prove, refuse_too_large
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.store import storage
from fieldapp.evidence.uploads import ChecksumMismatch, MoreThanSaid, Piece
from fieldapp.extensions import end_reads, sent_together, unit_of_work
from fieldapp.filing import batch_lookup, batch_rows, operations, receipts
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.kinds import Accepted
from fieldapp.filing.models import Receipt
from fieldapp.filing.operations import Done
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.people.models import User

MOST_FILES = 12
FileOutcome = Receipt | FieldappError
Judgement = Accepted | Done | FieldappError
Parts = Iterable[tuple[str, Iterable[bytes]]]


@dataclass(frozen=True)
class Bundle:
    """A revision, and files of its record that are proven and kept."""

    author_id: str
    filed: Filed
    files: tuple[Arrival, ...]


@dataclass(frozen=True)
class Bundled:
    """What the phone is told of its bundle. `files`: of each file, in order, its receipt or why it is not here."""

    done: Done
    files: list[FileOutcome]


def file(author: User, filed: Filed, announced: Sequence[Announced | FieldappError], parts: Parts) -> Bundled:
    """Files a revision with files of its record; the same once more gives the same receipts.

    `announced`: the files in order; of some it is known already why they cannot be taken. `parts`: their bytes as they
    come, each under its id. Bundles of several threads share one transaction. Raises what
    `filing.operations.file_revision` does, and then nothing is filed.
    """
    end_reads()
    told: list[FileOutcome | Arrival]
    with ExitStack() as on_their_way:
        pieces = _receive(on_their_way, announced, parts)
        told = [one if isinstance(one, FieldappError) else _keep(author, one, pieces.get(one.id)) for one in announced]
    files = tuple(one for one in told if isinstance(one, Arrival))
    bundled = queue_of_application("bundles", file_together).file(Bundle(author.id, filed, files))
    if isinstance(bundled, FieldappError):
        raise bundled
    for one in files:
        uploads.drop(storage().scratch, one.announced.id)  # what an upload that was begun before has left
    filed_files = iter(bundled.files)
    return replace(bundled, files=[next(filed_files) if isinstance(one, Arrival) else one for one in told])


def file_together(bundles: Sequence[Bundle]) -> list[Bundled | FieldappError]:
    """Files several bundles in one transaction: an outcome for each, in order.

    Of two for one record the second is judged after the first is in.
    """
    outcomes: dict[int, Bundled | FieldappError] = {}
    rounds = operations.rounds_of(one.filed.id for one in bundles)
    with unit_of_work() as session:
        for places in rounds:
            distinct = [bundles[place] for place in places]
            outcomes.update(zip(places, _file_distinct(session, distinct, is_last=places is rounds[-1]), strict=True))
    return [outcomes[place] for place in range(len(bundles))]


def _receive(
    on_their_way: ExitStack, announced: Sequence[Announced | FieldappError], parts: Parts
) -> dict[str, Piece | FieldappError]:
    """The bytes of each file that may be taken, on disk, by id. Only when all have come is any of them kept."""
    wanted = {one.id: one for one in announced if isinstance(one, Announced)}
    found: dict[str, Piece | FieldappError] = {}
    for name, chunks in parts:
        one = wanted.get(name)
        if one is None:
            continue
        piece = uploads.receive(storage().scratch, chunks, limit_bytes=one.length_bytes)
        try:
            refuse_too_large(one)
            found[name] = on_their_way.enter_context(piece)
        except MoreThanSaid:
            found[name] = ChecksumMismatch()
        except OverTheLimit as refusal:
            found[name] = refusal
    return found


def _keep(author: User, announced: Announced, piece: Piece | FieldappError | None) -> Arrival | FieldappError:
    """Proves one file and moves it to its place; or says why it is not taken. None: its bytes did not come."""
    if isinstance(piece, FieldappError):
        return piece
    if piece is None or (piece.length_bytes, piece.sha256) != (announced.length_bytes, announced.sha256):
        return ChecksumMismatch()
    try:
        sniffed = prove(announced, piece)
    except Refused as refusal:
        return refusal
    storage().keep(piece.path, announced.sha256)
    return Arrival(author.id, announced, sniffed)


def _file_distinct(session: Session, bundles: Sequence[Bundle], *, is_last: bool) -> list[Bundled | FieldappError]:
    at = now()
    filings = [(one.author_id, one.filed) for one in bundles]
    ids = [file.announced.id for one in bundles for file in one.files]
    held = batch_lookup.look_up(session, filings, at, beside=(arrivals.KNOWN,), ids=ids)
    judged = operations.judge_together(held, filings, at)
    accepted = [outcome for outcome in judged if isinstance(outcome, Accepted)]
    files = [file for one, outcome in zip(bundles, judged, strict=True) for file in _going_in(one, outcome)]
    taken = _judge_files(held, accepted, files)
    given = arrivals.earlier_receipts(session.connection(), taken)
    counts = _counts_of_others(session.connection(), accepted, taken)
    if accepted or taken.accepted:
        with sent_together(session, with_commit=is_last):
            batch_rows.write(session, held, accepted, at)
            arrivals.write(session.connection(), taken, at)
            write_counts(session.connection(), counts)
            to_receipt = [operations.to_receipt(one, at) for one in accepted]
            to_receipt += [arrivals.to_receipt(one, at) for one in taken.accepted.values()]
            given |= {one.subject_id: one for one in receipts.issue_many(to_receipt, after=held.chain_end)}
    told = iter(arrivals.outcomes(taken, files, given))
    return [_bundled(held, one, outcome, given, told) for one, outcome in zip(bundles, judged, strict=True)]


def _going_in(bundle: Bundle, outcome: Judgement) -> tuple[Arrival, ...]:
    """The files of a bundle whose words are here, or will be."""
    return () if isinstance(outcome, FieldappError) else bundle.files


def _judge_files(held: Held, accepted: Sequence[Accepted], files: Sequence[Arrival]) -> Judged:
    """What becomes of the files; and the accepted records count those that are going to be here."""
    held.bearers |= {one.filed.id: one.kind.name for one in accepted}
    taken = arrivals.judge_together(held, files)
    for file in taken.accepted.values():
        held.take_in(file.announced.id, file.author_id)
    for one in accepted:
        one.arrived = held.arrived_of(one.author_id, one.named)
    return taken


def _counts_of_others(connection: Connection, accepted: Sequence[Accepted], taken: Judged) -> Counts:
    """The counts of records that were here before (a bundle sent again with one file more), asked only for these."""
    counting = {one.filed.id for one in accepted}
    late = [one for one in taken.accepted.values() if one.announced.owner_id not in counting]
    if not late:
        return {}
    files = [one.announced for one in late]
    heads = batch_lookup.ask(connection, heads_of(files), {"owners": list({one.owner_id for one in files})})
    return counted(connection, heads, [(one.author_id, one.announced) for one in late])


def _bundled(
    held: Held, bundle: Bundle, outcome: Judgement, given: Mapping[str, Receipt], told: Iterator[FileOutcome]
) -> Bundled | FieldappError:
    """The outcome of one bundle. `told`: what becomes of files, of which this takes its own."""
    if isinstance(outcome, FieldappError):
        return outcome
    files = list(islice(told, len(bundle.files)))
    if isinstance(outcome, Accepted):
        return Bundled(operations.done(outcome, given[bundle.filed.id]), files)
    return Bundled(replace(outcome, have_evidence=held.arrived_of(bundle.author_id, outcome.named)), files)
