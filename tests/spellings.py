"""How people type and paste one and the same thing: one table, tried wherever something is typed or pasted.

`TYPED` holds for everything; `PASTED` further for what a message brings along, where only a code or a number can be
meant.
"""

from collections.abc import Callable

Spelling = Callable[[str], str]


def _wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


TYPED: dict[str, Spelling] = {
    "as it is": str,
    "full width": _wide,
    "blanks around": lambda text: f" \u3000{text}\u00a0\t",
    "marks without a shape": lambda text: "\ufeff" + "\u200b".join(text) + "\u2060\ufe0f",
    "marks of direction": lambda text: f"\u202d\u2066{text}\u2069\u202c",
    "another dash": lambda text: text.replace("-", "—"),
    "a minus": lambda text: text.replace("-", "−"),
}
PASTED: dict[str, Spelling] = TYPED | {
    "a full stop": lambda text: f"{text}。",
    "a comma": lambda text: f"{text}，",
    "brackets": lambda text: f"「{text}」",
    "brackets in half width": lambda text: f"({text})",
    "quotation marks": lambda text: f"“{text}”",
}
