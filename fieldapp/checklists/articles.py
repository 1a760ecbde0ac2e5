"""The law behind a citation: stored texts of articles, what a citation names of them, and what cites a statute.

resolve("行政处罚法（2021修订）", "第42条第1款")  → [Cited("第42条第1款", Article, "行政处罚应当由…")]
citing(content, "行政处罚法")                     → every item that a new 行政处罚法 touches

The records lie in laws/*.yaml, one statute a file: since when it is in force, where its text was read, and each
article that is cited, with its text and the SHA-256 of it where the text is stored.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fieldapp.checklists.content import LOADER, Content, Item

FOLDER = Path(__file__).parent / "laws"
_ARTICLE = re.compile(r"第(\d+)条(?:第(\d+)款)?((?:第\d+项)?(?:、第\d+项)*)")
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Article:
    """One article of a statute, or one numbered part of a document. `paragraphs`: its 款 with their 项 on lines of
    their own; empty when the text is not stored (原文未收录). `sha256`: of the paragraphs joined by line breaks."""

    name: str
    paragraphs: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Law:
    """One edition of a statute. `law`: as checklists cite it; `in_force_from`, `in_force_to`: none where not known.

    `source`: in Chinese, where its text was read and what is still 待核; `archive`: which file that was.
    """

    law: str
    title: str
    in_force_from: date | None
    in_force_to: date | None
    source: str
    archive: str
    articles: Mapping[str, Article]

    def is_in_force(self, day: date) -> bool:
        """Whether it is law on this day; one whose dates are not known is taken to be."""
        return (self.in_force_from or day) <= day <= (self.in_force_to or day)


@dataclass(frozen=True)
class Cited:
    """What a citation names: `name` as cited; `article`: none when no record holds it; `text`: just the 款 and 项 that
    are meant, empty when it is not stored."""

    name: str
    article: Article | None
    text: str


def laws() -> Mapping[str, Law]:
    """Every statute on record by the name under which checklists cite it."""
    return _laws()


def resolve(law: str, article: str) -> list[Cited]:
    """Each article that a citation names, in its order; empty for a citation that names none (待核)."""
    found = _laws().get(law)
    articles = found.articles if found else {}
    if "条" not in article:
        return [_cited(name, articles.get(name), 0, ()) for name in _parts(article)]
    named = []
    for match in _ARTICLE.finditer(article):
        places = tuple(int(number) for number in re.findall(r"\d+", match[3]))
        named.append(_cited(match[0], articles.get(f"第{match[1]}条"), int(match[2] or 0), places))
    return named


def citing(content: Content, name: str) -> list[tuple[Item, str]]:
    """The items that cite a statute, each with what it cites: its bases, and what its notes say of domains.

    `name`: as cited, its title, or either without the edition in brackets.
    """
    return [
        (item, words)
        for item in content.items
        for words in (
            *(f"{one.law} {one.article}{'' if one.verified else '（待核）'}"
              for one in item.basis if is_named(one.law, name)),
            *(note for _, note in item.domain_notes if _short(name) in note),
        )
    ]  # fmt: skip


def is_named(law: str, name: str) -> bool:
    """Whether a law that is cited so is the one of this name, whatever its edition."""
    record = _laws().get(law)
    return name in (law, _short(law), record.title if record else law)


def _short(name: str) -> str:
    return name.partition("（")[0].removeprefix("中华人民共和国")


def _cited(name: str, article: Article | None, paragraph: int, places: tuple[int, ...]) -> Cited:
    if article is None or not article.paragraphs:
        return Cited(name, article, "")
    chosen = article.paragraphs
    if paragraph:
        chosen = chosen[paragraph - 1 : paragraph]
    if places:
        marks = tuple(f"（{_numeral(place)}）" for place in places)
        chosen = tuple(kept for one in chosen if (kept := _only(one, marks)))
    return Cited(name, article, "\n".join(chosen))


def _only(paragraph: str, marks: tuple[str, ...]) -> str:
    head, *lines = paragraph.split("\n")
    meant = [line for line in lines if line.startswith(marks)]
    return "\n".join([head, *meant]) if len(meant) == len(marks) else ""


def _parts(words: str) -> Iterator[str]:
    """The numbered parts of a document: 二（二）（三） is 二（二） and 二（三）; （七）（八） are two of their own."""
    match = re.match(rf"([{_NUMERALS}]+)(（总述）)?", words)
    top = match[1] if match else ""
    below = re.findall(rf"（[{_NUMERALS}]+）", words)
    if match and match[2]:
        yield match[0]
    elif below:
        yield from (top + one for one in below)
    elif top:
        yield top


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens - 1] + "十") + (
        _NUMERALS[ones - 1] if ones else ""
    )


@cache
def _laws() -> Mapping[str, Law]:
    found = (_law(path) for path in sorted(FOLDER.glob("*.yaml")))
    return {one.law: one for one in found}


def _law(path: Path) -> Law:
    raw = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 one of the two safe ones
    articles = (_article(entry) for entry in raw["articles"])
    return Law(
        law=raw["law"],
        title=raw["title"],
        in_force_from=_day(raw["in_force_from"]),
        in_force_to=_day(raw["in_force_to"]),
        source=raw["source"],
        archive=raw.get("archive", ""),
        articles={one.name: one for one in articles},
    )


def _article(raw: Mapping[str, Any]) -> Article:
    return Article(raw["article"], tuple(raw.get("paragraphs") or ()), raw.get("sha256", ""))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
