"""Canonical JSON and its digest: the same bytes on the phone and on the server. Source: RFC 8785, FIPS 180-4."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import rfc8785

from fieldapp.filing import exact_json

# Within these bounds Python and ECMAScript write a fraction with the same digits and without an exponent.
_SAME_DIGITS_FROM, _SAME_DIGITS_BELOW = 1e-4, 1e16
_SAFE_INTEGER = 2**53 - 1
_PLAIN_TYPES = frozenset({dict, list, str, bool, int, float, type(None)})
_CONTAINERS = frozenset({dict, list})
_DEEPEST = 60  # a record needs five levels; every reader after this one may recurse without asking


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 canonical JSON in UTF-8.

    The common case (ASCII keys, plain numbers) goes through a library in C, the rest through the reference
    implementation. Raises ValueError for what canonical JSON cannot hold: NaN, integers beyond
    2^53, lone surrogates, keys that are not text.
    """
    if _is_plain(value) and (text := exact_json.write(value)) is not None:
        return text
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def digest_of(value: Any) -> str:
    """SHA-256 over the canonical JSON of `value`, as 64 hex digits."""
    return sha256_hex(canonical(value))


def sha256_hex(content: bytes) -> str:
    """SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def parse(text: bytes | str) -> Any:
    """JSON to plain values, with 12.0 read as 12 (the two are one number in canonical JSON).

    Raises ValueError for anything that is no JSON, also for NaN, Infinity, a name that occurs twice in one object (of
    two values one would be lost) and more than 60 levels. Source: RFC 7493 §2.3 for the names.
    """
    proven = exact_json.read(text if isinstance(text, bytes) else text.encode(errors="surrogatepass"))
    if proven is not None:
        return proven
    try:
        value = json.loads(
            text, parse_float=_number, parse_constant=_refuse_constant, object_pairs_hook=_without_repeated_names
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _refuse_depth(value, _DEEPEST)
    return value


def unstorable(value: Any, pointer: str = "") -> Iterator[str]:
    """The JSON pointers of everything in `value` that cannot be kept: NUL, half a surrogate pair, integers beyond 2^53.

    A name that cannot be kept is pointed to by the object that holds it.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            if _is_unstorable_text(name):
                yield pointer
            else:
                yield from unstorable(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from unstorable(inner, f"{pointer}/{place}")
    elif isinstance(value, str):
        if _is_unstorable_text(value):
            yield pointer
    elif isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        yield pointer


def _number(digits: str) -> int | float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number too large")
    return int(number) if number.is_integer() and abs(number) <= _SAFE_INTEGER else number


def _without_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name occurs twice")
    return made


def _refuse_depth(value: Any, levels_left: int) -> None:
    if type(value) is not dict and type(value) is not list:
        return
    if levels_left == 0:
        raise ValueError("nested too deeply")
    for inner in value.values() if type(value) is dict else value:
        if type(inner) is dict or type(inner) is list:
            _refuse_depth(inner, levels_left - 1)


def _is_unstorable_text(text: str) -> bool:
    return "\x00" in text or (not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _is_plain(value: Any) -> bool:
    """Looked at level by level: one look at a level is one call into C, however many values it has."""
    level = [value]
    while level:
        kinds = set(map(type, level))
        if not kinds <= _PLAIN_TYPES or (float in kinds and not all(map(_has_same_digits, level))):
            return False
        inner: list[Any] = []
        for one in level if kinds & _CONTAINERS else ():
            if type(one) is dict:
                if not _are_ascii(one):
                    return False
                inner += one.values()
            elif type(one) is list:
                inner += one
        level = inner
    return True


def _are_ascii(names: Iterable[Any]) -> bool:
    try:
        return "".join(names).isascii()
    except TypeError:  # a name that is no text
        return False


def _has_same_digits(value: Any) -> bool:
    if type(value) is not float:
        return True
    return _SAME_DIGITS_FROM <= abs(value) < _SAME_DIGITS_BELOW and not value.is_integer()
