"""Codes as people type and paste them, brought to the one form in which they are kept. Pure."""

import re

from fieldapp.folding import folded

# Crockford's base32: no I, L, O, U, so that nothing looks like anything else. 16 characters are 80 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARACTERS = 16
RECEIPT_CHARACTERS = 12  # 60 bits, asked one by one over the network
MOST_TYPED_CHARACTERS = 300  # a code with the sentence or the address around it
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NOT_OF_CODES = re.compile(r"[^0-9A-Z]")


def canonical_code(typed: str, *, characters: int = CODE_CHARACTERS) -> str | None:
    """The code that `typed` spells, in capitals without anything between; None when it cannot be one.

    Width, blanks, punctuation, marks without a shape and the words around it do not count; of a whole address its code
    does. O is read as 0, I and L as 1. Source: Crockford, Base 32.
    """
    text = folded(typed[:MOST_TYPED_CHARACTERS])
    if "/r/" in text:
        text = re.split(r"[?#]", text.rpartition("/r/")[2])[0].removeprefix("status/").removesuffix("/opinion")
    code = _NOT_OF_CODES.sub("", text.upper()).translate(_LOOK_ALIKES)
    return code if len(code) == characters and all(letter in ALPHABET for letter in code) else None


def grouped(code: str) -> str:
    """`code` in groups of four, for reading aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
