"""A receipt as somebody pastes it: read with care, for anybody may paste anything."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fieldapp.clock import parse_rfc3339
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.filing import receipts
from fieldapp.folding import as_meant, folded
from fieldapp.web.public.standing import Standing, standing_of

MAXIMUM_CHARACTERS = 4000
FIELDS = {
    "id": str, "kind": str, "revision": int, "digest": str, "received_at": str,
    "sequence": int, "chain": str, "key_id": str, "signature": str,
}  # fmt: skip
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_QUOTES = str.maketrans(dict.fromkeys("“”„＂", '"'))
_SHORT = re.compile(r"[\x20-\x7e]{1,200}")
Verdict = Literal["stands", "erased", "changed", "gone", "forged"]


@dataclass(frozen=True)
class Comparison:
    """What a pasted receipt proves.

    `stands`: signed here, and the filing is as it was; `erased`: until its words were erased by law;
    `changed`: signed here, but what lies here differs;
    `gone`: signed here, but nothing of it lies here any more; `forged`: not signed here, or altered since.
    """

    verdict: Verdict
    receipt: dict[str, Any]
    standing: Standing | None

    @property
    def received_at(self) -> datetime:
        """When the filing arrived, as the receipt says; only to be asked of one that was signed here."""
        return parse_rfc3339(self.receipt["received_at"])


def number_in(typed: str) -> str:
    """The id (a UUID in small letters) that an address carries, with or without what a paste brought along.

    Raises NotFound when there is none.
    """
    found = _NUMBER.search(folded(typed[:200]))
    if found is None:
        raise NotFound("没有这份回执。请核对编号，或重新扫码。")
    return found[0]


def read(text: str) -> dict[str, Any]:
    """The receipt in `text`. Raises Refused when it is not the JSON of one."""
    try:
        value = json.loads(_bare(text)) if len(text) <= MAXIMUM_CHARACTERS else None
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and isinstance(value.get("receipt"), dict):
        value = value["receipt"]  # the whole answer of the server was pasted
    if not isinstance(value, dict) or not all(_fits(value.get(name), kind) for name, kind in FIELDS.items()):
        sentence = "这不是一份完整的回执。请粘贴回执的全部内容，从 { 到 }。"
        raise Refused("没有核验：" + sentence, faults=[Fault("/receipt", sentence)])
    return {name: value[name] for name in FIELDS}


def compare(receipt: dict[str, Any]) -> Comparison:
    """Holds a pasted receipt against the server's keys and against what lies here now."""
    if not receipts.is_genuine(receipt):
        return Comparison("forged", receipt, None)
    try:
        standing = standing_of(receipt["id"], receipt["revision"])
    except NotFound:
        return Comparison("gone", receipt, None)
    is_same = not standing.faults and receipts.wire(standing.receipt) == receipt
    if is_same and standing.erased_at:
        return Comparison("erased", receipt, standing)
    return Comparison("stands" if is_same else "changed", receipt, standing)


def _bare(text: str) -> str:
    """From the first brace to the last one, without marks and blanks of other kinds: a receipt is plain ASCII."""
    plain = as_meant(text).translate(_QUOTES)
    return plain[max(plain.find("{"), 0) : plain.rfind("}") + 1] or plain


def _fits(value: object, kind: type) -> bool:
    if kind is int:
        return type(value) is int and 0 < value < 2**53
    return isinstance(value, str) and _SHORT.fullmatch(value) is not None
