"""Receipts: what a phone holds in hand afterwards."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from factories import make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import receipts
from fieldapp.filing.canonical import canonical, digest_of
from fieldapp.filing.models import Receipt


def issue(subject_id=None, *, revision=1, digest="a" * 64, actor_id="nobody"):
    with unit_of_work():
        details = {"state": "draft", "visit": ids.mint()}
        return receipts.issue_many(
            [
                receipts.Filing(
                    "interview", subject_id or ids.mint(), revision, digest, actor_id, "interview.filed", now(), details
                )
            ]
        )[0]


def test_a_receipt_names_its_place_in_the_chain(app):
    first, second = issue(), issue()

    assert (first.sequence, second.sequence) == (1, 2)
    assert audit.entry(2).chain == second.chain
    assert audit.verify_chain({1: first.chain, 2: second.chain}) == (2, None)


def test_a_receipt_is_genuine_until_one_field_of_it_is_changed(app):
    shown = receipts.wire(issue())

    assert receipts.is_genuine(shown)
    for name in shown:
        changed = shown | {name: shown[name] + 1 if isinstance(shown[name], int) else shown[name][::-1] + "0"}
        assert not receipts.is_genuine(changed), name
    assert not receipts.is_genuine(shown | {"more": 1})
    assert not receipts.is_genuine({name: value for name, value in shown.items() if name != "chain"})


@pytest.mark.parametrize(
    "odd",
    [{}, {"signature": None}, {"signature": "ä"}, {"key_id": ["x"]}, {"revision": float("nan")}, {"id": "\ud800"}],
)
def test_anything_else_is_not_genuine_and_never_an_error(app, odd):
    assert not receipts.is_genuine(odd)
    assert not receipts.is_genuine(receipts.wire(issue()) | odd if odd else {})


def test_a_stranger_can_check_a_receipt_with_the_published_key_alone(app, county, signed_in, client):
    """As sync.md says: Ed25519 over the canonical receipt without `signature`; the digest over the canonical body in
    which `party` is its commitment."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    body = observation_body(visit, version)
    receipt = signed_in(county.zhang_san).api_put(f"/api/v1/observations/{ids.mint()}", body).json["receipt"]

    published = client.get("/.well-known/fieldapp-keys.json").json["keys"]
    key = next(one for one in published if one["key_id"] == receipt["key_id"])
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    Ed25519PublicKey.from_public_bytes(b64decode(key["public_key"])).verify(
        b64decode(receipt["signature"]), canonical(unsigned)
    )
    assert receipt["digest"] == digest_of(body | {"party": {"commitment": digest_of(body["party"])}})
    assert set(receipt) == {
        "id", "kind", "revision", "digest", "received_at", "sequence", "chain", "signature", "key_id",
    }  # fmt: skip


def test_receipt_entry_and_row_stand_or_fall_together(app):
    with pytest.raises(RuntimeError), unit_of_work():
        issue()
        raise RuntimeError("power cut before the commit")

    assert db.session.query(AuditEntry).count() == 0
    assert db.session.query(Receipt).count() == 0


def test_the_newest_receipt_is_found_when_no_revision_is_named(app):
    subject = ids.mint()
    issue(subject, revision=1)
    issue(subject, revision=4, digest="b" * 64)

    assert receipts.find(subject).revision == 4
    assert receipts.find(subject, 1).digest == "a" * 64
    assert receipts.find(subject, 2) is None
    assert [one.revision for one in receipts.all_of(subject)] == [1, 4]
    assert receipts.find(ids.mint()) is None


def test_a_signature_is_taken_letter_by_letter(app):
    """Base64 as people's programs write it could carry what nobody signed."""
    shown = receipts.wire(issue())

    for noise in ("!", " ", "\n"):
        assert receipts.is_genuine(shown | {"signature": noise + shown["signature"]}) is False
    assert receipts.is_genuine(shown | {"key_id": "another"}) is False


def test_of_what_a_phone_shows_those_are_named_that_are_not_held_as_they_were_signed(app):
    first, second = issue(revision=1), issue(revision=1)
    later = issue(first.subject_id, revision=2, digest="b" * 64)
    held = [receipts.wire(one) for one in (first, later, second)]

    assert receipts.no_longer_held(held) == []
    assert receipts.no_longer_held([]) == []
    other_words, never = held[1] | {"digest": "c" * 64}, held[2] | {"revision": 2}
    assert receipts.no_longer_held([held[0], other_words, held[2]]) == [first.subject_id]
    assert receipts.no_longer_held([never, other_words, held[0]]) == sorted([first.subject_id, second.subject_id])
    stranger = ids.mint()
    assert receipts.no_longer_held([*held, held[0] | {"id": stranger}, held[0] | {"id": stranger, "revision": 2}]) == [
        stranger
    ], "each id once"
