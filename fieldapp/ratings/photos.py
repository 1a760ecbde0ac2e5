"""Pictures that citizens send: only a copy made anew is kept, so nothing hides in it and no place comes with it."""

from dataclasses import dataclass
from hashlib import sha256

from fieldapp.errors import Unavailable
from fieldapp.evidence.renderer_client import Undecodable
from fieldapp.evidence.sniffing import PICTURES, NotEvidence, sniff_bytes
from fieldapp.evidence.thumbnails import remade_bytes
from fieldapp.ratings.models import RatingPhoto

LONGER_SIDE_PX = 1280
LIMIT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """One copy, made already, not yet stored: a JPEG without any metadata."""

    content: bytes

    def row(self, position: int) -> RatingPhoto:
        """What is stored of it."""
        digest = sha256(self.content).hexdigest()
        return RatingPhoto(
            position=position, sha256=digest, length_bytes=len(self.content), content=self.content
        )  # fmt: skip


def made_anew(content: bytes) -> Picture | None:
    """A copy of what somebody sent; None when it is no picture, or none that can be opened.

    Takes up to seconds, so never inside a unit of work. No decoder runs in this process.
    """
    if not 0 < len(content) <= LIMIT_BYTES:
        return None
    try:
        if sniff_bytes(content).media_type not in PICTURES:
            return None
    except NotEvidence:
        return None
    try:
        return Picture(remade_bytes(content, size_px=LONGER_SIDE_PX))
    except (Undecodable, Unavailable):
        return None
