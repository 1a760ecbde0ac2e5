"""Filings of every kind: PUT stores a revision, GET reads a record back. One address for each kind (sync.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, jsonify

from fieldapp.errors import Conflict, NotAllowed, NotFound, SignInNeeded
from fieldapp.filing import kinds, operations, receipts, records
from fieldapp.filing.kinds import Kind
from fieldapp.filing.wire import Filed, parse
from fieldapp.people.models import User
from fieldapp.reviews import queries as reviews
from fieldapp.web import sessions
from fieldapp.web.api import api, request_json, signed_in, wire


def put(kind: Kind, record_id: str) -> Response:
    """Stores one revision."""
    author = filer(kind)
    own_id = request_json.own_id(record_id)
    filed = sent_revision(kind, author, own_id, request_json.json_body())
    with refusals_told(kind, author, own_id):
        return jsonify(told(kind, operations.file_revision(author, filed)))


def get(kind: Kind, record_id: str) -> Response:
    """The record as stored, with every revision's number, digest and receipt."""
    reader = signed_in()
    return jsonify(stored_record(kind, reader, records.find(kind, reader, request_json.own_id(record_id))))


def stored_record(kind: Kind, reader: User, record: Any) -> dict[str, Any]:
    """One record as the API shows it to somebody who may see it; the person in clear for who may read that.

    What is not filed yet is shown to its author only.
    """
    revisions = records.revisions_for(kind, reader, record)
    head = revisions[-1]
    body = records.body_of(head)
    is_shown = kind.person_is_open or reader.id == record.author_id
    wire.with_person(body, kind.person_field, record.id, head.revision, is_shown=is_shown)
    numbered = {"number": record.number} if kind.number_prefix else {}
    reviewed = {"review": reviews.last_wire(record)} if kind.is_reviewed else {}
    return {
        **numbered,
        **reviewed,
        **kind.described(record),
        "id": record.id,
        "state": record.state,
        "revision": head.revision,
        "digest": head.digest,
        "body": body,
        "evidence": wire.evidence_of(kind.name, record.id, record.author_id),
        "layers": wire.layers_of(kind.name, record.id, record.author_id),
        "evidence_named": record.evidence_named,
        "evidence_arrived": record.evidence_arrived,
        "revisions": wire.revisions(revisions, receipts.all_of(record.id)),
    }


def filer(kind: Kind) -> User:
    """Who calls, if they file this kind. Raises SignInNeeded, NotAllowed."""
    user = signed_in()
    if kind.filers.isdisjoint(user.roles):
        raise NotAllowed(kind.filers_words)
    return user


def sent_revision(kind: Kind, author: User, own_id: str, sent: dict[str, Any]) -> Filed:
    """The revision that this request sends. Raises Refused with every fault by pointer."""
    device_id = request_json.device_id()
    return parse(kind, own_id, sent, device_id=device_id, sign_in=sessions.sign_in_of(author))


@contextmanager
def refusals_told(kind: Kind, author: User, own_id: str) -> Iterator[None]:
    """Around a filing: a conflict is told with what is stored, a sign-in that has ended is not remembered."""
    try:
        yield
    except SignInNeeded:
        sessions.forget(author)
        raise
    except Conflict as conflict:
        raise _with_stored(kind, author, own_id) from conflict


def told(kind: Kind, done: operations.Done) -> dict[str, Any]:
    """The answer to a filing."""
    numbered = {"number": done.number} if kind.number_prefix else {}
    return {
        **numbered,
        "receipt": receipts.wire(done.receipt),
        "have_evidence": done.have_evidence,
        "missing_evidence": done.missing_evidence,
    }


def _with_stored(kind: Kind, author: User, record_id: str) -> Conflict:
    try:
        stored = stored_record(kind, author, records.find(kind, author, record_id))
    except NotFound:
        words = f"服务器上没有这份{kind.words}的前一版，请重新提交。两份都保留。"
        return Conflict(words, stored=None, digest=None)
    return Conflict(stored=stored | {"body": wire.to_edit(stored["body"], kind.person_field)}, digest=stored["digest"])


def view(deed: Callable[[Kind, str], Response], kind: Kind) -> Callable[..., Response]:
    """`deed` for one kind, as a view whose address names the record."""

    def of_kind(**address: str) -> Response:
        return deed(kind, address[f"{kind.name}_id"])

    return of_kind


for _kind in kinds.every():
    _rule = f"/{_kind.address}/<string:{_kind.name}_id>"
    api.add_url_rule(_rule, f"put_{_kind.name}", view(put, _kind), methods=["PUT"])
    api.add_url_rule(_rule, f"get_{_kind.name}", view(get, _kind), methods=["GET"])
