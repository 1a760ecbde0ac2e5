"""JSON by a library in C, wherever it can be proven that nothing of what was sent is lost on the way.

The library takes what this project refuses: of a name that occurs twice it keeps the last value, it knows integers
beyond 2^53, NUL and fractions that are whole numbers. What it reads is believed only when it writes the very same bytes
back: then no name came twice, nothing was rounded, nothing was spelled in another way. Phones send what JSON.stringify
makes of a record, which passes; everything else is read, and refused, by the standard library (canonical.py).
"""

from typing import Any

import orjson

_DEEPEST = 60  # as in canonical.py
_STRICT = orjson.OPT_STRICT_INTEGER  # refuses integers beyond 2^53
_CANONICAL = _STRICT | orjson.OPT_SORT_KEYS
# Inside an object, something always follows a fraction that is a whole number.
_WHOLE_FRACTIONS = (b".0,", b".0}", b".0]")
_CONTAINERS = (dict, list)


def read(content: bytes) -> dict[str, Any] | None:
    """The JSON object in `content`, when it is proven to be exactly that, can be stored, and is no deeper than 60
    levels; None when all this is not proven, which says nothing against it.
    """
    if content[:1] != b"{" or b"\\u0000" in content:
        return None
    if b".0" in content and any(one in content for one in _WHOLE_FRACTIONS):
        return None
    try:
        value: dict[str, Any] = orjson.loads(content)
        is_exact = orjson.dumps(value, option=_STRICT) == content
    except (ValueError, TypeError):  # no JSON, too large, too deep
        return None
    return value if is_exact and _is_shallow(value) else None


def write(value: Any) -> bytes | None:
    """`value` in RFC 8785, of which the caller knows that all names are ASCII and that fractions need no exponent; None
    when something in it cannot be written.
    """
    try:
        return orjson.dumps(value, option=_CANONICAL)
    except TypeError:
        return None


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) in _CONTAINERS
        ]
        if not level:
            return True
    return False
