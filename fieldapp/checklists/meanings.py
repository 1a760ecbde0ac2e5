"""What an item stands for, whatever its code: the fact that three voices speak of, what comes first, what is optional.

A workbook made before there were columns for it says nothing of this: the items take it over by their codes, and the
differences say so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fieldapp.checklists.content import Content, Item

FACTS = {
    "credential_shown": "出示执法证件",
    "rights_told": "告知权利义务",
    "recorded": "全过程记录",
    "told_of_recording": "告知正在录音录像",
    "civil_language": "使用文明用语",
}
NAMES = ("fact", "first", "optional")


def faults(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str, object, str]]:
    """Mistakes in what plain items say they stand for: (place, field, value, what is expected).

    A fact is asked by one item at most: two answers to one question would leave open what the supervisor saw.
    """
    seen: dict[str, str] = {}
    for place, item in enumerate(items):
        fact = item.get("fact")
        if fact not in (None, "") and not (isinstance(fact, str) and fact in FACTS):
            yield place, "fact", fact, "留空，或以下之一：" + "、".join(FACTS.values())
        elif fact and fact in seen:
            yield place, "fact", FACTS[fact], f"每件事只由一项来问，{seen[fact]} 已经问了"
        elif fact:
            seen[fact] = str(item.get("code"))
        for name in ("first", "optional"):
            if not isinstance(item.get(name), bool | None):
                yield place, name, item.get(name), "是 或 否"
        if item.get("optional") is True and item.get("critical") is True:
            yield place, "critical", "是", "选做项不计分，不能是关键项"


def says_nothing(plain: Mapping[str, Any]) -> bool:
    """Whether a file that was read has no place for what items mean: made before there was one."""
    return not any(name in item for item in plain["indicators"] for name in NAMES)


def taken_over(content: Content, before: Content) -> Content:
    """The content with fact and first of the items of `before` that have the same code."""
    return replace(content, items=tuple(_like(item, before.by_code.get(item.code)) for item in content.items))


def unasked(content: Content) -> list[str]:
    """The words of the facts that no item asks about: of them only the party and citizens will speak."""
    return [words for fact, words in FACTS.items() if fact not in content.code_of_fact]


def _like(item: Item, other: Item | None) -> Item:
    return replace(item, fact=other.fact, first=other.first) if other else item
