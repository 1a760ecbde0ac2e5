"""回执: open to everyone who knows the id, for it shows no personal data; and the keys that check it."""

from flask import Response, current_app, jsonify

from fieldapp.access import EVERYONE, door
from fieldapp.errors import NotFound
from fieldapp.filing import keys, receipts
from fieldapp.web.api import api, request_json

well_known = door("well_known", __name__, admits=EVERYONE, url_prefix="/.well-known")


@api.get("/receipts/<string:subject_id>")
def receipt(subject_id: str) -> Response:
    """The newest receipt of a record or an evidence file."""
    found = receipts.find(request_json.own_id(subject_id))
    if found is None:
        raise NotFound("没有这份回执：服务器没有收到过这个编号。")
    return jsonify(receipts.wire(found))


@well_known.get("/fieldapp-keys.json")
def public_keys() -> Response:
    """The public keys of all receipts ever signed."""
    return jsonify(keys.wire(current_app.config["SETTINGS"].instance))
