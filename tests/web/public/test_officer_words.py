"""An officer reads by a one-time code what was noted, and says something of it, without an account."""

import secrets
from datetime import timedelta
from types import SimpleNamespace

import pytest
from factories import interview_body, make_checklist_version, make_visit, observation_body

from fieldapp import clock, ids
from fieldapp.audit import queries as audit
from fieldapp.extensions import db
from fieldapp.keeping.verification import verify
from fieldapp.officer_words.models import OfficerCode
from fieldapp.officer_words.queries import digest_of
from fieldapp.web.public import guesses

NOTE, PARTY, OPINION = "进门时没有亮证", "某某五金厂老板", "他们收我三千块"


@pytest.fixture
def scene(county, signed_in):
    """A submitted record with one 否, and what a party said of the same visit."""
    visit, version, record = make_visit(group=county.first_group), make_checklist_version(), ids.mint()
    phone = signed_in(county.zhang_san)
    party = {"kind": "enterprise", "name": PARTY, "contact": "000-0000-0001", "salt": secrets.token_hex(16)}
    answers = {"B01": {"value": "no", "note": NOTE, "no_evidence_reason": "来不及拍"}}
    body = observation_body(visit, version, answers=answers, party=party)
    assert phone.api_put(f"/api/v1/observations/{record}", body).status_code == 200
    assert phone.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit, opinion=OPINION)).status_code == 200
    return SimpleNamespace(county=county, phone=phone, record=record, visit=visit, body=body)


@pytest.fixture(autouse=True)
def _nobody_has_guessed(monkeypatch):
    monkeypatch.setattr(guesses, "_missed", {})


def show(scene, token=None):
    token = token or secrets.token_urlsafe(16)
    answer = scene.phone.api_put(f"/api/v1/observations/{scene.record}/officer-code", {"code": digest_of(token)})
    assert answer.status_code == 200, answer.json
    return token


def test_the_officer_reads_what_concerns_them_and_says_it_with_a_receipt_that_reaches_lead_and_author(
    scene, client, signed_in
):
    token = show(scene)
    page = client.get(f"/w/{token}").get_data(as_text=True)
    assert NOTE in page
    assert scene.visit.agency_name in page
    assert PARTY not in page
    assert OPINION not in page

    said = {"words": "当时证件在车上，随后补亮。", "name": "执法甲", "number": "32050099001"}
    answer = client.post(f"/w/{token}", data=said)

    assert answer.status_code == 303
    again = client.post(f"/w/{token}", data=said)
    assert again.location == answer.location, "the same once more is the same"
    receipt = client.get(answer.location).get_data(as_text=True)
    assert "执法人员说明" in receipt
    assert "执法甲" not in receipt
    desk = signed_in(scene.county.qian).get(f"/review/records/{scene.record}").get_data(as_text=True)
    for words in ("当时证件在车上，随后补亮。", "执法甲", "32050099001", "没有核实"):
        assert words in desk
    (told,) = scene.phone.api_get("/api/v1/pack").json["officer_words"]
    assert (told["observation"], told["words"]) == (scene.record, said["words"])
    word_id = answer.location.rsplit("/", 1)[1]
    assert audit.of_subject(word_id)[-1].event == "officer_word.filed"
    assert verify().first is None


def test_used_ended_old_and_unknown_codes_answer_alike(scene, client, monkeypatch):
    used, ended = show(scene), None
    assert client.post(f"/w/{used}", data={"words": "说过了。"}).status_code == 303
    ended = show(scene)
    old = show(scene)
    with db.engine.begin() as connection:
        connection.execute(
            OfficerCode.__table__.update()
            .where(OfficerCode.digest == digest_of(old))
            .values(expires_at=clock.now() - timedelta(seconds=1))
        )

    answers = [client.get(f"/w/{token}") for token in (used, ended, old, secrets.token_urlsafe(16))]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.get_data() for answer in answers}) == 1
    assert client.post(f"/w/{used}", data={"words": "再说一次。"}).status_code == 404


def test_what_is_missing_is_said_and_nothing_is_filed(scene, client):
    token = show(scene)

    answer = client.post(f"/w/{token}", data={"words": " ", "name": "执法甲"})

    assert answer.status_code == 422
    assert "请写下您的说明" in answer.get_data(as_text=True)
    assert "执法甲" in answer.get_data(as_text=True)
    assert client.get(f"/w/{token}").status_code == 200


def test_only_the_author_shows_a_code_and_only_of_what_was_submitted(scene, signed_in):
    path = f"/api/v1/observations/{scene.record}/officer-code"
    body = {"code": digest_of("x" * 22)}
    draft, stranger = ids.mint(), signed_in(scene.county.wang_wu)
    scene.phone.api_put(f"/api/v1/observations/{draft}", scene.body | {"state": "draft", "party": None})

    assert stranger.api_put(path, body).status_code == 404
    assert scene.phone.api_put(path, {"code": "short"}).status_code == 422
    assert scene.phone.api_put(path.replace(scene.record, draft), body).status_code == 423


def test_nobody_files_an_officers_word_by_the_api(scene):
    assert scene.phone.api_put(f"/api/v1/officer-words/{ids.mint()}", {"words": "假的"}).status_code == 403


@pytest.mark.parametrize("tries", [400, pytest.param(10_000, marks=pytest.mark.long)])
def test_guessed_codes_reach_nothing_and_who_guesses_waits(scene, client, tries):
    show(scene)
    seen = set()

    for _ in range(tries):
        answer = client.get(f"/w/{secrets.token_urlsafe(16)}")
        seen.add(answer.status_code)
        page = answer.get_data(as_text=True)
        assert not [words for words in (NOTE, PARTY, OPINION, scene.visit.agency_name) if words in page]

    assert seen == {404, 429}
