"""节假日 at the administrators' desk, and what everybody else reads of a year that is not known."""

import io
from datetime import date

import pytest
from calendars import NOTICE_2027, SOURCE
from citizens import Citizen, make_slip, receipt_in
from factories import make_visit
from openpyxl import Workbook
from sqlalchemy import select

from fieldapp.calendar import queries
from fieldapp.clock import CHINA, as_if_at, datetime
from fieldapp.extensions import db
from fieldapp.ratings.models import FollowUp

DOUBT = "含未公布节假日的年份，期限为暂算"
TYPED = {"year": "2027", "source": SOURCE, "text": NOTICE_2027}
LATE_DECEMBER = datetime(2026, 12, 31, 10, tzinfo=CHINA)


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.wu)


def words_of(answer):
    return answer.get_data(as_text=True)


def hidden_text(page):
    return page.split('name="text" value="')[1].split('"')[0]


def workbook(rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return io.BytesIO(file.getvalue())


def test_the_notice_is_read_shown_day_by_day_and_kept_only_after_the_confirmation(desk):
    shown = words_of(desk.post_form("/admin/calendar/import", TYPED))

    assert queries.entries_of(2027) == []
    for words in ("2027-02-08", "周一", "春节调休", "2027-10-09"):
        assert words in shown
    answer = desk.post_form("/admin/calendar/years/2027", {"source": SOURCE, "text": hidden_text(shown)})
    assert answer.status_code == 302
    assert 2027 in queries.known_years()
    year = words_of(desk.get("/admin/calendar/?year=2027"))
    assert "已公布" in year
    assert SOURCE in year
    assert "修改" in year


def test_a_wrong_line_is_named_nothing_is_kept_and_what_was_typed_is_still_there(desk):
    wrong = NOTICE_2027.replace("6月9日（周三）", "6月9日（周二）")

    answer = desk.post_form("/admin/calendar/import", TYPED | {"text": wrong, "source": ""})

    page = words_of(answer)
    assert answer.status_code == 422
    assert "2027年6月9日是周三，括号里写的是周二" in page
    assert "请填写通知文号" in page
    assert "2月5日（农历除夕前一日、周五）至11日" in page
    assert queries.entries_of(2027) == []


@pytest.mark.parametrize("year", ["", "明年", "20271", "1999", "²⁰²⁷"])
def test_a_year_that_is_none_is_asked_for_again(desk, year):
    answer = desk.post_form("/admin/calendar/import", TYPED | {"year": year})

    assert answer.status_code == 422
    assert "请填写年份" in words_of(answer)


def test_a_table_is_read_as_well_and_its_wrong_row_is_named(desk):
    rows = [("日期", "类型", "名称"), (date(2027, 1, 1), "休", "元旦"), ("2027-02-20", "值班", "春节")]
    form = {"csrf_token": desk.csrf_token, "year": "2027", "source": SOURCE}

    refused = desk.post("/admin/calendar/import", data=form | {"file": (workbook(rows), "days.xlsx")})
    rows[2] = ("2027-02-20", "班", "春节")
    read = desk.post("/admin/calendar/import", data=form | {"file": (workbook(rows), "days.xlsx")})
    csv = "日期，类型，名称\n2027-01-01，休，元旦\n".encode("gb18030")
    from_csv = desk.post("/admin/calendar/import", data=form | {"file": (io.BytesIO(csv), "days.csv")})
    none = desk.post("/admin/calendar/import", data=form | {"file": (workbook([("甲", "乙")]), "days.xlsx")})

    assert refused.status_code == 422
    assert '<td class="number">3</td>' in words_of(refused)
    assert "2027-02-20" in words_of(read)
    assert "2027-01-01" in words_of(from_csv)
    assert none.status_code == 422
    assert "没有读到节假日" in words_of(none)


def test_a_notice_without_a_festival_is_refused_at_the_confirmation(desk):
    text = "\n".join(line for line in NOTICE_2027.splitlines() if "中秋" not in line)
    shown = words_of(desk.post_form("/admin/calendar/import", TYPED | {"text": text}))

    answer = desk.post_form("/admin/calendar/years/2027", {"source": SOURCE, "text": hidden_text(shown)})

    assert answer.status_code == 422
    assert "没有中秋的放假日" in words_of(answer)
    assert queries.entries_of(2027) == []


def test_days_are_entered_changed_and_deleted_one_by_one(desk):
    form = {"day": "2027-02-05", "kind": "holiday", "name": "春节", "source": SOURCE}

    assert desk.post_form("/admin/calendar/days/new", form).status_code == 302
    assert desk.get("/admin/calendar/days/2027-02-05/edit").status_code == 200
    moved = desk.post_form("/admin/calendar/days/2027-02-05/edit", form | {"day": "2027-02-06"})
    refused = desk.post_form("/admin/calendar/days/new", form | {"day": "2027-02-09", "kind": "working_weekend"})
    assert moved.status_code == 302
    assert [entry.announced.day for entry in queries.entries_of(2027)] == [date(2027, 2, 6)]
    assert "本来就上班" in words_of(refused)
    assert desk.post_form("/admin/calendar/days/2027-02-06/removal").status_code == 302
    assert queries.entries_of(2027) == []
    for gone in ("2027-02-06", "2026-10-01", "x", "2027-13-01"):
        assert desk.get(f"/admin/calendar/days/{gone}/edit").status_code == 404
        assert desk.post_form(f"/admin/calendar/days/{gone}/removal").status_code == 404


def test_days_entered_one_by_one_make_the_year_known_once_somebody_says_they_are_all(desk):
    for line in hidden_text(words_of(desk.post_form("/admin/calendar/import", TYPED))).split("\n"):
        day, kind, name = line.split(" ")
        kind = {"休": "holiday", "班": "working_weekend"}[kind]
        desk.post_form("/admin/calendar/days/new", {"day": day, "kind": kind, "name": name, "source": SOURCE})

    assert "尚未公布" in words_of(desk.get("/admin/calendar/?year=2027"))
    assert desk.post_form("/admin/calendar/years/2027", {"source": SOURCE}).status_code == 302
    assert "已公布" in words_of(desk.get("/admin/calendar/?year=2027"))
    assert desk.get("/admin/calendar/years/2027/withdrawal").status_code == 200
    assert desk.post_form("/admin/calendar/years/2027/withdrawal", {"reason": "录错"}).status_code == 302
    assert "尚未公布" in words_of(desk.get("/admin/calendar/?year=2027"))


def test_the_dashboard_asks_for_the_next_year_from_november_on(app, desk, monkeypatch):
    def dashboard(moment):
        monkeypatch.setattr("fieldapp.web.admin.calendar.now", lambda: moment)
        return words_of(desk.get("/admin/"))

    assert "节假日安排尚未录入" not in dashboard(datetime(2026, 10, 31, 23, tzinfo=CHINA))
    assert "2027年节假日安排尚未录入" in dashboard(datetime(2026, 11, 1, 1, tzinfo=CHINA))
    announced(desk)
    assert "节假日安排尚未录入" not in dashboard(datetime(2026, 12, 1, tzinfo=CHINA))


def announced(desk):
    shown = words_of(desk.post_form("/admin/calendar/import", TYPED))
    return desk.post_form("/admin/calendar/years/2027", {"source": SOURCE, "text": hidden_text(shown)})


def test_a_term_that_reaches_into_an_unknown_year_says_so_to_everybody_and_then_moves_later_only(
    app, county, desk, signed_in
):
    with as_if_at(LATE_DECEMBER):
        slip = make_slip(county.zhang_san, visit=make_visit(group=county.first_group))
        receipt = receipt_in(Citizen(app).rate(slip.code, level="1", reason="rude"))
        status = words_of(Citizen(app).open(f"/r/status/{receipt}"))
    follow_up = db.session.scalars(select(FollowUp)).one()
    page, lead = f"/review/ratings/{follow_up.rating_id}", signed_in(county.qian)
    before = [words_of(lead.get(path)) for path in (page, "/review/ratings")]

    flash = words_of(desk.get(announced(desk).headers["Location"]))

    after = [words_of(lead.get(path)) for path in (page, "/review/ratings")]
    db.session.refresh(follow_up)
    assert DOUBT in status
    assert [DOUBT in text for text in before] == [True, True]
    assert [DOUBT in text for text in after] == [False, False]
    assert "顺延了 0 件" in flash, "the days off of that week were known from the law"
    assert (follow_up.accept_by, follow_up.close_by) == (date(2027, 1, 4), date(2027, 1, 8))


@pytest.mark.parametrize("person", ["qian", "zhang_san", "zheng"])
def test_nobody_else_comes_in(county, signed_in, person):
    client = signed_in(getattr(county, person))

    assert client.get("/admin/calendar/").status_code == 403
    assert client.post_form("/admin/calendar/years/2027", {"source": SOURCE}).status_code == 403
    assert queries.entries_of(2027) == []


def test_a_year_that_no_calendar_has_is_not_found(desk):
    assert desk.post_form("/admin/calendar/years/0", {"text": "元旦：1月1日放假", "source": "通知"}).status_code == 404
