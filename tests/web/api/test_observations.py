"""Filing and reading observations by the API: every rule of the contract."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from conftest import make_app
from factories import filed_observation, make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.errors import FieldappError
from fieldapp.extensions import db
from fieldapp.filing import devices, receipts
from fieldapp.filing.canonical import digest_of
from fieldapp.filing.models import Receipt
from fieldapp.filing.operations import file_together
from fieldapp.observations.models import Observation, ObservationRevision


@pytest.fixture
def url():
    return f"/api/v1/observations/{ids.mint()}"


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_revision_sent_again_gives_the_same_receipt_and_one_row(phone, visit, version, url):
    body = observation_body(visit, version)

    first, again = phone.api_put(url, body), phone.api_put(url, dict(reversed(body.items())))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    assert set(first.json) >= {"receipt", "have_evidence", "missing_evidence"}
    assert (count(Observation), count(ObservationRevision), count(Receipt)) == (1, 1, 1)


def test_an_old_revision_that_arrives_late_still_gives_its_receipt(phone, visit, version, url):
    draft = observation_body(visit, version, state="draft")
    first = phone.api_put(url, draft)
    phone.api_put(url, observation_body(visit, version, revision=2))

    assert phone.api_put(url, draft).json["receipt"] == first.json["receipt"]
    assert phone.api_get(url).json["revision"] == 2


def test_the_same_number_with_other_content_is_a_conflict_that_shows_what_is_stored(phone, visit, version, url):
    for state in ("draft", "submitted"):
        url = f"/api/v1/observations/{ids.mint()}"
        body = observation_body(visit, version, state=state)
        stored = phone.api_put(url, body).json

        answer = phone.api_put(url, body | {"summary": "另一种说法"})

        assert answer.status_code == 409
        assert answer.json["digest"] == stored["receipt"]["digest"]
        assert answer.json["stored"]["body"] == body
        assert answer.json["stored"]["revision"] == 1
        assert phone.api_get(url).json["body"] == body, "what is stored is not touched"


def test_a_revision_that_does_not_stand_on_the_stored_one_is_a_conflict(phone, visit, version, url):
    phone.api_put(url, observation_body(visit, version, state="draft"))
    phone.api_put(url, observation_body(visit, version, state="draft", revision=2))

    answer = phone.api_put(url, observation_body(visit, version, state="draft", revision=3, base_revision=1))

    assert answer.status_code == 409
    assert answer.json["stored"]["revision"] == 2


def test_a_revision_of_a_record_that_the_server_never_had_is_a_conflict_without_a_stored_one(
    phone, visit, version, url
):
    answer = phone.api_put(url, observation_body(visit, version, revision=2))

    assert answer.status_code == 409
    assert answer.json["stored"] is None
    assert "重新提交" in answer.json["title"]


def test_the_choice_after_a_conflict_becomes_a_new_revision_and_both_stay(phone, visit, version, url):
    phone.api_put(url, observation_body(visit, version, state="draft", summary="手机一"))
    mine = observation_body(visit, version, state="draft", summary="手机二")
    assert phone.api_put(url, mine).status_code == 409

    assert phone.api_put(url, mine | {"revision": 2, "base_revision": 1}).status_code == 200
    assert [one["revision"] for one in phone.api_get(url).json["revisions"]] == [1, 2]


def test_a_record_under_review_is_locked(phone, visit, version, url):
    body = observation_body(visit, version)
    phone.api_put(url, body)

    answer = phone.api_put(url, observation_body(visit, version, revision=2))

    assert answer.status_code == 423
    assert phone.api_get(url).json["body"] == body


def test_numbers_may_skip_because_a_phone_counts_on_while_offline(phone, visit, version, url):
    phone.api_put(url, observation_body(visit, version, state="draft"))

    assert phone.api_put(url, observation_body(visit, version, revision=8, base_revision=1)).status_code == 200


def test_every_revision_stays_with_its_own_digest_and_receipt(phone, visit, version, url):
    bodies = [observation_body(visit, version, revision=n, state="draft", summary=f"第{n}版") for n in (1, 2, 3)]
    filed = [phone.api_put(url, body).json["receipt"] for body in bodies]

    stored = phone.api_get(url).json

    assert [one["receipt"] for one in stored["revisions"]] == filed
    expected = [digest_of(body | {"party": {"commitment": digest_of(body["party"])}}) for body in bodies]
    assert [one["digest"] for one in stored["revisions"]] == expected
    assert stored["digest"] == expected[-1]
    assert all(receipts.is_genuine(one) for one in filed)


def test_the_party_never_lies_in_clear_in_a_revision(phone, visit, version, url):
    phone.api_put(url, observation_body(visit, version))

    row = db.session.query(ObservationRevision).one()

    assert "某某五金厂" not in row.body
    assert "000-0000-0001" not in row.body
    assert phone.api_get(url).json["body"]["party"]["name"] == "某某五金厂"


def test_a_draft_gets_no_number_and_a_submitted_record_keeps_its_own(phone, visit, version, url):
    assert phone.api_put(url, observation_body(visit, version, state="draft")).json["number"] is None
    number = phone.api_put(url, observation_body(visit, version, revision=2)).json["number"]
    other = phone.api_put(f"/api/v1/observations/{ids.mint()}", observation_body(visit, version)).json["number"]

    assert number.endswith("-000001")
    assert other.endswith("-000002")


def test_what_is_named_and_not_here_is_missing_until_it_arrives(phone, visit, version, url):
    photos = [ids.mint(), ids.mint()]
    body = observation_body(visit, version, answers={"B01": {"value": "no", "note": "无证", "evidence": photos}})
    assert phone.api_put(url, body).json["missing_evidence"] == photos

    phone.send_file(make_photo(), evidence_id=photos[1], observation=url.rsplit("/", 1)[1], item="B01")

    answer = phone.api_put(url, body).json
    assert (answer["have_evidence"], answer["missing_evidence"]) == ([photos[1]], [photos[0]])
    stored = phone.api_get(url).json
    assert (stored["evidence_named"], stored["evidence_arrived"]) == (2, 1)


def test_somebody_elses_photo_does_not_complete_a_record(phone, visit, version, url, county, signed_in):
    photo, other = ids.mint(), signed_in(county.li_si)
    other_url = f"/api/v1/observations/{ids.mint()}"
    evidence = {"B01": {"value": "no", "note": "无证", "evidence": [photo]}}
    other.api_put(other_url, observation_body(visit, version, answers=evidence))
    other.send_file(make_photo(), evidence_id=photo, observation=other_url.rsplit("/", 1)[1], item="B01")

    answer = phone.api_put(url, observation_body(visit, version, answers=evidence))

    assert answer.json["missing_evidence"] == [photo]


def test_two_supervisors_of_a_group_each_file_their_own_record_of_a_visit(visit, version, county, signed_in):
    filed = {}
    for person in (county.zhang_san, county.li_si, county.qian):
        url = f"/api/v1/observations/{ids.mint()}"
        filed[person.name] = signed_in(person).api_put(url, observation_body(visit, version)).json

    assert len({one["number"] for one in filed.values()}) == 3
    pack = signed_in(county.li_si).api_get("/api/v1/pack").json
    assert {one["author"]["name"] for one in pack["visits"][0]["filed"]} == set(filed)


def test_a_retired_checklist_is_accepted_for_ever(phone, visit, version, url):
    newer = make_checklist_version("test-2027-1")
    with_old = observation_body(visit, version)

    assert phone.api_put(url, with_old).status_code == 200
    assert phone.api_get(url).json["body"]["checklist_version"] == version.id != newer.id


def test_a_record_stays_with_its_visit(phone, visit, version, url, county):
    phone.api_put(url, observation_body(visit, version, state="draft"))
    other = make_visit(group=county.first_group)

    answer = phone.api_put(url, observation_body(other, version, state="draft", revision=2))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/visit"


def test_a_revoked_phone_files_nothing_and_is_told_that_its_records_are_safe(phone, visit, version, url, county):
    device = ids.mint()
    phone.api_put(f"/api/v1/devices/{device}", {})
    devices.revoke(county.wu, device)

    refused = phone.api_put(url, observation_body(visit, version), headers={"X-Device-Id": device})

    assert refused.status_code == 403
    assert "本机" in refused.json["title"]
    assert phone.api_put(url, observation_body(visit, version)).status_code == 200, "another phone goes on"


def test_a_draft_is_read_by_its_author_only(phone, visit, version, url, county, signed_in):
    phone.api_put(url, observation_body(visit, version, state="draft"))

    assert phone.api_get(url).status_code == 200
    for person in (county.qian, county.zhou, county.wu, county.li_si):
        assert signed_in(person).api_get(url).status_code == 404


def test_what_was_filed_together_gives_each_its_own_answer(app, phone, visit, version, county):
    """One batch with a good record, a foreign one, a wrong one and the same id twice."""

    foreign, mine = ids.mint(), ids.mint()
    phone.api_put(f"/api/v1/observations/{foreign}", observation_body(visit, version))
    second = observation_body(visit, version, revision=2, summary="第二版")
    wrong = observation_body(visit, version, answers={"Z99": {"value": "yes"}})

    outcomes = file_together(
        [
            (county.li_si.id, filed_observation(mine, observation_body(visit, version, state="draft"))),
            (county.li_si.id, filed_observation(foreign, observation_body(visit, version))),
            (county.li_si.id, filed_observation(ids.mint(), wrong)),
            (county.li_si.id, filed_observation(mine, second)),
            (county.li_si.id, filed_observation(ids.mint(), observation_body(visit, version))),
        ]
    )

    statuses = [one.status if isinstance(one, FieldappError) else 200 for one in outcomes]
    assert statuses == [200, 404, 422, 200, 200]
    assert {outcomes[3].number[-1], outcomes[4].number[-1]} == {"2", "3"}
    assert audit.verify_chain()[1] is None


def test_an_answer_handed_to_another_thread_outlives_a_rollback_of_this_one(app, phone, visit, version, county):

    record, body = ids.mint(), observation_body(visit, version)
    file_together([(county.li_si.id, filed_observation(record, body))])
    (again,) = file_together([(county.li_si.id, filed_observation(record, body))])

    db.session.execute(select(Receipt)).all()
    db.session.rollback()
    db.session.remove()

    assert receipts.is_genuine(receipts.wire(again.receipt))


def test_eight_phones_that_send_one_record_at_once_get_one_receipt(live_server, live_app):
    """Two processes, one database: what a phone does that retries while its first attempt is still under way."""
    county = make_county()
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    body, url = observation_body(visit, version), f"{live_server.url}/api/v1/observations/{ids.mint()}"
    browser = make_app(live_server.instance, live_server.database_url).test_client()
    browser.sign_in("zhangsan")
    headers = {
        "Cookie": f"fieldapp={browser.get_cookie('fieldapp').value}",
        "X-CSRFToken": browser.csrf_token,
    }

    def put(_):
        answer = requests.put(url, json=body, headers=headers, timeout=60)
        return answer.status_code, str(answer.json().get("receipt"))

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(put, range(8)))

    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert (count(Observation), count(ObservationRevision), count(Receipt)) == (1, 1, 1)


def test_phones_that_send_at_once_are_numbered_without_gap_or_double(live_server, live_app):
    county = make_county()
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    browser = make_app(live_server.instance, live_server.database_url).test_client()
    browser.sign_in("zhangsan")
    headers = {
        "Cookie": f"fieldapp={browser.get_cookie('fieldapp').value}",
        "X-CSRFToken": browser.csrf_token,
    }

    def put(number):
        wrong = {"answers": {"Z99": {"value": "yes"}}} if number % 5 == 4 else {}
        url = f"{live_server.url}/api/v1/observations/{ids.mint()}"
        answer = requests.put(url, json=observation_body(visit, version, **wrong), headers=headers, timeout=60)
        return answer.status_code, answer.json().get("number")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(put, range(25)))

    assert sorted(status for status, _ in answers) == [200] * 20 + [422] * 5
    assert sorted(int(number[-6:]) for status, number in answers if status == 200) == list(range(1, 21))
    assert audit.verify_chain()[1] is None
