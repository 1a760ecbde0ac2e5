"""What is read by the library in C is exactly what the standard library reads, or it is not believed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.filing import exact_json
from fieldapp.filing.canonical import unstorable

NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(min_value=-1e16, max_value=1e16).map(round).map(float),
    st.sampled_from([-0.0, 12.0, 1e15, 1e16, 2.0**53 - 1, 2**53 - 1, 2**53, 2**63, 2**64]),
)
TEXT = st.text(
    st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("\0\x1f\x7f\u2028😀.0,")), max_size=9
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


def read_slowly(content: bytes) -> Any:
    """As canonical.parse reads what the library in C is not believed for."""

    def number(digits: str) -> int | float:
        value = float(digits)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value

    return json.loads(content, parse_float=number)


@given(st.dictionaries(TEXT, VALUES, max_size=5), st.booleans())
@settings(max_examples=500, deadline=None)
def test_what_is_believed_is_what_the_standard_library_reads_and_can_be_kept(sent: Any, is_ascii: bool) -> None:
    content = json.dumps(sent, ensure_ascii=is_ascii, separators=(",", ":")).encode()

    found = exact_json.read(content)

    if found is not None:
        assert json.dumps(found) == json.dumps(read_slowly(content))
        assert list(unstorable(found)) == []


def test_what_a_phone_sends_is_believed() -> None:
    answers = {
        f"B{place:02}": {"value": "yes", "note": "听清了。\n“好”", "at_ms": 9, "evidence": []} for place in range(48)
    }
    sent = {"location": {"latitude": 31.3846, "longitude": 120.05, "accuracy": 12}, "answers": answers, "x": None}

    assert exact_json.read(json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()) == sent


@pytest.mark.parametrize(
    "text",
    [
        '{"note":"first","note":"second"}', '{"a":{"b":1,"b":1}}', '{"n":9007199254740992}', '{"n":-9007199254740992}',
        '{"n":18446744073709551616}', '{"n":12.0}', '{"n":[12.0]}', '{"n":12.0,"m":1}', '{"n":-0}', '{"n":-0.0}',
        '{"n":1e999}', '{"n":NaN}', '{"s":"\\u0000"}', '{"\\u0000":1}', '{"s":"\\ud800"}', '{"s": 1}', '\ufeff{"s":1}',
        '{"a":' * 61 + "1" + "}" * 61, "[1]", "null", "", '{"s":1}{}',
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_would_lose_something_or_cannot_be_kept_is_left_to_the_standard_library(text: str) -> None:
    assert exact_json.read(text.encode()) is None


def test_no_byte_of_another_encoding_is_believed() -> None:
    assert exact_json.read(b'{"s":"\xff"}') is None
    assert exact_json.read(b'{"s":"\xed\xa0\x80"}') is None
