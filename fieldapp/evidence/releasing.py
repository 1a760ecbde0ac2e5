"""What of a photo may leave the bureau: the picture with what was drawn over it burnt in, once a person has checked it.

Every way out asks `for_outside`; no door hands a stranger, an agency or a citizen any other bytes of evidence.
"""

from fieldapp import ids
from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, NotAllowed, NotFound
from fieldapp.evidence import arrivals, layers, queries, thumbnails, uploads
from fieldapp.evidence.arrivals import Arrival
from fieldapp.evidence.layers import Layer, Mark
from fieldapp.evidence.models import Evidence, PhotoCheck
from fieldapp.evidence.rules import PHOTO_SOURCES, Announced
from fieldapp.evidence.sniffing import LAYER_TYPE, Sniffed
from fieldapp.evidence.store import storage
from fieldapp.evidence.thumbnails import View
from fieldapp.extensions import unit_of_work
from fieldapp.filing.models import Receipt
from fieldapp.people.models import User

DRAWN_ANEW = "这张照片刚刚有了新的标注，请看过现在的样子再处理。"


class Unchecked(NotAllowed):
    kind, title = "unchecked-photo", "这张照片未经检查，不能离开本单位。请先在审核台看过、遮好，再点“已检查”。"


def photo_in_reach(actor: User, evidence_id: str) -> Evidence:
    """A photo that `actor` may see at the desk. Raises NotFound, also for what is none: signatures, recordings."""
    photo, record = queries.in_reach(actor, evidence_id)
    if record is None or photo.source not in PHOTO_SOURCES or not photo.is_stored:
        raise NotFound("没有这张照片，或您无权查看。")
    return photo


def draw(actor: User, evidence_id: str, marks: tuple[Mark, ...], *, over: str | None) -> Receipt:
    """Files all that is drawn over a photo, as a layer of the desk; the original stays as it is.

    `over`: the id of the layer that was seen, None for none. Raises NotAllowed, NotFound; Conflict when somebody has
    drawn another one meanwhile.
    """
    require(actor, "photos.check")
    photo = photo_in_reach(actor, evidence_id)
    if queries.standing_of(photo).layer_id != over:
        raise Conflict(DRAWN_ANEW)
    content = layers.written(Layer(photo.id, photo.sha256, marks))
    with uploads.receive(storage().scratch, [content], limit_bytes=len(content)) as piece:
        storage().keep(piece.path, piece.sha256)
        said = Announced(
            id=ids.mint(),
            sha256=piece.sha256,
            length_bytes=piece.length_bytes,
            owner_kind=photo.owner_kind,
            owner_id=photo.owner_id,
            source="desk_layer",
            declared_type=LAYER_TYPE,
            taken_at=now(),
            of_id=photo.id,
        )
        return arrivals.file(Arrival(actor.id, said, Sniffed(LAYER_TYPE, of_sha256=photo.sha256)))


def check(actor: User, evidence_id: str, *, layer_id: str | None) -> PhotoCheck:
    """Notes that `actor` has looked at a photo with this layer and that it may leave the bureau; the same once more
    changes nothing.

    Raises NotAllowed, also for one's own photo; NotFound; Conflict when another layer stands.
    """
    require(actor, "photos.check")
    photo = photo_in_reach(actor, evidence_id)
    if photo.author_id == actor.id:
        raise NotAllowed("自己拍的照片请另一位检查。")
    with unit_of_work() as session:
        standing = queries.standing_of(photo)
        if standing.layer_id != layer_id:
            raise Conflict(DRAWN_ANEW)
        if standing.check:
            return standing.check
        made = PhotoCheck(id=ids.mint(), evidence_id=photo.id, layer_id=layer_id, checker_id=actor.id, checked_at=now())
        session.add(made)
        layer = standing.layer.sha256 if standing.layer else ""
        audit.record(
            "evidence.checked",
            actor_id=actor.id,
            subject_kind="evidence",
            subject_id=photo.id,
            at=made.checked_at,
            digest=photo.sha256,
            layer=layer,
        )
        return made


def for_outside(photo: Evidence) -> View:
    """The one picture of a photo that somebody outside may be given: burnt, without caption, without metadata.

    Raises Unchecked.
    """
    standing = queries.standing_of(photo)
    if standing.check is None:
        raise Unchecked
    return thumbnails.view_of(photo, "plain", layer=standing.layer)
