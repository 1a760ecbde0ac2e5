"""What a citizen sent and has still to mend: kept for a short while, sealed, so that the page can show it again.

So the answer to a faulty sending is a page that can be loaded again: Back and reload never end in an error of the
browser, chosen photos are not lost, and once the mended page is taken nothing of it stands in the form any more.
Nothing here has been filed, so nothing of it is in the audit chain.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select

from fieldapp.clock import now
from fieldapp.errors import Fault
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import sealing
from fieldapp.ratings import sender_hashes
from fieldapp.ratings.models import Draft, DraftPhoto
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.rules import DRAFT_HOURS, Wish
from fieldapp.ratings.suspicion_signals import Sender

MOST = 200  # pictures and all some 100 MB at the very most
MOST_FROM_ONE_NETWORK = 40  # the oldest go first, so that one network cannot drive out the others


@dataclass(frozen=True)
class Unsent:
    """What was sent and what keeps it from being taken. `token`: of the page to be sent once more. `pictures`: how many
    are kept. `status`: the HTTP status that says why.
    """

    token: str
    wish: Wish
    title: str
    faults: Sequence[Fault] = ()
    status: int = 422
    pictures: int = 0


def keep(unsent: Unsent, *, place: str, page_mark: str, sender: Sender, pictures: Sequence[Picture] = ()) -> str:
    """Keeps `unsent` and gives the ticket under which it is found again: 22 random characters.

    `place`: the page on which it stands; `page_mark`: what `forget` will name.
    """
    ticket, at = secrets.token_urlsafe(16), now()
    sealed, key = sealing.seal(_plain(unsent), current_app.config["SETTINGS"].instance)
    with unit_of_work() as session:
        forget_old(at)
        network = sender_hashes.keys_for_new_tags(at).tags_of(sender.address)[0]
        draft = Draft(
            id=_id_of(ticket), place=place, page_mark=page_mark, kept_at=at, network_tag=network,
            device_tag=sender_hashes.device_tag(sender.device_mark), sealed=sealed, key=key,
        )  # fmt: skip
        session.add(draft)
        session.flush()
        session.add_all(
            DraftPhoto(draft_id=draft.id, position=position, content=picture.content)
            for position, picture in enumerate(pictures)
        )
        session.flush()
        _make_room(network)
    return ticket


def find(ticket: str, *, place: str, sender: Sender) -> Unsent | None:
    """What is kept under `ticket`; None when it was taken, is too old, or belongs elsewhere or to another phone."""
    draft = _found(ticket, place, sender)
    if draft is None:
        return None
    plain = sealing.unseal(draft.sealed, draft.key, current_app.config["SETTINGS"].instance)
    if plain is None:
        return None
    count = select(func.count()).select_from(DraftPhoto).where(DraftPhoto.draft_id == draft.id)
    wish = Wish(**{**plain["wish"], "reasons": tuple(plain["wish"]["reasons"])})
    faults = [Fault(*one) for one in plain["faults"]]
    return Unsent(plain["token"], wish, plain["title"], faults, plain["status"], db.session.scalar(count) or 0)


def pictures(ticket: str, positions: Iterable[int], *, place: str, sender: Sender) -> list[Picture]:
    """The kept pictures at `positions`, as far as they are still there."""
    draft = _found(ticket, place, sender)
    if draft is None:
        return []
    wanted = select(DraftPhoto.content).where(
        DraftPhoto.draft_id == draft.id, DraftPhoto.position.in_(list(positions))
    )  # fmt: skip
    return [Picture(content) for content in db.session.scalars(wanted.order_by(DraftPhoto.position))]


def forget(*page_marks: str) -> None:
    """Deletes what was kept of pages that have now been taken; in the caller's unit of work."""
    _delete(Draft.page_mark.in_(page_marks))


def forget_old(at: datetime) -> None:
    """Deletes what nobody has mended in DRAFT_HOURS."""
    _delete(Draft.kept_at <= at - timedelta(hours=DRAFT_HOURS))


def _found(ticket: str, place: str, sender: Sender) -> Draft | None:
    draft = db.session.get(Draft, _id_of(ticket)) if ticket else None
    if draft is None or draft.place != place or draft.kept_at <= now() - timedelta(hours=DRAFT_HOURS):
        return None
    is_other_phone = draft.device_tag is not None and draft.device_tag != sender_hashes.device_tag(sender.device_mark)
    return None if is_other_phone else draft


def _make_room(network: str) -> None:
    newest = select(Draft.id).order_by(Draft.kept_at.desc())
    with unit_of_work() as session:
        too_many = session.scalars(newest.where(Draft.network_tag == network).offset(MOST_FROM_ONE_NETWORK)).all()
        _delete(Draft.id.in_(too_many))
        _delete(Draft.id.in_(session.scalars(newest.offset(MOST)).all()))


def _delete(which: ColumnElement[bool]) -> None:
    with unit_of_work() as session:
        ids = session.scalars(select(Draft.id).where(which)).all()
        if ids:
            session.execute(delete(DraftPhoto).where(DraftPhoto.draft_id.in_(ids)))
            session.execute(delete(Draft).where(Draft.id.in_(ids)))


def _plain(unsent: Unsent) -> dict[str, object]:
    return {
        "token": unsent.token,
        "wish": asdict(unsent.wish),
        "title": unsent.title,
        "faults": [[fault.pointer, fault.detail] for fault in unsent.faults],
        "status": unsent.status,
    }


def _id_of(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
