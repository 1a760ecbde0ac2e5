"""The reasons that a citizen may tick, by level: versioned data, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CURRENT = "reasons-2026-2"
_FOLDER = Path(__file__).with_name("reasons")


@dataclass(frozen=True)
class Reason:
    """One reason. `id` stays the same over versions."""

    id: str
    words: str


@dataclass(frozen=True)
class Reasons:
    """One version. `by_level`: 5 … 1."""

    version: str
    by_level: dict[int, tuple[Reason, ...]]

    def words_of(self, reason_ids: list[str]) -> list[str]:
        """The Chinese words for ids; an id that this version does not know stands for itself."""
        known = {reason.id: reason.words for reasons in self.by_level.values() for reason in reasons}
        return [known.get(reason_id, reason_id) for reason_id in reason_ids]


def current() -> Reasons:
    """The version that the page asks with now."""
    return reasons_of(CURRENT)


def reasons_of(version: str) -> Reasons:
    """One version by its name; the current one when its file is no longer here."""
    return _all().get(version) or _all()[CURRENT]


@cache
def _all() -> dict[str, Reasons]:
    return {found.version: found for found in map(_read, sorted(_FOLDER.glob("*.yaml")))}


def _read(path: Path) -> Reasons:
    content = yaml.safe_load(path.read_text())
    by_level = {
        int(level): tuple(Reason(one["id"], str(one["words"])) for one in listed)
        for level, listed in content["levels"].items()
    }
    return Reasons(content["version"], by_level)
