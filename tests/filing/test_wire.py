"""A revision on its way in: its person sealed off, its digest over what is left."""

from datetime import UTC, datetime

import pytest

from fieldapp.errors import Refused
from fieldapp.filing import kinds
from fieldapp.filing.canonical import canonical, digest_of
from fieldapp.filing.wire import parse, sealed_off

PERSON = {"kind": "enterprise", "name": "某某五金厂", "salt": "0" * 32}
SENT = {
    "revision": 2, "base_revision": 1, "visit": "01890f0e-7b7a-7cc0-98c2-0242ac120002", "state": "draft",
    "started_at": "2026-11-23T09:00:00+08:00", "checklist_version": "v", "answers": {}, "more": "kept",
}  # fmt: skip


def test_the_person_goes_and_a_commitment_stands_in_its_place():
    body, person, text, digest = sealed_off({"a": 1, "party": PERSON}, "party")

    assert person == PERSON
    assert body == {"a": 1, "party": {"commitment": digest_of(PERSON)}}
    assert text == canonical(body).decode()
    assert digest == digest_of(body)
    assert "五金厂" not in text


@pytest.mark.parametrize(
    ("sent", "field"), [({"a": 1}, "party"), ({"party": None}, "party"), ({"party": PERSON}, None)]
)
def test_where_there_is_no_person_to_seal_the_body_stays_as_it_was(sent, field):
    body, person, _, digest = sealed_off(sent, field)

    assert (body, person, digest) == (sent, None, digest_of(sent))


def test_what_was_sent_is_not_changed():
    sent = {"party": dict(PERSON)}
    sealed_off(sent, "party")

    assert sent == {"party": PERSON}


def test_a_filing_says_what_was_sent_whence_and_by_which_sign_in():
    filed = parse(kinds.of("observation"), "an id", SENT | {"party": PERSON}, device_id="phone", sign_in="token")

    assert (filed.kind, filed.id, filed.revision, filed.base_revision) == ("observation", "an id", 2, 1)
    assert (filed.visit_id, filed.state, filed.device_id, filed.sign_in) == (SENT["visit"], "draft", "phone", "token")
    assert filed.started_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert filed.person == PERSON
    assert filed.body["more"] == "kept", "fields that nobody knows are part of what was filed"
    assert filed.digest == digest_of(SENT | {"party": filed.body["party"]})
    bare = parse(kinds.of("observation"), "an id", SENT)
    assert (bare.person, bare.device_id, bare.sign_in) == (None, None, None)


def test_a_filing_of_the_wrong_shape_is_refused_with_its_pointers():
    with pytest.raises(Refused) as refused:
        parse(kinds.of("observation"), "an id", SENT | {"revision": 0, "state": "over"})

    assert {fault.pointer for fault in refused.value.faults} == {"/revision", "/state"}
