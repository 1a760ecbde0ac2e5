"""The party of a record is the one who was filed: whoever exchanges, takes away or unseals one by SQL is found out."""

import json

import pytest
from factories import interview_body, make_checklist_version, make_visit, observation_body
from sqlalchemy import text

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import persons
from fieldapp.keeping.verification import verify


@pytest.fixture
def two(county, signed_in):
    """Two records of 张三, each with a party of its own, and an interview; and their phone."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    phone, filed = signed_in(county.zhang_san), []
    for number in (1, 2):
        filed.append(ids.mint())
        party = {"kind": "enterprise", "name": f"某某{number}号五金厂", "contact": "", "salt": f"{number:032x}"}
        body = observation_body(visit, version, party=party)
        assert phone.api_put(f"/api/v1/observations/{filed[-1]}", body).status_code == 200
    assert phone.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit)).status_code == 200
    assert verify().findings == []
    return filed


def change(statement, **values):
    db.session.execute(text(statement), values)
    db.session.commit()


def found():
    return [finding.words for finding in verify().findings]


def exchange(first, second):
    """What stood for the second is what stands for the first now: sealed words and their key."""
    change(
        "UPDATE sealed_person SET sealed = (SELECT sealed FROM sealed_person WHERE owner_id = :b),"
        " key = (SELECT key FROM sealed_person WHERE owner_id = :b) WHERE owner_id = :a",
        a=first, b=second,
    )  # fmt: skip


def test_an_exchanged_party_is_found_and_shown_to_nobody(two, county, signed_in):
    first, second = two
    exchange(first, second)

    assert len(found()) == 1
    assert f"{first} 第 1 版的当事人信息被换成了别人的" in found()[0]
    told = signed_in(county.zhang_san).api_get(f"/api/v1/observations/{first}").json["body"]["party"]
    page = signed_in(county.qian).get(f"/review/records/{first}").get_data(as_text=True)
    assert "号五金厂" not in json.dumps(told, ensure_ascii=False)
    assert "2号五金厂" not in page
    assert "2号五金厂" in signed_in(county.qian).get(f"/review/records/{second}").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["interview", "roundtable", "confirmation", "none"])
def test_an_exchanged_party_is_shown_to_nobody_either_when_it_is_said_to_be_of_another_kind(
    two, county, signed_in, kind
):
    first, second = two
    exchange(first, second)
    change("UPDATE sealed_person SET owner_kind = :kind WHERE owner_id = :a", a=first, kind=kind)

    assert "2号五金厂" not in signed_in(county.qian).get(f"/review/records/{first}").get_data(as_text=True)
    assert persons.person_of(first, 1) is None
    assert len(found()) == 1


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM sealed_person WHERE owner_id = :a", "已被删除"),
        ("UPDATE sealed_person SET key = NULL WHERE owner_id = :a", "解不开，审计链里没有依法删除它的一条"),
        ("UPDATE sealed_person SET key = (SELECT key FROM sealed_person WHERE owner_id = :b) WHERE owner_id = :a",
         "解不开"),
    ],
)  # fmt: skip
def test_a_party_that_was_taken_away_or_made_unreadable_is_found(two, statement, words):
    first, second = two
    names = {"a": first} | ({"b": second} if ":b" in statement else {})

    change(statement, **names)

    assert [one.split("信息")[1] for one in found()] == [words]


def test_a_party_that_was_erased_by_law_is_no_fault(two, county):
    persons.erase(county.wu, two[0], reason="本人要求")

    assert found() == []
