"""清单管理 in the administrators' desk: fetched pages are linted by the client."""

from dataclasses import replace
from io import BytesIO

import pytest
from factories import filed_observation, make_visit, observation_body
from openpyxl import load_workbook
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.checklists import content as contents
from fieldapp.checklists import operations, queries
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision


@pytest.fixture
def admin(county, signed_in):
    operations.publish_default()
    return signed_in(county.wu)


def workbook(admin, **cells):
    """The current version as downloaded, with some cells of 指标 changed."""
    book = load_workbook(BytesIO(admin.get("/admin/checklists/field-2026-1/spreadsheet").data))
    for cell, value in cells.items():
        book["指标"][cell] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def upload(admin, data, name="清单.xlsx"):
    return admin.post_form("/admin/checklists/import", {"file": (BytesIO(data), name)})


def page(answer):
    return answer.get_data(as_text=True)


def test_without_a_checklist_the_page_offers_the_default(county, signed_in):
    browser = signed_in(county.wu)

    assert "发布“现场用的五大类”" in page(browser.get("/admin/checklists"))
    answer = browser.post_form("/admin/checklists/publish-default")

    assert answer.location == "/admin/checklists/field-2026-1"
    assert queries.current().created_by_id == county.wu.id


def test_a_version_is_shown_by_category_with_unverified_citations_marked(admin):
    words = page(admin.get("/admin/checklists/field-2026-1"))

    assert words.count('id="item-') == 53
    assert words.count('<span class="tag">选做</span>') == 5
    assert words.count(">待核</span>") == 15
    assert "须经司法局审定后启用" in words


def test_only_what_a_visit_asks_is_shown_when_mode_and_domain_are_chosen(admin):
    words = page(admin.get("/admin/checklists/field-2026-1?mode=on_site&domain=yangtze_fishing_ban"))

    assert words.count('id="item-') == 28 + 3  # three more may be chosen
    assert "28 项 · 64 分，选做 3 项" in words
    assert "item-B10" not in words


def test_a_filter_nobody_offers_shows_an_empty_page_and_no_error(admin):
    answer = admin.get("/admin/checklists/field-2026-1?mode=x&domain=<b>")

    assert answer.status_code == 200
    assert "没有这样的指标" in page(answer)


def test_mistakes_are_shown_all_at_once_and_nothing_is_stored(admin):
    answer = upload(admin, workbook(admin, F4="胡写", J6="许多", D7="<script>alert(1)</script>", A8="?"))

    words = page(answer)
    assert answer.status_code == 422
    assert all(word in words for word in ("有 3 处要改", "胡写", "许多", "大类字母加两位数字"))
    assert len(queries.all_versions()) == 1


@pytest.mark.parametrize(("data", "words"), [(b"words", "不是 .xlsx 文件"), (b"", "空的"), (None, "完全相同")])
def test_a_file_that_is_not_taken_gets_the_page_with_the_form_to_try_again(admin, data, words):
    answer = upload(admin, workbook(admin) if data is None else data)

    assert answer.status_code == 422
    assert words in page(answer)
    assert 'action="/admin/checklists/import"' in page(answer)


def test_a_good_file_becomes_a_proposal_and_is_published_only_on_confirmation(admin):
    answer = upload(admin, workbook(admin, D2="换一种问法？"))

    assert answer.status_code == 302
    proposed = queries.all_versions()[0]
    assert queries.current().id == "field-2026-1"
    words = page(admin.get(answer.location))
    assert "<ins>换一种问法？</ins>" in words
    assert "A01" in words

    assert admin.post_form(f"/admin/checklists/{proposed.id}/publish").status_code == 302

    assert queries.current().id == proposed.id
    assert "已发布" in page(admin.get("/admin/checklists"))


def test_a_discarded_proposal_leaves_the_current_version(admin):
    upload(admin, workbook(admin, D2="换一种问法？"))
    proposed = queries.all_versions()[0]

    admin.post_form(f"/admin/checklists/{proposed.id}/discard")

    assert queries.current().id == "field-2026-1"
    assert "已放弃" in page(admin.get("/admin/checklists"))
    assert admin.post_form(f"/admin/checklists/{proposed.id}/publish").status_code == 409


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [(b"", "a.xlsx", "空的"), (b"x" * 10 * 1024 * 1024, "a.xlsx", "超过 5 MB"), (b"x", "", "没有选择文件")],
    ids=["empty", "ten megabytes", "none chosen"],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(admin, data, name, words):
    answer = upload(admin, data, name)

    assert answer.status_code == 422
    assert words in page(answer)


def test_the_same_checklist_again_is_not_taken(admin):
    answer = upload(admin, workbook(admin))

    assert answer.status_code == 422
    assert "完全相同" in page(answer)


def test_the_download_is_named_and_typed(admin):
    answer = admin.get("/admin/checklists/field-2026-1/spreadsheet")

    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "field-2026-1.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["", "/field-2026-1", "/field-2026-1/spreadsheet", "/field-2026-1/differences"])
@pytest.mark.parametrize("who", ["zhang_san", "qian", "zheng"])
def test_nobody_but_administrators_comes_in(county, signed_in, who, path):
    operations.publish_default()

    assert signed_in(getattr(county, who)).get(f"/admin/checklists{path}").status_code == 403


def test_an_unknown_version_is_not_found(admin):
    for path in ("", "/spreadsheet", "/differences"):
        assert admin.get(f"/admin/checklists/field-1999-1{path}").status_code == 404
    assert admin.post_form("/admin/checklists/field-1999-1/publish").status_code == 404


def test_without_the_page_token_nothing_is_published(admin):
    upload(admin, workbook(admin, D2="换一种问法？"))
    proposed = queries.all_versions()[0]

    answer = admin.post(f"/admin/checklists/{proposed.id}/publish")

    assert answer.status_code == 400
    assert queries.state_of(proposed) == "proposed"


def test_until_the_bureau_has_approved_it_every_score_says_that_it_is_for_reference_only(admin, county, signed_in):
    version = queries.current()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    record = ids.mint()
    file_revision(county.zhang_san, filed_observation(record, observation_body(visit, version)))
    phone, lead = signed_in(county.zhang_san), signed_in(county.qian)

    def status_on_the_phone():
        return phone.api_get("/api/v1/pack").json["checklist_versions"][0]["status"]

    assert "拟定清单，得分仅供参考" in page(lead.get(f"/review/records/{record}"))
    assert status_on_the_phone() == "draft_assumption"
    assert "司法局已审定这一版" in page(admin.get(f"/admin/checklists/{version.id}"))

    for _ in range(2):  # the second time is the same
        assert admin.post_form(f"/admin/checklists/{version.id}/approve").status_code == 302

    assert "拟定清单" not in page(lead.get(f"/review/records/{record}"))
    assert status_on_the_phone() == "approved"
    words = page(admin.get(f"/admin/checklists/{version.id}"))
    assert "已审定（" in words
    assert "司法局已审定这一版" not in words
    happened = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "checklist.approved")).all()
    assert [entry.actor_id for entry in happened] == [county.wu.id]


def test_a_proposal_cannot_be_approved_before_it_is_published(admin, county):
    default = contents.load_default()
    version = operations.propose(county.wu, replace(default, meta=replace(default.meta, title="改过的清单")))

    answer = admin.post_form(f"/admin/checklists/{version.id}/approve")

    assert answer.status_code == 409
    assert "请先发布" in page(answer)


def without_columns(data):
    """The workbook as one from before there were columns for what items mean."""
    book = load_workbook(BytesIO(data))
    sheet = book["指标"]
    sheet.delete_cols([cell.value for cell in sheet[1]].index("印证事实") + 1, 3)
    for row in range(sheet.max_row, 1, -1):
        if sheet.cell(row, 10).value == 0:  # 选做项 were not known either
            sheet.delete_rows(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_old_workbook_is_taken_with_the_meanings_of_the_current_version_and_the_differences_say_so(admin):
    answer = upload(admin, without_columns(workbook(admin, D2="换一种问法？")))

    words = page(admin.get(answer.location))
    assert "已按代码沿用 field-2026-1 的" in words
    assert "主动出示执法证件：出示执法证件，首屏" in " ".join(words.replace("<", " <").split())
    proposed = contents.load(queries.all_versions()[0].content)
    assert proposed.code_of_fact == contents.load_default().code_of_fact


def test_a_list_that_asks_about_no_fact_is_taken_and_warned_of(admin):
    place = 2 + [item.code for item in contents.load_default().items].index("B01")

    answer = upload(admin, workbook(admin, **{f"P{place}": None}))

    assert answer.status_code == 302
    assert "没有一项问到：出示执法证件" in page(admin.get(answer.location))


def test_the_list_of_the_county_is_proposed_beside_the_current_one(admin):
    assert "提出“县里的五大类”" in page(admin.get("/admin/checklists"))

    answer = admin.post_form("/admin/checklists/publish-default", {"list": "county"})

    assert answer.location.endswith("/differences")
    assert queries.current().id == "field-2026-1"
    assert "普法责任制" in page(admin.get(answer.location))
    assert admin.post_form("/admin/checklists/publish-default", {"list": "city"}).status_code == 404


def test_the_text_of_an_article_unfolds_behind_its_citation(admin):
    words = page(admin.get("/admin/checklists/field-2026-1"))

    assert "执法人员应当文明执法，尊重和保护当事人合法权益。" in words  # 行政处罚法第42条第2款
    assert "2021-07-15 起施行" in words
    assert "（原文未收录）" in words
