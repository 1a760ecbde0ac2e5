"""What one version of the checklist says, read once from its JSON into values that never change."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fieldapp.filing.canonical import canonical, parse

DEFAULT_FILE = Path(__file__).parent / "defaults" / "checklist48.yaml"
DEFAULT_ID = "field-2026-1"
# libyaml reads ten times as fast as Python, which is felt at every start; where it was not built in, Python reads.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ALWAYS = "always"  # the circumstance that every enforcement activity meets


@dataclass(frozen=True)
class Basis:
    """One legal basis. `verified` false: 待核, nobody has held the text against the source; never settled law."""

    law: str
    article: str
    verified: bool


@dataclass(frozen=True)
class Choice:
    """One word of a closed list: a mode, a circumstance, an answer. `meaning` explains it, when it needs that."""

    id: str
    label: str
    meaning: str = ""


@dataclass(frozen=True)
class Stage:
    """环节. `order`: its place in the course of a case, from 1."""

    id: str
    label: str
    order: int


@dataclass(frozen=True)
class Domain:
    """重点领域. `assumed`: proposed here, not named by the county."""

    id: str
    label: str
    assumed: bool


@dataclass(frozen=True)
class Item:
    """指标: one question. `domains` empty means all; `weight` in points of the total, 1–100; `critical`: 关键项.

    What the item means is said here, never by its code: `fact` (a key of meanings.FACTS) is what three voices speak of,
    empty for none; `first`: among those that the phone shows first; `optional`: asked only when somebody chooses it,
    weight 0 and outside the counted items and points.
    """

    code: str
    category: str
    title: str
    question: str
    look_for: tuple[str, ...]
    basis: tuple[Basis, ...]
    stage: str
    modes: tuple[str, ...]
    domains: tuple[str, ...]
    applies_when: str
    weight: int
    critical: bool
    na_hint: str = ""
    photo_hint: str = ""
    domain_notes: tuple[tuple[str, str], ...] = ()
    fact: str = ""
    first: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Category:
    """大类. `points` is the sum of the weights of its `count` items."""

    code: str
    label: str
    label_en: str
    count: int
    points: int


@dataclass(frozen=True)
class Band:
    """等次, from `min` (0–100) upwards."""

    id: str
    label: str
    min: int


@dataclass(frozen=True)
class Scoring:
    """计分规则. Below `min_answered_weight` points answered there is no score.

    `critical_cap`: the best band left when a critical item is 否 and was not corrected on the spot; empty: no cap.
    """

    min_answered_weight: int
    bands: tuple[Band, ...]
    critical_cap: str
    critical_rule: str = ""
    formula: str = ""
    note: str = ""


@dataclass(frozen=True)
class Meta:
    """Where the checklist comes from. `status`: draft_assumption until the bureau has approved it, then approved."""

    id: str
    version: str
    title: str
    status: str
    note: str
    drafted_on: str
    total_points: int


@dataclass(frozen=True)
class Content:
    """One whole checklist. Items lie in the order of the sheet, categories in theirs."""

    meta: Meta
    answers: tuple[Choice, ...]
    scoring: Scoring
    stages: tuple[Stage, ...]
    modes: tuple[Choice, ...]
    domains: tuple[Domain, ...]
    circumstances: tuple[Choice, ...]
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    by_code: Mapping[str, Item] = field(init=False, repr=False, compare=False)
    code_of_fact: Mapping[str, str] = field(init=False, repr=False, compare=False)  # fact → code of the item
    circumstance_ids: frozenset[str] = field(init=False, repr=False, compare=False)
    in_scope: dict[tuple[str, str], tuple[Item, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )  # filled by rules.items_for: the same few combinations are asked for by every record

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {item.code: item for item in self.items})
        object.__setattr__(self, "code_of_fact", {item.fact: item.code for item in self.items if item.fact})
        object.__setattr__(self, "circumstance_ids", frozenset(choice.id for choice in self.circumstances))

    def items_of(self, category: str) -> list[Item]:
        """The items of one 大类, in order."""
        return [item for item in self.items if item.category == category]

    @property
    def owed(self) -> list[Item]:
        """The items that are counted and scored: all but the optional ones (选做项)."""
        return [item for item in self.items if not item.optional]

    @property
    def optional(self) -> list[Item]:
        """选做项, in order."""
        return [item for item in self.items if item.optional]

    @property
    def unverified(self) -> list[tuple[Item, Basis]]:
        """Every legal basis that is still 待核, with its item."""
        return [(item, basis) for item in self.items for basis in item.basis if not basis.verified]


@cache
def load_default() -> Content:
    """The checklist that comes with the program: 5 大类, 48 项, 100 分, proposed and to be approved by the bureau."""
    return from_plain(yaml.load(DEFAULT_FILE.read_text(encoding="utf-8"), LOADER))  # noqa: S506 one of the two safe ones


def from_plain(raw: Mapping[str, Any]) -> Content:
    """The content that `raw` spells out: the shape of the default's YAML, already found right by `checking.wrongs`.

    Raises KeyError, TypeError or ValueError for a shape that was not checked.
    """
    meta, scoring = raw["meta"], raw["meta"]["scoring"]
    cap = scoring.get("critical_cap")
    place = {entry["id"]: number for number, entry in enumerate(raw["domains"])}
    return Content(
        meta=Meta(
            id=_text(meta, "id"),
            version=_text(meta, "version"),
            title=_text(meta, "title"),
            status=_text(meta, "status"),
            note=_text(meta, "note"),
            drafted_on=_text(meta, "drafted_on"),
            total_points=int(meta["total_points"]),
        ),
        answers=tuple(_choice(entry) for entry in meta["answers"]),
        scoring=Scoring(
            min_answered_weight=int(scoring["min_answered_weight"]),
            bands=tuple(Band(band["id"], band["label"], int(band["min"])) for band in scoring["bands"]),
            critical_cap="pass" if cap is None else str(cap),
            critical_rule=_text(scoring, "critical_rule"),
            formula=_text(scoring, "formula"),
            note=_text(scoring, "note"),
        ),
        stages=tuple(Stage(entry["id"], entry["label"], int(entry["order"])) for entry in raw["stages"]),
        modes=tuple(_choice(entry) for entry in raw["modes"]),
        domains=tuple(Domain(entry["id"], entry["label"], bool(entry.get("assumed"))) for entry in raw["domains"]),
        circumstances=tuple(_choice(entry) for entry in raw["applies_when"]),
        categories=tuple(
            Category(entry["code"], entry["label"], _text(entry, "label_en"), int(entry["count"]), int(entry["points"]))
            for entry in raw["categories"]
        ),
        items=tuple(_item(entry, place) for entry in raw["indicators"]),
    )


def to_plain(content: Content) -> dict[str, Any]:
    """The shape that `from_plain` reads, so that `from_plain(to_plain(content)) == content`."""
    meta = asdict(content.meta)
    meta["answers"] = [asdict(choice) for choice in content.answers]
    meta["scoring"] = asdict(content.scoring)
    return {
        "meta": meta,
        "stages": [asdict(stage) for stage in content.stages],
        "modes": [asdict(mode) for mode in content.modes],
        "domains": [asdict(domain) for domain in content.domains],
        "applies_when": [asdict(choice) for choice in content.circumstances],
        "categories": [asdict(category) for category in content.categories],
        "indicators": [asdict(item) | {"domain_notes": dict(item.domain_notes)} for item in content.items],
    }


def dump(content: Content) -> str:
    """The content as canonical JSON (RFC 8785): what is stored, and what its digest is taken over."""
    return canonical(to_plain(content)).decode()


def load(text: str) -> Content:
    """The content that `dump` wrote.

    A version stored before items said what they mean gets it from the default checklist: for items that are the
    default's by code and title. What is stored stays as it is.
    """
    raw = parse(text)
    content = from_plain(raw)
    return content if any("fact" in entry for entry in raw["indicators"]) else _meant_as_in_the_default(content)


def _meant_as_in_the_default(content: Content) -> Content:
    known = {(item.code, item.title): item for item in load_default().items}
    pairs = [(item, known.get((item.code, item.title))) for item in content.items]
    return replace(
        content, items=tuple(replace(one, fact=like.fact, first=like.first) if like else one for one, like in pairs)
    )


def _item(raw: Mapping[str, Any], place: Mapping[str, int]) -> Item:
    domains = raw.get("domains") or ()
    return Item(
        code=raw["code"],
        category=raw["category"],
        title=raw["title"],
        question=raw["question"],
        look_for=tuple(raw["look_for"]),
        basis=tuple(Basis(entry["law"], entry["article"], bool(entry["verified"])) for entry in raw["basis"]),
        stage=raw["stage"],
        modes=tuple(raw["modes"]),
        domains=() if domains == "all" else tuple(domains),
        applies_when=raw.get("applies_when") or ALWAYS,
        weight=int(raw["weight"]),
        critical=bool(raw["critical"]),
        na_hint=_text(raw, "na_hint"),
        photo_hint=_text(raw, "photo_hint"),
        # canonical JSON sorts keys: the order of the notes is that of the domains, whatever file they came from
        domain_notes=tuple(sorted((raw.get("domain_notes") or {}).items(), key=lambda note: place[note[0]])),
        fact=_text(raw, "fact"),
        first=bool(raw.get("first")),
        optional=bool(raw.get("optional")),
    )


def _choice(raw: Mapping[str, Any]) -> Choice:
    return Choice(raw["id"], raw["label"], _text(raw, "meaning"))


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return "" if value is None else str(value)
