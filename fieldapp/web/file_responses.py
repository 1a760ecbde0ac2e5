"""Files on their way out. Whatever the bytes are, no browser may run them: fixed types, no sniffing, a sandbox."""

from flask import Response, request
from werkzeug.wsgi import wrap_file

from fieldapp.evidence import queries, thumbnails
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.sniffing import EXTENSIONS
from fieldapp.evidence.thumbnails import View

_SANDBOX = "default-src 'none'; sandbox"
# Kept by the browser of one person, and asked about each time: the reach may have changed, the next person is another.
_ASK_FIRST = "private, no-cache"


def original(evidence: Evidence) -> Response:
    """The original of `evidence`, as a download under a name of ours; by ranges too. Raises OriginalMissing."""
    file, length = queries.open_original(evidence), evidence.length_bytes
    answer = Response(
        wrap_file(request.environ, file),
        direct_passthrough=True,
        mimetype=evidence.sniffed_type,
    )
    answer.content_length = length
    name = f"{evidence.id}.{EXTENSIONS[evidence.sniffed_type or '']}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.set_etag(evidence.sha256)
    answer.last_modified = evidence.stored_at
    return _guarded(answer).make_conditional(request, accept_ranges=True, complete_length=length)  # type: ignore


def view(wanted: View) -> Response:
    """A copy, made now if need be; 304 without making it when the browser has it."""
    if request.if_none_match.contains(wanted.key):
        answer = Response(status=304)
    else:
        answer = Response(thumbnails.made(wanted).read_bytes(), mimetype="image/jpeg")
    answer.set_etag(wanted.key)
    return _guarded(answer)


def is_from_the_start(answer: Response) -> bool:
    """Whether `answer` carries the beginning of the file: all of it, or its first range."""
    if answer.status_code == 206:
        return (answer.content_range.start or 0) == 0
    return answer.status_code == 200


def _guarded(answer: Response) -> Response:
    answer.headers["Cache-Control"] = _ASK_FIRST
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
