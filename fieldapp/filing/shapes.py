"""The shapes that phones send, checked once at the border. Fields not named here are kept with the rest of the body."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from fieldapp.clock import parse_rfc3339
from fieldapp.errors import Fault, Refused
from fieldapp.ids import is_uuid

TEXT_LIMIT_CHARACTERS = 20_000
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_HEX64 = re.compile("[0-9a-f]{64}", re.ASCII)
_YEARS = range(1900, 2201)  # a phone whose clock was reset must still be able to file


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ValueError("应为小写的 UUID")
    return text


def _digest(text: str) -> str:
    if not _HEX64.fullmatch(text):
        raise ValueError("应为 64 位十六进制数")
    return text


def _day(text: str) -> str:
    try:
        day: date | None = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20261123 and 2026-W48-1, which are days too, but not in the words of anybody who reads them.
    if day is None or day.isoformat() != text or day.year not in _YEARS:
        raise ValueError("应为日期，如 2026-11-23")
    return text


def _time(text: str) -> str:
    try:
        moment = parse_rfc3339(text) if _RFC3339.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError("应为带时区的时间，如 2026-11-23T09:12:04+08:00")
    if moment.year not in _YEARS:
        raise ValueError(f"年份应在 {_YEARS.start} 到 {_YEARS.stop - 1} 之间")
    return text


Id = Annotated[str, AfterValidator(_uuid)]
Time = Annotated[str, AfterValidator(_time)]
Day = Annotated[str, AfterValidator(_day)]
Digest = Annotated[str, AfterValidator(_digest)]
Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT_CHARACTERS)]
Salt = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Milliseconds = Annotated[int, Field(ge=0, le=10**12)]
Revision = Annotated[int, Field(ge=1, le=10**6)]


class Shape(BaseModel):
    """The parent of every shape: types are not bent, unknown fields are kept."""

    model_config = ConfigDict(strict=True, extra="allow")


class Person(Shape):
    """当事人 or 受访人: the only personal part of a filing; the salt keeps its commitment from being guessed."""

    kind: Line
    name: Line | None = ""
    contact: Line | None = ""
    salt: Salt


class Signature(Shape):
    """`digest`: over the words that were signed (filing.signatures); whatever it is, nobody is refused for it."""

    evidence: Id | None = None
    oral: bool | None = None
    refused: Text | None = None
    witness: Line | None = None
    digest: Line | None = None
    at_ms: Milliseconds | None = None


class AnyFilingShape(Shape):
    """What every filing has, also one that is of no visit."""

    revision: Revision
    base_revision: Annotated[int, Field(ge=0, le=10**6)]
    visit: Id | None = None
    state: Literal["draft", "submitted", "discarded"]
    discard_reason: Line | None = None
    started_at: Time
    clock_offset_ms: Annotated[float, Field(ge=-(10**13), le=10**13)] | None = None


class FilingShape(AnyFilingShape):
    """What every filing of a visit has."""

    visit: Id
    signature: Signature | None = None


S = TypeVar("S", bound=Shape)


def check(shape: type[S], body: Any) -> S:
    """`body` in its shape. Raises Refused with one fault for each wrong field, by JSON pointer, in Chinese."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        raise Refused(faults=[_fault(one) for one in error.errors(include_url=False, include_input=False)]) from error


def instant(text: str) -> datetime:
    """A time that has passed the border."""
    return parse_rfc3339(text)


_SENTENCES = {
    "missing": "缺少这一项",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "string_too_long": "最多 {max_length} 字",
    "too_long": "最多 {max_length} 项",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "应为 {expected} 之一",
    "string_pattern_mismatch": "应为 32 位十六进制数",
    "finite_number": "应为有限的数字",
}


def _fault(error: Any) -> Fault:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error["loc"] if part not in _UNION_BRANCHES]
    sentence = _SENTENCES.get(error["type"])
    if sentence is None:
        sentence = str(error.get("ctx", {}).get("error", "内容有误"))
    else:
        sentence = sentence.format(**error.get("ctx", {}))
    return Fault("".join(f"/{part}" for part in parts), sentence)


# Pydantic puts the tried branch of a union into the location; a pointer must not have it.
_UNION_BRANCHES = {"Reference", "function-after[_uuid(), str]"}
