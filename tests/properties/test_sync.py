"""Whatever the data and the order: canonical JSON, the chain and the batches keep their promises."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.audit.chain import GENESIS, Link, chain_of, first_break
from fieldapp.filing.batches import Batches
from fieldapp.filing.canonical import canonical, digest_of, parse, unstorable
from fieldapp.filing.revisions import Stored, judge

SAFE = 2**53 - 1
TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from('𠮷龘😀👨\u200d\u0301\u2028\ufeff\ufb33\x7f\x1f\x00\\"/'),
    ),
    max_size=12,
)
NUMBERS = st.one_of(
    st.integers(-SAFE, SAFE),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e-4, 9.999e-5, 1e16, 1e21, 5e-324, 31.3846, 120.9807, 1.7976931348623157e308]),
)
# Between 2^53 and 10^21, ECMAScript writes a fraction like an integer that a reader cannot trust: refused when read.
EXACT_NUMBERS = NUMBERS.filter(lambda number: abs(number) <= SAFE or abs(number) >= 1e21)


def values_of(numbers):
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXT,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
        max_leaves=25,
    )


VALUES = values_of(NUMBERS)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_the_quick_way_writes_what_the_reference_writes(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(values_of(EXACT_NUMBERS))
@settings(max_examples=200, deadline=None)
def test_what_went_over_the_wire_has_the_digest_of_what_was_sent(value):
    """However the phone writes it: with or without spaces, escaped or not."""
    expected = digest_of(value)

    assert digest_of(parse(canonical(value))) == expected
    for ascii_only in (True, False):
        for indent in (None, 2):
            assert digest_of(parse(json.dumps(value, ensure_ascii=ascii_only, indent=indent))) == expected


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_names_makes_no_difference(value, random):
    shuffled = list(value.items())
    random.shuffle(shuffled)

    assert canonical(dict(shuffled)) == canonical(value)


@given(st.binary(max_size=60) | TEXT.map(str.encode))
@settings(max_examples=200, deadline=None)
def test_whatever_bytes_come_they_are_json_that_can_be_kept_or_refused(content):
    try:
        value = parse(content)
    except ValueError:
        return
    if not list(unstorable(value)):
        canonical(value)


LINKS = st.lists(
    st.tuples(st.sampled_from(["user.enabled", "review.approve"]), TEXT.filter(lambda text: "\n" not in text), TEXT),
    min_size=3,
    max_size=8,
)


def chained(fields):
    entries, previous = [], GENESIS
    for sequence, (event, subject, details) in enumerate(fields, start=1):
        moment = datetime(2026, 11, 24, 0, 0, sequence, tzinfo=UTC)
        link = Link(sequence, moment, event, None, "user", subject, json.dumps(details))
        previous = chain_of(previous, link)
        entries.append((link, previous))
    return entries


@given(LINKS, st.data())
@settings(max_examples=150, deadline=None)
def test_each_kind_of_tampering_is_betrayed(fields, data):
    entries = chained(fields)
    assert first_break(entries, heads={len(entries): entries[-1][1]}) is None
    heads = {sequence: entries[sequence - 1][1] for sequence in (1, len(entries))}
    place = data.draw(st.integers(0, len(entries) - 1))
    kind = data.draw(st.sampled_from(["alter", "remove", "repeat", "swap", "cut", "recompute", "chain"]))
    tampered = [*entries]
    link, stored = entries[place]
    if kind == "alter":
        tampered[place] = (replace(link, details=link.details + " "), stored)
    elif kind == "remove":
        del tampered[place]
    elif kind == "repeat":
        tampered.insert(place, entries[place])
    elif kind == "swap":
        other = (place + 1) % len(entries)
        tampered[place], tampered[other] = tampered[other], tampered[place]
    elif kind == "cut":
        tampered = tampered[:place]
    elif kind == "recompute":
        tampered = chained([(event, subject + "x", details) for event, subject, details in fields])
    else:
        tampered[place] = (link, ("0" if stored[0] != "0" else "1") + stored[1:])

    assert first_break(tampered, heads=heads) is not None, kind


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5), st.sampled_from("abc")), max_size=25))
@settings(max_examples=200, deadline=None)
def test_in_whatever_order_filings_come_no_stored_one_is_lost_or_changed(filings):
    """A model of the server: what was acknowledged once stays, and is acknowledged the same way again."""
    stored: dict[int, str] = {}
    acknowledged = {}
    for revision, base, digest in filings:
        head = Stored(max(stored), stored.get(revision)) if stored else None
        verdict = judge(head, revision=revision, base_revision=base, digest=digest)
        if verdict == "new":
            assert revision not in stored
            assert base == (max(stored) if stored else 0)
            stored[revision] = digest
        if verdict in ("new", "same"):
            acknowledged[revision] = digest
    assert stored == acknowledged


@given(st.lists(st.integers(-3, 20), min_size=1, max_size=16), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_each_caller_gets_its_own_outcome_whoever_is_filed_with_it(items, most):
    """Negative items make the whole batch fail, as a row that the database refuses would."""
    filed, lock = [], threading.Lock()

    def work(batch):
        if any(item < 0 for item in batch):
            raise ValueError(str(batch))
        with lock:
            filed.extend(batch)
        return [item * 10 for item in batch]

    batches = Batches(work, most=most)

    def outcome(item):
        try:
            return batches.file(item)
        except ValueError:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(outcome, items))

    assert outcomes == [item * 10 if item >= 0 else "refused" for item in items]
    assert sorted(filed) == sorted(item for item in items if item >= 0), "each filed once"
