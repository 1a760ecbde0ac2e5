"""Filing and reading interviews by the API."""

import pytest
from factories import interview_body, make_photo, make_visit
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import devices, receipts
from fieldapp.filing.canonical import digest_of
from fieldapp.filing.records import body_of
from fieldapp.interviews.models import Interview, InterviewRevision


@pytest.fixture
def url():
    return f"/api/v1/interviews/{ids.mint()}"


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_interview_sent_again_gives_the_same_receipt(phone, visit, url):
    body = interview_body(visit)

    first, again = phone.api_put(url, body), phone.api_put(url, body)

    assert first.status_code == 200, first.json
    assert first.json == again.json
    assert (count(Interview), count(InterviewRevision)) == (1, 1)
    receipt = first.json["receipt"]
    assert receipt["kind"] == "interview"
    assert receipts.is_genuine(receipt)
    assert receipt["digest"] == digest_of(body | {"respondent": {"commitment": digest_of(body["respondent"])}})


def test_other_content_under_the_same_number_is_a_conflict_and_the_stored_words_stay(phone, visit, url):
    for state in ("draft", "submitted"):
        url = f"/api/v1/interviews/{ids.mint()}"
        body = interview_body(visit, state=state)
        phone.api_put(url, body)

        answer = phone.api_put(url, body | {"opinion": "另一种说法"})

        assert answer.status_code == 409
        assert answer.json["stored"]["body"] == body
        assert phone.api_get(url).json["body"] == body


def test_a_revision_that_the_server_never_had_the_one_before_of_is_a_conflict(phone, visit, url):
    answer = phone.api_put(url, interview_body(visit, revision=2))

    assert answer.status_code == 409
    assert answer.json["stored"] is None


def test_what_was_submitted_is_locked(phone, visit, url):
    phone.api_put(url, interview_body(visit, state="draft"))
    assert phone.api_put(url, interview_body(visit, revision=2)).status_code == 200

    assert phone.api_put(url, interview_body(visit, revision=3)).status_code == 423
    assert [one["revision"] for one in phone.api_get(url).json["revisions"]] == [1, 2]


def test_no_interview_is_submitted_without_consent(phone, visit, url):
    for consent in (None, {"version": "1", "given": False, "method": "tick"}):
        answer = phone.api_put(url, interview_body(visit, consent=consent))
        assert answer.status_code == 422
        assert "/consent/given" in [one["pointer"] for one in answer.json["errors"]]
    assert phone.api_put(url, interview_body(visit, consent=None, state="draft")).status_code == 200


def test_a_refusal_needs_its_reason_and_nothing_else(phone, visit, url):
    refusal = {"consent": None, "level": None, "facts": {}, "opinion": "", "refused": {"reason": "赶时间"}}

    assert phone.api_put(url, interview_body(visit, **refusal)).status_code == 200


def test_the_respondent_is_sealed_and_only_the_author_reads_the_name(phone, visit, url, county, signed_in):
    who = {"kind": "party", "name": "李某某", "contact": "000-0000-0009", "salt": "0" * 32}
    phone.api_put(url, interview_body(visit, respondent=who, anonymous=False))

    assert "李某某" not in str(body_of(db.session.query(InterviewRevision).one()))
    assert phone.api_get(url).json["body"]["respondent"] == who
    for reader in (county.qian, county.zhou, county.wu):
        assert signed_in(reader).api_get(url).json["body"]["respondent"] == {"commitment": digest_of(who)}


def test_who_reads_an_interview(phone, visit, url, county, signed_in):
    draft = f"/api/v1/interviews/{ids.mint()}"
    phone.api_put(url, interview_body(visit))
    phone.api_put(draft, interview_body(visit, state="draft"))

    seen = {
        name: (signed_in(getattr(county, name)).api_get(url).status_code,
               signed_in(getattr(county, name)).api_get(draft).status_code)
        for name in ("zhang_san", "qian", "zhou", "wu", "li_si", "sun", "chen", "zheng")
    }  # fmt: skip

    assert seen == {
        "zhang_san": (200, 200), "qian": (200, 404), "zhou": (200, 404), "wu": (200, 404),
        "li_si": (404, 404), "sun": (404, 404), "chen": (404, 404), "zheng": (404, 404),
    }  # fmt: skip


def test_an_interview_stays_with_its_visit(phone, visit, url, county):
    phone.api_put(url, interview_body(visit, state="draft"))
    other = make_visit(group=county.first_group)

    answer = phone.api_put(url, interview_body(other, state="draft", revision=2))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/visit"


def test_a_signature_that_comes_later_completes_an_interview(phone, visit, url):
    signature = ids.mint()
    body = interview_body(visit, signature={"evidence": signature})
    assert phone.api_put(url, body).json["missing_evidence"] == [signature]

    sent = phone.send_file(
        make_photo(300, 120), evidence_id=signature, interview=url.rsplit("/", 1)[1], source="signature"
    )

    assert sent.status_code == 201, sent.json
    stored = phone.api_get(url).json
    assert (stored["evidence_named"], stored["evidence_arrived"]) == (1, 1)
    assert phone.api_put(url, body).json["have_evidence"] == [signature]


def test_a_revoked_phone_files_no_interview(phone, visit, url, county):
    device = ids.mint()
    phone.api_put(f"/api/v1/devices/{device}", {})
    devices.revoke(county.wu, device)

    assert phone.api_put(url, interview_body(visit), headers={"X-Device-Id": device}).status_code == 403
