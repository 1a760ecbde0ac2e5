"""Evidence by the API: uploads (tus), and looking at what has arrived."""

from collections.abc import Callable

from flask import Response, current_app, g, jsonify, request, url_for
from flask_login import current_user

from fieldapp.access import ANYONE_SIGNED_IN, door
from fieldapp.errors import FieldappError, NotFound
from fieldapp.evidence import operations, queries, rules
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.operations import Upload, WrongOffset
from fieldapp.evidence.thumbnails import View, view_of
from fieldapp.interviews import operations as interviews
from fieldapp.interviews import queries as interview_queries
from fieldapp.interviews.models import Interview
from fieldapp.observations import operations as observations
from fieldapp.observations import queries as observation_queries
from fieldapp.observations.models import Observation
from fieldapp.sync import receipts
from fieldapp.web.api import sending, tus

evidence = door("evidence", __name__, admits=ANYONE_SIGNED_IN, url_prefix="/api/v1/evidence")
evidence.after_request(tus.speak)


@evidence.route("", methods=["OPTIONS"])
@evidence.route("/<uuid:evidence_id>", methods=["OPTIONS"])
def abilities(evidence_id: object = None) -> Response:
    """What the upload protocol can do here."""
    return tus.abilities(limit_bytes=current_app.config["SETTINGS"].file_limit_bytes)


@evidence.post("")
def create() -> Response:
    """Begins an upload; with the whole file as its body, takes it in."""
    tus.refuse_other_versions(request)
    announced = tus.announced(request)
    upload = operations.begin_upload(current_user, announced, tus.piece(request), checksum=tus.checksum(request),
                                     after=_counting(announced.owner_kind))
    response = jsonify(receipt=receipts.wire(upload.receipt) if upload.receipt else None)
    response.status_code = 201 if upload.is_new else 200
    response.headers["Location"] = url_for(".stand", evidence_id=upload.id)
    return _with_offset(response, upload)


@evidence.route("/<uuid:evidence_id>", methods=["HEAD"], provide_automatic_options=False)
def stand(evidence_id: object) -> Response:
    """How far an upload has come."""
    tus.refuse_other_versions(request)
    upload = operations.proceed(current_user, str(evidence_id), after=_counting_of(str(evidence_id)))
    response = _with_offset(Response(status=200), upload)
    response.headers["Upload-Length"] = str(upload.length_bytes)
    return response
