"""评价码 on the phone: a stock of slips in the pack, and the binding of one to the visit at which it was shown."""

from typing import Any

from flask import Response, jsonify

from fieldapp.access import may
from fieldapp.clock import rfc3339
from fieldapp.filing.shapes import check, instant
from fieldapp.people.models import User
from fieldapp.qr import qr_svg
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.web.addresses import rating_url
from fieldapp.web.api import api, request_json, supervisor
from fieldapp.web.api.shapes import BindingShape


@api.put("/slips/<string:slip_id>/binding")
def put_binding(slip_id: str) -> Response:
    """Binds a slip of the caller to a visit; the same once more is the same."""
    author, shape = supervisor(), check(BindingShape, request_json.json_body())
    slip = codes.bind_slip(
        author, request_json.own_id(slip_id), visit_id=shape.visit, bound_at=instant(shape.bound_at)
    )  # fmt: skip
    return jsonify({"slip": _bound_wire(slip)})


def stock_wire(user: User) -> list[dict[str, Any]]:
    """The slips that the user's phone may show, with their QR pictures; nothing for who goes along on no visits."""
    if not may(user, "field.file"):
        return []
    return [_stock_wire(slip) for slip in codes.stock_of(user)]


def _stock_wire(slip: RatingCode) -> dict[str, Any]:
    url = rating_url(slip.code)
    return {
        "id": slip.id,
        "code": slip.code,
        "number": slip.number,
        "url": url,
        "qr_svg": qr_svg(url),
        "expires_at": rfc3339(slip.expires_at) if slip.expires_at else None,
    }


def _bound_wire(slip: RatingCode) -> dict[str, Any]:
    return {
        "id": slip.id,
        "number": slip.number,
        "visit": slip.visit_id,
        "bound_at": rfc3339(slip.bound_at) if slip.bound_at else None,
        "expires_at": rfc3339(slip.expires_at) if slip.expires_at else None,
        "used_at": rfc3339(slip.used_at) if slip.used_at else None,
    }
