"""The keys that sign receipts."""

import stat
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
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
