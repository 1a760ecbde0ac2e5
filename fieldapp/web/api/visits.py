"""监督活动: an ad-hoc visit from a phone."""

from flask import Response, jsonify

from fieldapp.visits import ad_hoc
from fieldapp.visits.wire import parse
from fieldapp.web.api import api, request_json, supervisor, wire


@api.put("/visits/<string:visit_id>")
def put_visit(visit_id: str) -> Response:
    """Makes or changes an ad-hoc visit of the caller."""
    author, sent = supervisor(), request_json.json_body()
    visit = ad_hoc.file_visit(author, parse(request_json.own_id(visit_id), sent))
    return jsonify({"visit": wire.visit(visit)})
