"""What a phone sent, parsed: the only place where JSON becomes values."""

import re
from typing import Any

from flask import request

from fieldapp.errors import Fault, FieldappError, Refused, TooLarge, WrongType
from fieldapp.filing import canonical, exact_json
from fieldapp.ids import is_uuid

BODY_LIMIT_BYTES = 4 * 1024 * 1024
# In JSON text, NUL and half a surrogate pair can only be written as \u…, and an integer beyond 2^53 has 16 digits.
_SUSPICIOUS = re.compile(r"\\u|[0-9]{16}")


def json_body() -> dict[str, Any]:
    """The JSON object of this request, with nothing in it that no database holds.

    Raises FieldappError (400) for what is no JSON, WrongType for another content type, TooLarge beyond 4 MB; Refused
    for another value than an object, for NUL, lone surrogates and integers beyond 2^53.
    """
    if request.mimetype and not request.is_json:
        raise WrongType
    return json_object(_content())


def json_object(content: bytes) -> dict[str, Any]:
    """As `json_body`, of bytes that have been read."""
    proven = exact_json.read(content)
    if proven is not None:
        return proven
    try:
        text = content.decode("utf-8-sig")
        body = canonical.parse(text)
    except ValueError as error:
        fault = FieldappError("发来的内容不是有效的 JSON，未保存。本机内容不受影响。")
        raise fault from error
    if not isinstance(body, dict):
        raise Refused(faults=[Fault("", "应为对象")])
    if _SUSPICIOUS.search(text):  # the walk is slow
        faults = [Fault(pointer, "含有不能保存的字符或过大的整数") for pointer in canonical.unstorable(body)]
        if faults:
            raise Refused(faults=faults)
    return body


def _content() -> bytes:
    """The body, read no further than the limit: not every sender says beforehand how much will come."""
    too_large = TooLarge("内容太大（超过 4 MB），未保存。本机内容不受影响。")
    if (request.content_length or 0) > BODY_LIMIT_BYTES:
        raise too_large
    content = bytearray()
    while part := request.stream.read(BODY_LIMIT_BYTES + 1 - len(content)):
        content += part
        if len(content) > BODY_LIMIT_BYTES:
            raise too_large
    return bytes(content)


def own_id(value: str) -> str:
    """The id in the address. Raises Refused when it is no UUID in canonical form."""
    if not is_uuid(value):
        raise Refused(faults=[Fault("/id", "编号应为小写的 UUID")])
    return value


def device_id() -> str | None:
    """The phone that sends, by its header X-Device-Id; None when it says nothing usable."""
    value = request.headers.get("X-Device-Id", "")
    return value if is_uuid(value) else None
