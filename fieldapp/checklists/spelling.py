"""A checklist in the words of the spreadsheet: what export writes, and what two versions are compared by."""

from fieldapp.cells import NO, YES
from fieldapp.checklists import sheets
from fieldapp.checklists.content import Content, Item
from fieldapp.checklists.meanings import FACTS


def spelled_item(content: Content, item: Item) -> dict[str, str]:
    """One item as words, by the name of its column."""
    stages = {one.id: one.label for one in content.stages}
    modes = {one.id: one.label for one in content.modes}
    domains = {one.id: one.label for one in content.domains}
    circumstances = {one.id: one.label for one in content.circumstances}
    values: dict[str, str] = {
        "code": item.code,
        "category": item.category,
        "title": item.title,
        "question": item.question,
        "look_for": "\n".join(item.look_for),
        "stage": stages[item.stage],
        "modes": "、".join(modes[one] for one in item.modes),
        "domains": "、".join(domains[one] for one in item.domains) or sheets.ALL,
        "applies_when": circumstances[item.applies_when],
        "weight": str(item.weight),
        "critical": YES if item.critical else NO,
        "basis": "\n".join(basis_lines(item)),
        "photo_hint": item.photo_hint,
        "na_hint": item.na_hint,
        "domain_notes": "\n".join(f"{domains[domain]}：{note}" for domain, note in item.domain_notes),
        "fact": FACTS.get(item.fact, ""),
        "first": YES if item.first else "",
        "optional": YES if item.optional else "",
    }
    return {word: values[name] for name, word in sheets.ITEM_COLUMNS.items()}


def spelled_meta(content: Content) -> dict[str, str | int]:
    """What stands on the sheet 说明, by the word of its row."""
    meta, scoring = content.meta, content.scoring
    caps = {band.id: band.label for band in scoring.bands}
    values: dict[str, str | int] = {
        "title": meta.title,
        "status": sheets.STATUS.get(meta.status, meta.status),
        "version": meta.version,
        "id": meta.id,
        "drafted_on": meta.drafted_on,
        "note": meta.note,
        "total_points": meta.total_points,
        "min_answered_weight": scoring.min_answered_weight,
        "critical_cap": caps.get(scoring.critical_cap, sheets.NO_CAP),
        "critical_rule": scoring.critical_rule,
        "formula": scoring.formula,
        "scoring_note": scoring.note,
    }
    return {word: values[name] for name, word in sheets.META_ROWS.items()}


def basis_lines(item: Item) -> list[str]:
    """The legal bases as a cell holds them: 法|条|核 or 法|条|待核."""
    verified = {True: sheets.VERIFIED, False: sheets.UNVERIFIED}
    return [f"{one.law}|{one.article}|{verified[one.verified]}" for one in item.basis]
