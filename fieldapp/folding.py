"""Writing that a person would call the same, brought to one form: for comparing and searching, never for storing."""

import unicodedata

_DOTS = dict.fromkeys(map(ord, "·•‧∙⋅・･᛫"), "·")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0x180B, 0x1810)}


def folded(text: str) -> str:
    """What remains of `text` when nothing counts that two people would not see or would not mean.

    Width and composition (NFKC), case, every blank, marks without a shape (zero-width, direction, variation), the
    many dashes and middle dots. Two names with the same folded form are the same name.
    Source: Unicode Standard Annex 15 (NFKC); Unicode Technical Standard 39, section 4 (skeletons), in its spirit only:
    letters of different scripts that look alike stay different.
    """
    return unicodedata.normalize("NFKC", unmarked(text).casefold())


def unmarked(text: str) -> str:
    """The same where capitals and small letters are told apart, as in random codes."""
    return "".join(_seen(character) for character in unicodedata.normalize("NFKC", text.translate(_DOTS)))


def as_meant(text: str) -> str:
    """`text` as its writer meant it, for a search: no marks without a shape, letters and digits in half width, one
    dash for all, one blank for many, none outside. Other punctuation and capitals stay: so they stand in what is
    searched.
    """
    kept = (_plain(character) for character in text)
    return " ".join("".join(kept).split())


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    if "\uff10" <= character <= "\uff5a":
        half = unicodedata.normalize("NFKC", character)
        return half if half.isalnum() else character
    return _seen(character)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs") or category.startswith("Z") or character in _UNSEEN:
        return ""
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return ""
    return "-" if category == "Pd" or character == "\u2212" else character
