"""Sealing personal data: encrypted under a key of its own, so that destroying the key erases the person.

Source: 个人信息保护法 art. 47, 51; AES-256-GCM, NIST SP 800-38D.
"""

import json
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldapp.config import kept_secret
from fieldapp.filing.canonical import digest_of

WRAPPED = {"wrapped_by": "seal-key"}  # the `info` of a column that holds keys wrapped by the file `keys/seal-key`
_NONCE_BYTES = 12


def commitment(person: dict[str, Any]) -> dict[str, str]:
    """What stands for a person in a digest: SHA-256 over the canonical JSON, which holds a random salt of the phone."""
    return {"commitment": digest_of(person)}


def seal(person: dict[str, Any], instance: Path) -> tuple[bytes, bytes]:
    """The person encrypted, and the wrapped key that opens it."""
    return seal_bytes(json.dumps(person, ensure_ascii=False).encode(), instance)


def seal_bytes(plain: bytes, instance: Path) -> tuple[bytes, bytes]:
    """`plain` encrypted, and the wrapped key that opens it. The wrapping key is a file outside the database."""
    key = AESGCM.generate_key(256)
    return _encrypt(key, plain), _encrypt(_wrapping_key(instance), key)


def unseal(sealed: bytes, wrapped_key: bytes | None, instance: Path) -> dict[str, Any] | None:
    """The person, or None when the key has been destroyed or does not fit any more."""
    plain = None if wrapped_key is None else unseal_bytes(sealed, wrapped_key, instance)
    return None if plain is None else json.loads(plain)


def unseal_bytes(sealed: bytes, wrapped_key: bytes, instance: Path) -> bytes | None:
    """What was sealed; None when the key does not fit any more."""
    try:
        return _decrypt(_decrypt(_wrapping_key(instance), wrapped_key), sealed)
    except InvalidTag:
        return None


def fits(wrapped_key: bytes, instance: Path) -> bool:
    """Whether the seal key that lies on disk at this moment opens a wrapped key. False when there is none."""
    try:
        _decrypt(_digest((instance / "keys" / "seal-key").read_text().strip()), wrapped_key)
    except (InvalidTag, OSError, ValueError):
        return False
    return True


def make_ready(instance: Path) -> None:
    """Makes the seal key of a new instance, and reads it once."""
    _wrapping_key(instance)


def forget() -> None:
    """Reads the seal key anew at its next use: the file has been replaced by a restore."""
    _wrapping_key.cache_clear()


@cache
def _wrapping_key(instance: Path) -> bytes:
    """Read once: a file that goes while the server runs is not silently made anew, /healthz tells of it."""
    return _digest(kept_secret(instance / "keys" / "seal-key"))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _encrypt(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def _decrypt(key: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
