"""常用语 come with the checklist."""

from flask import Flask

from fieldapp.checklists import operations, queries
from fieldapp.checklists.content import load_default
from fieldapp.checklists.phrases import phrases_for


def test_every_item_of_the_default_checklist_has_sentences_of_its_own() -> None:
    sentences = {item.code: phrases_for(item.code) for item in load_default().items}

    assert {code for code, own in sentences.items() if len(own) < 3} == set()
    every = [sentence for own in sentences.values() for sentence in own]
    assert len(every) == len(set(every))


def test_an_item_that_is_not_known_has_none() -> None:
    assert phrases_for("Z99") == []


def test_phones_get_them_with_each_item(app: Flask) -> None:
    operations.publish_default()

    [version] = queries.for_phones()

    items = {item["code"]: item for category in version["categories"] for item in category["items"]}
    assert "当事人索要后才出示证件" in items["B01"]["phrases"]
