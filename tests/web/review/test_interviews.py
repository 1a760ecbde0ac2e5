"""What a party said, on the reviewer's desk: all of it, proven, and the telephone only with a reason."""

import hashlib
import re
import secrets
from html import unescape

import pytest
from factories import (
    filed_observation,
    interview_body,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
)
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.callbacks import operations as callbacks
from fieldapp.callbacks.rules import CONTACT_DAYS
from fieldapp.commands.demonstration.talks import tone
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import operations as filing
from fieldapp.filing import persons
from fieldapp.filing.signatures import signatures_of, words_digest
from fieldapp.interviews import reading
from fieldapp.interviews.models import Interview
from fieldapp.interviews.rules import CONSENT_TEXTS, CONSENT_VERSION, QUESTIONS

RARE = "𠮷<b>&"
NUMBER = "000-0000-0031"
WISHING = {"kind": "party", "name": "王五", "contact": NUMBER, "salt": "0" * 32}


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def phone(county, signed_in):
    return signed_in(county.zhang_san)


@pytest.fixture
def lead(county, signed_in):
    return signed_in(county.qian)


@pytest.fixture
def talk(phone, visit):
    """talk(**changes): an interview of the visit as the phone files it; gives its id."""

    def file(interview=None, **changes):
        interview = interview or ids.mint()
        answer = phone.api_put(f"/api/v1/interviews/{interview}", interview_body(visit, **changes))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return interview

    return file


@pytest.fixture
def record(county, visit):
    """The record of the same visit."""
    record = ids.mint()
    body = observation_body(visit, make_checklist_version(), answers={"B01": {"value": "yes"}})
    filing.file_revision(county.zhang_san, filed_observation(record, body))
    return record


def shown(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.get_data(as_text=True))


def wants_a_call(contact=NUMBER):
    respondent = {"kind": "employee", "name": "某丙", "contact": contact, "salt": secrets.token_hex(16)}
    return {"callback": True, "anonymous": False, "respondent": respondent}


def reasons_noted():
    return db.session.query(AuditEntry).filter_by(event="interview.contact_unmasked").all()


def test_every_answer_of_the_party_stands_beside_the_record_and_what_was_not_answered_is_named(lead, record, talk):
    interview = talk(
        level=2, answers={"q1": "进门没亮证", "q6": f"要了两条烟{RARE}"}, opinion="太急", suggestion="先讲清楚",
        facts={"show_credentials": "no", "full_recording": "unclear", "told_of_recording": "yes"},
    )  # fmt: skip

    for address in (f"/review/records/{record}", f"/review/interviews/{interview}"):
        page = shown(lead, address)

        for question in QUESTIONS.values():
            assert question in page
        assert page.count("没有回答") == 6
        for words in (
            "进门没亮证",
            f"要了两条烟{RARE}",
            "太急",
            "先讲清楚",
            "不满意",
            "口头确认",
            "当事人 · 张三 当面记",
        ):
            assert words in page, words
        assert "出示执法证件：否" in page
        assert "全过程记录：不清楚" in page
        assert "告知正在录音录像：是" in page


def test_an_interview_of_a_visit_without_a_record_is_reached_from_the_desk(lead, talk, county, signed_in):
    interview = talk(opinion="没有记录的那次")

    for browser in (lead, signed_in(county.wu)):
        page = shown(browser, "/review/")
        assert 'href="/review/interviews/"' in page
        listed = shown(browser, "/review/interviews/")
        assert f"/review/interviews/{interview}" in listed
        assert "这次活动没有监督记录" in listed
        page = shown(browser, f"/review/interviews/{interview}")
        assert "没有记录的那次" in page
        assert "这次活动还没有监督记录" in page


def test_the_list_goes_in_pages_the_newest_first(lead, talk):
    filed = [talk(opinion=str(number)) for number in range(53)]

    first, second = (shown(lead, f"/review/interviews/?page={page}") for page in (1, 2))

    links = [re.findall(r'href="/review/interviews/([^"?]+)"', page) for page in (first, second)]
    assert [one for page in links for one in page if one in filed] == filed[::-1]
    assert shown(lead, "/review/interviews/?page=999").count("/review/interviews/0") >= 3


def test_who_reads_an_interview_and_nobody_a_draft(talk, county, signed_in, visit):
    interview, draft = talk(), talk(state="draft")
    own = ids.mint()
    signed_in(county.qian).api_put(f"/api/v1/interviews/{own}", interview_body(visit, state="draft"))
    seen = {}
    for name in ("qian", "zhou", "wu", "sun", "zhang_san", "zheng"):
        browser = signed_in(getattr(county, name))
        listed = browser.get("/review/interviews/")
        seen[name] = (
            listed.status_code,
            interview in listed.get_data(as_text=True),
            *(browser.get(f"/review/interviews/{one}").status_code for one in (interview, draft, own)),
        )
        for hidden in (draft, own):
            assert hidden not in listed.get_data(as_text=True)

    assert seen == {
        "qian": (200, True, 200, 404, 404), "zhou": (200, True, 200, 404, 404), "wu": (200, True, 200, 404, 404),
        "sun": (200, False, 404, 404, 404), "zhang_san": (403, False, 403, 403, 403),
        "zheng": (403, False, 403, 403, 403),
    }  # fmt: skip


def test_an_odd_interview_address_is_not_found_and_never_an_error(lead):
    for address in (ids.mint(), "nonsense", "%00", "龘", "x" * 300):
        assert lead.get(f"/review/interviews/{address}").status_code == 404
        assert lead.post_form(f"/review/interviews/{address}/contact", {"reason": "回访"}).status_code == 404


def test_a_recording_is_played_and_proven_and_a_file_that_was_changed_is_told(lead, phone, talk, record):
    sound, late, signature = (ids.mint() for _ in range(3))
    interview = talk(recordings=[sound, late], signature={"evidence": signature})
    assert "签名图片还没有传到" in shown(lead, f"/review/interviews/{interview}")
    for content, one, kind, source in (
        (tone(seconds=1), sound, "audio/wav", "audio"), (make_photo(300, 120), signature, "image/jpeg", "signature"),
    ):  # fmt: skip
        sent = phone.send_file(content, evidence_id=one, filetype=kind, source=source, interview=interview)
        assert sent.status_code == 201, sent.get_data(as_text=True)

    for address in (f"/review/interviews/{interview}", f"/review/records/{record}"):
        page = shown(lead, address)
        assert f'<audio controls preload="none" src="/api/v1/evidence/{sound}/original"' in page
        assert f'src="/api/v1/evidence/{signature}/display"' in page
        assert page.count("原件核对一致") == 2
        assert "还有 1 段录音没有传到" in page
    played = lead.get(f"/api/v1/evidence/{sound}/original", headers={"Range": "bytes=0-99"})
    assert (played.status_code, played.mimetype, len(played.data)) == (206, "audio/wav", 100)
    assert lead.get(f"/api/v1/evidence/{signature}/display").status_code == 200

    digest = db.session.get(Evidence, sound).sha256
    original = storage().root / digest[:2] / digest
    original.write_bytes(original.read_bytes()[:-1] + b"\x00")

    page = shown(lead, f"/review/interviews/{interview}")
    assert page.count("原件与入库时不一致") == page.count("原件核对一致") == 1


def test_the_files_of_an_interview_are_for_its_author_and_who_reviews_it(phone, talk, county, signed_in):
    filed, begun = ids.mint(), ids.mint()
    for signature, state in ((filed, "submitted"), (begun, "draft")):
        interview = talk(signature={"evidence": signature}, state=state)
        content = make_photo(300, 120, text=state)
        phone.send_file(content, evidence_id=signature, interview=interview, source="signature")

    for name in ("zhang_san", "qian", "zhou", "wu", "li_si", "sun", "chen", "zheng"):
        browser = signed_in(getattr(county, name))
        may = name in ("zhang_san", "qian", "zhou", "wu")
        for what in ("original", "display"):
            assert browser.get(f"/api/v1/evidence/{filed}/{what}").status_code == (200 if may else 404), name
            expected = 200 if name == "zhang_san" else 404
            assert browser.get(f"/api/v1/evidence/{begun}/{what}").status_code == expected, name


def test_each_file_is_read_once_for_a_page_however_often_it_is_shown(lead, phone, visit, county, monkeypatch):
    record, photo = ids.mint(), ids.mint()
    answers = {code: {"value": "no", "evidence": [photo]} for code in ("B01", "B03")}
    body = observation_body(visit, make_checklist_version(), answers=answers)
    filing.file_revision(county.zhang_san, filed_observation(record, body))
    content = make_photo()
    phone.send_file(content, evidence_id=photo, observation=record, item="B01")
    read = []
    verify = evidence.verify_original
    monkeypatch.setattr(evidence, "verify_original", lambda file: read.append(file.sha256) or verify(file))

    page = shown(lead, f"/review/records/{record}")

    assert page.count("原件核对一致") == 2
    assert read == [hashlib.sha256(content).hexdigest()]


def test_what_was_agreed_to_is_said_with_its_version_how_and_when(lead, talk):
    old = talk(consent={"version": "interview-2026-1", "given": True, "method": "oral", "at_ms": 60_000})
    page = shown(lead, f"/review/interviews/{old}")
    assert "口头同意，2026-11-23 10:51" in page
    assert "2026 年第 1 版（interview-2026-1）" in page
    assert CONSENT_TEXTS["interview-2026-1"].splitlines()[0] in page
    assert "转写核对后" in page

    new = shown(lead, f"/review/interviews/{talk()}")
    assert "2026 年第 4 版（interview-2026-4）" in new
    assert "转写" not in new

    odd = talk(consent={"version": "9", "given": True, "method": "shouted"})
    page = shown(lead, f"/review/interviews/{odd}")
    assert "方式未注明，时间未记" in page
    assert "shouted" not in page


def test_a_refusal_shows_its_reason_and_no_empty_questions(lead, talk):
    nothing = {"consent": None, "level": None, "facts": {}, "opinion": "", "signature": None}

    page = shown(lead, f"/review/interviews/{talk(refused={'reason': '赶时间'}, **nothing)}")

    assert "拒绝访谈，理由：赶时间" in page
    assert "没有回答" not in page


def test_what_is_not_whole_is_filed_and_marked(lead, talk):
    page = shown(lead, f"/review/interviews/{talk(is_adult=None, signature=None)}")

    assert "还缺：是否成年、核对签名、口头确认或拒签原因" in page


def test_who_filled_it_in_is_said_and_what_was_changed_after_the_party_had_written_alone(lead, talk):
    alone = {"conducted": "handed_over", "answers": {"q1": "没亮证"}, "level": 1, "opinion": ""}
    kept, changed = ids.mint(), ids.mint()
    for interview, later in ((kept, {"opinion": "还想说一句"}), (changed, {"answers": {"q1": "亮了"}, "level": 5})):
        talk(interview, state="draft", **alone)
        talk(interview, revision=2, **(alone | later))

    assert "自填后被改动" not in shown(lead, f"/review/interviews/{kept}")
    page = shown(lead, f"/review/interviews/{changed}")
    assert f"自填后被改动：</strong>满意程度、{QUESTIONS['q1']}" in page
    assert "当事人自己填写，张三 提交" in page
    assert "电话记" in shown(lead, f"/review/interviews/{talk(conducted='phone')}")
    assert "telepathy" not in shown(lead, f"/review/interviews/{talk(conducted='telepathy')}")


def test_the_telephone_is_shown_once_to_who_gives_a_reason_and_each_look_is_noted(lead, talk, record, county):
    interview = talk(**wants_a_call())
    for address in (f"/review/interviews/{interview}", f"/review/records/{record}", "/review/interviews/"):
        page = shown(lead, address)
        assert "希望回访" in page
        assert NUMBER not in page
        assert "某丙" not in page
    assert "000****31" in shown(lead, f"/review/interviews/{interview}")

    refused = lead.post_form(f"/review/interviews/{interview}/contact", {"reason": " "})
    assert refused.status_code == 422
    assert "请写明查看的理由" in refused.get_data(as_text=True)
    assert reasons_noted() == []

    for _ in range(2):
        answer = lead.post_form(f"/review/interviews/{interview}/contact", {"reason": f"电话回访{RARE}"})
        assert answer.status_code == 200
        assert f"某丙 {NUMBER}" in answer.get_data(as_text=True)

    noted = reasons_noted()
    assert [(row.actor_id, row.subject_id) for row in noted] == [(county.qian.id, interview)] * 2
    assert RARE not in "".join(row.details for row in noted)
    assert NUMBER not in shown(lead, f"/review/interviews/{interview}")


def test_the_telephone_stays_sealed_for_who_may_not_call_and_where_no_call_is_wanted(talk, county, signed_in):
    wanted, unwanted = talk(**wants_a_call()), talk(**(wants_a_call() | {"callback": False}))
    draft = talk(state="draft", **wants_a_call())

    for name, interview, status in (
        ("sun", wanted, 404), ("zhang_san", wanted, 403), ("zheng", wanted, 403), ("qian", unwanted, 422),
        ("wu", draft, 404),
    ):  # fmt: skip
        answer = signed_in(getattr(county, name)).post_form(
            f"/review/interviews/{interview}/contact", {"reason": "电话回访"}
        )
        assert answer.status_code == status, name
        assert NUMBER not in answer.get_data(as_text=True), name
    assert reasons_noted() == []
    assert (
        signed_in(county.wu)
        .post_form(f"/review/interviews/{wanted}/contact", {"reason": "电话回访"})
        .get_data(as_text=True)
        .count(NUMBER)
        == 1
    )


def test_a_number_that_was_erased_is_gone_and_the_answers_stay(lead, talk, county):
    interview = talk(opinion="还在", **wants_a_call())
    persons.erase(county.wu, interview, 1, reason="本人申请")

    page = shown(lead, f"/review/interviews/{interview}")
    asked = lead.post_form(f"/review/interviews/{interview}/contact", {"reason": "电话回访"})

    assert "还在" in page
    assert re.search(r"联系方式已于 .* 删除", page)
    assert "000****31" not in page
    assert NUMBER not in asked.get_data(as_text=True)


def test_the_log_says_in_chinese_that_a_telephone_was_read(lead, talk, county, signed_in):
    lead.post_form(f"/review/interviews/{talk(**wants_a_call())}/contact", {"reason": "电话回访"})

    assert "查看受访人联系方式" in shown(signed_in(county.wu), "/admin/audit")


def test_one_side_alone_is_not_called_agreement(lead, record, talk, worker_caught_up):
    worker_caught_up()
    alone = shown(lead, f"/review/records/{record}")
    assert "仅一方，无从比对" in alone
    assert "无矛盾" not in alone
    assert "没有矛盾" not in alone

    talk(facts={"show_credentials": "yes"})
    worker_caught_up()

    both = shown(lead, f"/review/records/{record}")
    assert "无矛盾" in both
    assert "仅一方，无从比对" in both


def test_an_older_phone_may_go_on_with_the_notice_that_it_holds(phone, visit):
    consent = {"version": "interview-2026-1", "given": True, "method": "tick", "at_ms": 1}
    answer = phone.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit, consent=consent))

    assert answer.status_code == 200
    assert phone.api_get("/api/v1/pack").json["consent"]["version"] == CONSENT_VERSION
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "interview.filed")).all()


def test_a_wish_to_be_called_is_worked_off_on_the_page_of_the_interview(lead, county, talk):
    interview = talk(callback=True, respondent=WISHING)
    callbacks.open_wished()
    assert "没有在办" not in shown(lead, "/review/callbacks")
    page = f"/review/interviews/{interview}"
    assert "还没有承办人" in shown(lead, page)

    def step(**form):
        return lead.post_form(f"{page}/callback", form)

    assert step(action="call", outcome="reached", words="太早").status_code == 409
    assert step(action="triage", owner="").status_code == 422
    assert step(action="triage", owner=county.qian.id).status_code == 302
    assert step(action="call", words="没选").status_code == 422
    assert step(action="call", outcome="reached", words="10:20 打通，已说明").status_code == 302
    assert step(action="close").status_code == 302
    assert step(action="dance").status_code == 404

    told = shown(lead, page)
    assert "已办结" in told
    assert "10:20 打通，已说明" in told
    assert "没有在办的回访" in shown(lead, "/review/callbacks")
    assert "王五" not in shown(lead, "/review/callbacks?view=all")
    assert "已经办结" in unescape(lead.post_form(f"{page}/contact", {"reason": "再看"}).get_data(as_text=True))


def test_the_sheet_promises_no_other_term_than_the_one_that_is_kept():
    assert f"回访办结后 {CONTACT_DAYS} 天内删除姓名和电话" in CONSENT_TEXTS[CONSENT_VERSION]


def test_what_was_confirmed_before_the_words_changed_is_shown_so(talk, lead):
    fresh = talk(signature={"oral": True}, respondent=WISHING)
    [filed] = signatures_of(reading.read(db.session.get(Interview, fresh)).body, {"respondent": "受访人"})
    over = words_digest(reading.read(db.session.get(Interview, fresh)).body)
    said = {"signature": {"oral": True, "digest": over}, "respondent": WISHING}
    same, changed = talk(**said), talk(**said, opinion="改了")

    assert filed.fits is None
    assert "旧版手机程序：没有与内容绑定" in shown(lead, f"/review/interviews/{fresh}")
    assert "与本版内容一致" in shown(lead, f"/review/interviews/{same}")
    assert "口头确认后内容有改动" in shown(lead, f"/review/interviews/{changed}")
