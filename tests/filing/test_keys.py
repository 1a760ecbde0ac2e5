"""The keys that sign receipts."""

import stat
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from servers import ROOT

from fieldapp.filing import keys


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    key_id, key = keys.signing_key(tmp_path)
    file = next((tmp_path / "keys").glob("*.pem"))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [file.name], "no draft is left behind"
    keys._keys.cache_clear()  # as after a restart
    again_id, again = keys.signing_key(tmp_path)
    assert again_id == key_id
    assert again.public_key() == key.public_key()


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path):
    program = (
        "from pathlib import Path; from fieldapp.filing import keys; "
        f"print(keys.signing_key(Path({str(tmp_path)!r}))[0])"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    ids = {process.communicate(timeout=60)[0].strip() for process in started}

    assert len(ids) == 1
    assert ids != {""}


def test_after_a_change_of_key_the_newest_signs_and_the_old_one_still_checks(tmp_path: Path):
    old_id, _ = keys.signing_key(tmp_path)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "keys" / "receipt-0002.pem").write_bytes(pem)
    keys._keys.cache_clear()

    new_id, _ = keys.signing_key(tmp_path)

    assert new_id != old_id
    assert set(keys.public_keys(tmp_path)) == {old_id, new_id}
    published = keys.wire(tmp_path)["keys"]
    assert {one["key_id"] for one in published} == {old_id, new_id}
    assert all(len(b64decode(one["public_key"])) == 32 and one["algorithm"] == "Ed25519" for one in published)
    assert "PRIVATE" not in str(published)


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_new_instance_gets_its_folders_and_its_key_an_id_of_sixteen_hexadecimal_digits(tmp_path: Path):
    key_id, key = keys.signing_key(tmp_path / "new" / "instance")

    assert len(key_id) == 16
    assert set(key_id) <= set("0123456789abcdef")
    assert set(keys.public_keys(tmp_path / "new" / "instance")) == {key_id}


def test_the_ids_on_disk_are_read_anew_each_time_halves_that_sign_no_more_too(tmp_path: Path):
    key_id, key = keys.signing_key(tmp_path)
    folder, old = tmp_path / "keys", Ed25519PrivateKey.generate()
    assert keys.ids_on_disk(tmp_path) == {key_id}

    (folder / "receipt-0000.pub").write_bytes(public_pem(old))
    both = keys.ids_on_disk(tmp_path)
    (folder / "receipt-0001.pem").unlink()

    assert len(both) == 2
    assert keys.ids_on_disk(tmp_path) == both - {key_id}
    assert keys.signing_key(tmp_path)[0] == key_id, "what is in memory signs on"
    assert set(keys.public_keys(tmp_path)) == both


BROKEN = {
    "receipt-0001.pem": [b"", b"no key", private_pem(ec.generate_private_key(ec.SECP256R1()))],
    "receipt-0000.pub": [b"", b"no key", public_pem(ec.generate_private_key(ec.SECP256R1()))],
}


@pytest.mark.parametrize(("name", "content"), [(name, one) for name, contents in BROKEN.items() for one in contents])
def test_a_file_that_is_no_such_key_is_named_with_where_to_fetch_it_and_stays(tmp_path: Path, name, content):
    keys.signing_key(tmp_path)
    keys.forget()
    (tmp_path / "keys" / name).write_bytes(content)

    for read in (keys.ids_on_disk, keys.public_keys):
        with pytest.raises(keys.BrokenKey) as broken:
            read(tmp_path)
        assert str(broken.value) == (
            f"{tmp_path / 'keys' / name} 不是完好的 Ed25519 密钥。请从备份的 instance/keys/{name} 拷回。"
        )
    assert (tmp_path / "keys" / name).read_bytes() == content
