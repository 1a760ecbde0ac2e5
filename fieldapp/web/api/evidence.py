"""Uploads of evidence (tus 1.0.0) by the API. Looking at what has arrived: evidence_views.py."""

from uuid import UUID

from flask import Response, current_app, jsonify, request, url_for

from fieldapp.errors import NotFound, Refused, SignInNeeded
from fieldapp.evidence import operations
from fieldapp.evidence.operations import Upload
from fieldapp.filing import receipts
from fieldapp.web import sessions
from fieldapp.web.api import api, request_json, signed_in, tus

api.after_request(tus.speak)


@api.route("/evidence", methods=["OPTIONS"])
@api.route("/evidence/<uuid:evidence_id>", methods=["OPTIONS"])
def evidence_abilities(evidence_id: UUID | None = None) -> Response:
    """What the upload protocol can do here."""
    return tus.abilities(limit_bytes=current_app.config["SETTINGS"].file_limit_bytes)


@api.post("/evidence")
def begin_evidence() -> Response:
    """Begins an upload; with the whole file as its body, takes it in."""
    author = signed_in()
    tus.refuse_other_versions(request)
    try:
        upload = operations.begin_upload(
            author,
            tus.announced(request),
            tus.piece(request),
            checksum=tus.checksum(request),
            device_id=request_json.device_id(),
            sign_in=sessions.sign_in_of(author),
        )
    except SignInNeeded:
        sessions.forget(author)
        raise
    answer = jsonify({"receipt": receipts.wire(upload.receipt)} if upload.receipt else {"offset": upload.offset_bytes})
    answer.status_code = 201 if upload.is_new else 200
    answer.headers["Location"] = url_for("api.evidence_offset", evidence_id=upload.id)
    return _with_offset(answer, upload)


@api.route("/evidence/<uuid:evidence_id>", methods=["HEAD"])
def evidence_offset(evidence_id: UUID) -> Response:
    """How far an upload has come."""
    author = signed_in()
    tus.refuse_other_versions(request)
    try:
        upload = operations.proceed(author, str(evidence_id))
    except Refused as refusal:
        if refusal.extra.get("reason") != "digest":
            raise
        raise NotFound from refusal  # what was damaged on its way has been dropped: the phone begins anew
    answer = _with_offset(Response(status=200), upload)
    answer.headers["Upload-Length"] = str(upload.length_bytes)
    return answer


@api.patch("/evidence/<uuid:evidence_id>")
def append_evidence(evidence_id: UUID) -> Response:
    """Adds a piece; the last one takes the file in, and GET /receipts/{id} then has its receipt."""
    author = signed_in()
    tus.refuse_other_versions(request)
    upload = operations.append(
        author,
        str(evidence_id),
        tus.piece(request),
        offset_bytes=tus.offset(request),
        checksum=tus.checksum(request),
    )
    return _with_offset(Response(status=204), upload)


@api.delete("/evidence/<uuid:evidence_id>")
def give_up_evidence(evidence_id: UUID) -> Response:
    """Forgets an unfinished upload."""
    author = signed_in()
    tus.refuse_other_versions(request)
    operations.give_up(author, str(evidence_id))
    return Response(status=204)


@api.post("/evidence/<uuid:evidence_id>")
def overridden_evidence(evidence_id: UUID) -> Response:
    """PATCH or DELETE for networks that let only POST through. Source: tus 1.0.0, X-HTTP-Method-Override."""
    views = {"PATCH": append_evidence, "DELETE": give_up_evidence}
    view = views.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if view is None:
        raise tus.BadUpload("须以 X-HTTP-Method-Override 写明 PATCH 或 DELETE。")
    return view(evidence_id)


def _with_offset(response: Response, upload: Upload) -> Response:
    response.headers["Upload-Offset"] = str(upload.offset_bytes)
    response.headers["Cache-Control"] = "no-store"
    return response
