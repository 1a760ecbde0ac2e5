"""访谈: filing a revision, reading it back."""

from typing import Any

from flask import Response, jsonify

from fieldapp.errors import Conflict, NotFound
from fieldapp.filing import receipts
from fieldapp.interviews import operations, queries
from fieldapp.interviews.models import Interview
from fieldapp.people.models import User
from fieldapp.web.api import request_json, wire
from fieldapp.web.api.door import api, signed_in, supervisor
from fieldapp.web.api.shapes import InterviewShape, check, instant


@api.put("/interviews/<string:interview_id>")
def put_interview(interview_id: str) -> Response:
    """Stores one revision (sync.md)."""
    author, sent = supervisor(), request_json.json_body()
    filed = parse(request_json.own_id(interview_id), sent, device_id=request_json.device_id())
    try:
        done = operations.file_revision(author, filed)
    except Conflict as conflict:
        raise _with_stored(author, interview_id) from conflict
    return jsonify(
        {
            "receipt": receipts.wire(done.receipt),
            "have_evidence": done.have_evidence,
            "missing_evidence": done.missing_evidence,
        }
    )


def parse(interview_id: str, sent: dict[str, Any], *, device_id: str | None) -> operations.FiledInterview:
    """One revision as it was sent. Raises Refused with every fault by pointer."""
    shape = check(InterviewShape, sent)
    body, person, text, digest = request_json.sealed_off(sent, "respondent")
    return operations.FiledInterview(
        id=interview_id,
        revision=shape.revision,
        base_revision=shape.base_revision,
        visit_id=shape.visit,
        state=shape.state,
        started_at=instant(shape.started_at),
        body=body,
        canonical_body=text,
        digest=digest,
        person=person,
        device_id=device_id,
    )


@api.get("/interviews/<string:interview_id>")
def get_interview(interview_id: str) -> Response:
    """The interview as stored; the respondent in clear for its author only."""
    user = signed_in()
    return jsonify(_stored(user, queries.find(user, request_json.own_id(interview_id))))


def _stored(user: User, interview: Interview) -> dict[str, Any]:
    body = queries.body_of(interview)
    is_own = user.id == interview.author_id
    wire.with_person(body, "respondent", interview.id, interview.head_revision, is_shown=is_own)
    revisions = queries.revisions_of(interview.id)
    return {
        "id": interview.id,
        "state": interview.state,
        "revision": interview.head_revision,
        "digest": revisions[-1].digest,
        "body": body,
        "evidence": wire.evidence_of("interview", interview.id, interview.author_id),
        "evidence_named": interview.evidence_named,
        "evidence_arrived": interview.evidence_arrived,
        "revisions": wire.revisions(revisions, receipts.all_of(interview.id)),
    }


def _with_stored(author: User, interview_id: str) -> Conflict:
    try:
        stored = _stored(author, queries.find(author, interview_id))
    except NotFound:
        return Conflict("服务器上没有这份访谈的前一版，请重新提交。两份都保留。", stored=None, digest=None)
    return Conflict(stored=stored | {"body": wire.to_edit(stored["body"], "respondent")}, digest=stored["digest"])
