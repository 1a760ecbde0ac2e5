"""Signatures: over which words they were made, who made them, and nobody is refused for them."""

from itertools import count

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.filing.canonical import digest_of
from fieldapp.filing.signatures import NOT_SIGNED, signatures_of, words_digest

BODY = {"visit": "v", "answers": {"B01": {"value": "no", "note": "未亮证"}}, "party": {"commitment": "0" * 64}}
SIGNED = words_digest(BODY)


def test_a_signature_is_over_the_words_alone_whatever_becomes_of_them_later():
    sent = BODY | dict(zip(NOT_SIGNED, count(), strict=False))

    assert words_digest(sent) == SIGNED == digest_of(BODY)


@pytest.mark.parametrize("field", ["visit", "answers", "party", "summary"])
def test_other_words_are_not_those_that_were_signed(field: str):
    assert words_digest(BODY | {field: "x"}) != SIGNED


def test_each_of_three_signs_for_themselves_or_refuses_with_a_reason_and_a_witness():
    own = {"evidence": "e1", "digest": SIGNED, "at_ms": 5000}
    others = {
        "officers": {"evidence": "e2", "digest": "0" * 64},
        "party": {"refused": "不愿签", "witness": "李四", "digest": SIGNED},
    }

    found = signatures_of(BODY | {"signature": own, "signatures": others})

    assert [(one.who, one.evidence, one.refusal, one.witness, one.fits) for one in found] == [
        ("记录人", "e1", None, "", True), ("执法人员", "e2", None, "", False), ("当事人", None, "不愿签", "李四", True),
    ]  # fmt: skip


def test_the_one_signature_of_an_older_phone_is_the_recorders_and_its_refusal_somebody_elses_at_the_scene():
    signed, refused = ({"evidence": "e1"}, {"refused": "称无权签字", "witness": "陈一"})

    [first] = signatures_of(BODY | {"signature": signed})
    [second] = signatures_of(BODY | {"signature": refused})

    assert (first.who, first.fits) == ("记录人", None)
    assert (second.who, second.refusal, second.witness, second.fits) == ("现场人员", "称无权签字", "陈一", None)


@pytest.mark.parametrize("empty", [{}, {"signature": None, "signatures": None}, {"signature": {"refused": ""}}])
def test_who_signs_nowhere_is_shown_nowhere(empty):
    assert signatures_of(BODY | empty) == []


def test_a_signature_that_does_not_fit_is_filed_as_it_came(county, signed_in):
    version, visit = make_checklist_version(), make_visit(group=county.first_group, agency=county.work_safety_agency)
    record, picture = ids.mint(), ids.mint()
    others = {"officers": {"evidence": picture, "digest": "not a digest at all"}}

    phone = signed_in(county.zhang_san)
    answer = phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version, signatures=others))

    assert answer.status_code == 200, answer.json
    assert answer.json["missing_evidence"] == [picture], "a signature is waited for as any other file"
    assert phone.api_get(f"/api/v1/observations/{record}").json["body"]["signatures"] == others


def test_what_stands_in_the_wrong_shape_is_said_by_its_pointer(county, signed_in):
    version, visit = make_checklist_version(), make_visit(group=county.first_group, agency=county.work_safety_agency)
    body = observation_body(visit, version, signatures={"party": {"evidence": "x"}})

    answer = signed_in(county.zhang_san).api_put(f"/api/v1/observations/{ids.mint()}", body)

    assert [one["pointer"] for one in answer.json["errors"]] == ["/signatures/party/evidence"]


def test_the_person_is_signed_for_by_commitment_so_that_erasing_changes_nothing(county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group, agency=county.work_safety_agency)
    body = filed_observation(ids.mint(), observation_body(visit, version)).body

    assert set(body["party"]) == {"commitment"}
    assert len(words_digest(body)) == 64


def test_the_second_supervisor_signs_in_a_place_of_their_own(county, signed_in):
    version, visit = make_checklist_version(), make_visit(group=county.first_group, agency=county.work_safety_agency)
    record, picture = ids.mint(), ids.mint()
    body = observation_body(visit, version, signature=None, signatures={"second": {"evidence": picture}})

    answer = signed_in(county.zhang_san).api_put(f"/api/v1/observations/{record}", body)

    assert answer.json["missing_evidence"] == [picture]
    assert [one.who for one in signatures_of(body)] == ["第二名监督人员"]
