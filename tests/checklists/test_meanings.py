"""What an item stands for is said by its attributes: checked at import, taken over where a file is silent."""

import json
from dataclasses import replace

import pytest

from fieldapp.checklists import content as contents
from fieldapp.checklists import meanings, operations, queries, shipped
from fieldapp.checklists.checking import wrongs
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.clock import now
from fieldapp.errors import NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.canonical import canonical

DEFAULT = contents.load_default()
COUNTY = shipped.load(shipped.COUNTY)
FACTS = {"B01": "credential_shown", "B03": "rights_told", "C01": "recorded", "C02": "told_of_recording",
         "B07": "civil_language"}  # fmt: skip


def plain(**changes):
    """The default, the named fields of one item changed: plain(B01={"fact": "x"})."""
    raw = contents.to_plain(DEFAULT)
    raw["indicators"] = [item | changes.get(item["code"], {}) for item in raw["indicators"]]
    return raw


def as_stored_before(content):
    """The text of a version from before items said what they mean."""
    raw = contents.to_plain(content)
    kept = [{name: value for name, value in item.items() if name not in meanings.NAMES} for item in raw["indicators"]]
    return canonical(raw | {"indicators": kept}).decode()


def facts_of(content):
    return {item.code: item.fact for item in content.items if item.fact}


def test_the_list_of_the_county_has_its_five_categories_forty_eight_items_and_a_hundred_points():
    assert [(one.label, one.count, one.points) for one in COUNTY.categories] == [
        ("行政执法公示制度", 12, 28),
        ("行政执法全过程记录制度", 10, 22),
        ("重大执法决定法制审核制度", 7, 15),
        ("行政执法责任制", 15, 30),
        ("“谁执法谁普法”普法责任制", 4, 5),
    ]
    assert (len(COUNTY.owed), sum(item.weight for item in COUNTY.items), COUNTY.meta.status) == (
        48,
        100,
        "draft_assumption",
    )
    disclosure = {item.title for item in COUNTY.items_of("A")}
    assert {"主动出示执法证件", "告知权利义务", "规范着装佩戴标识"} <= disclosure
    assert wrongs(contents.to_plain(COUNTY)) == []


def test_both_lists_ask_about_every_fact_under_whatever_code():
    assert facts_of(DEFAULT) == FACTS
    assert meanings.unasked(DEFAULT) == meanings.unasked(COUNTY) == []
    by_title = {item.title: item.fact for item in DEFAULT.items if item.fact}
    assert {item.title: item.fact for item in COUNTY.items if item.fact} == by_title


def test_a_correction_of_an_item_reaches_both_lists():
    both = [(item, theirs) for item in DEFAULT.items for theirs in COUNTY.items if theirs.title == item.title]

    assert len(both) > 40
    assert [mine.code for mine, theirs in both if (mine.basis, mine.look_for) != (theirs.basis, theirs.look_for)] == []


@pytest.mark.parametrize(
    ("changes", "name", "said"),
    [
        ({"B02": {"fact": "credential_shown"}}, "fact", "每件事只由一项来问，B01 已经问了"),
        ({"B02": {"fact": "weather"}}, "fact", "留空，或以下之一：出示执法证件"),
        ({"B02": {"fact": ["recorded"]}}, "fact", "留空，或以下之一"),
        ({"B02": {"first": "也许"}}, "first", "是 或 否"),
        ({"B14": {"weight": 2}}, "weight", "选做项不计分，分值为 0"),
        ({"B14": {"critical": True}}, "critical", "选做项不计分，不能是关键项"),
        ({"B02": {"weight": 0}}, "weight", "1–100 的整数"),
    ],
)
def test_a_meaning_that_cannot_be_is_pointed_at(changes, name, said):
    [code] = changes
    place = [item.code for item in DEFAULT.items].index(code)

    found = [one for one in wrongs(plain(**changes)) if (one.place, one.name) == (place, name)]

    assert [one.expected.startswith(said) for one in found] == [True]


def test_optional_items_count_neither_in_their_category_nor_in_the_total():
    assert wrongs(plain(B14={"title": "换一个说法"})) == []
    raw = plain(B14={"optional": False, "weight": 1})
    assert {(one.section, one.name) for one in wrongs(raw)} == {
        ("categories", "count"), ("categories", "points"), ("meta", "total_points")}  # fmt: skip


def test_a_version_stored_before_keeps_its_text_and_means_what_the_default_means():
    text = as_stored_before(DEFAULT)

    read = contents.load(text)

    assert "fact" not in text
    assert facts_of(read) == FACTS
    assert [item.code for item in read.items if item.first] == ["B01", "B03", "B07", "C01"]


def test_an_item_stored_before_under_a_code_of_the_default_but_with_another_title_means_nothing():
    other = replace(
        DEFAULT, items=tuple(replace(item, title="别的") if item.code == "B01" else item for item in DEFAULT.items)
    )

    read = contents.load(as_stored_before(other))

    assert facts_of(read) == {code: fact for code, fact in FACTS.items() if code != "B01"}


def test_a_version_that_says_of_no_item_what_it_means_is_taken_at_its_word():
    silent = replace(DEFAULT, items=tuple(replace(item, fact="", first=False) for item in DEFAULT.items))

    assert facts_of(contents.load(contents.dump(silent))) == {}
    assert meanings.unasked(silent) == list(meanings.FACTS.values())


def test_a_file_without_the_columns_takes_over_by_code_what_the_current_version_means(county):
    operations.publish_default(county.wu, shipped.COUNTY)
    silent = replace(COUNTY, meta=replace(COUNTY.meta, title="改过"), items=tuple(
        replace(item, fact="", first=False) for item in COUNTY.items))  # fmt: skip

    version = operations.propose(county.wu, silent, says_no_meanings=True)

    assert version.meanings_from_id == queries.current().id
    assert facts_of(contents.load(version.content)) == facts_of(COUNTY)


def test_an_unchanged_file_without_the_columns_changes_nothing(county):
    operations.publish_default(county.wu)
    silent = replace(DEFAULT, items=tuple(replace(item, fact="", first=False) for item in DEFAULT.items))

    with pytest.raises(Refused, match="完全相同"):
        operations.propose(county.wu, silent, says_no_meanings=True)


def test_where_the_older_default_is_published_the_new_one_is_proposed_and_the_old_stays_what_it_was(county):
    older = replace(DEFAULT, meta=replace(DEFAULT.meta, version="1.0.0"), items=tuple(DEFAULT.owed))
    text = as_stored_before(older)
    with unit_of_work() as session:
        session.add(ChecklistVersion(id=contents.DEFAULT_ID, title="旧的", content=text, digest="0" * 64,
                                     created_at=now(), published_at=now()))  # fmt: skip

    version, is_new = operations.publish_default(county.wu)
    again, is_new_again = operations.publish_default(county.wu)

    assert (is_new, queries.state_of(version)) == (True, "proposed")
    assert (again.id, is_new_again) == (version.id, False)
    assert queries.current().id == contents.DEFAULT_ID
    assert db.session.get(ChecklistVersion, contents.DEFAULT_ID).content == text
    assert facts_of(queries.content_of(contents.DEFAULT_ID)) == FACTS


def test_a_list_that_does_not_come_with_the_program_is_not_found(county):
    with pytest.raises(NotFound):
        operations.publish_default(county.wu, "city")


def test_phones_get_what_items_mean_and_the_optional_ones_apart(app):
    operations.publish_default()

    [wire] = queries.for_phones()

    owed = {item["code"]: item for category in wire["categories"] for item in category["items"]}
    optional = [item["code"] for category in wire["categories"] for item in category["optional_items"]]
    assert {code: item["fact"] for code, item in owed.items() if item["fact"]} == FACTS
    assert [code for code, item in owed.items() if item["first"]] == ["B01", "B03", "B07", "C01"]
    assert (len(owed), optional) == (48, ["B14", "C12", "D09", "E09", "E10"])
    json.dumps(wire)
