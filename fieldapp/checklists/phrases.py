"""常用语: sentences that a supervisor taps instead of typing at a 否, with slots to fill by tapping."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from fieldapp.checklists import shipped
from fieldapp.checklists.content import LOADER, Item

FILE = Path(__file__).parent / "defaults" / "phrases.yaml"
_TIME = re.compile(r"\{time\}，?")
_SLOT = re.compile(r"\{([^{}]+)\}")
_UNSAID = {"who": "", "party": "当事人"}  # who it was is not said where nobody chooses


def sentences_for(item: Item) -> list[str]:
    """Sentences with slots that describe a 否 at this item; none for one that is not known here: typing still works.

    A slot is `{time}`, `{who}`, `{who=words}`, `{party}` or `{first|second|…}`: docs/sync.md, "Phrases".
    Known by what it asks (its title, its question, or the fact it stands for), never by its code: another list may ask
    something else under the same one.
    """
    known = _known()
    keys = (("title", item.title), ("question", item.question), ("fact", item.fact))
    return list(next((known[key] for key in keys if key in known), ()))


def phrases_for(item: Item) -> list[str]:
    """The same sentences, in the same order, for who cannot fill slots: as they read where nobody chooses."""
    return [_SLOT.sub(_unfilled, _TIME.sub("", sentence)) for sentence in sentences_for(item)]


def _unfilled(slot: re.Match[str]) -> str:
    name = slot[1]
    return _UNSAID[name] if name in _UNSAID else name.removeprefix("who=").split("|")[0]


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
