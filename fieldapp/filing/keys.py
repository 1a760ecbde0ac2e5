"""The keys that sign receipts: Ed25519, kept as files in the instance folder, outside the database. Source: RFC
8032.
"""

import os
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from fieldapp.config import fsync_folder


class BrokenKey(RuntimeError):
    """A file in `keys/` is no key, or no key of the right kind; says which, in one Chinese sentence."""


def signing_key(instance: Path) -> tuple[str, Ed25519PrivateKey]:
    """The key in use and its id; made on first use. The newest `*.pem` in `keys/` is the one in use.

    Raises BrokenKey.
    """
    keys = _keys(instance / "keys")
    key_id = next(reversed(keys))
    return key_id, keys[key_id]


def public_keys(instance: Path) -> dict[str, Ed25519PublicKey]:
    """Every key that has ever signed, by id: old receipts stay checkable after a change of key.

    Of a key that signs no more, its public half alone may be kept (`*.pub`). Raises BrokenKey.
    """
    folder = instance / "keys"
    return _retired(folder) | {key_id: key.public_key() for key_id, key in _keys(folder).items()}


def ids_on_disk(instance: Path) -> set[str]:
    """The ids of the keys that lie in `keys/` at this moment, read anew. Raises BrokenKey."""
    folder = instance / "keys"
    return {_id_of(key.public_key()) for key in _read(folder).values()} | set(_read_retired(folder))


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 raw bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def wire(instance: Path) -> dict[str, object]:
    """What /.well-known/fieldapp-keys.json says of each key, as a JSON Web Key Set that also spells it out plainly.

    Source: RFC 8037 §2 (OKP keys); `public_key` is the same 32 bytes in plain base64.
    """
    return {"keys": [_key_wire(key_id, public_bytes(key)) for key_id, key in public_keys(instance).items()]}


def _key_wire(key_id: str, raw: bytes) -> dict[str, str]:
    return {
        "key_id": key_id,
        "algorithm": "Ed25519",
        "public_key": b64encode(raw).decode(),
        "kid": key_id,
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(raw).decode().rstrip("="),
    }


def forget() -> None:
    """Reads the keys anew at their next use: the files have been replaced by a restore."""
    _keys.cache_clear()
    _retired.cache_clear()


@cache
def _keys(folder: Path) -> dict[str, Ed25519PrivateKey]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not any(folder.glob("*.pem")):
        _make(folder)
    return {_id_of(key.public_key()): key for key in _read(folder).values()}


@cache
def _retired(folder: Path) -> dict[str, Ed25519PublicKey]:
    return _read_retired(folder)


def _read(folder: Path) -> dict[Path, Ed25519PrivateKey]:
    found = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as error:
            raise BrokenKey(_broken(path)) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise BrokenKey(_broken(path))
        found[path] = key
    return found


def _read_retired(folder: Path) -> dict[str, Ed25519PublicKey]:
    found = {}
    for path in sorted(folder.glob("*.pub")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except (ValueError, UnsupportedAlgorithm, OSError) as error:
            raise BrokenKey(_broken(path)) from error
        if not isinstance(key, Ed25519PublicKey):
            raise BrokenKey(_broken(path))
        found[_id_of(key)] = key
    return found


def _broken(path: Path) -> str:
    return f"{path} 不是完好的 Ed25519 密钥。请从备份的 instance/keys/{path.name} 拷回。"


def _make(folder: Path) -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = folder / f".{os.getpid()}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, folder / "receipt-0001.pem")  # of two processes that start together, one wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    fsync_folder(folder)
    fsync_folder(folder.parent)


def _id_of(key: Ed25519PublicKey) -> str:
    return sha256(public_bytes(key)).hexdigest()[:16]
