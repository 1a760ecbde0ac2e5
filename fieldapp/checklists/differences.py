"""What a proposed checklist would change, in the words of the spreadsheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from fieldapp.checklists import sheets
from fieldapp.checklists.content import Content, Item
from fieldapp.checklists.spelling import spelled_item, spelled_meta


@dataclass(frozen=True)
class FieldChange:
    """One field, as it reads in the old and in the new version; lines apart by line breaks."""

    name: str
    old: str
    new: str

    @property
    def is_short(self) -> bool:
        """Whether both fit beside each other on one line."""
        return len(self.old) + len(self.new) <= 24 and "\n" not in self.old + self.new

    @property
    def lines(self) -> list[tuple[Literal["same", "old", "new"], str]]:
        """Both versions line by line, in reading order: what stayed, what went, what came."""
        old, new = self.old.splitlines(), self.new.splitlines()
        lines: list[tuple[Literal["same", "old", "new"], str]] = []
        for step, old_from, old_to, new_from, new_to in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
            if step == "equal":
                lines.extend(("same", line) for line in old[old_from:old_to])
            else:
                lines.extend(("old", line) for line in old[old_from:old_to])
                lines.extend(("new", line) for line in new[new_from:new_to])
        return lines


@dataclass(frozen=True)
class ItemChange:
    """One item that both versions have."""

    code: str
    title: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Differences:
    """`general`: what is not a single item: title, points, scoring, lists of words, order."""

    general: tuple[FieldChange, ...]
    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[ItemChange, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.general or self.added or self.removed or self.changed)


def compare(old: Content, new: Content) -> Differences:
    """Everything in which `new` differs from `old`; empty exactly when the two are equal."""
    changed = []
    for item in new.items:
        before = old.by_code.get(item.code)
        if before is not None:
            fields = _changes(spelled_item(old, before), spelled_item(new, item))
            if fields:
                changed.append(ItemChange(item.code, item.title, fields))
    return Differences(
        general=(*_changes(_spelled_rest(old), _spelled_rest(new)), *_order(old, new)),
        added=tuple(item for item in new.items if item.code not in old.by_code),
        removed=tuple(item for item in old.items if item.code not in new.by_code),
        changed=tuple(changed),
    )


def _spelled_rest(content: Content) -> dict[str, str]:
    scoring = content.scoring
    spelled = {word: str(value) for word, value in spelled_meta(content).items()}
    spelled[sheets.CATEGORIES] = _lines(
        (one.code, one.label, one.label_en, f"{one.count} 项", f"{one.points} 分") for one in content.categories
    )
    spelled["环节"] = _lines((str(one.order), one.label, one.id) for one in content.stages)
    spelled["方式"] = _lines((one.label, one.id, one.meaning) for one in content.modes)
    spelled["领域"] = _lines((one.label, one.id, sheets.ASSUMED if one.assumed else "") for one in content.domains)
    spelled["适用情形"] = _lines((one.label, one.id, one.meaning) for one in content.circumstances)
    spelled["答案"] = _lines((one.label, one.id, one.meaning) for one in content.answers)
    spelled["等次"] = _lines((one.label, one.id, f"{one.min} 分起") for one in scoring.bands)
    return spelled


def _order(old: Content, new: Content) -> list[FieldChange]:
    before = [item.code for item in old.items if item.code in new.by_code]
    after = [item.code for item in new.items if item.code in old.by_code]
    return [] if before == after else [FieldChange("指标顺序", " ".join(before), " ".join(after))]


def _changes(old: dict[str, str], new: dict[str, str]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, old[name], new[name]) for name in new if old[name] != new[name])


def _lines(rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(" · ".join(cell for cell in row if cell) for row in rows)
