"""The phone folds what somebody types as the server does."""

import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from spellings import PASTED

from fieldapp.folding import folded
from fieldapp.officers.rules import key_of

FOLD = "async (texts) => texts.map((await import('/static/js/field/records/folding.js')).folded)"
NAMES = ("阿依•古丽", "阿依・古丽", "ＪＤ—００１", "苏a-01 6666", "陈一", "云川市应急管理局（本级）")
KEY = "async (texts) => texts.map((await import('/static/js/field/records/officer-register.js')).keyOf)"
WORDS = (
    "阿依•古丽",
    "阿依・古丽",
    "ＪＤ—００１",
    "云川市应急管理局（本级）",
    "e\u0301",
    "\u3164",
    "张\U000e0101三",
    "①㎡ﬁ",
)


def test_the_phone_and_the_server_fold_alike(blank: Any) -> None:
    texts = [spell(word) for word in WORDS for spell in PASTED.values()]
    assert blank.evaluate(FOLD, texts) == [folded(text) for text in texts]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="ßẞŉ")), max_size=20)
    )
    def fold(texts: list[str]) -> None:
        # full case folding, of the sharp s or of Cherokee, is Python's alone
        wide = [unicodedata.normalize("NFKC", text) for text in texts]
        plain = [text for text, one in zip(texts, wide, strict=True) if one.casefold() == one.lower()]
        assert blank.evaluate(FOLD, plain) == [folded(text) for text in plain]

    fold()


def test_numbers_and_names_of_officers_are_compared_alike(blank: Any) -> None:
    """The register's key is folded further, to letters and digits: by itself on the phone, which spares it a file."""
    texts = [spell(word) for word in NAMES for spell in PASTED.values()]
    assert blank.evaluate(KEY, texts) == [key_of(text) for text in texts]
