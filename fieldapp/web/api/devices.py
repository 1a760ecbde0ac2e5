"""设备心跳: what a phone still holds; the server answers with what it should hold and does not."""

from flask import Response, current_app, jsonify

from fieldapp.clock import now, rfc3339
from fieldapp.filing import devices, erasures
from fieldapp.filing.shapes import check, instant
from fieldapp.people import live_codes
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.web.api import api, request_json, signed_in
from fieldapp.web.api.shapes import HeartbeatShape


@api.put("/devices/<string:device_id>")
def put_device(device_id: str) -> Response:
    """Notes a heartbeat."""
    user, shape = signed_in(), check(HeartbeatShape, request_json.json_body())
    missing = devices.report(
        user,
        request_json.own_id(device_id),
        devices.Heartbeat(
            unsent_records=shape.unsent_records,
            unsent_files=shape.unsent_files,
            oldest_unsent_at=instant(shape.oldest_unsent_at) if shape.oldest_unsent_at else None,
            highest_sequence=shape.highest_sequence,
            app_version=(shape.app_version or "")[:60],
            storage=shape.storage or {},
            receipts=shape.receipts,
        ),
    )
    erased, through = erasures.told_to(user, shape.erased_after)
    return jsonify(
        {
            "missing": missing,
            "server_time": rfc3339(now()),
            "erased": erased,
            "erased_through": through,
            "certificate": _certificate_key(user, device_id),
        }
    )


def _certificate_key(user: User, device_id: str) -> dict[str, str] | None:
    """What this phone makes the codes of its user's certificate with."""
    found = people.certificate_of(user)
    if found is None:
        return None
    secret = live_codes.secret_of(
        current_app.config["SETTINGS"].secret_key, certificate_id=found.id, device_id=device_id
    )
    return {"code": found.verify_code, "secret": secret}
