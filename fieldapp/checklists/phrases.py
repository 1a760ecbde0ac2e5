"""常用语: sentences that a supervisor taps instead of typing when an item is answered 否."""

from functools import lru_cache
from pathlib import Path

import yaml

from fieldapp.checklists import shipped
from fieldapp.checklists.content import LOADER, Item

FILE = Path(__file__).parent / "defaults" / "phrases.yaml"


def phrases_for(item: Item) -> list[str]:
    """Sentences that describe a 否 at this item; none for one that is not known here: typing still works.

    Known by what it asks (its title, its question, or the fact it stands for), never by its code: another list may ask
    something else under the same one.
    """
    known = _known()
    keys = (("title", item.title), ("question", item.question), ("fact", item.fact))
    return list(next((known[key] for key in keys if key in known), ()))


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], list[str]]:
    sentences = yaml.load(FILE.read_text(encoding="utf-8"), LOADER)  # noqa: S506 one of the two safe ones
    found: dict[tuple[str, str], list[str]] = {}
    for name in shipped.LISTS:
        for item in shipped.load(name).items:
            own = sentences[name].get(item.code)
            if own:
                found |= {("title", item.title): own, ("question", item.question): own}
                found |= {("fact", item.fact): own} if item.fact else {}
    return found
