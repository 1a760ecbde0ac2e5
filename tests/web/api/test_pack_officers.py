"""The register of officers in the pack: as far as its user goes, small, and only what has changed."""

import gzip
from datetime import date

import pytest
from factories import make_group, make_organisation

from fieldapp import ids
from fieldapp.extensions import db, unit_of_work
from fieldapp.officers import operations, rules
from fieldapp.officers.models import Officer
from fieldapp.officers.operations import OfficerDraft

MOST_BYTES_FOR_800 = 16_000


@pytest.fixture
def phone(county, signed_in):
    return signed_in(county.zhang_san)


def enter(agency, number, *, until=date(2030, 1, 1)):
    return operations.add(None, OfficerDraft("陈一", agency.id, number, until))


def fetch(phone, before=None):
    query = {"since": before["cursor"], "rows": "1"} if before else {}
    answer = phone.api_get("/api/v1/pack", query_string=query)
    assert answer.status_code == 200
    return answer.json


def numbers(pack):
    return [row["number"] for row in pack["officers"]]


def test_a_phone_has_the_officers_of_its_townships_and_of_the_county(phone, county, signed_in):
    near = make_organisation("柳湾镇综合执法局", kind="agency", locality=county.liuwan)
    far = make_organisation("石桥镇综合执法局", kind="agency", locality=county.shiqiao)
    for agency, number in ((county.work_safety_agency, "A0001"), (near, "B0001"), (far, "C0001")):
        enter(agency, number)
    ended = enter(near, "B0002")
    operations.end(None, ended.id)

    pack = fetch(phone)

    assert numbers(pack) == ["A0001", "B0001", "B0002"]
    assert pack["officers"][0] == {
        "number": "A0001", "name": "陈一", "agency": county.work_safety_agency.id, "until": "2030-01-01"
    }  # fmt: skip
    assert pack["officers"][2]["until"] == rules.last_day(date(2030, 1, 1), ended.ended_on).isoformat()
    assert next(row for row in pack["agencies"] if row["id"] == near.id)["parent"] == near.parent_id

    make_group(county.qian, [county.zhang_san])  # one that works in the whole county
    assert numbers(fetch(phone)) == ["A0001", "B0001", "B0002", "C0001"]


def test_who_files_no_records_has_nobody(county, signed_in):
    enter(county.work_safety_agency, "A0001")

    assert fetch(signed_in(county.zheng))["officers"] == []


def test_800_officers_are_small_and_a_change_of_one_is_a_few_rows(phone, county):
    with unit_of_work() as session:
        for place in range(800):
            number = f"3205{place * 7919 % 10**7:07d}"
            session.add(Officer(
                id=ids.mint(), name=f"执法员{place}", number=number, number_key=number, tail=number[-4:],
                organisation_id=(county.work_safety_agency, county.environment_agency)[place % 2].id,
                valid_until=date(2027 + place % 4, 12, 31),
            ))  # fmt: skip
    before = fetch(phone)
    whole = phone.api_get("/api/v1/pack").data
    without = len(gzip.compress(whole)) - len(gzip.compress(whole.replace(_officers_of(whole), b"")))
    assert len(before["officers"]) == 800
    assert without < MOST_BYTES_FOR_800

    one = db.session.query(Officer).first()
    operations.end(None, one.id)
    after = fetch(phone, before)

    assert set(after) == {"cursor", "officers"}
    assert sum(isinstance(row, dict) for row in after["officers"]["rows"]) < 100


def _officers_of(whole):
    start = whole.index(b'"officers":[')
    return whole[start : whole.index(b"]", start) + 1]
