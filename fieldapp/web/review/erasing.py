"""依法删除 at the desk: an interview, a roundtable; and the mark from which the term of a recording runs."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.errors import FieldappError
from fieldapp.interviews import operations as interviews
from fieldapp.interviews import queries as interview_rows
from fieldapp.interviews import transcripts
from fieldapp.keeping.retention import leave_files
from fieldapp.roundtables import operations as roundtables
from fieldapp.roundtables import queries as roundtable_rows
from fieldapp.web.review import review

_DONE = "已依法删除。手机上的一份在它下次联网时删除。"


@review.get("/interviews/<string:interview_id>/erasure")
def erase_interview_form(interview_id: str) -> str:
    """What goes and what stays, and the form."""
    interview_rows.find_filed(current_user, interview_id)
    return _form("interview", "访谈", url_for("review.interview", interview_id=interview_id))


@review.post("/interviews/<string:interview_id>/erasure")
def erase_interview(interview_id: str) -> AnyResponse | tuple[str, int]:
    """Erases it, with ground and reason."""
    back = url_for("review.interview", interview_id=interview_id)
    return _erased("interview", "访谈", back, interview_id, interviews.erase, url_for("review.interview_list"))


@review.get("/roundtables/<string:roundtable_id>/erasure")
def erase_roundtable_form(roundtable_id: str) -> str:
    """What goes and what stays, and the form."""
    roundtable_rows.find(current_user, roundtable_id)
    return _form("roundtable", "座谈", url_for("review.roundtable", roundtable_id=roundtable_id))


@review.post("/roundtables/<string:roundtable_id>/erasure")
def erase_roundtable(roundtable_id: str) -> AnyResponse | tuple[str, int]:
    """Erases it, with ground and reason."""
    back = url_for("review.roundtable", roundtable_id=roundtable_id)
    return _erased("roundtable", "座谈", back, roundtable_id, roundtables.erase, url_for("review.roundtables"))


@review.post("/interviews/<string:interview_id>/checked-recordings")
def check_recording(interview_id: str) -> AnyResponse:
    """Notes that the words of a recording stand in the answers: from now on runs its term."""
    transcripts.mark_checked(current_user, interview_id, request.form.get("recording", ""))
    flash("已记下：文字记录已核对，录音到期自动删除。", "success")
    return redirect(url_for("review.interview", interview_id=interview_id, _anchor="proofs"))


def _form(kind: str, words: str, back: str, error: FieldappError | None = None) -> str:
    return render_template("review/erasure.html", kind=kind, words=words, back=back, error=error, typed=request.form)


def _erased(
    kind: str, words: str, back: str, record_id: str, erase: Callable[..., None], listed: str
) -> AnyResponse | tuple[str, int]:
    try:
        erase(current_user, record_id, ground=request.form.get("ground", ""), reason=request.form.get("words", ""))
    except FieldappError as error:
        if error.status != 422:
            raise
        return _form(kind, words, back, error), error.status
    leave_files()
    flash(_DONE, "success")
    return redirect(listed)
