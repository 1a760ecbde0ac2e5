"""The phone and the server must see the same bytes in the same record."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.filing import canonical as server
from fieldapp.filing.sealing import commitment

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["𠮷野家", "龘", "😀👨‍👩‍👧", "a\u2028b", "\x7f", '"\\/', "\ufeff"]
)
NUMBERS = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [-0.0, 1e21, 1e-7, 1e-6, 31.3846, 120.9807, 5e-324, 1.7976931348623157e308, 123456789012345680000.0]
    )
)


def _values(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """Any JSON over these numbers."""
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=25,
    )


def _canonical(page: Any, spelled: str) -> str:
    return str(
        page.evaluate(
            "async (text) => (await import('/static/js/field/server/digest.js')).canonical(JSON.parse(text))", spelled
        )
    )


EXAMPLES = pytest.mark.parametrize("examples", [80, pytest.param(1_000, marks=pytest.mark.long)])


@EXAMPLES
def test_the_phone_writes_what_the_reference_writes(blank: Any, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(value=_values(NUMBERS))
    def write(value: Any) -> None:
        assert _canonical(blank, json.dumps(value)).encode() == rfc8785.dumps(value)

    write()


# Whole numbers between 2^53 and 1e21 are written without an exponent; the server refuses them in words,
# and no field of a record holds one.
SENT = _values(NUMBERS.filter(lambda number: abs(number) <= 2**53 - 1 or abs(number) >= 1e21))


@EXAMPLES
def test_the_server_reads_back_what_the_phone_wrote(blank: Any, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(value=SENT)
    def read_back(value: Any) -> None:
        written = _canonical(blank, json.dumps(value))
        sent = blank.evaluate("(text) => JSON.stringify(JSON.parse(text))", json.dumps(value))
        assert server.canonical(server.parse(sent)).decode() == written

    read_back()


def test_a_person_is_sealed_alike_on_both_sides(blank: Any) -> None:
    sent = {
        "revision": 1,
        "party": {"kind": "citizen", "name": "𠮷野三", "contact": "", "salt": "0" * 32},
        "summary": "😀",
    }
    told = blank.evaluate("async (sent) => (await import('/static/js/field/server/digest.js')).digestOf(sent)", sent)
    assert told == server.digest_of({**sent, "party": commitment(sent["party"])})


@pytest.mark.parametrize(
    ("typed", "kept"), [("好\ud83d", "好\ufffd"), ("\ude00好", "\ufffd好"), ("a\x00b", "ab"), ("𠮷", "𠮷")]
)
def test_what_cannot_be_sent_is_mended_before(blank: Any, typed: str, kept: str) -> None:
    mended = blank.evaluate(
        "async (units) => (await import('/static/js/field/server/digest.js'))"
        ".plain({ note: String.fromCharCode(...units) }).note",
        list(_units(typed)),
    )
    assert mended == kept


def _units(text: str) -> list[int]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


@pytest.mark.parametrize("script", ["NaN", "Infinity", "'\\ud83d'"])
def test_what_has_no_canonical_form_is_refused(blank: Any, script: str) -> None:
    name = blank.evaluate(
        f"async () => {{ const m = await import('/static/js/field/server/digest.js');"
        f" try {{ m.canonical({{ x: {script} }}); return 'none'; }} catch (error) {{ return error.name; }} }}"
    )
    assert name == "TypeError"
