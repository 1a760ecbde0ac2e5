"""What a file is, by its own bytes; and whether it is whole. No decoder runs in the server.

Pictures are walked by their structure (segments, chunks, boxes) to their end, which gives the dimensions before anyone
allocates a pixel. Recordings are known by their head only: one that broke off is still evidence.
"""

import mmap
from dataclasses import dataclass
from pathlib import Path

from fieldapp.evidence import containers
from fieldapp.evidence.containers import Buffer, Damaged

PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
RECORDINGS = {"audio/mp4": "m4a", "audio/webm": "webm", "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/wav": "wav"}
LAYER_TYPE = "application/json"
EXTENSIONS = PICTURES | RECORDINGS | {LAYER_TYPE: "json"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash", b"qt  "}
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Sniffed:
    """A media type of EXTENSIONS; a picture's stored width and height in pixels, where its structure tells them; the
    SHA-256 of the photo that a layer was drawn over.
    """

    media_type: str
    width: int | None = None
    height: int | None = None
    of_sha256: str | None = None


class NotEvidence(Exception):
    """The bytes are no whole picture or recording. `reason`: unknown, damaged, no-size or video; `media_type`: of a
    damaged picture that begins as one, so that the bytes may be worth keeping.
    """

    def __init__(self, reason: str, media_type: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.media_type = reason, media_type


def sniff(path: Path) -> Sniffed:
    """What the file at `path` is. Raises NotEvidence, and nothing else for whatever bytes."""
    if path.stat().st_size == 0:
        raise NotEvidence("unknown")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return sniff_bytes(content)


def sniff_bytes(content: Buffer) -> Sniffed:
    """As `sniff`, of bytes already in memory."""
    media_type = _media_type(content)
    if media_type not in PICTURES:
        return Sniffed(media_type)
    try:
        width, height = _SIZES[media_type](content)
    except Damaged as damage:
        raise NotEvidence("damaged", media_type if containers.begins(media_type, content) else None) from damage
    if not (width and height):
        raise NotEvidence("no-size")
    return Sniffed(media_type, width, height)


def _media_type(content: Buffer) -> str:
    head = bytes(content[:64])
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _mp4_type(content, head)
    return _recording_type(content, head)


def _mp4_type(content: Buffer, head: bytes) -> str:
    brand = head[8:12]
    if brand in _HEIC_BRANDS:
        return "image/heic"
    if brand not in _AUDIO_BRANDS:
        raise NotEvidence("unknown")
    # A track says of which kind it is in its handler box, in the first kilobytes of a recording made by a browser; a
    # phone's recorder writes that index at the end.
    index = bytes(content[:_HEAD_BYTES]) + bytes(content[-8 * _HEAD_BYTES :])
    if _has_handler(index, b"vide"):
        raise NotEvidence("video")
    return "audio/mp4"


def _has_handler(index: bytes, kind: bytes) -> bool:
    at = index.find(b"hdlr")
    while at >= 0:
        if index[at + 12 : at + 16] == kind:
            return True
        at = index.find(b"hdlr", at + 4)
    return False


def _recording_type(content: Buffer, head: bytes) -> str:
    start = bytes(content[:4096])
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        if b"V_VP" in start or b"V_AV1" in start or b"V_MPEG" in start:
            raise NotEvidence("video")
        return "audio/webm"
    if head.startswith(b"OggS") and (b"OpusHead" in start or b"\x01vorbis" in start):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return "audio/mpeg"
    raise NotEvidence("unknown")


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven sync bits, layer III, a bit rate and a sampling rate that exist. Source: ISO/IEC 11172-3, 2.4.2.3."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


_SIZES = {
    "image/jpeg": containers.jpeg_size,
    "image/png": containers.png_size,
    "image/webp": containers.webp_size,
    "image/heic": containers.heif_size,
}
