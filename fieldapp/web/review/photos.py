"""照片: one photo, what is drawn over it, 已检查, and the only picture of it that may leave the bureau."""

import json
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.access import require
from fieldapp.errors import FieldappError, Refused
from fieldapp.evidence import layers, queries, releasing, thumbnails
from fieldapp.evidence.layers import Mark
from fieldapp.web import file_responses
from fieldapp.web.review import review


@review.get("/photos/<uuid:evidence_id>")
def photo(evidence_id: UUID) -> str:
    """One photo with all that can be done with it."""
    return _page(str(evidence_id))


@review.get("/photos/<uuid:evidence_id>/plain")
def plain_photo(evidence_id: UUID) -> Response:
    """The copy that is drawn over: nothing burnt in, no caption."""
    require(current_user, "photos.check")
    return file_responses.view(thumbnails.view_of(releasing.photo_in_reach(current_user, str(evidence_id)), "plain"))


@review.get("/photos/<uuid:evidence_id>/released")
def released_photo(evidence_id: UUID) -> Response:
    """The picture for outside, as a download; 403 in words while nobody has checked it."""
    require(current_user, "photos.check")
    found = releasing.photo_in_reach(current_user, str(evidence_id))
    answer = file_responses.view(releasing.for_outside(found))
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.id}-checked.jpg"'
    return answer


@review.post("/photos/<uuid:evidence_id>/layer")
def draw_over_photo(evidence_id: UUID) -> AnyResponse | tuple[str, int]:
    """Files what was drawn; what stood before is kept, and stands no more."""
    try:
        releasing.draw(current_user, str(evidence_id), _marks(), over=request.form.get("over") or None)
    except FieldappError as error:
        return _refused(str(evidence_id), error)
    flash("标注已保存，原图没有动。请再看一遍，然后点“已检查”。", "success")
    return redirect(url_for("review.photo", evidence_id=evidence_id))


@review.post("/photos/<uuid:evidence_id>/check")
def check_photo(evidence_id: UUID) -> AnyResponse | tuple[str, int]:
    """已检查, of the photo with the layer that was seen."""
    try:
        releasing.check(current_user, str(evidence_id), layer_id=request.form.get("layer") or None)
    except FieldappError as error:
        return _refused(str(evidence_id), error)
    flash("已检查。对外只给这一张：标注和遮挡已画进去，不带拍摄信息。", "success")
    return redirect(url_for("review.photo", evidence_id=evidence_id))


def _marks() -> tuple[Mark, ...]:
    try:
        return layers.checked(json.loads(request.form.get("marks", "")))
    except (ValueError, RecursionError) as error:
        raise Refused("标注的内容读不出来，没有保存。请重新标注。") from error


def _refused(evidence_id: str, error: FieldappError) -> tuple[str, int]:
    if error.status == 404:
        raise error
    return _page(evidence_id, error), error.status


def _page(evidence_id: str, error: FieldappError | None = None) -> str:
    require(current_user, "photos.check")
    found = releasing.photo_in_reach(current_user, evidence_id)
    _, record = queries.in_reach(current_user, evidence_id)
    standing = queries.standing_of(found)
    marks = queries.marks_of(standing.layer) if standing.layer else ()
    return render_template(
        "review/photo.html",
        photo=found,
        record=record,
        layer=standing.layer,
        check=standing.check,
        marks=marks,
        covers=layers.covers(marks),
        exif=queries.exif_time(found),
        is_own=found.author_id == current_user.id,
        error=error,
    )
