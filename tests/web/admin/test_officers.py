"""The administrators' pages of the register of officers."""

import io
import re
from datetime import date

import pytest

from fieldapp.officers import operations, queries
from fieldapp.officers.operations import OfficerDraft


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.wu)


@pytest.fixture
def officer(county):
    return operations.add(None, OfficerDraft("陈一", county.work_safety_agency.id, "320500-12345", date(2099, 1, 1)))


def words_of(answer):
    return answer.get_data(as_text=True)


def test_an_officer_is_entered_found_changed_and_ended(desk, county):
    filled = {"name": "林二", "number": "32050012346", "organisation_id": county.work_safety_agency.id,
              "valid_until": "2099-12-31"}  # fmt: skip
    assert desk.post_form("/admin/officers/new", filled).status_code == 302
    (officer,) = queries.every()
    assert "林二" in words_of(desk.get("/admin/officers?q=2346"))

    edit = f"/admin/officers/{officer.id}/edit"
    seen = re.search(r'name="seen" value="([^"]+)"', words_of(desk.get(edit)))[1]
    assert desk.post_form(edit, {**filled, "name": "林二一", "seen": seen}).status_code == 302
    assert "林二一" in words_of(desk.get("/admin/officers"))
    assert desk.post_form(f"/admin/officers/{officer.id}/ending").status_code == 302
    assert "已注销" in words_of(desk.get("/admin/officers?state=ended"))
    assert "林二" not in words_of(desk.get("/admin/officers?state=valid"))


@pytest.mark.parametrize("asked", ["陈一", "2345", "３２０５００１２３４５", "0500-1234", "320500 12345"])
def test_a_search_finds_an_officer_however_it_is_typed(desk, officer, asked):
    assert "320500-12345" in words_of(desk.get("/admin/officers", query_string={"q": asked}))


def test_a_number_is_entered_once(desk, county, officer):
    answer = desk.post_form("/admin/officers/new", {
        "name": "别人", "number": "32050012345", "organisation_id": county.work_safety_agency.id,
        "valid_until": "2099-12-31",
    })  # fmt: skip

    assert answer.status_code == 422
    assert "已在名册里" in words_of(answer)


def test_the_register_leaves_and_comes_back_as_a_spreadsheet(desk, officer):
    file = desk.get("/admin/officers/export")
    assert file.headers["Content-Disposition"] == "attachment; filename=officers.xlsx"

    answer = desk.post_form("/admin/officers/import", {"file": (io.BytesIO(file.data), "officers.xlsx")})

    assert answer.status_code == 302
    assert "没有变化 1 人" in words_of(desk.get("/admin/officers"))


def test_a_wrong_file_is_answered_with_its_mistakes(desk):
    answer = desk.post_form("/admin/officers/import", {"file": (io.BytesIO("姓名\n甲".encode()), "a.csv")})

    assert answer.status_code == 422
    assert "执法证号" in words_of(answer)
    assert "没有选择文件" in words_of(desk.post_form("/admin/officers/import"))
