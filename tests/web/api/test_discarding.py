"""A draft that nobody will submit is discarded: a revision like any other, after which it counts as never filed."""

import pytest
from factories import interview_body, make_photo, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.evidence import queries as evidence
from fieldapp.extensions import db
from fieldapp.filing import kinds, persons, receipts, records
from fieldapp.interviews import queries as interviews
from fieldapp.keeping.verification import verify
from fieldapp.observations import queries as observations
from fieldapp.people.models import GroupMember
from fieldapp.reviews import inbox
from fieldapp.reviews import operations as reviews
from fieldapp.web.admin import audit_words

ADDRESSES = {"observation": "observations", "interview": "interviews", "roundtable": "roundtables"}


@pytest.fixture(params=list(ADDRESSES))
def drafted(request, phone, visit, version):
    """An address at which a draft was filed, and what makes a further revision of it."""
    body = {
        "observation": lambda: observation_body(visit, version),
        "interview": lambda: interview_body(visit),
        "roundtable": lambda: {"visit": visit.id, "started_at": "2026-11-23T14:30:00+08:00", "topic": "占道经营",
                               "people": {"salt": "0" * 32, "named": [{"name": "某甲"}]}},
    }[request.param]()  # fmt: skip
    url = f"/api/v1/{ADDRESSES[request.param]}/{ids.mint()}"

    def revised(revision, state, **changes):
        return body | {"revision": revision, "base_revision": revision - 1, "state": state} | changes

    answer = phone.api_put(url, revised(1, "draft"))
    assert answer.status_code == 200, answer.json
    return url, revised


def test_a_draft_is_discarded_by_a_revision_with_a_receipt_and_its_words_stay(phone, drafted):
    url, revised = drafted
    last = revised(2, "discarded", discard_reason="点错了")

    first, again = phone.api_put(url, last), phone.api_put(url, last)

    assert first.status_code == 200, first.json
    assert first.json == again.json
    assert receipts.is_genuine(first.json["receipt"])
    stored = phone.api_get(url).json
    assert (stored["state"], stored["body"]["discard_reason"]) == ("discarded", "点错了")
    assert [one["state"] for one in stored["revisions"]] == ["draft", "discarded"]
    assert verify().first is None


def test_nothing_more_is_written_to_a_discarded_draft_and_the_refusal_says_what_to_do(phone, drafted):
    url, revised = drafted
    phone.api_put(url, revised(2, "discarded"))

    for body in (revised(3, "draft"), revised(3, "submitted"), revised(3, "discarded"), revised(2, "draft", more="另")):
        answer = phone.api_put(url, body)
        assert (answer.status_code, answer.json["type"]) == (423, "/problems/discarded"), body
        assert "另存为新的一份" in answer.json["title"]
    assert len(phone.api_get(url).json["revisions"]) == 2


def test_what_was_submitted_once_is_not_discarded(phone, drafted):
    url, revised = drafted
    whole = {"present": [{"origin": "resident", "count": 2}], "consensus": ["改"]} if "roundtables" in url else {}
    assert phone.api_put(url, revised(2, "submitted", **whole)).status_code == 200

    answer = phone.api_put(url, revised(3, "discarded", **whole))

    assert (answer.status_code, answer.json["title"]) == (423, "只有没有提交过的草稿可以作废。")
    assert phone.api_get(url).json["state"] == "submitted"


def test_what_was_returned_is_not_discarded(county, phone, visit, version):
    record = ids.mint()
    url = f"/api/v1/observations/{record}"
    phone.api_put(url, observation_body(visit, version))
    reviews.return_to_author(county.qian, record, revision=1, comment="请补充", items={})
    assert phone.api_get(url).json["state"] == "returned"

    assert phone.api_put(url, observation_body(visit, version, revision=2, state="discarded")).status_code == 423


def test_a_draft_that_a_server_never_had_arrives_as_a_trace(phone, visit, version):
    url = f"/api/v1/observations/{ids.mint()}"

    assert phone.api_put(url, observation_body(visit, version, state="discarded")).status_code == 200
    assert phone.api_get(url).json["state"] == "discarded"
    assert verify().first is None


def test_nothing_in_it_has_to_be_complete_or_right(phone, visit, version):
    url = f"/api/v1/observations/{ids.mint()}"
    phone.api_put(url, observation_body(visit, version, state="draft"))
    wrong = {"answers": {"Z99": {"value": "maybe"}}, "circumstances": ["nothing-known"]}

    assert phone.api_put(url, observation_body(visit, version, revision=2, state="draft") | wrong).status_code == 422
    last = observation_body(visit, version, revision=2, state="discarded") | wrong
    unknown = phone.api_put(url, last | {"checklist_version": "never-published"})
    assert [one["pointer"] for one in unknown.json["errors"]] == ["/checklist_version"]
    assert phone.api_put(url, last).status_code == 200
    assert verify().first is None


def test_who_has_left_the_group_may_still_discard_and_nothing_else(county, phone, visit, drafted):
    url, revised = drafted
    db.session.query(GroupMember).filter_by(user_id=county.zhang_san.id).delete()
    db.session.commit()

    assert phone.api_put(url, revised(2, "draft")).status_code == 422
    other = make_visit(group=county.second_group)
    if "roundtables" not in url:
        assert phone.api_put(url, revised(2, "discarded", visit=other.id)).status_code == 422
    assert phone.api_put(url, revised(2, "discarded")).status_code == 200


def test_nothing_is_missing_from_it_any_more_and_what_had_arrived_stays(county, phone, visit, version):
    record, here, away = ids.mint(), ids.mint(), ids.mint()
    url = f"/api/v1/observations/{record}"
    named = {"unfiled_evidence": [here, away]}
    draft = phone.api_put(url, observation_body(visit, version, state="draft", **named))
    assert draft.json["missing_evidence"] == [here, away]
    assert phone.send_file(make_photo(text="one"), evidence_id=here, observation=record).status_code == 201

    done = phone.api_put(url, observation_body(visit, version, revision=2, state="discarded", **named)).json

    assert (done["have_evidence"], done["missing_evidence"]) == ([], [])
    assert phone.send_file(make_photo(text="two"), evidence_id=away, observation=record).status_code == 201, "too late"
    stored = phone.api_get(url).json
    assert (stored["evidence_named"], stored["evidence_arrived"]) == (0, 0)
    assert {one["id"] for one in stored["evidence"]} == {here, away}
    row = records.find(kinds.of("observation"), county.zhang_san, record)
    assert row.is_complete
    assert len(evidence.of_owner("observation", record)) == 2
    assert verify().first is None


def test_nobody_else_sees_it_and_no_list_or_count_has_it(county, phone, visit, version, signed_in):
    urls = {}
    for kind, body in (("observations", observation_body(visit, version)), ("interviews", interview_body(visit))):
        urls[kind] = f"/api/v1/{kind}/{ids.mint()}"
        phone.api_put(urls[kind], body | {"state": "draft"})
        last = body | {"state": "discarded", "revision": 2, "base_revision": 1}
        assert phone.api_put(urls[kind], last).status_code == 200

    for name in ("qian", "zhou", "wu", "li_si"):
        reader = getattr(county, name)
        assert signed_in(reader).api_get(urls["observations"]).status_code == 404, name
        assert signed_in(reader).api_get(urls["interviews"]).status_code == 404, name
        assert inbox.inbox(reader, inbox.Filters()).rows == []
        assert sum(observations.count_by_state(reader).values()) == 0
    assert "discarded" not in observations.count_by_state(county.wu)
    assert observations.of_visit(county.zhang_san, visit.id) == interviews.of_visit(county.zhang_san, visit.id) == []
    assert observations.visits_with_records(county.zhang_san, [visit.id]) == set()
    assert observations.who_filed([visit.id]) == {}
    own = urls["observations"].rsplit("/", 1)[1]
    assert phone.get(f"/review/records/{own}").status_code in (403, 404)


def test_whoever_discarded_a_draft_does_not_count_as_the_second_supervisor(county, phone, version, signed_in):
    alone = make_visit(created_by=county.li_si, group=county.first_group, is_ad_hoc=True)
    phone.api_put(f"/api/v1/observations/{ids.mint()}", observation_body(alone, version, state="discarded"))
    other, url = signed_in(county.li_si), f"/api/v1/observations/{ids.mint()}"

    other.api_put(url, observation_body(alone, version))

    assert "single" in [mark["id"] for mark in other.api_get(url).json["marks"]]


def test_the_pack_tells_its_phones_apart_from_the_records_that_older_ones_show(phone, drafted):
    url, revised = drafted
    phone.api_put(url, revised(2, "discarded"))
    kind = next(name for name, address in ADDRESSES.items() if f"/{address}/" in url)

    pack = phone.api_get("/api/v1/pack").json

    assert pack["records"] == []
    told = [{"kind": kind, "id": url.rsplit("/", 1)[1], "revision": 2}]
    assert pack["discarded"] == ([] if kind == "roundtable" else told)


def test_the_person_in_a_discarded_draft_can_be_erased(county, phone, drafted):
    url, revised = drafted
    phone.api_put(url, revised(2, "discarded"))
    record = url.rsplit("/", 1)[1]
    assert persons.count_sealed(record) == 2

    persons.erase(county.wu, record, reason="本人书面申请")

    assert persons.count_sealed(record) == 0
    assert verify().first is None


def test_the_auditor_reads_in_words_that_it_was_discarded(phone, drafted):
    url, revised = drafted
    phone.api_put(url, revised(2, "discarded"))

    entry = audit.of_subject(url.rsplit("/", 1)[1])[-1]

    assert entry.subject_id == url.rsplit("/", 1)[1]
    assert audit_words.VALUE_WORDS[audit.details_of(entry)["state"]] == "已作废"
    kind = kinds.of(entry.subject_kind)
    assert kind.states["discarded"] == "已作废"


def test_a_reason_has_its_measure(phone, drafted):
    url, revised = drafted

    answer = phone.api_put(url, revised(2, "discarded", discard_reason="长" * 201))

    assert [one["pointer"] for one in answer.json["errors"]] == ["/discard_reason"]
