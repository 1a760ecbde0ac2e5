"""What a phone sent, parsed: the only place where JSON becomes values."""

from typing import Any

from flask import request

from fieldapp.errors import Fault, FieldappError, Refused, TooLarge
from fieldapp.ids import is_uuid
from fieldapp.sync import canonical
from fieldapp.sync.sealing import commitment

BODY_LIMIT_BYTES = 4 * 1024 * 1024


def json_body() -> dict[str, Any]:
    """The JSON object of this request. Raises Refused when there is none, TooLarge beyond 4 MB."""
    if (request.content_length or 0) > BODY_LIMIT_BYTES:
        raise TooLarge("内容太大(超过 4 MB),未保存。本机内容不受影响。")
    try:
        body = canonical.parse(request.get_data(cache=False))
    except (ValueError, UnicodeDecodeError) as error:
        fault = FieldappError("发来的内容不是有效的 JSON,未保存。本机内容不受影响。")
        raise fault from error
    if not isinstance(body, dict):
        raise Refused(faults=[Fault("", "应为对象")])
    return body


def own_id(value: str) -> str:
    """The id in the address. Raises Refused when it is no UUID in canonical form."""
    if not is_uuid(value):
        raise Refused(faults=[Fault("/id", "编号应为小写的 UUID")])
    return value


def device_id() -> str | None:
    """The phone that sends, by its header X-Device-Id; None when it says nothing usable."""
    value = request.headers.get("X-Device-Id", "")
    return value if is_uuid(value) else None


def sealed_off(body: dict[str, Any], person_field: str) -> tuple[dict[str, Any], dict[str, Any] | None, str, str]:
    """The body without its person: (body with a commitment instead, the person, canonical text, digest).

    Raises Refused for text that canonical JSON cannot hold (lone surrogates, integers beyond 2^53).
    """
    person = body.get(person_field)
    try:
        if isinstance(person, dict):
            body = {**body, person_field: commitment(person)}
        text = canonical.canonical(body)
    except ValueError as error:
        raise Refused(faults=[Fault("", "含有不能保存的字符或过大的整数")]) from error
    return body, person if isinstance(person, dict) else None, text.decode(), canonical.sha256_hex(text)
