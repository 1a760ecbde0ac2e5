"""A multipart/form-data request, part by part as it comes: nothing of it is kept in memory. Source: RFC 7578."""

from collections.abc import Iterator

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from fieldapp.errors import FieldappError, TooLarge, WrongType

_FORM = "multipart/form-data"
_CHUNK_BYTES = 64 * 1024
_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1
Part = tuple[str, Iterator[bytes]]


class BadForm(FieldappError):
    status, kind, title = 400, "bad-form", "发来的表单格式不对，未保存。本机内容不受影响。"


def parts_of(request: Request, *, limit_bytes: int, most: int) -> Iterator[Part]:
    """The name of each part, and its bytes as they come; what of them is not read is passed over.

    Raises WrongType for another content type, BadForm for what is no form or ends too early, TooLarge for more than
    `limit_bytes` in all or more than `most` parts.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != _FORM:
        raise WrongType(f"发来的内容应为 {_FORM}，未保存。本机内容不受影响。")
    if not (0 < len(boundary) <= _LONGEST_BOUNDARY and boundary.isascii()):
        raise BadForm
    decoder = MultipartDecoder(boundary.encode(), max_parts=most)
    events = _events(request, decoder, limit_bytes)
    for event in events:
        if isinstance(event, Field | File):
            if not event.name:
                raise BadForm
            yield event.name, _content(events)
        elif isinstance(event, Epilogue):
            return
    raise BadForm


def text_of(parts: Iterator[Part], name: str, *, limit_bytes: int) -> bytes:
    """All of the next part, which must have this name. Raises BadForm, TooLarge."""
    found, chunks = next(parts, ("", iter(())))
    if found != name:
        raise BadForm(f"表单里应先有 {name}，未保存。本机内容不受影响。")
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > limit_bytes:
            raise TooLarge(f"{name} 太大，未保存。本机内容不受影响。")
    return bytes(content)


def _content(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if isinstance(event, Data):
            yield event.data
            if not event.more_data:
                return


def _events(request: Request, decoder: MultipartDecoder, limit_bytes: int) -> Iterator[Event]:
    left = limit_bytes
    too_large = TooLarge(f"一次发来的内容太大（超过 {limit_bytes // 2**20} MB），未保存。本机内容不受影响。")
    if (request.content_length or 0) > limit_bytes:
        raise too_large
    event: Event | None = None
    while not isinstance(event, Epilogue):
        try:
            event = decoder.next_event()
        except RequestEntityTooLarge as error:
            raise TooLarge("一次发来的文件太多，未保存。本机内容不受影响。") from error
        except ValueError as error:
            raise BadForm from error
        if not isinstance(event, NeedData):
            yield event
            continue
        chunk = request.stream.read(_CHUNK_BYTES)
        left -= len(chunk)
        if left < 0:
            raise too_large
        decoder.receive_data(chunk or None)
