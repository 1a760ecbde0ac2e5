"""What phones and rooms read."""

import pytest
from sqlalchemy import event

from fieldapp.checklists import labels, operations, queries
from fieldapp.errors import NotFound
from fieldapp.extensions import db


@pytest.fixture
def version(app):
    return operations.publish_default()[0]


def test_the_pack_carries_what_a_phone_needs_of_an_item(version):
    [wire] = queries.for_phones()

    items = {item["code"]: item for category in wire["categories"] for item in category["items"]}
    assert (wire["id"], wire["current"], len(wire["categories"]), len(items)) == ("field-2026-1", True, 5, 48)
    assert wire["published_at"].endswith("Z")
    assert {
        "title",
        "question",
        "guidance",
        "basis",
        "stage",
        "modes",
        "domains",
        "weight",
        "critical",
        "applies_when",
        "na_hint",
        "phrases",
        "photo_hint",
        "domain_notes",
    } <= set(items["B10"])
    assert items["B01"]["domains"] == []
    assert items["B10"]["basis"][0]["verified"] is False
    assert {one["id"] for one in wire["circumstances"]} >= {"always", "penalty", "av_required"}
    assert [one["order"] for one in wire["stages"]] == [1, 2, 3, 4, 5, 6, 7]
    assert wire["scoring"]["min_answered_weight"] == 30


def test_a_version_is_read_from_the_database_once_by_a_process(version):
    queries.forget(version.id)
    queries.content_of(version.id)
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    for _ in range(50):
        queries.content_of(version.id)

    assert asked == []


def test_an_unknown_version_is_not_found(app):
    with pytest.raises(NotFound):
        queries.content_of("field-1999-1")
    with pytest.raises(NotFound):
        queries.find("field-1999-1")
    assert queries.current() is None
    assert queries.for_phones(also=["field-1999-1"]) == []


def test_ids_have_chinese_words(version):
    assert labels.mode_label("case_file") == "案卷评查"
    assert labels.domain_label("yangtze_fishing_ban") == "长江禁捕"
    assert labels.circumstance_label("av_required") == "依规应当音像记录的场景"
    assert labels.domain_label("nobody-knows") == "nobody-knows"
    assert list(labels.domains_on_offer())[0] == "work_safety"
