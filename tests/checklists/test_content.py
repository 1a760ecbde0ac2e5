"""The default checklist, and what is stored of any checklist."""

import hashlib
import json
from collections import Counter

from checklist_strategies import checklists
from hypothesis import given, settings

from fieldapp.checklists import content as contents
from fieldapp.checklists.checking import wrongs

DEFAULT = contents.load_default()


def test_the_default_has_five_categories_forty_eight_items_and_a_hundred_points():
    assert [(one.code, one.count, one.points) for one in DEFAULT.categories] == [
        ("A", 8, 17),
        ("B", 13, 30),
        ("C", 11, 23),
        ("D", 8, 16),
        ("E", 8, 14),
    ]
    assert Counter(item.category for item in DEFAULT.owed) == {"A": 8, "B": 13, "C": 11, "D": 8, "E": 8}
    assert sum(item.weight for item in DEFAULT.items) == DEFAULT.meta.total_points == 100


def test_the_default_names_the_seventeen_critical_items():
    critical = [item.code for item in DEFAULT.items if item.critical]

    assert critical == [
        "A08",
        "B01",
        "B02",
        "B03",
        "B06",
        "B08",
        "B12",
        "C01",
        "C07",
        "C08",
        "C09",
        "D03",
        "D06",
        "D07",
        "E01",
        "E02",
        "E06",
    ]


def test_the_default_is_marked_as_waiting_for_approval_and_keeps_its_unverified_citations_apart():
    assert DEFAULT.meta.status == "draft_assumption"
    assert {item.code for item, _ in DEFAULT.unverified} == {"A03", "B05", "B07", "B10", "B11", "B12", "B14",
                                                                "C02", "E02", "E06"}  # fmt: skip


def test_the_default_passes_the_check_that_every_import_must_pass():
    assert wrongs(contents.to_plain(DEFAULT)) == []


@given(checklists())
@settings(max_examples=50, deadline=None)
def test_what_is_stored_is_read_back_the_same(content):
    assert contents.load(contents.dump(content)) == content


def test_the_digest_of_the_stored_text_is_that_of_its_canonical_json():
    from fieldapp.filing.canonical import digest_of

    stored = contents.dump(DEFAULT)

    assert hashlib.sha256(stored.encode()).hexdigest() == digest_of(json.loads(stored))
