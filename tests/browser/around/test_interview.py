"""访谈: consent first, a refusal with its reason, nobody under age, and a submission that reaches the server."""

import json
from typing import Any

import pytest
from browsers import until_equal, until_ready
from phone_driver import Driver
from playwright.sync_api import expect
from recording_phone import write_with_a_finger

from fieldapp.filing.records import body_of
from fieldapp.filing.signatures import signatures_of
from fieldapp.interviews import rules
from fieldapp.interviews.models import RESPONDENT_KINDS, Interview, InterviewRevision

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_nothing_is_asked_before_consent(tab: Driver, scene: Any) -> None:
    _begin(tab, scene)

    expect(tab.page.locator("[data-place=asked]")).to_be_hidden()
    _consent(tab)

    expect(tab.page.locator("[data-place=questions]")).to_be_visible()
    tab.shows("[data-part=given]", "已记下同意")


def test_the_id_of_another_kind_of_record_is_answered_in_words(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    observation_id = tab.new_observation(scene.today)

    for page, other in (("interview", observation_id), ("record", interview_id), ("check", interview_id)):
        tab.open(f"/field/{page}?id={other}")

        expect(tab.page.locator("[data-place=unknown]")).to_be_visible()
        expect(tab.page.locator("[data-place=unknown] a")).to_have_attribute("href", "/field/records")
        assert tab.page.locator("[data-failed]").count() == 0, page


def test_the_last_words_before_the_page_is_left_are_there_again(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)
    tab.page.fill("#opinion", "先讲清楚再检查")
    # as a tab that is closed: the words are typed and the page is gone before any pause
    tab.page.evaluate("""() => {
      const field = document.querySelector("#suggestion");
      field.value = "少跑一趟";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      location.assign("/healthz");
    }""")
    tab.page.wait_for_url("**/healthz")

    tab.open(f"/field/interview?id={interview_id}")

    expect(tab.page.locator("#opinion")).to_have_value("先讲清楚再检查")
    expect(tab.page.locator("#suggestion")).to_have_value("少跑一趟")


def test_a_minor_is_not_interviewed_and_nothing_stays_on_the_phone(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    tab.page.click('[data-part=methods] button[value="oral"]')

    tab.page.click('[data-place=age-chips] button[value="false"]')
    expect(tab.page.locator("[data-action=discard]")).to_be_visible()
    expect(tab.page.locator("[data-place=questions]")).to_be_hidden()
    tab.page.click("[data-action=discard]")
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_url("**/field/visit?id=*")

    kept = tab.record(interview_id)
    assert kept is None or kept["body"]["refused"]["reason"] == "受访人未成年，不访谈"


def test_a_refusal_is_filed_with_its_reason(tab: Driver, scene: Any, live_app: Any) -> None:
    interview_id = _begin(tab, scene)

    tab.page.click('[data-part=methods] button[value="refuse"]')
    tab.page.click("[data-part=reasons] button >> nth=0")
    tab.page.click("[data-action=submit]")
    tab.page.wait_for_url("**/field/visit?id=*")
    tab.sync()

    body = _stored(tab, interview_id)
    assert body["refused"] == {"reason": "没有时间"}
    assert body["consent"]["given"] is False


def test_a_whole_interview_reaches_the_server_with_its_signature(tab: Driver, scene: Any, live_app: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)
    tab.page.click(".level >> nth=1")
    tab.page.click(".segmented >> nth=0 >> button[value=yes]")
    tab.page.click(".segmented >> nth=3 >> button[value=no]")
    tab.page.fill("#opinion", "希望提前说明要准备哪些材料。𠮷😀")
    tab.page.check("#callback")
    tab.page.fill("#contact", "000-0000-0001")
    _sign(tab)

    tab.page.click("[data-action=submit]")
    tab.page.wait_for_url("**/field/visit?id=*")
    tab.sync()
    tab.until(lambda: "回执" in tab.words(interview_id), "no receipt")

    body = _stored(tab, interview_id)
    assert body["level"] == 4
    assert body["facts"] == {"show_credentials": "yes", "civil_language": "no"}
    assert body["opinion"] == "希望提前说明要准备哪些材料。𠮷😀"
    assert body["consent"]["method"] == "tick"
    assert "000-0000-0001" not in json.dumps(body)
    assert [file["state"] for file in tab.evidence(interview_id)] == ["receipted"]


def test_what_changes_after_the_party_confirmed_is_said_and_has_to_be_confirmed_anew(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)
    tab.page.click(".level >> nth=1")
    tab.page.click('[data-place=sign-ways] button[value="oral"]')
    tab.page.check("#callback")  # who may be called is noted apart, also afterwards
    tab.page.fill("#contact", "000-0000-0001")
    tab.page.wait_for_timeout(300)
    expect(tab.page.locator("[data-place=sign-stale]")).to_be_hidden()

    tab.page.fill("#opinion", "后来补的话")
    tab.shows("[data-place=sign-stale]", "确认后改过：意见")
    tab.page.click("[data-action=submit]")
    tab.page.wait_for_timeout(300)
    assert tab.record(interview_id)["state"] == "draft"
    tab.page.click('[data-place=sign-ways] button[value="oral"]')
    expect(tab.page.locator("[data-place=sign-stale]")).to_be_hidden()
    tab.page.click("[data-action=submit]")
    tab.page.wait_for_url("**/field/visit?id=*")
    tab.sync()

    [signed] = signatures_of(_stored(tab, interview_id), {"respondent": "受访人"})
    assert (signed.is_oral, signed.fits) == (True, True)


def test_what_was_typed_survives_a_reload(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)
    tab.page.fill("#suggestion", "公示栏的字再大一些")
    until_equal(tab.page, lambda: tab.record(interview_id)["body"]["suggestion"], "公示栏的字再大一些")

    tab.reload()

    expect(tab.page.locator("#suggestion")).to_have_value("公示栏的字再大一些")


def test_a_spoken_opinion_is_kept_as_evidence_of_the_interview(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)

    tab.page.click("[data-action=speak]")
    tab.page.wait_for_timeout(1200)
    tab.page.click("[data-action=speak]")
    tab.page.wait_for_selector("[data-place=sounds] button")

    [file] = tab.evidence(interview_id)
    assert (file["source"], file["ownerKind"]) == ("audio", "interview")
    assert tab.record(interview_id)["body"]["recordings"] == [file["id"]]


def test_the_phone_asks_and_misses_what_the_desk_knows_in_the_same_words(tab: Driver) -> None:
    said = {"level": 4, "consent": {"given": True}, "is_adult": True, "anonymous": True, "signature": {"oral": True}}
    person = {"name": "某甲", "contact": "000-0000-0001"}
    bodies = [
        {}, said, {"refused": {"reason": ""}}, {"refused": {"reason": " "}}, {"refused": {"reason": "没空"}},
        *(said | {"is_adult": value} for value in (None, False)),
        *(said | {"signature": value} for value in (None, {}, {"refused": " "}, {"refused": "不便"})),
        said | {"signature": {"evidence": "e"}},
        *(said | {"level": None} | more for more in (
            {}, {"answers": {"q1": " "}}, {"answers": {"q1": "亮了"}}, {"facts": {"inform_rights": "no"}},
            {"recordings": ["r"]}, {"opinion": "好"}, {"suggestion": " "},
        )),
        *(said | {"anonymous": False, "callback": True, "respondent": one} for one in (person, {}, {"name": " "})),
        *(said | {"consent": value} for value in (None, {"given": False})),
    ]  # fmt: skip

    asked = tab.page.evaluate(
        """async (bodies) => {
          const form = await import("/static/js/field/records/interview-form.js");
          const { QUESTIONS, WAYS, KINDS, FACT_ANSWERS, LEVELS, FACTS } = form;
          const tables = { QUESTIONS, WAYS, KINDS, FACT_ANSWERS, LEVELS, FACTS };
          return { ...tables, missing: bodies.map((body) => form.missing(body).map(({ words }) => words)) };
        }""",
        bodies,
    )

    assert dict(asked["QUESTIONS"]) == rules.QUESTIONS
    assert dict(asked["WAYS"]) == rules.WAYS
    assert dict(asked["KINDS"]) == RESPONDENT_KINDS
    assert dict(asked["FACT_ANSWERS"]) == rules.FACT_ANSWERS
    assert dict(asked["LEVELS"]) == rules.LEVELS
    assert [name for name, _ in asked["FACTS"]] == list(rules.FACTS)
    for body, missing in zip(bodies, asked["missing"], strict=True):
        known = rules.missing(body, body.get("respondent", {}))
        assert missing == [rules.MISSING[one] for one in known], body


def test_an_incomplete_interview_says_what_is_missing_and_stays(tab: Driver, scene: Any) -> None:
    interview_id = _begin(tab, scene)
    _consent(tab)

    tab.page.click("[data-action=submit]")

    tab.shows("#toasts", "满意程度")
    assert tab.record(interview_id)["state"] == "draft"


def _begin(tab: Driver, scene: Any) -> str:
    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("[data-action=interview]")
    tab.page.wait_for_url("**/field/interview?id=*")
    until_ready(tab.page)
    return str(tab.page.url.split("id=")[1])


def _consent(tab: Driver) -> None:
    tab.page.click('[data-part=methods] button[value="tick"]')
    tab.page.click('[data-place=age-chips] button[value="true"]')


def _sign(tab: Driver) -> None:
    tab.page.click('[data-place=sign-ways] button[value="evidence"]')
    write_with_a_finger(tab.page)
    tab.page.click("dialog button[value=done]")
    tab.page.wait_for_selector("[data-place=signature-picture]:not([hidden])")


def _stored(tab: Driver, interview_id: str) -> dict[str, Any]:
    from fieldapp.extensions import db

    def head() -> Any:
        db.session.rollback()
        interview = db.session.get(Interview, interview_id)
        if interview is None or interview.state != "submitted":
            return None
        return db.session.get(InterviewRevision, (interview.id, interview.head_revision))

    revision = tab.until(head, "the interview did not arrive")
    body: dict[str, Any] = body_of(revision)
    return body
