"""The page behind a code: what a citizen sees, sends and gets back."""

import io
import re

import pytest
from citizens import DISSATISFIED, Citizen, make_poster, make_slip, receipt_in, token_in
from factories import make_checklist_version, make_photo, make_visit
from PIL import Image
from sqlalchemy import func, select

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import ContactPoint
from fieldapp.ratings import codes
from fieldapp.ratings.models import FollowUp, Opinion, Rating, RatingPhoto


def ratings() -> list[Rating]:
    return list(db.session.scalars(select(Rating).order_by(Rating.submitted_at)))


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def visit(county):
    make_checklist_version()
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def slip(county, visit):
    return make_slip(county.zhang_san, visit=visit)


@pytest.fixture
def poster(county):
    return make_poster(county.wu, agency_id=county.work_safety_agency.id)


@pytest.fixture
def point_poster(county):
    point = ContactPoint(id="0191aaaa-0000-7000-8000-000000000001", name="滨河社区联系点", kind="community",
                         locality_id=county.liuwan.id)  # fmt: skip
    with unit_of_work() as session:
        session.add(point)
    return make_poster(county.wu, contact_point_id=point.id)


@pytest.fixture
def citizen(app):
    return Citizen(app)


def test_the_page_says_who_is_rated_and_names_no_person(citizen, slip, visit):
    page = text_of(citizen.open(f"/r/{slip.code}"))

    assert "云川市应急管理局" in page
    assert "柳湾镇" in page
    assert "工业路1号" in page
    assert "安全生产" in page
    assert not re.search("张三|李四|钱组长", page)


def test_one_tap_and_one_send_are_a_rating(citizen, slip, visit):
    answer = citizen.rate(slip.code, level="5")

    rating = ratings()[0]
    assert receipt_in(answer) == rating.receipt_code
    assert (rating.level, rating.visit_id, rating.agency_id) == (5, visit.id, visit.agency_id)
    assert (rating.domain, rating.locality_id) == (visit.domain, visit.locality_id)


def test_the_receipt_page_shows_a_number_and_not_what_was_rated(citizen, slip):
    answer = citizen.rate(slip.code, **DISSATISFIED, comment="他们态度不好")

    page = text_of(citizen.open(answer.headers["Location"]))
    code = receipt_in(answer)
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page
    assert "不满意" not in page
    assert "态度不好" not in page


def test_everything_that_was_filled_in_is_kept(citizen, slip):
    citizen.rate(
        slip.code, level="2", reason=["no_credentials", "rude", "polite"], show_credentials="no",
        inform_rights="unclear", comment=" 第一行\r\n第二行 ",
    )  # fmt: skip

    rating = ratings()[0]
    assert rating.reasons.split() == ["no_credentials", "rude"], "a reason of another level does not count"
    assert (rating.show_credentials, rating.inform_rights, rating.civil_language) == ("no", "unclear", None)
    assert rating.comment == "第一行\n第二行"
    assert rating.reasons_version == "reasons-2026-1"


@pytest.mark.parametrize("how", ["double tap", "reload", "second post long after"])
def test_one_page_load_is_one_rating_however_often_it_is_sent(citizen, poster, how):
    token = citizen.scan(poster.code)

    first = citizen.send(poster.code, token, level="4")
    second = citizen.send(poster.code, token, level="4" if how != "second post long after" else "1")

    assert first.headers["Location"] == second.headers["Location"]
    assert [rating.level for rating in ratings()] == [4]


def test_a_slip_sent_twice_from_one_page_leads_to_the_same_receipt(citizen, slip):
    token = citizen.scan(slip.code)

    answers = [citizen.send(slip.code, token) for _ in range(3)]

    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(ratings()) == 1


def test_two_strangers_on_one_poster_are_two_ratings(app, poster):
    for address in ("203.0.113.1", "203.0.113.2"):
        receipt_in(Citizen(app, address).rate(poster.code, level="3"))

    assert len(ratings()) == 2


def test_two_pages_loaded_from_one_slip_are_still_one_rating(app, slip):
    first, second = Citizen(app, "203.0.113.1"), Citizen(app, "203.0.113.2")
    tokens = first.scan(slip.code), second.scan(slip.code)

    first.send(slip.code, tokens[0])
    late = second.send(slip.code, tokens[1])

    assert late.status_code == 410
    assert "已经用过" in text_of(late)
    assert len(ratings()) == 1


def test_a_used_slip_says_when_it_was_used(citizen, slip):
    citizen.rate(slip.code)

    answer = citizen.open(f"/r/{slip.code}")

    assert answer.status_code == 410
    assert re.search(r"使用时间：\d{4}-\d\d-\d\d \d\d:\d\d", text_of(answer))


@pytest.mark.parametrize("spell", [
    str.lower,
    lambda code: f" {code[:4]}-{code[4:8]}-{code[8:]} ",
    lambda code: code.replace("0", "O").replace("1", "l"),
],
                         ids=["small letters", "in groups", "look-alikes"])  # fmt: skip
def test_a_code_typed_otherwise_is_the_same_code(citizen, slip, spell):
    assert citizen.open(f"/r/{spell(slip.code)}").status_code == 200


@pytest.mark.parametrize("forged", ["0" * 16, "AAAA", "A" * 400, "中文", "' OR 1=1 --", "%00"])
def test_a_forged_code_is_told_so(citizen, county, forged):
    for answer in (citizen.open(f"/r/{forged}"), citizen.post(f"/r/{forged}", data={"level": "5"})):
        assert answer.status_code == 404


def test_a_revoked_code_is_told_so_and_takes_nothing(citizen, county, poster):
    token = citizen.scan(poster.code)
    codes.revoke(county.wu, poster.id, "海报被人涂改")

    answers = citizen.open(f"/r/{poster.code}"), citizen.send(poster.code, token)

    assert {answer.status_code for answer in answers} == {410}
    assert all("已停用" in text_of(answer) for answer in answers)
    assert ratings() == []


def test_an_expired_slip_is_told_so(citizen, slip):
    with unit_of_work() as session:
        session.get(type(slip), slip.id).expires_at = slip.issued_at

    answer = citizen.open(f"/r/{slip.code}")

    assert answer.status_code == 410
    assert "已过期" in text_of(answer)


@pytest.mark.parametrize("page", ["", "forged", "of-another"])
def test_a_page_that_was_not_made_here_is_asked_to_be_sent_once_more(citizen, poster, slip, page):
    token = {"": "", "forged": "W10.abc", "of-another": citizen.scan(slip.code)}[page]

    answer = citizen.send(poster.code, token, level="2", reason="rude", comment="写了很久的话")

    assert answer.status_code == 422
    assert "写了很久的话" in text_of(answer)
    assert ratings() == []
    assert citizen.send(poster.code, token_in(answer)).status_code == 303


@pytest.mark.parametrize(("form", "words"), [
    ({"level": ""}, "请选择满意程度"),
    ({"level": "6"}, "请选择满意程度"),
    ({"level": "2"}, "至少选一个不满意的原因"),
    ({"level": "1", "reason": ["polite"]}, "至少选一个不满意的原因"),
    ({"show_credentials": "maybe"}, "是、否、不清楚"),
    ({"comment": "长" * 501}, "最多 500 字"),
    ({"phone": "000-0000-0001"}, "请勾选同意回访"),
    ({"phone": "电话", "may_call": "1"}, "能打通的电话"),
    ({"name": "张三", "may_call": "1"}, "能打通的电话"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_written_stays(citizen, poster, form, words):
    answer = citizen.rate(poster.code, **{"comment": "别丢了我的话", **form})

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert form.get("comment", "别丢了我的话")[:400] in text_of(answer)
    assert ratings() == []


def test_a_bad_rating_opens_its_follow_up_at_once_and_a_good_one_none(citizen, poster):
    good = receipt_in(citizen.rate(poster.code, level="3"))
    bad = receipt_in(citizen.rate(poster.code, **DISSATISFIED))

    follow_up = db.session.scalars(select(FollowUp)).one()
    assert follow_up.rating.receipt_code == bad != good
    assert "办结" in text_of(citizen.open(f"/r/status/{bad}"))
    assert "回访" not in re.sub(r"<footer.*", "", text_of(citizen.open(f"/r/status/{good}")), flags=re.S)


def test_a_telephone_is_sealed_and_never_shown_to_strangers(app, citizen, poster):
    receipt = receipt_in(citizen.rate(poster.code, **DISSATISFIED, phone="000-0000-0001", name="王五", may_call="1"))

    rating = ratings()[0]
    assert b"0000-0001" not in rating.contact_sealed
    assert rating.contact_mask == "000****01"
    assert "0000" not in text_of(citizen.open(f"/r/status/{receipt}"))


def test_the_telephone_can_be_taken_back_with_the_receipt(citizen, poster):
    receipt = receipt_in(citizen.rate(poster.code, **DISSATISFIED, phone="000-0000-0001", may_call="1"))

    answers = [citizen.post(f"/r/status/{receipt}/contact-erasure") for _ in range(2)]

    assert {answer.status_code for answer in answers} == {303}
    rating = ratings()[0]
    assert rating.contact_sealed is None
    assert rating.contact_key is None
    assert rating.follow_up.is_real_name is False
    assert "已删除" in text_of(citizen.open(f"/r/status/{receipt}"))


def test_something_can_be_added_once(citizen, poster):
    receipt = receipt_in(citizen.rate(poster.code))
    address = f"/r/status/{receipt}/addendum"

    first = citizen.post(address, data={"words": "后来又来了一次"})
    again = citizen.post(address, data={"words": "后来又来了一次"})
    other = citizen.post(address, data={"words": "另一句"})

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
    assert ratings()[0].addendum.words == "后来又来了一次"


@pytest.mark.parametrize("words", ["", "   ", "长" * 501])
def test_an_addendum_without_words_or_with_too_many_is_refused_in_words(citizen, poster, words):
    receipt = receipt_in(citizen.rate(poster.code))

    answer = citizen.post(f"/r/status/{receipt}/addendum", data={"words": words})

    assert answer.status_code == 422
    assert "500 字" in text_of(answer)


def test_an_unknown_receipt_is_told_so(citizen, county):
    assert citizen.open("/r/status/ABCDABCDABCD").status_code == 404
    assert citizen.open("/r/status?code=ABCDABCDABCD").status_code == 404
    assert citizen.post("/r/status/ABCDABCDABCD/addendum", data={"words": "好"}).status_code == 404


def test_a_receipt_can_be_typed_as_it_was_read_aloud(citizen, poster):
    receipt = receipt_in(citizen.rate(poster.code))

    answer = citizen.open(f"/r/status?code={receipt[:4].lower()}-{receipt[4:]}")

    assert answer.headers["Location"].endswith(receipt)


def test_who_fills_the_trap_reads_success_and_counts_nothing(citizen, poster):
    answer = citizen.rate(poster.code, confirm_note="buy now")

    assert answer.status_code == 303
    assert citizen.open(answer.headers["Location"]).status_code == 200
    assert ratings() == []


def test_a_script_in_a_comment_is_only_text(citizen, poster):
    answer = citizen.rate(poster.code, level="1", comment='<script>alert(1)</script>"><b>')

    page = text_of(answer)
    assert answer.status_code == 422
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_photo_is_kept_only_as_a_copy_without_its_place(citizen, poster):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 23.0, 4.0)}
    exif[0x010E] = "secret description"
    original = make_photo(2000, 1500, exif=exif)

    answer = citizen.rate(
        poster.code, photo=[(io.BytesIO(original), "现场.jpg"), (io.BytesIO(make_photo(text="2")), "b.jpg")]
    )

    receipt_in(answer)
    kept = list(db.session.scalars(select(RatingPhoto).order_by(RatingPhoto.position)))
    assert len(kept) == 2
    with Image.open(io.BytesIO(kept[0].content)) as copy:
        assert max(copy.size) == 1280
        assert not copy.getexif()
    assert b"secret description" not in kept[0].content


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0 not really a jpeg", b"PK\x03\x04" * 100]
)
def test_a_photo_that_is_none_is_left_out_and_said_and_the_rating_counts(citizen, poster, content):
    answer = citizen.rate(poster.code, photo=[(io.BytesIO(content), "照片.jpg")])

    page = text_of(citizen.open(answer.headers["Location"]))
    assert "没有保存；评价已收到" in page
    assert len(ratings()) == 1
    assert db.session.scalar(select(func.count()).select_from(RatingPhoto)) == 0


def test_a_fourth_photo_is_left_out(citizen, poster):
    photo = make_photo(64, 48)

    citizen.rate(poster.code, photo=[(io.BytesIO(photo), f"{n}.jpg") for n in range(4)])

    assert db.session.scalar(select(func.count()).select_from(RatingPhoto)) == 3


def test_an_opinion_gets_a_number_and_later_its_answer(citizen, county, point_poster):
    from fieldapp.ratings import answers

    token = citizen.scan(point_poster.code, page="/opinion")
    sent = [citizen.send(point_poster.code, token, page="/opinion", words="希望少填表") for _ in range(2)]

    opinion = db.session.scalars(select(Opinion)).one()
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    page = text_of(citizen.open(sent[0].headers["Location"]))
    assert opinion.number in page
    answers.answer(county.zhou, opinion.id, "已合并三张表")
    assert "已合并三张表" in text_of(citizen.open(sent[0].headers["Location"]))


def test_only_a_contact_points_poster_takes_opinions(citizen, poster, slip):
    assert citizen.open(f"/r/{poster.code}/opinion").status_code == 404
    assert citizen.post(f"/r/{slip.code}/opinion", data={"words": "好"}).status_code == 404


def test_a_contact_points_rating_may_name_the_agency(citizen, county, point_poster):
    citizen.rate(point_poster.code, agency=county.environment_agency.id)
    citizen.rate(point_poster.code, agency="no-such")

    assert [rating.agency_id for rating in ratings()] == [county.environment_agency.id, None]
    assert {rating.locality_id for rating in ratings()} == {county.liuwan.id}


def test_no_session_is_begun_and_nothing_is_cached(citizen, poster):
    answer = citizen.open(f"/r/{poster.code}")

    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["fieldapp-rater"]
    assert "HttpOnly" in cookies[0]
    assert "Path=/r/" in cookies[0]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_and_its_sheet_weigh_less_than_30_kb_and_ask_for_no_script(citizen, point_poster):
    page = citizen.open(f"/r/{point_poster.code}", headers={"Accept-Encoding": "gzip"})
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', text_of(citizen.open(f"/r/{point_poster.code}")))

    weight = len(page.data) + sum(
        len(citizen.open(sheet, headers={"Accept-Encoding": "gzip"}).data) for sheet in set(sheets)
    )
    assert not [sheet for sheet in sheets if sheet.endswith(".js")]
    assert page.headers["Content-Encoding"] == "gzip"
    assert weight <= 30 * 1024


def test_more_than_the_pictures_of_one_rating_are_refused_before_they_are_read(citizen, poster):
    token = citizen.scan(poster.code)

    answer = citizen.post(
        f"/r/{poster.code}",
        data={"page": token, "level": "5"},
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
    )

    assert answer.status_code == 413
    assert "照片太大" in text_of(answer)
