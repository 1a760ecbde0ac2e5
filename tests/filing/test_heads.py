"""Signed heads of the chain that leave the server, and what witnesses say when they come back."""

import json

import pytest

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.clock import as_if_at, now, parse_rfc3339
from fieldapp.extensions import unit_of_work
from fieldapp.filing import heads, receipts
from fieldapp.filing.heads import NoHead, UnreadableWitness

AT = parse_rfc3339("2026-11-23T09:12:04.5+08:00")


def issue():
    with unit_of_work():
        details = {"state": "draft", "visit": ids.mint()}
        filing = receipts.Filing("interview", ids.mint(), 1, "a" * 64, "nobody", "interview.filed", now(), details)
        return receipts.wire(receipts.issue_many([filing])[0])


def heard(tmp_path, *documents):
    file = tmp_path / "witness.json"
    file.write_text(json.dumps(documents[0] if len(documents) == 1 else documents))
    return heads.read_witnesses([file])


def test_the_head_names_the_end_of_the_chain_and_bears_the_signature_of_the_receipts(app):
    with pytest.raises(NoHead) as refused:
        heads.signed_head()
    assert refused.value.status == 404
    issue(), issue()

    with as_if_at(AT):
        head = heads.signed_head()

    assert (head["kind"], head["sequence"], head["chain"]) == ("audit-head", *audit.head())
    assert head["sequence"] == 2
    assert parse_rfc3339(head["at"]) == AT
    assert receipts.is_genuine(head)
    assert not receipts.is_genuine(head | {"sequence": 1})


def test_an_exported_head_is_named_by_time_and_place_lies_where_it_was_asked_for_and_is_a_witness(app, tmp_path):
    issue()
    folder = tmp_path / "away" / "heads"

    with as_if_at(AT):
        path = heads.export_head(folder)
        assert heads.export_head(folder) == path, "the same once more"

    assert path == folder / "head-20261123T011204Z-000000001.json"
    assert list(folder.iterdir()) == [path], "nothing half written is left"
    assert path.read_text().endswith("}\n")
    found = heads.read_witnesses([tmp_path / "away"])
    assert (found.heads, found.receipts, found.unknown, found.contradictions) == (dict([audit.head()]), [], 0, [])
    assert heads.read_witnesses([path]) == found


def test_receipts_are_heard_in_a_list_by_themselves_or_as_a_phone_exports_them(app, tmp_path):
    first, second = issue(), issue()

    for told in (heard(tmp_path, first, second), heard(tmp_path, {"receipts": [first, second]})):
        assert told.receipts == [first, second]
        assert told.heads == {1: first["chain"], 2: second["chain"]}
        assert (told.unknown, told.contradictions) == (0, [])
    assert heard(tmp_path, first).receipts == [first]


def test_what_this_server_did_not_sign_is_counted_and_not_believed(app, tmp_path):
    genuine = issue()
    odd = [genuine | {"digest": "b" * 64}, genuine | {"sequence": "1"}, genuine | {"chain": None}, {}]

    told = heard(tmp_path, genuine, *odd)

    assert told.unknown == len(odd)
    assert (told.heads, told.receipts) == ({1: genuine["chain"]}, [genuine])


def test_two_genuine_witnesses_that_name_different_values_contradict_each_other(app, tmp_path):
    """As after a restore: the chain has been grown anew, and both were signed by this server."""
    first = issue()
    key_id, key = heads.keys.signing_key(app.config["SETTINGS"].instance)
    other = {"kind": "audit-head", "sequence": 1, "chain": "f" * 64, "at": first["received_at"], "key_id": key_id}
    other["signature"] = heads.b64encode(key.sign(heads.canonical(other))).decode()

    assert heard(tmp_path, first, other).contradictions == [1]
    assert heard(tmp_path, first, first).contradictions == []


@pytest.mark.parametrize("content", ["", "{", "[1]", '"x"', '{"receipts": 7}', "[{}, null]"])
def test_a_file_that_holds_no_witness_is_named_not_passed_over(app, tmp_path, content):
    file = tmp_path / "odd.json"
    file.write_text(content)

    with pytest.raises(UnreadableWitness, match=r"odd\.json") as refused:
        heads.read_witnesses([file])
    assert refused.value.status == 422


def test_a_file_that_is_not_there_is_named(app, tmp_path):
    with pytest.raises(UnreadableWitness, match="gone"):
        heads.read_witnesses([tmp_path / "gone.json"])
