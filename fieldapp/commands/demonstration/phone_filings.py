"""Filing as a phone does: the body, its commitment, its digest, its pictures, its receipt."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from fieldapp import ids
from fieldapp.clock import china
from fieldapp.commands.demonstration import photos
from fieldapp.evidence import operations as evidence
from fieldapp.evidence.rules import Announced
from fieldapp.filing import kinds
from fieldapp.filing.operations import file_revision
from fieldapp.filing.signatures import words_digest
from fieldapp.filing.wire import parse, sealed_off
from fieldapp.people.models import User

_TYPES = {"signature": ("png", "image/png"), "audio": ("wav", "audio/wav")}


@dataclass
class Picture:
    """A picture, or a recording, still on the phone. `item`: none for one that was taken before its item was known."""

    content: bytes
    item: str | None
    taken_at: datetime
    source: str = "camera"
    id: str = field(default_factory=ids.mint)
    of_id: str | None = None

    def copy(self) -> "Picture":
        """The small picture that goes ahead of it."""
        return Picture(photos.smaller(self.content), None, self.taken_at, source="copy", of_id=self.id)


def file_observation(author: User, observation_id: str, body: dict[str, Any]) -> None:
    """Files one revision, with the party sealed apart; a fresh signature is over its words."""
    _bind_signature(body, "party")
    file_revision(author, parse(kinds.of("observation"), observation_id, body))


def file_interview(author: User, interview_id: str, body: dict[str, Any]) -> None:
    """Files one revision of an interview, with the respondent sealed apart; a fresh signature is over its words."""
    _bind_signature(body, "respondent")
    file_revision(author, parse(kinds.of("interview"), interview_id, body))


def file_roundtable(author: User, roundtable_id: str, body: dict[str, Any]) -> None:
    """Files one revision of a roundtable, with those present sealed apart."""
    file_revision(author, parse(kinds.of("roundtable"), roundtable_id, body))


def file_confirmation(author: User, confirmation_id: str, body: dict[str, Any]) -> None:
    """Files one revision of a confirmation."""
    file_revision(author, parse(kinds.of("confirmation"), confirmation_id, body))


def _bind_signature(body: dict[str, Any], person_field: str) -> None:
    signature = body.get("signature")
    if signature and "digest" not in signature:
        words, *_ = sealed_off(body, person_field)
        body["signature"] = {**signature, "digest": words_digest(words)}


def send(author: User, picture: Picture, *, observation_id: str) -> None:
    """Uploads one picture of an observation."""
    _send(author, picture, "observation", observation_id)


def send_of_interview(author: User, file: Picture, *, interview_id: str) -> None:
    """Uploads a signature or a recording of an interview."""
    _send(author, file, "interview", interview_id)


def send_of_roundtable(author: User, photo: Picture, *, roundtable_id: str) -> None:
    """Uploads a photo of a roundtable."""
    _send(author, photo, "roundtable", roundtable_id)


def take(random: Random, domain: str, *, item: str | None, taken_at: datetime) -> Picture:
    """A new picture of something in this domain."""
    scene = photos.SCENE_OF_DOMAIN.get(domain, "office")
    stamp = f"YUNCHUAN {item or ''}"
    content = photos.photo(random.randrange(10**6), scene=scene, taken_at=china(taken_at), stamp=stamp)
    return Picture(content, item, taken_at)


def _send(author: User, picture: Picture, kind: str, owner_id: str) -> None:
    ending, media_type = _TYPES.get(picture.source, ("jpg", "image/jpeg"))
    announced = Announced(
        id=picture.id,
        sha256=hashlib.sha256(picture.content).hexdigest(),
        length_bytes=len(picture.content),
        owner_kind=kind,
        owner_id=owner_id,
        source=picture.source,
        item=picture.item,
        filename=f"{picture.source}-{picture.taken_at:%H%M%S}.{ending}",
        declared_type=media_type,
        taken_at=picture.taken_at,
        of_id=picture.of_id,
    )
    evidence.begin_upload(author, announced, [picture.content])
