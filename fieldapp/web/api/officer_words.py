"""执法人员说明 on the phone: the code that it shows, and what was said."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Response, jsonify

from fieldapp.clock import now, rfc3339
from fieldapp.filing.shapes import check
from fieldapp.officer_words import operations, queries
from fieldapp.people.models import User
from fieldapp.web.api import api, request_json, supervisor
from fieldapp.web.api.shapes import OfficerCodeShape

DAYS_BACK = 30


@api.put("/observations/<string:observation_id>/officer-code")
def put_officer_code(observation_id: str) -> Response:
    """Takes down the digest of a one-time code for an own record; the same once more is the same."""
    author, shape = supervisor(), check(OfficerCodeShape, request_json.json_body())
    code = operations.show_code(author, request_json.own_id(observation_id), shape.code)
    return jsonify({"code": code.digest, "expires_at": rfc3339(code.expires_at)})


def said(user: User) -> Iterable[dict[str, Any]]:
    """What officers said of this user's records."""
    for row, body in queries.of_own_records(user, since=now() - timedelta(days=DAYS_BACK)):
        words = json.loads(body)["words"]
        yield {
            "id": row.id,
            "observation": row.observation_id,
            "words": words,
            "at": rfc3339(row.submitted_at or row.started_at),
        }
