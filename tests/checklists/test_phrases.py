"""常用语 come with the checklist."""

from dataclasses import replace

import pytest
from flask import Flask

from fieldapp.checklists import operations, queries, shipped
from fieldapp.checklists.content import load_default
from fieldapp.checklists.phrases import phrases_for


@pytest.mark.parametrize("name", shipped.LISTS)
def test_every_item_that_comes_with_the_program_has_sentences_of_its_own(name: str) -> None:
    sentences = {item.code: phrases_for(item) for item in shipped.load(name).items}

    assert {code for code, own in sentences.items() if len(own) < 3} == set()
    every = [sentence for own in sentences.values() for sentence in own]
    assert len(every) == len(set(every))


def test_an_item_that_is_not_known_has_none() -> None:
    known = load_default().by_code["B02"]

    assert phrases_for(replace(known, title="别的", question="问别的事？")) == []


def test_sentences_follow_what_an_item_asks_and_not_its_code() -> None:
    shown, two = load_default().by_code["B01"], load_default().by_code["B02"]

    assert phrases_for(replace(shown, code="B02")) == phrases_for(shown) != phrases_for(two)
    assert phrases_for(replace(shown, title="亮证", question="亮了吗？")) == phrases_for(shown)


def test_phones_get_them_with_each_item(app: Flask) -> None:
    operations.publish_default()

    [version] = queries.for_phones()

    items = {item["code"]: item for category in version["categories"] for item in category["items"]}
    assert "当事人索要后才出示证件" in items["B01"]["phrases"]
