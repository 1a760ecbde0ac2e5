"""What somebody types into a box for searching, as conditions: every word of it, however its letters were typed."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_

from fieldapp.folding import as_meant

_MOST_WORDS = 8
_BETWEEN = re.compile(r"[\s·•‧∙⋅・･᛫]+")  # a middle dot stands in names in many forms
_FULL_WIDTH = str.maketrans("(),:;", "（），：；")


def every_word(typed: str, holds: Callable[[str], ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """One condition for each word, so that 局 and 地点 may be typed in any order; none for nothing but blanks.

    `holds` says where one word is looked for, by `in_any`.
    """
    return [holds(word) for word in _BETWEEN.split(as_meant(typed)) if word][:_MOST_WORDS]


def in_any(word: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of `columns` holds `word`, capitals or not, its punctuation in either width: input methods give now
    the one, now the other.
    """
    half = unicodedata.normalize("NFKC", word)
    spellings = dict.fromkeys([word, half, half.translate(_FULL_WIDTH)])
    return or_(*(column.icontains(spelling, autoescape=True) for column in columns for spelling in spellings))
