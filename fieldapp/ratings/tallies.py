"""Counting ratings: how many of each level, with and without the suspects. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fieldapp.ratings.rules import FACTS, LEVELS

LEAST_FOR_A_SHARE = 10  # 样本 <10 不公布比率. Source: domain.md 4.1
GOOD_FROM = 3  # 好评率 =(前三级)÷ 有效评价数. Source: domain.md 4.1


@dataclass(frozen=True)
class Group:
    """Ratings that agree in everything that is counted. `is_counted`: neither suspect nor 误评."""

    count: int
    level: int
    kind: str
    is_counted: bool


@dataclass(frozen=True)
class Tally:
    """How ratings fell. `by_level`: 5 … 1, every level present; `slips`, `posters`: surer and less sure."""

    by_level: Mapping[int, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    slips: int = 0
    posters: int = 0

    @property
    def count(self) -> int:
        return sum(self.by_level.values())

    @property
    def bad(self) -> int:
        return sum(count for level, count in self.by_level.items() if level < GOOD_FROM)

    @property
    def good_share(self) -> float | None:
        """好评率, 0–1; None when nothing was rated."""
        return (self.count - self.bad) / self.count if self.count else None

    @property
    def mean(self) -> float | None:
        """The mean level, 1–5; None when nothing was rated."""
        return sum(level * count for level, count in self.by_level.items()) / self.count if self.count else None


@dataclass(frozen=True)
class Totals:
    """Both totals, always shown together: `everything`, and `counted` without suspects and 误评.

    `facts`: for each key of FACTS, answers yes, no, unclear among the counted. `suspect_reasons`: how many carry which.
    """

    everything: Tally
    counted: Tally
    facts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    suspect_reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        return self.everything.count - self.counted.count


def tally(groups: Iterable[Group]) -> Tally:
    """The sum of groups."""
    by_level = dict.fromkeys(LEVELS, 0)
    by_kind = {"slip": 0, "poster": 0}
    for group in groups:
        by_level[group.level] += group.count
        by_kind[group.kind] += group.count
    return Tally(by_level, by_kind["slip"], by_kind["poster"])


def no_answers() -> dict[str, dict[str, int]]:
    """A count of nothing for each fact."""
    return {fact: {"yes": 0, "no": 0, "unclear": 0} for fact in FACTS}
