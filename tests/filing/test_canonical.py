"""Canonical JSON: the same bytes on every phone and on the server. Source: RFC 8785."""

import hashlib

import pytest
import rfc8785

from fieldapp.filing.canonical import canonical, digest_of, parse, unstorable

# RFC 8785, appendix B and section 3.2.2–3.2.3.
SAMPLES = [
    ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
    ([56, {"d": True, "10": None, "1": []}], b'[56,{"1":[],"10":null,"d":true}]'),
    ('\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()),
    (1e30, b"1e+30"),
    (4.5, b"4.5"),
    (0.002, b"0.002"),
    (1e-27, b"1e-27"),
    (333333333.33333329, b"333333333.3333333"),
    (-0.0, b"0"),
    (1e21, b"1e+21"),
    (0.000001, b"0.000001"),
    (0.0000001, b"1e-7"),
    (2**53 - 1, b"9007199254740991"),
]


@pytest.mark.parametrize(("value", "written"), SAMPLES)
def test_the_samples_of_the_standard_come_out_as_printed(value, written):
    assert canonical(value) == written


def test_names_are_sorted_by_their_utf16_code_units():
    """😀 is D83D DE00 in UTF-16 and so comes before U+FB33, although its code point is greater. RFC 8785 §3.2.3."""
    names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    written = canonical(names).decode()

    assert [int(part.rsplit(":", 1)[1].rstrip("}")) for part in written.split(",")] == [2, 4, 6, 7, 1, 5, 3]


def test_rare_characters_stand_as_themselves_in_utf8():
    assert canonical({"note": "𠮷龘😀"}) == '{"note":"𠮷龘😀"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udc00": 1}, {1: 2}, b"x"])
def test_what_canonical_json_cannot_hold_is_refused(value):
    with pytest.raises(ValueError):
        canonical({"inside": [value]})


def test_the_digest_is_sha256_over_the_canonical_bytes():
    assert digest_of({"b": "监督", "a": 1}) == hashlib.sha256('{"a":1,"b":"监督"}'.encode()).hexdigest()


def test_a_whole_number_is_one_number_however_it_is_written():
    assert parse('{"accuracy": 12.0, "count": 12, "big": 1e3}') == {"accuracy": 12, "count": 12, "big": 1000}
    assert digest_of(parse("[12.0]")) == digest_of(parse("[12]"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nonsense",
        "[NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[1e999]",
        "[1" + "0" * 5000 + "]",
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 100 + "1" + "}" * 100,
        '{"note": "first", "note": "second"}',
        '{"answers": {"B01": 1, "B01": 2}}',
        '["a\nb"]',
    ],
    ids=lambda text: text[:20] + f"({len(text)})",
)
def test_what_is_no_json_or_would_lose_something_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_sixty_levels_are_read_and_one_more_is_not(opened, closed):
    def nested(levels):
        return opened * levels + "1" + closed * levels

    assert parse(nested(60))
    with pytest.raises(ValueError, match="deep"):
        parse(nested(61))


def test_names_of_rare_characters_alone_are_sorted_by_their_code_units_too():
    assert canonical({"\ue000": 1, "😀": 2}) == '{"😀":2,"\ue000":1}'.encode()


def test_the_largest_whole_number_is_whole_and_the_next_one_is_as_it_was_sent():
    largest = 2**53 - 1
    read = parse(f"[{largest}.0, -{largest}.0, {largest + 1}.0]")

    assert [type(one) for one in read] == [int, int, float]
    assert canonical([largest, -largest]) == f"[{largest},-{largest}]".encode()


def test_the_first_and_the_last_half_of_a_pair_cannot_be_kept_alone_and_their_neighbours_can():
    assert [list(unstorable(one)) for one in ("\ud800", "\udfff", "\ud7ff", "\ue000")] == [[""], [""], [], []]


def test_what_cannot_be_kept_is_named_by_its_place():
    sent = {"summary": "a\x00b", "answers": {"B01": {"note": "ok"}, "a/b~c": ["\ud800"]}, "n": [1, 2**60], "t": True}

    assert list(unstorable(sent)) == ["/summary", "/answers/a~1b~0c/0", "/n/1"]
    assert list(unstorable({"inner": {"\x00": 1}})) == ["/inner"]
    assert list(unstorable({"note": "𠮷😀龘", "n": -(2**53) + 1, "x": 1e300, "nothing": None})) == []


ORDINARY = [
    {
        "answers": {"B01": {"value": "no", "note": "门关着", "at_ms": 12, "evidence": ["a"], "bulk": False}},
        "visit": None,
    },
    {"largest": 2**53 - 1, "smallest": -(2**53) + 1, "none": None, "list": [None, True, "词", 31.3846, []]},
    [1e-4, 0.5, 123456.75, -120.9807],
]
RARE = [{"名": 1}, [1e21], [12.0], [1e-7], {"n": 1e300}]


@pytest.mark.parametrize("value", [*ORDINARY, *RARE])
def test_what_is_ordinary_is_written_the_quick_way_and_what_is_rare_by_the_standard_s_own_program(monkeypatch, value):
    """Both write the same bytes; the quick way is what lets many file at once."""
    slow, asked = rfc8785.dumps, []
    monkeypatch.setattr(rfc8785, "dumps", lambda given: asked.append(given) or slow(given))

    assert canonical(value) == slow(value)

    assert asked == ([] if value in ORDINARY else [value])
