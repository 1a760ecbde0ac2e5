"""Filing at a desk: the page carries the id and the revision, and the door makes the body that a phone would send.

So a form sent twice, gone back to or reloaded is the same filing with the same receipt, and one that was overtaken by
another window is a conflict. Any kind's desk form uses it: `fields` in its template, `file` and `take_in` in its view.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from fieldapp import ids
from fieldapp.errors import Fault, NotFound, Refused, SignInNeeded, TooLarge
from fieldapp.evidence import operations as evidence
from fieldapp.evidence.rules import Announced, printable
from fieldapp.filing import operations, records
from fieldapp.filing.kinds import Kind
from fieldapp.filing.operations import Done
from fieldapp.filing.wire import parse
from fieldapp.people.models import User
from fieldapp.web import sessions

_SALT_DIGITS = 32
_NAME_CHARACTERS, _TYPE_CHARACTERS = 200, 100  # of a file, as its row keeps them
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Carried:
    """What a page carries of the record that is written on it: which, as which revision, standing on which.

    `salt`: of the commitment to its persons. One for each page, so that the same content has the same digest.
    """

    record_id: str
    revision: int
    base_revision: int
    salt: str


def begun() -> Carried:
    """For the page of a record that does not exist yet: its id is minted here, as a phone would."""
    return Carried(ids.mint(), 1, 0, secrets.token_hex(_SALT_DIGITS // 2))


def standing_on(record: Any) -> Carried:
    """For a page that goes on writing `record` (a row of any kind) as it stands now."""
    head = record.head_revision
    return Carried(record.id, head + 1, head, secrets.token_hex(_SALT_DIGITS // 2))


def carried(form: Mapping[str, str]) -> Carried | None:
    """What a form has carried back; None for a form that carries nothing, or nothing that can be read."""
    salt = form.get("salt", "")
    numbers = [form.get("revision", ""), form.get("base_revision", "")]
    readable = all(one.isdecimal() and one.isascii() and len(one) < 7 for one in numbers)
    if not (ids.is_uuid(form.get("record")) and readable and len(salt) == _SALT_DIGITS):
        return None
    return Carried(form["record"], int(numbers[0]), int(numbers[1]), salt)


def fields(page: Carried) -> Markup:
    """The hidden fields that carry it. After `form_proof()`."""
    carries = {
        "record": page.record_id, "revision": page.revision, "base_revision": page.base_revision, "salt": page.salt,
    }  # fmt: skip
    one = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(one.format(name, value) for name, value in carries.items())


def file(author: User, kind: Kind, page: Carried, content: Mapping[str, Any], *, state: str) -> Done:
    """Files `content` (all of the body but what the page carries) as the revision that the page carries, in `state`.

    The same once more gives the same receipt. What the revision beneath holds and `content` does not name, a newer
    program has put there: it stays. Raises as filing.operations.file_revision; Refused also for the shape.
    """
    body = {
        **_untouched(author, kind, page, content),
        **content,
        "revision": page.revision,
        "base_revision": page.base_revision,
        "state": state,
    }
    filed = parse(kind, page.record_id, body, sign_in=sessions.sign_in_of(author))
    try:
        return operations.file_revision(author, filed)
    except SignInNeeded:
        sessions.forget(author)
        raise


def _untouched(author: User, kind: Kind, page: Carried, content: Mapping[str, Any]) -> dict[str, Any]:
    if not page.base_revision:
        return {}
    try:
        record = records.find(kind, author, page.record_id)
    except NotFound:
        return {}  # filing says so in words
    revisions = {one.revision: one for one in records.revisions_for(kind, author, record)}
    beneath = revisions.get(page.base_revision)
    return {name: value for name, value in records.body_of(beneath).items() if name not in content} if beneath else {}


def take_in(author: User, kind: Kind, record_id: str, files: Iterable[FileStorage]) -> tuple[list[str], list[Fault]]:
    """The evidence ids of the pictures that were chosen, and in words why others were not taken.

    A file's id is made of the record's and its bytes: the same file chosen twice, or sent again, is one.
    Raises NotAllowed for who may not file this kind.
    """
    taken, faults = [], []
    for chosen in files:
        if not chosen.filename:  # a field in which nothing was chosen
            continue
        announced = _announced(kind, record_id, chosen)
        try:
            if announced.length_bytes == 0:
                raise Refused(f"“{announced.filename}”是空的，没有保存")
            taken.append(evidence.begin_upload(author, announced, iter(lambda: chosen.read(_CHUNK_BYTES), b"")).id)  # noqa: B023 read at once
        except (Refused, TooLarge) as refusal:
            faults.append(Fault("/photos", refusal.title))
    return list(dict.fromkeys(taken)), faults


def _announced(kind: Kind, record_id: str, chosen: FileStorage) -> Announced:
    digest, length = _measured(chosen.stream)
    return Announced(
        id=_file_id(record_id, digest),
        sha256=digest,
        length_bytes=length,
        owner_kind=kind.name,
        owner_id=record_id,
        source="album",
        filename=printable(chosen.filename or "")[:_NAME_CHARACTERS],
        declared_type=printable(chosen.mimetype or "")[:_TYPE_CHARACTERS],
    )


def _measured(stream: Any) -> tuple[str, int]:
    whole, length = sha256(), 0
    source: BinaryIO = stream
    while chunk := source.read(_CHUNK_BYTES):
        whole.update(chunk)
        length += len(chunk)
    source.seek(0)
    return whole.hexdigest(), length


def _file_id(record_id: str, digest: str) -> str:
    """A UUIDv8 that says which bytes of which record. Source: RFC 9562 §5.8."""
    value = int(sha256(f"{record_id} {digest}".encode()).hexdigest()[:32], 16)
    value &= ~(0xF << 76) & ~(0b11 << 62)
    return str(UUID(int=value | 0x8 << 76 | 0b10 << 62))
