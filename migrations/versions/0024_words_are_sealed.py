"""The words of interviews and roundtables are sealed, each revision under a key of its own; what is erased is noted.

Revision: 0024, after 0023
"""

import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_SEALED = (("interview", "interview_id"), ("roundtable", "roundtable_id"))
_MARK = "sealed:"
_KEYS = sa.table("sealed_body", *map(sa.column, ("owner_id", "revision", "owner_kind", "key")))


def upgrade() -> None:
    op.create_table(
        "sealed_body",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("owner_id", "revision", name=op.f("pk_sealed_body")),
    )
    op.create_table(
        "erasure",
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_erasure_author_id_user_account")),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("sequence", name=op.f("uq_erasure_sequence")),
    )
    op.create_index("ix_erasure_author_id_erased_at", "erasure", ["author_id", "erased_at"])
    _keep_as_filed("erasure")
    op.create_table(
        "checked_recording",
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("checked_by_id", sa.String(length=36), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_checked_recording_evidence_id_evidence")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_checked_recording_checked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_checked_recording")),
    )
    op.create_index(op.f("ix_checked_recording_checked_at"), "checked_recording", ["checked_at"])
    for kind, owner in _SEALED:
        _let_change(f"{kind}_revision")
        _rewrite(kind, owner, seals=True)
        _keep_as_filed(f"{kind}_revision")


def downgrade() -> None:
    """Words whose keys are destroyed stay noise."""
    for kind, owner in _SEALED:
        _let_change(f"{kind}_revision")
        _rewrite(kind, owner, seals=False)
        _keep_as_filed(f"{kind}_revision")
    op.drop_table("checked_recording")
    op.drop_table("erasure")
    op.drop_table("sealed_body")


def _rewrite(kind: str, owner: str, *, seals: bool) -> None:
    """Every revision: what was filed word for word now lies sealed, and its digest still fits."""
    connection = op.get_bind()
    table = sa.table(f"{kind}_revision", *map(sa.column, (owner, "revision", "body")))
    for owner_id, number in connection.execute(sa.select(table.c[owner], table.c.revision)).all():
        its_own = (table.c[owner] == owner_id) & (table.c.revision == number)
        body = connection.execute(sa.select(table.c.body).where(its_own)).scalar_one()
        if seals:
            body, key = _sealed(body)
            row = {"owner_id": owner_id, "revision": number, "owner_kind": kind, "key": key}
            connection.execute(sa.insert(_KEYS).values(row))
        else:
            wanted = (_KEYS.c.owner_id == owner_id) & (_KEYS.c.revision == number)
            body = _opened(body, connection.execute(sa.select(_KEYS.c.key).where(wanted)).scalar())
        connection.execute(sa.update(table).where(its_own).values(body=body))


# As the program of this day seals: nonce and AES-256-GCM, the key of each revision wrapped by the file keys/seal-key.
def _sealed(text: str) -> tuple[str, bytes]:
    key = AESGCM.generate_key(256)
    return _MARK + b64encode(_encrypted(key, text.encode())).decode(), _encrypted(_wrapping_key(), key)


def _opened(body: str, wrapped: bytes | None) -> str:
    if wrapped is None or not body.startswith(_MARK):
        return body
    return _decrypted(_decrypted(_wrapping_key(), wrapped), b64decode(body[len(_MARK) :])).decode()


def _encrypted(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def _decrypted(key: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], None)


def _wrapping_key() -> bytes:
    """Read, or made on the day on which the first person or word is sealed."""
    path: Path = current_app.config["SETTINGS"].instance / "keys" / "seal-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    return sha256(path.read_text().strip().encode()).digest()


def _let_change(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def _keep_as_filed(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":  # refuse_change() since 0002
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                   "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                   f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
