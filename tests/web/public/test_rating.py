"""The page behind a code: what a citizen sees, sends and gets back."""

import io
import re

import pytest
from citizens import DISSATISFIED, Citizen, later, make_poster, make_slip, receipt_in, token_in
from factories import make_checklist_version, make_photo, make_visit
from PIL import Image
from sqlalchemy import func, select

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import ContactPoint
from fieldapp.rating_codes import operations as codes
from fieldapp.ratings import contacts, drafts
from fieldapp.ratings.models import Draft, DraftPhoto, FollowUp, Opinion, Rating, RatingPhoto


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
    assert rating.reasons_version == "reasons-2026-2"


SAID = {"level": "4", "reason": ["polite"], "comment": "说得清楚", "phone": "000-0000-0001", "may_call": "1"}


def photos(count=1, side=64):
    return [(io.BytesIO(make_photo(side, side)), f"{number}.jpg") for number in range(count)]


def test_the_same_sent_again_from_one_page_is_one_rating_however_late(citizen, poster):
    token = citizen.scan(poster.code)

    first = citizen.send(poster.code, token, **SAID, photo=photos())
    again = citizen.send(poster.code, token, **SAID, photo=photos())
    with later(days=3):
        late = citizen.send(poster.code, token, **SAID, photo=photos())

    assert {answer.headers["Location"] for answer in (first, again, late)} == {f"/r/status/{receipt_in(first)}"}
    assert [rating.level for rating in ratings()] == [4]


@pytest.mark.parametrize("other", [
    {"level": "1"}, {"reason": ["explained"]}, {"comment": "另一个人的话"}, {"phone": "000-0000-0002"},
    {"name": "王五"}, {"show_credentials": "no"}, {"photo": "another"},
])  # fmt: skip
def test_whatever_else_is_sent_from_one_page_of_a_poster_is_a_rating_of_its_own(citizen, poster, other):
    token = citizen.scan(poster.code)

    first = citizen.send(poster.code, token, **SAID)
    second = citizen.send(poster.code, token, **SAID | other | ({"photo": photos()} if "photo" in other else {}))

    assert receipt_in(first) != receipt_in(second)
    assert len(ratings()) == 2


def test_whoever_gets_a_used_slip_is_told_that_it_was_not_taken_and_keeps_the_words(citizen, slip):
    token = citizen.scan(slip.code)
    first = citizen.send(slip.code, token, level="5")

    second = citizen.send(slip.code, token, level="1", comment="我也有话要说")
    page = text_of(second)

    assert second.status_code == 410
    for words in ("已经用过", "您这一次填写的没有提交", "凭查询码可以追评", "我也有话要说"):
        assert words in page
    assert receipt_in(first) not in page
    assert [rating.level for rating in ratings()] == [5]


def test_two_opinions_from_one_page_are_two_and_the_same_twice_is_one(citizen, point_poster):
    token = citizen.scan(point_poster.code, page="/opinion")

    sent = [citizen.send(point_poster.code, token, page="/opinion", words=words) for words in ("一", "二", "一")]

    receipts = [receipt_in(answer) for answer in sent]
    assert receipts[0] == receipts[2] != receipts[1]
    assert db.session.scalar(select(func.count()).select_from(Opinion)) == 2


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


def test_a_used_slip_tells_nobody_when_it_was_used(citizen, slip):
    before = text_of(citizen.open(f"/r/{slip.code}"))
    citizen.rate(slip.code)

    answer = citizen.open(f"/r/{slip.code}")

    assert answer.status_code == 410
    assert "已经用过" in text_of(answer)
    assert "使用时间" not in text_of(answer)
    assert set(re.findall(r"\d\d:\d\d", text_of(answer))) <= set(re.findall(r"\d\d:\d\d", before))


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
    ({"show_credentials": "maybe"}, "是、否、不清楚"),
    ({"comment": "长" * 501}, "最多 500 字"),
    ({"phone": "000-0000-0001"}, "请勾选同意回访"),
    ({"phone": "电话", "may_call": "1"}, "能打通的电话"),
    ({"phone": "000-0000-0001/000-0000-0002", "may_call": "1"}, "只填一个"),
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


def test_whoever_fills_the_field_that_nobody_sees_is_taken_and_marked(citizen, point_poster):
    receipt_in(citizen.rate(point_poster.code, confirm_note="buy now"))
    token = citizen.scan(point_poster.code, page="/opinion")
    receipt_in(citizen.send(point_poster.code, token, page="/opinion", words="好", confirm_note="buy now"))

    opinion = db.session.scalars(select(Opinion)).one()
    assert "hidden_field" in ratings()[0].suspect_reasons.split()
    assert "hidden_field" in opinion.suspect_reasons.split()


def test_a_script_in_a_comment_is_only_text(citizen, poster):
    answer = citizen.rate(poster.code, level="", comment='<script>alert(1)</script>"><b>')

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
    from fieldapp.ratings import opinions

    token = citizen.scan(point_poster.code, page="/opinion")
    sent = [citizen.send(point_poster.code, token, page="/opinion", words="希望少填表") for _ in range(2)]

    opinion = db.session.scalars(select(Opinion)).one()
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    page = text_of(citizen.open(sent[0].headers["Location"]))
    assert opinion.number in page
    opinions.answer(county.zhou, opinion.id, "已合并三张表")
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


def test_the_page_with_its_sheet_and_script_weighs_less_than_30_kb(citizen, point_poster):
    page = citizen.open(f"/r/{point_poster.code}", headers={"Accept-Encoding": "gzip"})
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', text_of(citizen.open(f"/r/{point_poster.code}")))

    weight = len(page.data) + sum(
        len(citizen.open(sheet, headers={"Accept-Encoding": "gzip"}).data) for sheet in set(sheets)
    )
    assert [sheet for sheet in sheets if sheet.endswith(".js")] == ["/static/js/public/rating.js"]
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
    assert "照片太大，没有提交" in text_of(answer)
    assert "/sign-in" not in text_of(answer)


def test_every_refused_sending_leads_to_a_page_that_can_be_loaded_again(citizen, point_poster, slip):
    rated = receipt_in(citizen.rate(slip.code))
    for path, form in (
        (f"/r/{point_poster.code}", {"page": citizen.scan(point_poster.code)}),
        (f"/r/{point_poster.code}", {}),
        (f"/r/{point_poster.code}/opinion", {"page": citizen.scan(point_poster.code, page="/opinion")}),
        (f"/r/{slip.code}", {"page": "", "level": "1"}),
        (f"/r/status/{rated}/addendum", {"words": ""}),
    ):
        answer = citizen._ask(path, method="POST", data=form)

        assert answer.status_code == 303, path
        for _ in range(2):
            assert citizen.open(answer.headers["Location"]).status_code in (410, 422), path


def test_chosen_photos_need_not_be_chosen_again(citizen, poster):
    token = citizen.scan(poster.code)
    first = citizen.send(poster.code, token, level="", photo=photos(2))
    assert "已收到的照片" in text_of(first)
    draft = hidden_in(first, "draft")

    second = citizen.send(poster.code, token, level="", draft=draft, kept=["0", "1"])
    kept = {"draft": hidden_in(second, "draft"), "kept": ["1"]}
    answers = [citizen.send(poster.code, token, level="2", photo=photos(1, side=40), **kept) for _ in range(2)]

    assert receipt_in(answers[0]) == receipt_in(answers[1]), "the same again is the same, also when nothing is kept now"
    assert [len(rating.photos) for rating in ratings()] == [2]
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert db.session.scalar(select(func.count()).select_from(DraftPhoto)) == 0


def test_photos_that_are_no_longer_kept_are_asked_for_before_anything_is_sent(citizen, poster):
    first = citizen.send(poster.code, citizen.scan(poster.code), level="", photo=photos(), comment="别丢了")
    draft = hidden_in(first, "draft")

    with later(hours=3):
        late = citizen.send(poster.code, token_in(first), level="5", comment="别丢了", draft=draft, kept="0")
        assert late.status_code == 422
        assert "请重新选择照片" in text_of(late)
        assert "别丢了" in text_of(late)
        assert ratings() == []
        receipt_in(citizen.send(poster.code, token_in(late), level="5", comment="别丢了"))


def test_what_was_mended_and_sent_stands_in_no_form_any_more(citizen, poster):
    token = citizen.scan(poster.code)
    refused = citizen._ask(f"/r/{poster.code}", method="POST", data={"page": token, "comment": "只给司法局看的话"})
    back = refused.headers["Location"]
    shown = [citizen.open(back) for _ in range(2)]
    assert all("只给司法局看的话" in text_of(page) and token_in(page) == token for page in shown)

    receipt_in(citizen.send(poster.code, token_in(shown[1]), level="1", comment="只给司法局看的话"))

    page = citizen.open(back)
    assert page.status_code == 200
    assert "只给司法局看的话" not in text_of(page)
    assert "这是新的一页" in text_of(page)
    assert token_in(page) != token


def test_nobody_else_opens_what_waits_to_be_mended(app, citizen, poster):
    refused = citizen._ask(f"/r/{poster.code}", method="POST",
                           data={"page": citizen.scan(poster.code), "comment": "只有我看得见"})  # fmt: skip
    address = refused.headers["Location"]

    assert "只有我看得见" in text_of(citizen.open(address))
    assert "只有我看得见" not in text_of(Citizen(app, "203.0.113.9").open(address))
    assert not [row for row in db.session.scalars(select(Draft)) if "只有我看得见".encode() in row.sealed]
    with later(hours=3):
        assert "只有我看得见" not in text_of(citizen.open(address))


def test_who_sends_faulty_pages_without_end_fills_no_disk_and_drives_nobody_out(app, citizen, poster):
    mine = citizen._ask(
        f"/r/{poster.code}", method="POST", data={"page": citizen.scan(poster.code), "comment": "我的话"}
    )
    robot = Citizen(app, "198.51.100.1")
    for _ in range(drafts.MOST_FROM_ONE_NETWORK + 5):
        robot._ask(f"/r/{poster.code}", method="POST", data={"level": ""})

    assert db.session.scalar(select(func.count()).select_from(Draft)) == drafts.MOST_FROM_ONE_NETWORK + 1
    assert "我的话" in text_of(citizen.open(mine.headers["Location"]))


def test_another_addendum_is_told_that_it_was_not_taken_and_keeps_its_words(citizen, poster):
    receipt = receipt_in(citizen.rate(poster.code))
    citizen.post(f"/r/status/{receipt}/addendum", data={"words": "后来又来了一次"})

    page = text_of(citizen.post(f"/r/status/{receipt}/addendum", data={"words": "第三次来了"}))

    for words in ("没有提交", "第三次来了", "12345"):
        assert words in page


@pytest.mark.parametrize(("form", "field", "fault"), [
    ({"level": ""}, "level-5", "fault-level"),
    ({"level": "5", "phone": "x", "may_call": "1"}, "phone", "fault-phone"),
    ({"level": "5", "phone": "000-0000-0001"}, "may-call", "fault-may_call"),
    ({"level": "5", "comment": "长" * 501}, "comment", "fault-comment"),
    ({"level": "5", "phone": "000-0000-0001", "may_call": "1", "name": "长" * 31}, "name", "fault-name"),
])  # fmt: skip
def test_each_fault_is_tied_to_its_field_and_named_first(citizen, poster, form, field, fault):
    page = text_of(citizen.rate(poster.code, **form))

    tag = re.search(rf'<(?:input|textarea)[^>]*\bid="{field}"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in tag
    assert fault in re.search(r'aria-describedby="([^"]+)"', tag)[1].split()
    assert f'id="{fault}"' in page
    assert f'<a href="#{field}">' in page
    assert "<title>有错误：" in page
    assert page.count("aria-invalid") == (5 if field == "level-5" else 1)


def test_a_bad_rating_is_as_easy_as_a_good_one(citizen, poster):
    page = text_of(citizen.open(f"/r/{poster.code}"))
    receipt_in(citizen.rate(poster.code, level="1"))
    receipt_in(citizen.rate(poster.code, level="2", reason=["unsaid"]))

    assert "checked" not in re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert page.count("不想说") == 1
    assert [(rating.level, rating.reasons) for rating in ratings()] == [(1, ""), (2, "unsaid")]


def test_every_page_for_citizens_names_whom_to_call_about_corruption(citizen, point_poster):
    receipt = receipt_in(citizen.rate(point_poster.code))
    for path in (f"/r/{point_poster.code}", f"/r/{point_poster.code}/opinion", "/r/status", f"/r/status/{receipt}",
                 "/r/0000000000000000", "/r/status/000000000000"):  # fmt: skip
        page = text_of(citizen.open(path))
        assert "12345" in page
        assert "12388" in page


@pytest.mark.parametrize("path", [
    "/r/status/000000000000", "/r/status/x", "/r/", "/r/a/b/c", "/r/0000000000000000/opinion", "/r/status/a/addendum",
])  # fmt: skip
def test_a_wrong_address_shows_citizens_a_page_of_theirs(citizen, county, path):
    for answer in (citizen.open(path), citizen.post(path, data={"words": "好"})):
        assert answer.status_code in (404, 405)
        page = text_of(answer)
        assert "群众评价" in page
        assert 'href="/r/status"' in page
        assert 'href="/"' not in page
        assert "sign-in" not in page


@pytest.mark.parametrize("spell", ["{}。", "{}，", "%E3%80%8C{}%E3%80%8D", "{}%E2%80%8B", "%20{}%20"])
def test_an_address_with_more_around_its_code_leads_to_the_same(citizen, poster, spell):
    receipt = receipt_in(citizen.rate(poster.code))

    assert citizen.open(f"/r/{spell.format(poster.code)}").status_code == 200
    assert citizen.open(f"/r/status/{spell.format(receipt)}").status_code == 200
    assert citizen.open("/r/status", query_string={"code": f"查询码：{receipt}。"}).status_code == 303


def test_a_telephone_from_a_contact_list_is_kept_as_one_can_dial_it(citizen, county, poster):
    citizen.rate(poster.code, level="1", phone="\u202d+86 100-0000\u00a00001\u202c", may_call="1")

    rating = ratings()[0]
    assert contacts.unmask(county.wu, rating, "回访")["phone"] == "100-00000001"
    assert rating.contact_mask == "100****01"


def hidden_in(answer, name):
    return re.search(rf'name="{name}" value="([^"]+)"', text_of(answer))[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_photo_that_is_kept_is_shown_to_the_phone_that_sent_it_and_to_no_other(app, citizen, poster):
    page = text_of(citizen.send(poster.code, citizen.scan(poster.code), level="", photo=photos(2)))
    sources = re.findall(r'<img class="kept" src="([^"]+)"', page)

    assert len(sources) == 2
    shown = citizen.open(sources[1])
    assert (shown.status_code, shown.content_type, shown.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    other = Citizen(app, address="203.0.113.99")
    other.scan(poster.code)
    assert other.open(sources[1]).status_code == 404
    assert citizen.open(sources[1].replace("/kept/1", "/kept/7")).status_code == 404
    with later(hours=3):
        assert citizen.open(sources[1]).status_code == 404
