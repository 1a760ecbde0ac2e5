"""The law behind citations: every one resolves or is 待核, and a replaced statute says what it touches."""

import hashlib
from datetime import date

import pytest

from fieldapp.checklists import articles, shipped
from fieldapp.checklists.articles import Article, Law

CITED = [
    pytest.param(item, basis, id=f"{name}-{item.code}-{number}")
    for name in shipped.LISTS
    for item in shipped.load(name).items
    for number, basis in enumerate(item.basis)
]
PENALTY, COERCION = "行政处罚法（2021修订）", "行政强制法（2011）"


@pytest.mark.parametrize(("item", "basis"), CITED)
def test_every_citation_resolves_to_stored_articles_or_is_marked_as_not_held_against_its_source(item, basis):
    assert basis.law in articles.laws(), "a statute without a record: add it to laws/"
    found = articles.resolve(basis.law, basis.article)

    if basis.verified:
        assert found
        assert [one.name for one in found if one.article is None] == []
        for one in found:  # where a text is stored, the 款 and 项 that are cited stand in it
            assert bool(one.text) == bool(one.article.paragraphs), one.name


def test_a_stored_text_is_the_one_whose_hash_was_written_down_with_it():
    stored = [article for law in articles.laws().values() for article in law.articles.values() if article.paragraphs]

    assert len(stored) > 50
    assert [one.name for one in stored if hashlib.sha256(one.text.encode()).hexdigest() != one.sha256] == []
    assert [
        law.law for law in articles.laws().values() for one in law.articles.values() if one.sha256 and not law.archive
    ] == []


def test_what_is_cited_as_settled_law_is_in_force_on_the_day_the_list_was_drafted():
    for name in shipped.LISTS:
        content = shipped.load(name)
        day = date.fromisoformat(content.meta.drafted_on)
        cited = {basis.law for item in content.items for basis in item.basis if basis.verified}
        assert [law for law in sorted(cited) if not articles.laws()[law].is_in_force(day)] == []


@pytest.mark.parametrize(
    ("law", "article", "names", "begins"),
    [
        (PENALTY, "第42条第2款", ["第42条第2款"], ["执法人员应当文明执法"]),
        (PENALTY, "第57条第1款第4项", ["第57条第1款第4项"], ["调查终结", "（四）违法行为涉嫌犯罪的"]),
        (PENALTY, "第34条、第39条", ["第34条", "第39条"], ["行政机关可以依法制定行政处罚裁量基准"]),
        (PENALTY, "第44条（仅行政处罚案件）", ["第44条"], ["行政机关在作出行政处罚决定之前，应当告知"]),
        (COERCION, "第18条第3项", ["第18条第3项"], ["行政机关实施行政强制措施", "（三）出示执法身份证件；"]),
        (
            COERCION,
            "第18条第8项、第9项",
            ["第18条第8项、第9项"],
            ["行政机关", "（八）现场笔录", "（九）当事人"],
        ),
        ("国办发〔2018〕118号", "（七）（八）", ["（七）", "（八）"], []),
        ("国办发〔2018〕118号", "二（总述）", ["二（总述）"], []),
        ("国办发〔2005〕37号", "二（二）（三）", ["二（二）", "二（三）"], []),
        ("苏州市行政检查办法（市政府令第169号）", "条号待核", [], []),
        ("没有这部法", "第1条", ["第1条"], []),
    ],
)
def test_a_citation_gives_just_the_paragraphs_and_items_that_it_names(law, article, names, begins):
    found = articles.resolve(law, article)
    lines = found[0].text.splitlines() if found else []

    assert [one.name for one in found] == names
    assert len(lines) == len(begins)
    assert all(line.startswith(begin) for line, begin in zip(lines, begins, strict=True))


@pytest.mark.parametrize("article", ["第42条第9款", "第42条第1款第3项", "第46条第20项"])
def test_a_paragraph_or_item_that_an_article_does_not_have_gives_no_text(article):
    assert articles.resolve(PENALTY, article)[0].text == ""


def test_a_law_is_in_force_from_its_first_to_its_last_day():
    law = Law("甲法", "甲法", date(2026, 2, 1), date(2026, 6, 30), "", "", {"第1条": Article("第1条")})

    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [law.is_in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("name", ["渔业法", "渔业法（2025修订）", "中华人民共和国渔业法"])
def test_a_replaced_statute_names_every_item_and_note_that_cites_it(name):
    touched = articles.citing(shipped.load(shipped.FIELD), name)

    assert {item.code for item, _ in touched} == {"B01", "B02", "B09", "C06", "C09"}
    assert ("C09", "渔业法（2025修订） 第65条（限长江禁捕、农业农村）") in [
        (item.code, words) for item, words in touched
    ]


def test_a_statute_is_not_taken_for_another_whose_name_begins_alike():
    codes = {item.code for item, _ in articles.citing(shipped.load(shipped.FIELD), "行政复议法")}

    assert codes == {"E08"}
    assert not articles.is_named("行政复议法实施条例（2026修订）", "行政复议法")
