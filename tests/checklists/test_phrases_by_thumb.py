"""How many taps a 否 takes: the slots of every sentence walked as data, as parts/sentences.js offers them."""

import re
from statistics import median

from fieldapp.checklists import shipped
from fieldapp.checklists.content import Item, load_default
from fieldapp.checklists.phrases import phrases_for, sentences_for

SLOT = re.compile(r"\{([^{}]+)\}")
ANSWER, PHRASE, OPEN_SLOT, CHOOSE = 1, 1, 1, 1
STEPS_OF_TIME = 2  # ten minutes earlier, and one
PLAIN = re.compile(r"[{}|=]")


def _owed() -> list[Item]:
    return [item for item in load_default().items if not item.optional]


def _taps(sentence: str) -> int:
    """Of a 否 with this sentence when every slot has to be chosen."""
    slots = SLOT.findall(sentence)
    return ANSWER + PHRASE + sum(OPEN_SLOT + (STEPS_OF_TIME if slot == "time" else CHOOSE) for slot in slots)


def _needs_keyboard(sentence: str) -> bool:
    """A slot for which nothing can be chosen."""
    slots = SLOT.findall(sentence)
    offered = ("time", "who", "party")
    return any(slot.split("=")[0] not in offered and len(set(slot.split("|"))) < 2 for slot in slots)


def test_a_no_takes_eight_taps_and_no_keyboard() -> None:
    sentences = [sentence for item in _owed() for sentence in sentences_for(item)]

    assert len(sentences) == 144
    assert median(map(_taps, sentences)) <= 8
    assert sum(map(_needs_keyboard, sentences)) <= 0.2 * len(sentences)
    assert sum(bool(SLOT.search(sentence)) for sentence in sentences) > 100
    on_site = [s for item in _owed() if item.modes == ("on_site",) for s in sentences_for(item)]
    assert sum("{time}" in sentence for sentence in on_site) > len(on_site) / 2


def test_who_cannot_fill_slots_reads_each_sentence_whole() -> None:
    for name in shipped.LISTS:
        for item in shipped.load(name).items:
            phrases, sentences = phrases_for(item), sentences_for(item)
            assert len(phrases) == len(sentences)
            for phrase, sentence in zip(phrases, sentences, strict=True):
                assert not PLAIN.search(phrase), phrase
                assert not PLAIN.search(SLOT.sub("", sentence)), sentence
