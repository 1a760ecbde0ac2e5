"""Which items apply, whether a record answers them, and what it scores. Pure; asked at every filing, so quick."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fieldapp.checklists.content import ALWAYS, Band, Content, Item
from fieldapp.errors import Fault as Gap

ANSWERS = frozenset({"yes", "no", "na", "not_observed"})
NOTE_LIMIT_CHARACTERS = 20_000

Answer = Mapping[str, object]


@dataclass(frozen=True)
class Score:
    """What one record scores. `score` 0–100 with two decimals, and `band`: none when too little was answered.

    `capped`: the band is lower than the score alone would give, because of `critical_noes` (codes).
    """

    score: Decimal | None
    band: Band | None
    capped: bool
    yes_weight: int
    answered_weight: int
    critical_noes: tuple[str, ...]


def items_for(content: Content, mode: str, domain: str) -> tuple[Item, ...]:
    """The items asked in a visit of this mode and domain, in the order of the sheet; 选做项 are asked of nobody."""
    scope = (mode, domain)
    found = content.in_scope.get(scope)
    if found is None:
        found = tuple(
            item for item in content.owed if mode in item.modes and (not item.domains or domain in item.domains)
        )
        if len(content.in_scope) < 500:  # a phone may name any domain: what strangers send must not fill the memory
            content.in_scope[scope] = found
    return found


def items_matching(content: Content, mode: str, domain: str) -> tuple[Item, ...]:
    """The items of a mode and a domain for somebody who looks through the sheet; an empty word means any."""
    return tuple(
        item
        for item in content.items
        if (not mode or mode in item.modes) and (not domain or not item.domains or domain in item.domains)
    )


def applies(item: Item, circumstances: Iterable[str]) -> bool:
    """Whether the item can arise at all in these circumstances (`applies_when` ids)."""
    return item.applies_when == ALWAYS or item.applies_when in circumstances


def gaps(content: Content, *, mode: str, domain: str, circumstances: object, answers: object) -> list[Gap]:
    """What keeps a submitted record from being complete; empty when nothing does.

    Every item of the mode and domain is answered; 否 has a note, evidence, or the reason why there is none; 不适用 has
    a reason in its note. 选做项 are owed by nobody; one that is answered is answered like any other. An item of another
    mode or domain may be answered too (a group that goes along also leafs through the ledger); an item that the
    checklist does not know may not. Pointers (RFC 6901) start at the root of the record.
    """
    found = _circumstance_gaps(content, circumstances)
    if not isinstance(answers, Mapping):
        return [*found, Gap("/answers", "应为对象：指标代码对应逐项结果")]
    asked = items_for(content, mode, domain)
    for item in asked:
        answer = answers.get(item.code)
        if answer is None:
            found.append(Gap(f"/answers/{item.code}", f"{item.code} {item.title}：还没有作答"))
        else:
            found.extend(_answer_gaps(item, answer))
    if len(answers) + len(found) > len(asked):  # only then can there be an answer that nobody asked for
        codes = {item.code for item in asked}
        for code, answer in answers.items():
            if code not in codes:
                found.extend(_unasked_gaps(content, code, answer))
    return found


def draft_gaps(content: Content, *, circumstances: object, answers: object) -> list[Gap]:
    """What is wrong with a draft: unknown items and wrong types only. What is still missing is not wrong."""
    found = _circumstance_gaps(content, circumstances)
    if not isinstance(answers, Mapping):
        return [*found, Gap("/answers", "应为对象：指标代码对应逐项结果")]
    for code, answer in answers.items():
        found.extend(_unasked_gaps(content, code, answer, value_may_be_missing=True))
    return found


def score(content: Content, answers: Mapping[str, Answer]) -> Score:
    """The score of one record: 100 × weight answered 是 ÷ weight answered 是 or 否.

    不适用 and 未观察到 stay out of the denominator; with less than `min_answered_weight` points answered there is a
    record but no score. A critical item answered 否 and not corrected on the spot caps the band.
    Source: 《广东省行政执法案卷评查办法》第16条 (bands); the threshold and the cap are proposals, set in the checklist.
    """
    yes = answered = 0
    for code, answer in answers.items():
        item = content.by_code.get(code)
        if item is None:
            continue
        if answer.get("value") == "yes":
            yes += item.weight
            answered += item.weight
        elif answer.get("value") == "no":
            answered += item.weight
    noes = critical_noes(content, answers)
    rules = content.scoring
    if answered == 0 or answered < rules.min_answered_weight:
        return Score(None, None, False, yes, answered, noes)
    bands = sorted(rules.bands, key=lambda band: band.min, reverse=True)
    reached = next(band for band in bands if yes * 100 >= band.min * answered)
    cap = next((band for band in bands if band.id == rules.critical_cap), None)
    capped = bool(noes) and cap is not None and reached.min > cap.min
    points = (Decimal(100 * yes) / Decimal(answered)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Score(points, cap if capped else reached, capped, yes, answered, noes)


def critical_noes(content: Content, answers: Mapping[str, Answer], *, uncorrected_only: bool = True) -> tuple[str, ...]:
    """Codes of the critical items answered 否, in the order of the sheet; by default without those 当场纠正."""
    return tuple(
        item.code
        for item in content.items
        if item.critical
        and (answer := answers.get(item.code)) is not None
        and answer.get("value") == "no"
        and not (uncorrected_only and answer.get("corrected_on_spot"))
    )


def _answer_gaps(item: Item, answer: object) -> list[Gap]:
    code = item.code
    if not isinstance(answer, Mapping):
        return [Gap(f"/answers/{code}", "应为对象")]
    found = _type_gaps(code, answer, value_may_be_missing=False)
    if found:
        return found
    value = answer.get("value")
    if value == "no" and not (
        _says_something(answer, "note") or answer.get("evidence") or _says_something(answer, "no_evidence_reason")
    ):
        return [Gap(f"/answers/{code}/note", f"{code} {item.title}：选“否”须写事实、附证据，或说明为何没有证据")]
    if value == "na" and not _says_something(answer, "note"):
        return [Gap(f"/answers/{code}/note", f"{code} {item.title}：选“不适用”须写理由")]
    return []


def _type_gaps(code: str, answer: Answer, *, value_may_be_missing: bool) -> list[Gap]:
    found = []
    value = answer.get("value")
    if not (isinstance(value, str) and value in ANSWERS) and not (value is None and value_may_be_missing):
        found.append(Gap(f"/answers/{code}/value", "应为 yes、no、na、not_observed 之一"))
    for name in ("note", "no_evidence_reason"):
        text = answer.get(name)
        if text is not None and not isinstance(text, str):
            found.append(Gap(f"/answers/{code}/{name}", "应为文字"))
        elif text is not None and len(text) > NOTE_LIMIT_CHARACTERS:
            found.append(Gap(f"/answers/{code}/{name}", f"最多 {NOTE_LIMIT_CHARACTERS} 字，现有 {len(text)} 字"))
    for name in ("corrected_on_spot", "bulk"):
        if not isinstance(answer.get(name, False), bool | None):
            found.append(Gap(f"/answers/{code}/{name}", "应为 true 或 false"))
    at_ms = answer.get("at_ms")
    if at_ms is not None and (isinstance(at_ms, bool) or not isinstance(at_ms, int) or at_ms < 0):
        found.append(Gap(f"/answers/{code}/at_ms", "应为不小于 0 的整数毫秒"))
    evidence = answer.get("evidence")
    if evidence is not None and not (isinstance(evidence, list) and all(isinstance(one, str) for one in evidence)):
        found.append(Gap(f"/answers/{code}/evidence", "应为证据编号的列表"))
    return found


def _circumstance_gaps(content: Content, circumstances: object) -> list[Gap]:
    if circumstances is None:
        return []
    if not isinstance(circumstances, list | tuple | set | frozenset):
        return [Gap("/circumstances", "应为适用情形的列表")]
    return [
        Gap(f"/circumstances/{place}", "清单中没有这一适用情形")
        for place, one in enumerate(circumstances)
        if not isinstance(one, str) or one not in content.circumstance_ids
    ]


def _unasked_gaps(content: Content, code: object, answer: object, *, value_may_be_missing: bool = False) -> list[Gap]:
    """What is wrong with an answer that is not owed: an item that nobody knows, wrong types."""
    if not isinstance(code, str) or code not in content.by_code:
        return [Gap(_pointer(code), "清单中没有这一指标")]
    if not isinstance(answer, Mapping):
        return [Gap(_pointer(code), "应为对象")]
    item = content.by_code[code]
    if item.optional and not value_may_be_missing:  # chosen and given up again: as if it had not been chosen
        given_up = answer.get("value") is None
        return _type_gaps(code, answer, value_may_be_missing=True) if given_up else _answer_gaps(item, answer)
    return _type_gaps(code, answer, value_may_be_missing=value_may_be_missing)


def _pointer(code: object) -> str:
    return "/answers/" + str(code).replace("~", "~0").replace("/", "~1")


def _says_something(answer: Answer, name: str) -> bool:
    text = answer.get(name)
    return isinstance(text, str) and bool(text.strip())
