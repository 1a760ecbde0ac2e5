"""常用语: sentences that a supervisor taps instead of typing when an item is answered 否."""

from functools import lru_cache
from pathlib import Path

import yaml

from fieldapp.checklists.content import LOADER

FILE = Path(__file__).parent / "defaults" / "phrases.yaml"


def phrases_for(code: str) -> list[str]:
    """Sentences that describe a 否 at the item `code`; none for an item that is not known here: typing still works."""
    return list(_all().get(code, ()))


@lru_cache(maxsize=1)
def _all() -> dict[str, list[str]]:
    return dict(yaml.load(FILE.read_text(encoding="utf-8"), LOADER))  # noqa: S506 one of the two safe ones
