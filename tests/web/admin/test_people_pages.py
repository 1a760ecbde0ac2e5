"""The administrators' pages about people: every one a good page, every form usable without scripts."""

import io
import re

import pytest
from factories import PASSWORD, make_visit
from openpyxl import Workbook
from sqlalchemy import text

from fieldapp.people import queries

PAGES = [
    "/admin/",
    "/admin/people",
    "/admin/people?q=张&role=supervisor&state=all",
    "/admin/people/new",
    "/admin/people/import",
    "/admin/groups",
    "/admin/groups/new",
    "/admin/certificates",
    "/admin/certificates?state=in_force",
    "/admin/certificates/new",
    "/admin/organisations",
    "/admin/organisations/new",
    "/admin/contact-points",
    "/admin/contact-points/new",
    "/admin/visits",
    "/admin/visits?period=past",
    "/admin/visits/new",
    "/admin/devices",
    "/admin/jobs/",
    "/admin/audit",
    "/admin/audit?event=sign_in.&actor=wu",
]


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.wu)


def words_of(answer):
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_an_admin(desk, path):
    assert desk.get(path).status_code == 200


@pytest.mark.parametrize("person", ["qian", "zhang_san", "zheng"])
def test_nobody_else_comes_in(county, signed_in, person):
    client = signed_in(getattr(county, person))

    assert {client.get(path).status_code for path in ("/admin/", "/admin/people", "/admin/audit")} == {403}
    assert client.post_form(f"/admin/people/{county.li_si.id}/disabling", {"reason": "x"}).status_code == 403


def test_a_stranger_is_asked_to_sign_in_and_brought_back(county, client):
    answer = client.get("/admin/people?q=x")

    assert answer.status_code == 302
    assert "/sign-in" in answer.location
    assert "people" in answer.location


@pytest.mark.parametrize(
    "path",
    [
        "/admin/people/nobody",
        "/admin/people/%00",
        "/admin/groups/x/edit",
        "/admin/certificates/x",
        "/admin/visits/x/edit",
    ],
)
def test_what_is_not_there_is_said_so(desk, path):
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/people?q=%00", "/admin/audit?subject=%00", "/admin/certificates?q=%00"])
def test_characters_that_no_database_holds_are_refused_in_words(desk, path):
    assert desk.get(path).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/admin/people?page=-1", "/admin/people?page=x", "/admin/visits?period=never", "/admin/audit?page=99999999999"],
)
def test_nonsense_in_the_address_still_gives_a_list(desk, path):
    assert desk.get(path).status_code == 200


def test_people_are_found_by_part_of_a_name_and_percent_is_no_wildcard(desk):
    assert "王五" in words_of(desk.get("/admin/people?q=wang"))
    assert "王五" not in words_of(desk.get("/admin/people?q=zhao"))
    assert "没有符合条件的人" in words_of(desk.get("/admin/people?q=%25"))


def test_a_new_account_shows_its_password_once_and_works(county, desk, app):
    form = {"username": "jia.yi", "name": "甲一", "roles": "supervisor", "organisation_id": county.bureau.id,
            "origin": "justice_bureau", "locality_id": ""}  # fmt: skip

    page = words_of(desk.post_form("/admin/people/new", form, follow_redirects=True))

    password = re.search(r'class="one-time mono">([^<]+)<', page)[1]
    assert app.test_client().sign_in("jia.yi", password).status_code == 200
    assert password not in words_of(desk.get(f"/admin/people/{queries.find_by_username('jia.yi').id}"))


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_at_its_field(county, desk):
    form = {
        "username": "zhangsan",
        "name": "重名人",
        "roles": "liaison",
        "organisation_id": county.bureau.id,
        "origin": "",
        "locality_id": "",
    }

    answer = desk.post_form("/admin/people/new", form)

    page = words_of(answer)
    assert answer.status_code == 422
    assert "账号已被使用" in page
    assert "联络员必须属于行政执法机关" in page
    assert 'value="重名人"' in page


def test_a_form_without_its_token_changes_nothing(county, desk):
    answer = desk.post(f"/admin/people/{county.li_si.id}/disabling", data={"reason": "x"})

    assert answer.status_code == 400
    assert queries.find_user(county.li_si.id).is_active


def test_a_person_is_edited_disabled_with_a_reason_and_enabled(county, desk, db_session):
    place = f"/admin/people/{county.li_si.id}"
    form = {"username": "lisi", "name": "李四四", "roles": "supervisor",
            "organisation_id": county.li_si.organisation_id, "origin": "congress", "locality_id": ""}  # fmt: skip

    assert desk.get(f"{place}/edit").status_code == 200
    assert desk.post_form(f"{place}/edit", form).status_code == 302
    assert desk.post_form(f"{place}/disabling", {"reason": ""}).status_code == 422
    assert desk.post_form(f"{place}/disabling", {"reason": "调离岗位"}).status_code == 302
    assert "调离岗位" in words_of(desk.get(place))
    assert desk.post_form(f"{place}/enabling").status_code == 302

    db_session.expire_all()
    user = queries.find_user(county.li_si.id)
    assert (user.name, user.is_active) == ("李四四", True)


def test_a_sign_in_ended_from_the_desk_makes_that_browser_a_stranger(county, desk, signed_in):
    phone = signed_in(county.li_si)
    sign_in = queries.sign_ins_of(county.li_si)[0]

    assert desk.post_form(f"/admin/people/{county.li_si.id}/sign-ins/{sign_in.id}/end").status_code == 302

    assert phone.get("/api/v1/me").status_code == 401


def test_a_disabled_user_is_a_stranger_with_the_next_request(county, desk, signed_in):
    phone = signed_in(county.li_si)

    desk.post_form(f"/admin/people/{county.li_si.id}/disabling", {"reason": "调离"})

    assert phone.get("/api/v1/me").status_code == 401


def test_a_locked_account_is_seen_and_unlocked(county, desk, client):
    for _ in range(5):
        client.sign_in("lisi", "wrong")
    assert client.sign_in("lisi", PASSWORD).status_code == 429
    assert "登录失败 5 次" in words_of(desk.get(f"/admin/people/{county.li_si.id}"))

    desk.post_form(f"/admin/people/{county.li_si.id}/unlocking")

    assert client.sign_in("lisi", PASSWORD).status_code == 200


def test_a_reset_password_is_shown_once_and_ends_the_sign_ins(county, desk, signed_in, app):
    phone = signed_in(county.li_si)

    page = words_of(desk.post_form(f"/admin/people/{county.li_si.id}/password", follow_redirects=True))

    password = re.search(r'class="one-time mono">([^<]+)<', page)[1]
    assert phone.get("/api/v1/me").status_code == 401
    assert app.test_client().sign_in("lisi", password).status_code == 200


def test_a_group_is_made_edited_and_ended_by_its_forms(county, desk):
    form = {"name": "新的一组", "lead_id": county.qian.id, "locality_id": "", "member_ids": [county.li_si.id]}
    assert desk.post_form("/admin/groups/new", form | {"member_ids": []}).status_code == 422
    assert desk.post_form("/admin/groups/new", form).status_code == 302
    group = next(group for group in queries.groups_of(county.li_si) if group.name == "新的一组")

    assert "checked" in words_of(desk.get(f"/admin/groups/{group.id}/edit"))
    assert desk.post_form(f"/admin/groups/{group.id}/edit", form | {"name": "改名的组"}).status_code == 302
    assert desk.post_form(f"/admin/groups/{group.id}/ending", {"reason": "改组"}).status_code == 302

    assert queries.find_group(group.id).ended_at
    assert "改名的组" in words_of(desk.get("/admin/groups"))


def test_a_certificate_is_issued_shown_with_its_qr_and_suspended(county, desk):
    form = {"number": "云执监证 000009", "holder_name": "陈旁观", "holder_id": county.chen.id, "kind": "inspector",
            "organisation_id": county.bureau.id, "issued_on": "2026-01-01", "valid_until": "2035-12-31"}  # fmt: skip
    place = desk.post_form("/admin/certificates/new", form).location

    assert "有效" in words_of(desk.get(place))
    assert desk.get(f"{place}/qr.svg").data.startswith(b"<svg ")
    assert desk.post_form(f"{place}/state", {"state": "suspended", "reason": ""}).status_code == 422
    desk.post_form(f"{place}/state", {"state": "suspended", "reason": "岗位调整"})

    assert "岗位调整" in words_of(desk.get(place))
    assert "暂停" in words_of(desk.get("/admin/certificates?state=suspended"))


def test_registers_are_kept_by_their_forms(county, desk):
    organisation = {"kind": "agency", "name": "新设的局", "short_name": "新局", "parent_id": county.bureau.id,
                    "locality_id": "", "domains": ["transport"], "position": ""}  # fmt: skip
    point = {"name": "柳湾东村", "kind": "village", "locality_id": county.liuwan.id, "address": "示例路1号"}

    assert desk.post_form("/admin/organisations/new", organisation).status_code == 302
    made = next(row for row in queries.agencies() if row.name == "新设的局")
    assert desk.get(f"/admin/organisations/{made.id}/edit").status_code == 200
    changed = organisation | {"domains": ["transport", "agriculture"]}
    assert desk.post_form(f"/admin/organisations/{made.id}/edit", changed).status_code == 302
    assert desk.post_form(f"/admin/organisations/{made.id}/state", {"disabled": "yes"}).status_code == 302
    assert desk.post_form("/admin/contact-points/new", point).status_code == 302

    assert queries.find_organisation(made.id).domain_ids == ["transport", "agriculture"]
    assert "已停用" in words_of(desk.get("/admin/organisations"))
    assert "柳湾东村" in words_of(desk.get(f"/admin/contact-points?locality_id={county.liuwan.id}"))


def test_people_come_in_by_spreadsheet_or_not_at_all(county, desk):
    def send(*rows, username="账号"):
        book = Workbook()
        for row in (("姓名", username, "角色", "所属机构", "组成来源", "查看范围"), *rows):
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        return desk.post_form("/admin/people/import", {"file": (file, "people.xlsx")})

    assert desk.post_form("/admin/people/import", {}).status_code == 422
    refused = send(("甲一", "jia.yi", "监督员", "没有的局", "司法局"))
    assert refused.status_code == 422
    assert all(word in words_of(refused) for word in ("没有的局", "机构名册里在用的机构的全称或简称", "应为"))
    no_book = desk.post_form("/admin/people/import", {"file": (io.BytesIO(b"words"), "a.xlsx")})
    assert no_book.status_code == 422
    assert "<h1>批量导入人员</h1>" in words_of(no_book)
    assert "不是 .xlsx 文件" in words_of(no_book)
    made = words_of(send(("甲一", "jia.yi", "监督员", "云川市司法局", "司法局")))
    assert "已建立 1 个账号" in made
    assert "全市" not in made
    of_before = ("丙三", "bing.san", "监督员", "云川市司法局", "司法局")
    assert "已建立 1 个账号" in words_of(send(of_before, username="用户名")), "the template as it was called before"
    wide = words_of(send(("乙二", "yi.er", "组长", "云川市司法局", "司法局", "全市")))
    assert "看<strong>全市</strong>的：乙二" in wide
    assert "查看范围" in words_of(desk.get(f"/admin/people/{queries.find_by_username('yi.er').id}"))
    assert desk.get("/admin/people/import/template").data.startswith(b"PK")


def test_a_form_takes_what_its_columns_hold_and_years_that_are_meant(county, desk):
    """Also on SQLite, which would take any length."""
    person = {"username": "jia.yi", "name": "长" * 61, "roles": "supervisor", "organisation_id": county.bureau.id}
    certificate = {
        "number": "云监字1", "holder_name": "甲一", "organisation_id": county.bureau.id,
        "issued_on": "1899-01-01", "valid_until": "9999-12-31",
    }  # fmt: skip
    office = {"kind": "agency", "name": "某局", "short_name": "某", "position": str(2**31)}

    assert "最多 60 个字" in words_of(desk.post_form("/admin/people/new", person | {"origin": "justice_bureau"}))
    assert words_of(desk.post_form("/admin/certificates/new", certificate)).count("年份应在 2000 到 2100 之间") == 2
    assert "之间的整数" in words_of(desk.post_form("/admin/organisations/new", office))


def test_several_faults_of_a_field_are_one_sentence(county, signed_in):
    words = words_of(
        signed_in(county.chen).post_form("/account/password", {"old": PASSWORD, "new": "abc", "again": "abc"})
    )

    assert "密码至少 12 个字符；密码须含" in words
    assert "。;" not in words


def test_the_dashboard_counts_and_links_to_the_list_behind_each_number(county, desk):
    make_visit(group=county.first_group)

    page = words_of(desk.get("/admin/"))

    for href in re.findall(r'<a class="figure[^"]*" href="([^"]+)"', page):
        assert desk.get(href.replace("&amp;", "&")).status_code == 200, href
    numbers = dict(re.findall(r'figure__label">([^<]+)</span></a>', page) and [
        (label, int(value)) for value, label in re.findall(
            r'figure__value">(\d+)</span><span class="figure__label">([^<]+)<', page)])  # fmt: skip
    assert numbers["今天的监督活动"] == 1


def test_the_audit_list_says_who_did_what_and_the_chain_is_checked_on_demand(county, desk):
    desk.post_form(f"/admin/people/{county.li_si.id}/disabling", {"reason": "调离"})

    assert "停用账号" in words_of(desk.get("/admin/audit?actor=wu"))
    assert "没有符合条件" in words_of(desk.get("/admin/audit?actor=no-such-user"))
    assert "审计链完整" in words_of(desk.post_form("/admin/audit/verification"))


def test_an_entry_altered_behind_the_applications_back_is_found(county, desk, db_session):
    desk.post_form(f"/admin/people/{county.li_si.id}/disabling", {"reason": "调离"})
    _take_the_locks_off(db_session)
    db_session.execute(text("UPDATE audit_entry SET event = 'user.enabled' WHERE event = 'user.disabled'"))
    db_session.commit()

    assert "断开" in words_of(desk.post_form("/admin/audit/verification"))


def _take_the_locks_off(session):
    """What somebody with the database's own password could do to its append-only tables."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in triggers:
        session.execute(text(f'DROP TRIGGER "{name}"'))
