"""The copies that people look at: a thumbnail, and a display copy with its caption. Made at first view.

They are kept beside the originals, in the folder `views`, and can be thrown away at any time: they are made again.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

from fieldapp.clock import now
from fieldapp.errors import NotFound, Refused
from fieldapp.evidence import queries
from fieldapp.evidence.layers import Mark
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.renderer_client import RendererClient, Undecodable
from fieldapp.evidence.rules import Caption
from fieldapp.evidence.sniffing import PICTURES
from fieldapp.evidence.store import storage

SIZES_PX = {"thumbnail": 320, "display": 1600, "plain": 1600}  # the longer side; plain has no caption
_AGAIN_S = 3600  # what took too long or too much may open on another day, or with more memory
_GAVE_UP = b"?"  # stands in the place of a copy; nothing at all stands there when the decoder said that it cannot be
_RECIPE = 2  # counted up when copies come out differently, so that no old ones are shown


class CannotShow(Refused):
    """The original is here and whole, but no copy of it can be made."""

    kind, title = "cannot-show", "这张图片无法预览，原件已保存，可下载原件查看。"


@dataclass(frozen=True)
class View:
    """One copy of one original. `key` names exactly what it looks like: original, kind, caption, what was drawn over it
    (`layer`, burnt in).
    """

    evidence: Evidence
    kind: str
    caption: Caption | None
    key: str
    layer: Evidence | None = None

    @property
    def place(self) -> Path:
        return storage().views / self.evidence.sha256[:2] / self.evidence.sha256[2:4] / f"{self.key}.jpg"


def view_of(evidence: Evidence, kind: str, caption: Caption | None = None, *, layer: Evidence | None = None) -> View:
    """The copy of `evidence` of a `kind` in SIZES_PX; nothing is made yet.

    Raises NotFound for what is no picture, or not here yet.
    """
    if not evidence.is_stored or evidence.sniffed_type not in PICTURES:
        raise NotFound("这个文件没有可看的图片。")
    words = "\n".join((*caption.lines, *caption.plain)) if caption else ""
    drawn = layer.sha256 if layer else ""
    key = hashlib.sha256(f"{_RECIPE}\n{evidence.sha256}\n{kind}\n{words}\n{drawn}".encode()).hexdigest()[:32]
    return View(evidence, kind, caption, key, layer)


def made(view: View) -> Path:
    """The file of `view`, made now if need be. Raises CannotShow; Unavailable when too many wait."""
    place = view.place
    if not place.exists() or _is_worth_trying_again(place):
        _keep(place, _develop(view))
    if place.stat().st_size <= len(_GAVE_UP):
        raise CannotShow
    return place


def _is_worth_trying_again(place: Path) -> bool:
    found = place.stat()
    return found.st_size == len(_GAVE_UP) and now().timestamp() - found.st_mtime > _AGAIN_S


def _develop(view: View) -> bytes:
    """The copy's bytes; none when the decoder says that it cannot be opened, so that it is not tried again, and
    _GAVE_UP when the child died of it, so that not each look costs as much once more.
    """
    try:
        with queries.open_original(view.evidence) as original:
            marks = queries.marks_of(view.layer) if view.layer else ()
            return remade(original, kind=view.kind, size_px=SIZES_PX[view.kind], caption=view.caption, marks=marks)
    except Undecodable as error:
        return b"" if error.is_certain else _GAVE_UP


def _keep(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        os.rename(draft, place)  # no fsync: a copy that a power cut takes is made again
    finally:
        draft.unlink(missing_ok=True)


def remade(
    original: IO[bytes],
    *,
    size_px: int,
    kind: str = "thumbnail",
    caption: Caption | None = None,
    marks: Sequence[Mark] = (),
) -> bytes:
    """The JPEG of a picture, its longer side `size_px` at most, made anew by this process's one renderer, with `marks`
    burnt in.

    Raises Undecodable; Unavailable when too many wait.
    """
    order = {
        "kind": kind,
        "size_px": size_px,
        "pixel_limit": current_app.config["SETTINGS"].pixel_limit,
        "lines": caption.lines if caption else (),
        "plain": caption.plain if caption else (),
        "marks": marks,
    }
    room = current_app.extensions.setdefault("fieldapp.evidence.renderer_client", RendererClient())
    return room.develop(order, original)  # type: ignore[no-any-return]


def remade_bytes(content: bytes, *, size_px: int) -> bytes:
    """The same of what somebody has just sent and is kept nowhere."""
    with tempfile.TemporaryFile() as picture:
        picture.write(content)
        picture.flush()
        return remade(picture, size_px=size_px)
