"""Whether a checklist somebody wrote can be used: every mistake at once, by its place, before anything is stored.

Works on the plain shape (that of the default's YAML): a spreadsheet and a YAML file are judged by the same rules.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fieldapp.checklists.content import ALWAYS
from fieldapp.checklists.faults import (
    TEXT_LIMIT,
    Wrong,
    identifiers,
    is_list_of_mappings,
    is_texts,
    is_whole,
    shown_value,
    texts,
    twice,
)
from fieldapp.checklists.meanings import faults as meaning_faults
from fieldapp.checklists.rules import ANSWERS

TITLE_LIMIT, LINES_LIMIT, ITEMS_LIMIT = 120, 20, 300
_ITEM_CODE = re.compile(r"[A-Z]\d{2}")
_SEPARATORS = re.compile(r"[、,\uff0c;\uff1b/|\uff5c:\uff1a\s]")  # also full-width , ; | :
SECTIONS = {"stages": "环节", "modes": "方式", "domains": "领域", "applies_when": "适用情形"}


def wrongs(raw: Mapping[str, Any]) -> list[Wrong]:
    """Every mistake in `raw`; empty when `content.from_plain` will take it."""
    lists = ("stages", "modes", "domains", "applies_when", "categories", "indicators")
    missing = [
        Wrong(name, None, "", "", "不能没有这一部分，且至少一行")
        for name in lists
        if not is_list_of_mappings(raw.get(name))
    ]
    if not isinstance(raw.get("meta"), Mapping):
        missing.append(Wrong("meta", None, "", "", "不能没有这一部分"))
    if missing:
        return missing
    of_items = list(_item_wrongs(raw))
    found = [*_meta_wrongs(raw["meta"]), *_choice_wrongs(raw), *_category_wrongs(raw), *of_items]
    if not any(wrong.name in ("code", "category", "weight") for wrong in of_items):
        found.extend(_sums(raw))  # before, a wrong sum would only be the shadow of one of these
    return found


def _meta_wrongs(meta: Mapping[str, Any]) -> Iterator[Wrong]:
    yield from texts(
        meta,
        "meta",
        None,
        {"title": (1, TITLE_LIMIT), "id": (0, 60), "version": (0, 40), "note": (0, TEXT_LIMIT), "drafted_on": (0, 40)},
    )
    if meta.get("status") not in ("draft_assumption", "approved"):
        yield Wrong("meta", None, "status", shown_value(meta.get("status")), "待审定 或 已审定")
    if not is_whole(meta.get("total_points"), 1, 10_000):
        yield Wrong("meta", None, "total_points", shown_value(meta.get("total_points")), "1–10000 的整数")
    scoring = meta.get("scoring")
    if not isinstance(scoring, Mapping):
        yield Wrong("meta", None, "scoring", shown_value(scoring), "计分规则")
        return
    if not is_whole(scoring.get("min_answered_weight"), 0, 10_000):
        yield Wrong(
            "meta", None, "min_answered_weight", shown_value(scoring.get("min_answered_weight")), "0–10000 的整数"
        )
    for wrong in texts(scoring, "meta", None, dict.fromkeys(("critical_rule", "formula", "note"), (0, TEXT_LIMIT))):
        yield replace(wrong, name="scoring_note") if wrong.name == "note" else wrong
    yield from _band_wrongs(scoring)
    answers = meta.get("answers")
    if not is_list_of_mappings(answers) or sorted(str(entry.get("id")) for entry in answers) != sorted(ANSWERS):
        yield Wrong("answers", None, "id", "", "恰好四种答案：yes、no、na、not_observed")
    else:
        for place, entry in enumerate(answers):
            yield from texts(entry, "answers", place, {"label": (1, 20), "meaning": (0, TEXT_LIMIT)})


def _band_wrongs(scoring: Mapping[str, Any]) -> Iterator[Wrong]:
    bands = scoring.get("bands")
    if not is_list_of_mappings(bands):
        yield Wrong("bands", None, "", "", "至少一个等次")
        return
    for place, band in enumerate(bands):
        yield from texts(band, "bands", place, {"label": (1, 20)})
        if not is_whole(band.get("min"), 0, 100):
            yield Wrong("bands", place, "min", shown_value(band.get("min")), "0–100 的整数")
    yield from identifiers(bands, "bands")
    if not any(band.get("min") == 0 for band in bands):
        yield Wrong("bands", None, "min", "", "最低一档的最低分为 0")
    cap = scoring.get("critical_cap")
    ids = [band.get("id") for band in bands]
    if cap not in (None, "", *ids):
        yield Wrong("meta", None, "critical_cap", shown_value(cap), "一个等次的名称，或留空（不封顶）")


def _choice_wrongs(raw: Mapping[str, Any]) -> Iterator[Wrong]:
    for section in SECTIONS:
        entries = raw[section]
        yield from identifiers(entries, section)
        for place, entry in enumerate(entries):
            yield from texts(entry, section, place, {"label": (1, 40), "meaning": (0, TEXT_LIMIT)})
            if section in ("modes", "domains") and _SEPARATORS.search(str(entry.get("label") or "").strip()):
                yield Wrong(
                    section, place, "label", shown_value(entry.get("label")), "名称中不能有顿号、逗号、冒号或空格"
                )
            if section == "stages" and not is_whole(entry.get("order"), 1, 99):
                yield Wrong(section, place, "order", shown_value(entry.get("order")), "1–99 的整数")
        yield from twice(section, "label", [entry.get("label") for entry in entries])
    if ALWAYS not in [entry.get("id") for entry in raw["applies_when"]]:
        yield Wrong("applies_when", None, "id", "", f"其中一项的标识为 {ALWAYS}（所有执法活动）")


def _category_wrongs(raw: Mapping[str, Any]) -> Iterator[Wrong]:
    for place, entry in enumerate(raw["categories"]):
        if not re.fullmatch(r"[A-Z]", str(entry.get("code"))):
            yield Wrong("categories", place, "code", shown_value(entry.get("code")), "一个大写字母，如 A")
        yield from texts(entry, "categories", place, {"label": (1, 40), "label_en": (0, 60)})
    yield from twice("categories", "code", [entry.get("code") for entry in raw["categories"]])


def _item_wrongs(raw: Mapping[str, Any]) -> Iterator[Wrong]:
    items = raw["indicators"]
    if len(items) > ITEMS_LIMIT:
        yield Wrong("indicators", None, "code", str(len(items)), f"最多 {ITEMS_LIMIT} 项")
    known = {section: [entry.get("id") for entry in raw[section]] for section in SECTIONS}
    words = {section: "、".join(str(entry.get("label")) for entry in raw[section]) for section in SECTIONS}
    categories = [entry.get("code") for entry in raw["categories"]]
    for place, item in enumerate(items):

        def say(name: str, expected: str, value: object = None, *, place: int = place, item: Any = item) -> Wrong:
            return Wrong("indicators", place, name, shown_value(item.get(name) if value is None else value), expected)

        code, category = str(item.get("code")), item.get("category")
        if not _ITEM_CODE.fullmatch(code):
            yield say("code", "大类字母加两位数字，如 B01")
        elif category in categories and not code.startswith(str(category)):
            yield say("code", f"以所属大类 {category} 开头")
        if category not in categories:
            yield say("category", "“大类”表中的代码：" + "、".join(sorted(str(one) for one in categories)))
        yield from texts(
            item,
            "indicators",
            place,
            {"title": (1, 30), "question": (1, 300), "na_hint": (0, TEXT_LIMIT), "photo_hint": (0, TEXT_LIMIT)},
        )
        if item.get("stage") not in known["stages"]:
            yield say("stage", "以下之一：" + words["stages"])
        if (item.get("applies_when") or ALWAYS) not in known["applies_when"]:
            yield say("applies_when", "以下之一：" + words["applies_when"])
        if not (item.get("weight") == 0 if _is_optional(item) else is_whole(item.get("weight"), 1, 100)):
            yield say("weight", "选做项不计分，分值为 0" if _is_optional(item) else "1–100 的整数")
        if not isinstance(item.get("critical"), bool):
            yield say("critical", "是 或 否")
        yield from _subset(item, "modes", known["modes"], words["modes"], say, may_be_empty=False)
        if item.get("domains") != "all":
            yield from _subset(item, "domains", known["domains"], words["domains"], say, may_be_empty=True)
        yield from _line_wrongs(item, known["domains"], words["domains"], say)
    yield from twice("indicators", "code", [item.get("code") for item in items])
    for place, name, value, expected in meaning_faults(items):
        yield Wrong("indicators", place, name, shown_value(value), expected)


def _line_wrongs(
    item: Mapping[str, Any], domains: Sequence[Any], words: str, say: Callable[..., Wrong]
) -> Iterator[Wrong]:
    lines = item.get("look_for")
    if not is_texts(lines) or not 1 <= len(lines) <= LINES_LIMIT or any("\n" in line for line in lines):
        yield say("look_for", f"1–{LINES_LIMIT} 条检查要点，每条一行，不超过 {TEXT_LIMIT} 字")
    basis = item.get("basis")
    if not isinstance(basis, Sequence) or isinstance(basis, str) or not 1 <= len(basis) <= LINES_LIMIT:
        yield say("basis", f"1–{LINES_LIMIT} 条法律依据，每条一行：法|条|核 或 待核")
    else:
        for one in basis:
            if not (
                isinstance(one, Mapping)
                and is_texts([one.get("law"), one.get("article")])
                and isinstance(one.get("verified"), bool)
                and not re.search(r"[\n|\uff5c]", f"{one.get('law')}{one.get('article')}")
            ):
                shown = (
                    one.get("line") or "|".join(str(part) for part in one.values()) if isinstance(one, Mapping) else one
                )
                yield say("basis", "每条一行：法|条|核 或 待核", shown)
    notes = item.get("domain_notes")
    if notes is None:
        return
    if not isinstance(notes, Mapping):
        yield say("domain_notes", "每行一条：领域：文字")
        return
    for domain, note in notes.items():
        if domain not in domains:
            yield say("domain_notes", f"每行一条“领域：文字”，每个领域一次，领域为：{words}", domain)
        elif not is_texts([note]) or "\n" in note:
            yield say("domain_notes", f"领域后的文字为一行，不空，不超过 {TEXT_LIMIT} 字", note)


def _sums(raw: Mapping[str, Any]) -> Iterator[Wrong]:
    owed = [item for item in raw["indicators"] if not _is_optional(item)]
    items = [item for item in owed if is_whole(item.get("weight"), 1, 100)]
    for place, category in enumerate(raw["categories"]):
        own = [item["weight"] for item in items if item.get("category") == category.get("code")]
        if not own:
            expected = "至少有一项指标属于这一大类（选做项不算）"
            yield Wrong("categories", place, "count", shown_value(category.get("count")), expected)
            continue
        if category.get("count") != len(own):
            yield Wrong(
                "categories",
                place,
                "count",
                shown_value(category.get("count")),
                f"{len(own)}（“指标”表中属于这一大类的项数）",
            )
        if category.get("points") != sum(own):
            yield Wrong(
                "categories",
                place,
                "points",
                shown_value(category.get("points")),
                f"{sum(own)}（“指标”表中这一大类的分值合计）",
            )
    total, stated = sum(item["weight"] for item in items), raw["meta"].get("total_points")
    if len(items) == len(owed) and is_whole(stated, 1, 10_000) and total != stated:
        yield Wrong("meta", None, "total_points", str(stated), f"与“指标”表的分值合计一致，现合计 {total}")


def _is_optional(item: Mapping[str, Any]) -> bool:
    return item.get("optional") is True


def _subset(
    item: Mapping[str, Any],
    name: str,
    known: Sequence[Any],
    words: str,
    say: Callable[..., Wrong],
    *,
    may_be_empty: bool,
) -> Iterator[Wrong]:
    chosen = item.get(name)
    if chosen is None and may_be_empty:
        return
    if not isinstance(chosen, Sequence) or isinstance(chosen, str) or (not chosen and not may_be_empty):
        yield say(name, "以下之一或几个，用顿号隔开：" + words)
        return
    for one in chosen:
        if not isinstance(one, str) or one not in known:
            yield say(name, "以下之一或几个，用顿号隔开：" + words, one)
    if len({str(one) for one in chosen}) < len(chosen):
        yield say(name, "每个只写一次", "、".join(str(one) for one in chosen))
