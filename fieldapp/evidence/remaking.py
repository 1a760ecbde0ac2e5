"""A picture that an administrator uploads as a portrait, made anew: small, upright, without metadata."""

from fieldapp.errors import Refused
from fieldapp.evidence.renderer_client import Undecodable
from fieldapp.evidence.thumbnails import remade_bytes

FILE_LIMIT_BYTES = 8 * 1024 * 1024
_SIZE_PX = 480


def portrait_of(content: bytes) -> bytes:
    """The JPEG of an uploaded photo, its longer side 480 px at most. Raises Refused with a sentence; Unavailable when
    the renderer has too much to do.
    """
    if len(content) > FILE_LIMIT_BYTES:
        raise Refused(f"照片超过 {FILE_LIMIT_BYTES // 1024 // 1024} MB，没有保存。")
    try:
        return remade_bytes(content, size_px=_SIZE_PX)
    except Undecodable as error:
        raise Refused("打不开这张照片，没有保存。请换一张 JPEG 或 PNG。") from error
