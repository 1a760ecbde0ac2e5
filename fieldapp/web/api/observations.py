"""监督记录: filing a revision, reading a record."""

from dataclasses import replace
from typing import Any

from flask import Response, jsonify

from fieldapp.errors import Conflict, NotFound, SignInNeeded
from fieldapp.filing import receipts
from fieldapp.observations import marks, operations, queries
from fieldapp.observations.models import Observation
from fieldapp.observations.rules import MARKS
from fieldapp.observations.wire import FiledObservation
from fieldapp.people.models import User
from fieldapp.reviews import queries as reviews
from fieldapp.web import sessions
from fieldapp.web.api import request_json, wire
from fieldapp.web.api.door import api, signed_in, supervisor
from fieldapp.web.api.shapes import ObservationShape, check, instant


@api.put("/observations/<string:observation_id>")
def put_observation(observation_id: str) -> Response:
    """Stores one revision (sync.md)."""
    author = supervisor()
    sent = parse(request_json.own_id(observation_id), request_json.json_body(), device_id=request_json.device_id())
    try:
        done = operations.file_revision(author, replace(sent, sign_in=sessions.sign_in_of(author)))
    except SignInNeeded:
        sessions.forget(author)
        raise
    except Conflict as conflict:
        raise _with_stored(author, observation_id) from conflict
    return jsonify(
        {
            "receipt": receipts.wire(done.receipt),
            "number": done.number,
            "have_evidence": done.have_evidence,
            "missing_evidence": done.missing_evidence,
        }
    )


@api.get("/observations/<string:observation_id>")
def get_observation(observation_id: str) -> Response:
    """The record as stored, with every revision's number, digest and receipt."""
    reader = signed_in()
    return jsonify(stored_record(reader, queries.find(reader, request_json.own_id(observation_id))))


def stored_record(reader: User, observation: Observation) -> dict[str, Any]:
    """One record as the API shows it to somebody who may see it, with the party unsealed.

    What is not filed yet is shown to its author only.
    """
    readable = queries.revisions_of if reader.id == observation.author_id else queries.filed_revisions_of
    revisions = readable(observation.id)
    head = revisions[-1]
    body = queries.body_of(head)
    wire.with_person(body, "party", observation.id, head.revision)
    return {
        "id": observation.id,
        "number": observation.number,
        "state": observation.state,
        "revision": head.revision,
        "digest": head.digest,
        "body": body,
        "author": {"id": observation.author.id, "name": observation.author.name},
        "evidence": wire.evidence_of("observation", observation.id, observation.author_id),
        "evidence_named": observation.evidence_named,
        "evidence_arrived": observation.evidence_arrived,
        "marks": [{"id": mark, "label": MARKS[mark]} for mark in marks.standing([observation])[observation.id]],
        "review": reviews.last_wire(observation),
        "revisions": wire.revisions(revisions, receipts.all_of(observation.id)),
    }


def parse(observation_id: str, sent: dict[str, Any], *, device_id: str | None) -> FiledObservation:
    """One revision as it was sent. Raises Refused with every fault by pointer."""
    shape = check(ObservationShape, sent)
    body, person, text, digest = request_json.sealed_off(sent, "party")
    return FiledObservation(
        id=observation_id,
        revision=shape.revision,
        base_revision=shape.base_revision,
        visit_id=shape.visit,
        checklist_version_id=shape.checklist_version,
        state=shape.state,
        started_at=instant(shape.started_at),
        body=body,
        canonical_body=text,
        digest=digest,
        person=person,
        device_id=device_id,
    )


def _with_stored(author: User, observation_id: str) -> Conflict:
    try:
        stored = stored_record(author, queries.find(author, observation_id))
    except NotFound:
        return Conflict("服务器上没有这份记录的前一版，请重新提交。两份都保留。", stored=None, digest=None)
    return Conflict(stored=stored | {"body": wire.to_edit(stored["body"], "party")}, digest=stored["digest"])
