"""好差评 at the reviewer's desk: who sees what, what can be done, and what never leaks or runs."""

import csv
import io
from datetime import timedelta
from html import unescape

import pytest
from citizens import Citizen, a_wish, make_poster, make_slip, rated, receipt_in
from desk_pages import form_at, forms_of, send
from factories import make_photo, make_visit
from openpyxl import load_workbook
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db
from fieldapp.people import registers
from fieldapp.people.registers import ContactPointDraft
from fieldapp.rating_codes import spelling
from fieldapp.ratings import follow_ups, inbox, queries
from fieldapp.ratings.rules import Wish

NUMBER = "000-0000-0021"


def rate(county, *, level="1", days_ago=0, visit=None, comment="", phone="", address="203.0.113.7"):
    """A rating of a slip, given `days_ago`; a bad one opens its follow-up then."""
    slip = make_slip(county.zhang_san, visit=visit or make_visit(group=county.first_group))
    wish = Wish(level, {}, ("rude",) if level in "12" else (), comment, "王五" if phone else "", phone, bool(phone))
    with as_if_at(now() - timedelta(days=days_ago)):
        return rated(slip, wish, address=address)


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def step(client, rating, action, **form):
    return client.post_form(f"/review/ratings/{rating.id}/steps", {"action": action, "words": "已与评价人核对", **form})


def events_of(subject_id):
    return list(db.session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == subject_id)))


@pytest.fixture
def lead(signed_in, county):
    return signed_in(county.qian)


@pytest.fixture
def contact_point(county):
    return registers.create_contact_point(county.wu, ContactPointDraft("柳湾镇东湾村", "village", county.liuwan.id))


@pytest.mark.parametrize("path", ["", "/all", "/totals", "/export.csv", "/export.xlsx"])
def test_only_leads_and_admins_come_in(county, signed_in, client, path):
    assert client.get(f"/review/ratings{path}").status_code in (302, 401)
    for user, status in ((county.zhang_san, 403), (county.zheng, 403), (county.wu, 200), (county.qian, 200)):
        assert signed_in(user).get(f"/review/ratings{path}").status_code == status, user.name


def test_the_overdue_stand_on_top_and_the_closed_at_the_end(county, lead):
    fresh, late, ended = (rate(county, days_ago=days) for days in (0, 20, 30))
    follow_ups.triage(county.qian, ended.id, owner=county.qian)
    follow_ups.conclude(county.qian, ended.id, outcome="unfounded", words="核对录像")
    follow_ups.reply(county.qian, ended.id, words="程序合法")
    follow_ups.close(county.qian, ended.id)

    html = page_of(lead, "/review/ratings?view=all")

    assert html.index(late.id) < html.index(fresh.id) < html.index(ended.id)
    assert "受理超期" in html
    assert late.id in page_of(lead, "/review/ratings?view=overdue")
    assert fresh.id not in page_of(lead, "/review/ratings?view=overdue")


def test_the_list_is_narrowed_by_owner_and_state(county, lead):
    owned, unowned = rate(county), rate(county)
    follow_ups.triage(county.qian, owned.id, owner=county.zhou)

    by_owner = page_of(lead, f"/review/ratings?owner={county.zhou.id}")
    by_state = page_of(lead, "/review/ratings?state=received")

    assert (owned.id in by_owner, unowned.id in by_owner) == (True, False)
    assert (owned.id in by_state, unowned.id in by_state) == (False, True)


def test_a_bad_rating_goes_from_the_inbox_to_its_closing_on_these_pages(county, lead):
    rating = rate(county, comment="没亮证", phone=NUMBER)

    for action, form, words in (
        ("triage", {"owner": county.qian.id}, "已分派"),
        ("call", {}, "联系中"),
        ("conclude", {"outcome": "verified"}, "属实"),
        ("rectify", {}, "已整改"),
        ("reply", {}, "已反馈"),
        ("close", {}, "已办结"),
    ):
        answer = step(lead, rating, action, **form)
        assert answer.status_code == 302, (action, answer.get_data(as_text=True))
        assert words in page_of(lead, f"/review/ratings/{rating.id}")

    assert rating.id in page_of(lead, "/review/ratings?view=closed")


@pytest.mark.parametrize(
    ("action", "form", "status"),
    [
        ("triage", {"owner": "nobody"}, 422),
        ("call", {}, 409),
        ("close", {}, 409),
        ("conclude", {"outcome": "whatever"}, 422),
        ("call", {"words": " "}, 422),
        ("fly", {}, 404),
    ],
)
def test_a_step_that_cannot_be_is_refused_in_words_and_changes_nothing(county, lead, action, form, status):
    rating = rate(county)

    answer = step(lead, rating, action, **form)

    assert answer.status_code == status
    assert follow_ups_state(rating) == "received"


def test_what_was_typed_stays_on_the_page_when_it_is_refused(county, lead):
    rating = rate(county)

    answer = step(lead, rating, "triage", owner="nobody", words="请今天回访")

    assert answer.status_code == 422
    assert "请今天回访" in answer.get_data(as_text=True)


def test_who_left_a_number_must_be_called_before_closing(county, lead):
    rating = rate(county, phone=NUMBER)
    follow_ups.triage(county.qian, rating.id, owner=county.qian)
    follow_ups.conclude(county.qian, rating.id, outcome="unfounded", words="核对录像")
    follow_ups.reply(county.qian, rating.id, words="程序合法")

    answer = step(lead, rating, "close")

    assert answer.status_code == 422
    assert "回访" in answer.get_data(as_text=True)
    assert follow_ups_state(rating) == "replied"


def test_an_admin_is_offered_neither_extension_nor_closing(county, signed_in):
    rating = rate(county)

    html = page_of(signed_in(county.wu), f"/review/ratings/{rating.id}")

    assert 'value="extend"' not in html
    assert step(signed_in(county.wu), rating, "extend").status_code == 403


def test_another_locality_finds_nothing(county, signed_in):
    rating = rate(county)
    stranger = signed_in(county.sun)

    assert rating.id not in page_of(stranger, "/review/ratings")
    assert rating.id not in page_of(stranger, "/review/ratings/all")
    assert stranger.get(f"/review/ratings/{rating.id}").status_code == 404
    assert step(stranger, rating, "triage", owner=county.sun.id).status_code == 404
    assert stranger.post_form(f"/review/ratings/{rating.id}/contact", {"reason": "想看"}).status_code == 404


def test_a_number_is_masked_until_somebody_says_why(county, lead):
    rating = rate(county, phone=NUMBER)
    path = f"/review/ratings/{rating.id}"
    assert NUMBER not in page_of(lead, path)

    without = lead.post_form(f"{path}/contact", {"reason": "  "})
    shown = lead.post_form(f"{path}/contact", {"reason": "首次回访"})

    assert (without.status_code, NUMBER in without.get_data(as_text=True)) == (422, False)
    assert (shown.status_code, NUMBER in shown.get_data(as_text=True)) == (200, True)
    assert shown.headers["Cache-Control"] == "no-store"
    assert events_of(rating.id).count("rating.contact_unmasked") == 1
    after = page_of(lead, path)
    assert NUMBER not in after
    assert "首次回访" in after


def test_the_proposal_for_release_has_no_number_and_the_agency_reads_only_what_was_released(county, lead):
    rating = rate(county, comment=f"打我电话 {NUMBER} 或车牌苏A12345")

    html = unescape(page_of(lead, f"/review/ratings/{rating.id}"))
    proposal = html.split('id="release-words"')[1].split("</textarea>")[0]
    assert step(lead, rating, "release", words="希望态度好一点").status_code == 302

    assert NUMBER not in proposal
    assert "苏A12345" not in proposal
    assert queries.find(county.qian, rating.id).released_comment == "希望态度好一点"
    assert "rating.comment_released" in events_of(rating.id)


@pytest.mark.parametrize("comment", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_a_comment_is_only_words(county, lead, comment):
    rating = rate(county, comment=comment)

    for path in ("/review/ratings", "/review/ratings/all", f"/review/ratings/{rating.id}"):
        html = page_of(lead, path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert comment in unescape(page_of(lead, f"/review/ratings/{rating.id}"))


@pytest.mark.parametrize(
    "comment",
    ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＠SUM(A1)", "－2", "＋3", "=cmd|' /C calc'!A0"],
)
def test_no_cell_of_an_export_is_a_formula(county, lead, comment):
    rate(county, comment=comment)

    rows = list(csv.reader(io.StringIO(lead.get("/review/ratings/export.csv").data.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(lead.get("/review/ratings/export.xlsx").data))

    place = rows[0].index("评语")
    assert rows[1][place] == "'" + comment
    cell = book.active.cell(2, place + 1)
    assert cell.data_type == "s"
    assert cell.value == comment


def test_no_cell_of_an_export_reads_backwards_and_none_shows_an_internal_key(county, lead):
    rate(county, comment="好\u202egnp.exe\u2066")

    rows = list(csv.reader(io.StringIO(lead.get("/review/ratings/export.csv").data.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(lead.get("/review/ratings/export.xlsx").data))

    place = rows[0].index("评语")
    assert rows[1][place] == book.active.cell(2, place + 1).value == "好\ufffdgnp.exe\ufffd"
    assert "_" not in rows[1][rows[0].index("领域")]


def test_a_period_named_in_the_wrong_order_is_the_same_period(county, lead):
    rate(county)

    pages = [page_of(lead, "/review/ratings/all?since=2020-01-01&until=2100-01-01")]
    pages.append(page_of(lead, "/review/ratings/all?since=2100-01-01&until=2020-01-01"))

    assert [page.count("/review/ratings/0") for page in pages] == [pages[0].count("/review/ratings/0")] * 2
    assert pages[0].count("/review/ratings/0") > 0


def test_an_export_holds_no_contact_keeps_the_filter_and_is_remembered(county, lead):
    rate(county, phone=NUMBER)
    rate(county, level="5")

    text = lead.get("/review/ratings/export.csv?level=1").data.decode()

    assert NUMBER not in text
    assert "王五" not in text
    assert len(text.splitlines()) == 2
    assert events_of(county.qian.id).count("ratings.exported") == 1


def test_suspects_are_listed_apart_with_their_reason_and_both_totals_are_shown(county, lead):
    honest = rate(county, level="4")
    visit = make_visit(group=county.first_group)
    slip = make_slip(county.zhang_san, visit=visit)
    quick = rated(slip, a_wish("5"), address="203.0.113.9", seconds_ago=0)

    suspects = page_of(lead, "/review/ratings/all?view=suspect")
    totals = page_of(lead, "/review/ratings/totals")

    assert (quick.id in suspects, honest.id in suspects) == (True, False)
    assert "打开页面几秒内就提交" in suspects
    assert '<span class="figure__value">1</span><span class="figure__label">有效评价' in totals
    assert '<span class="figure__value">2</span><span class="figure__label">全部评价' in totals


def test_a_rating_is_found_by_the_code_that_somebody_reads_out(county, lead):
    rating, other = rate(county), rate(county)
    spelled = "-".join([rating.receipt_code[:4].lower(), rating.receipt_code[4:8], rating.receipt_code[8:]])

    html = page_of(lead, f"/review/ratings/all?q={spelled}")

    assert (rating.id in html, other.id in html) == (True, False)


def test_staff_never_see_the_whole_code_with_which_a_citizen_speaks(county, lead):
    rating = rate(county)
    spellings = (rating.receipt_code, spelling.grouped(rating.receipt_code))

    for path in ("", "?view=all", "/all", f"/{rating.id}", "/export.csv"):
        text = page_of(lead, f"/review/ratings{path}")
        assert not [spelled for spelled in spellings if spelled in text], path


def test_a_citizens_picture_is_seen_in_reach_only(app, county, lead, signed_in):
    slip = make_slip(county.zhang_san, visit=make_visit(group=county.first_group))
    citizen = Citizen(app)
    form = {"photo": (io.BytesIO(make_photo(text="kerb")), "a.jpg")}
    rating = queries.by_receipt(receipt_in(citizen.rate(slip.code, **form)))
    assert len(rating.photos) == 1

    seen = lead.get(f"/review/ratings/{rating.id}/photos/0")

    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert lead.get(f"/review/ratings/{rating.id}/photos/7").status_code == 404
    assert signed_in(county.sun).get(f"/review/ratings/{rating.id}/photos/0").status_code == 404


def test_an_opinion_is_answered_and_the_citizen_reads_it(app, county, lead, contact_point):
    poster = make_poster(county.wu, contact_point_id=contact_point.id)
    citizen = Citizen(app)
    token = citizen.scan(poster.code, page="/opinion")
    sent = citizen.send(poster.code, token, page="/opinion", words="检查能不能合并？<b>")
    opinion = db.session.scalars(inbox.opinions(county.qian)).one()
    assert sent.status_code == 303
    assert opinion.id in page_of(lead, "/review/opinions")

    empty = lead.post_form(f"/review/opinions/{opinion.id}/answer", {"words": " "})
    answered = lead.post_form(f"/review/opinions/{opinion.id}/answer", {"words": "下季度合并检查"})

    assert (empty.status_code, answered.status_code) == (422, 302)
    assert opinion.id not in page_of(lead, "/review/opinions")
    assert opinion.id in page_of(lead, "/review/opinions?view=answered")
    assert "下季度合并检查" in citizen.open(f"/r/status/{opinion.receipt_code}").get_data(as_text=True)


def test_an_opinion_of_another_locality_does_not_exist(app, county, signed_in, contact_point):
    poster = make_poster(county.wu, contact_point_id=contact_point.id)
    citizen = Citizen(app)
    citizen.send(poster.code, citizen.scan(poster.code, page="/opinion"), page="/opinion", words="路灯坏了")
    opinion = db.session.scalars(inbox.opinions(county.qian)).one()
    stranger = signed_in(county.sun)

    assert opinion.id not in page_of(stranger, "/review/opinions")
    assert stranger.get(f"/review/opinions/{opinion.id}").status_code == 404
    assert stranger.post_form(f"/review/opinions/{opinion.id}/answer", {"words": "好"}).status_code == 404


def follow_ups_state(rating):
    db.session.rollback()
    return db.session.scalar(select(inbox.FollowUp.state).where(inbox.FollowUp.rating_id == rating.id))


def test_the_second_of_two_who_word_an_answer_is_told_and_keeps_the_own_words(app, county, lead, contact_point):
    poster = make_poster(county.wu, contact_point_id=contact_point.id)
    citizen = Citizen(app)
    citizen.send(poster.code, citizen.scan(poster.code, page="/opinion"), page="/opinion", words="路灯坏了")
    opinion = db.session.scalars(inbox.opinions(county.qian)).one()
    place = f"/review/opinions/{opinion.id}"
    first, second = form_at(lead, place, action="/answer"), form_at(lead, place, action="/answer")
    assert send(lead, first, words="先答的").status_code == 302

    told = send(lead, second, words="后答的")

    page = told.get_data(as_text=True)
    assert told.status_code == 409
    assert "现在是“先答的”" in page
    again = next(one for one in forms_of(page, place) if one.action.endswith("/answer"))
    assert again.value("words") == "后答的"
    assert "先答的" in citizen.open(f"/r/status/{opinion.receipt_code}").get_data(as_text=True)
    assert send(lead, again).status_code == 302


def test_the_second_of_two_who_word_a_reply_is_told(county, lead):
    rating = rate(county)
    step(lead, rating, "triage", owner=county.qian.id)
    step(lead, rating, "call")
    step(lead, rating, "conclude", outcome="unfounded")
    place = f"/review/ratings/{rating.id}"

    def reply_form():
        forms = forms_of(page_of(lead, place), place)
        return next(one for one in forms if one.value("action") == "reply")

    first, second = reply_form(), reply_form()
    assert send(lead, first, words="先写的答复").status_code == 302

    told = send(lead, second, words="后写的答复")

    assert told.status_code == 409
    assert "先写的答复" in told.get_data(as_text=True)
    assert "后写的答复" in told.get_data(as_text=True)


def test_a_number_is_shown_once_and_a_reload_looks_it_up_no_second_time(county, lead):
    rating = rate(county, phone=NUMBER)
    form = form_at(lead, f"/review/ratings/{rating.id}", action="/contact")

    shown, reloaded = send(lead, form, reason="首次回访"), send(lead, form, reason="首次回访")

    assert NUMBER in shown.get_data(as_text=True)
    assert reloaded.status_code == 302
    assert NUMBER not in page_of(lead, reloaded.location)
    assert events_of(rating.id).count("rating.contact_unmasked") == 1


def test_an_export_names_the_domain_in_words(county, lead):
    rate(county)

    rows = list(csv.reader(io.StringIO(lead.get("/review/ratings/export.csv").data.decode("utf-8-sig"))))

    assert rows[1][rows[0].index("领域")] == "安全生产"


@pytest.mark.parametrize("path", ["/review/", "/review/ratings/all", "/review/ratings/totals"])
def test_dates_the_wrong_way_round_are_said_to_be_so(lead, path):
    assert "日期前后颠倒" in page_of(lead, f"{path}?since=2026-05-02&until=2026-05-01")
    assert "日期前后颠倒" not in page_of(lead, f"{path}?since=2026-05-01&until=2026-05-01")
