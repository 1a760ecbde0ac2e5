"""Which key is missed, asked of the files and of what the database holds, without a server in between."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import keyring, keys, receipts, sealing
from fieldapp.filing.models import SealedPerson


@pytest.fixture
def instance(app):
    """The folder of a new instance whose keys were made."""
    keys.forget()
    sealing.forget()
    instance = app.config["SETTINGS"].instance
    keyring.open_all(instance)
    return instance


def issue():
    with unit_of_work():
        details = {"state": "draft", "visit": ids.mint()}
        filing = receipts.Filing("interview", ids.mint(), 1, "a" * 64, "nobody", "interview.filed", now(), details)
        return receipts.issue_many([filing])[0]


def fault(ask, instance):
    with db.engine.connect() as connection:
        return ask(connection, db.metadata, instance)


def replace_key(instance):
    """Another key signs from now on; gives the id of the one before, which nobody has any more."""
    old, _ = keys.signing_key(instance)
    (instance / "keys" / "receipt-0001.pem").unlink()
    keys.forget()
    return old


BOTH = pytest.mark.parametrize("ask", [keyring.fault_at_start, keyring.fault_now])


@BOTH
def test_what_was_made_and_never_used_is_not_missed(instance, ask):
    assert fault(ask, instance) == "ok"
    (instance / "keys" / "receipt-0001.pem").unlink()
    (instance / "keys" / "seal-key").unlink()

    assert fault(ask, instance) == "ok"


@BOTH
def test_a_database_without_tables_needs_no_key(tmp_path, ask):
    with create_engine("sqlite://").connect() as empty:
        assert ask(empty, db.metadata, tmp_path) == "ok"


@BOTH
def test_the_key_that_signed_is_missed_by_its_id(instance, ask):
    issue()
    assert fault(ask, instance) == "ok"
    key_id, _ = keys.signing_key(instance)
    (instance / "keys" / "receipt-0001.pem").unlink()

    said = fault(ask, instance)

    assert key_id in said
    assert "instance/keys/receipt-*.pem" in said


def test_of_an_older_key_only_the_start_asks_for_it_stands_in_older_receipts_alone(instance):
    issue()
    old = replace_key(instance)
    assert receipts.wire(issue())["key_id"] != old

    assert old in fault(keyring.fault_at_start, instance)
    assert fault(keyring.fault_now, instance) == "ok"


def test_a_server_that_runs_misses_what_it_has_in_memory_and_the_disk_has_no_more(instance):
    issue()
    old = replace_key(instance)
    issue()
    half = instance / "keys" / "receipt-0000.pub"
    public = Ed25519PrivateKey.generate().public_key()
    half.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    keys.forget()
    in_memory = set(keys.public_keys(instance))
    half.unlink()

    said = fault(keyring.fault_now, instance)

    (lost,) = in_memory - keys.ids_on_disk(instance)
    assert lost != old
    assert lost in said


@BOTH
def test_a_file_that_is_no_key_is_named(instance, ask):
    issue()
    (instance / "keys" / "receipt-0000.pub").write_text("no key")
    keys.forget()

    assert fault(ask, instance).endswith("请从备份的 instance/keys/receipt-0000.pub 拷回。")
    assert keyring.fault_of_files(instance) == fault(ask, instance)
    (instance / "keys" / "receipt-0000.pub").unlink()
    assert keyring.fault_of_files(instance) == "ok"


@BOTH
def test_the_seal_key_is_missed_once_something_is_sealed_and_one_spoilt_row_says_nothing_against_it(instance, ask):
    def seal(key=None):
        sealed, wrapped = sealing.seal({"name": "某某"}, instance)
        row = {"owner_id": ids.mint(), "revision": 1, "owner_kind": "interview"}
        with unit_of_work() as session:
            session.add(SealedPerson(**row, sealed=sealed, key=key or wrapped))

    seal(key=b"spoilt")
    seal()
    assert fault(ask, instance) == "ok"
    file = instance / "keys" / "seal-key"
    kept = file.read_text()
    for harm in (lambda: file.write_text("another-secret-of-somebody-else-0000000000000000"), file.unlink):
        harm()
        assert "instance/keys/seal-key 拷回" in fault(ask, instance)
        assert keyring.fault_of_files(instance) == "ok", "the files alone say nothing about that"
    file.write_text(kept)
    assert fault(ask, instance) == "ok"
