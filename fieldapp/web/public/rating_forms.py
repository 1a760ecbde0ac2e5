"""What a citizen sent from the rating page: read with care, for nothing has checked it yet."""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from flask import request
from werkzeug.datastructures import FileStorage

from fieldapp.errors import TooLarge
from fieldapp.ratings import drafts, photos, rules
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.rules import Wish
from fieldapp.ratings.suspicion_signals import Sender

LIMIT_BYTES = rules.MOST_PHOTOS * photos.LIMIT_BYTES + 1024 * 1024
DEVICE_COOKIE = "fieldapp-rater"
DEVICE_SECONDS = rules.DEVICE_HOURS * 3600
_MOST_REASONS = 20
_FAR_TOO_LONG = 10_000

EMPTY = Wish(level="", facts={}, reasons=(), comment="", name="", phone="", may_call=False)


def wish() -> Wish:
    """The form of this request."""
    form = request.form
    return Wish(
        level=_text("level", 1),
        facts={fact: form[fact] for fact in rules.FACTS if form.get(fact)},
        reasons=tuple(one[:40] for one in form.getlist("reason")[:_MOST_REASONS]),
        comment=_text("comment") or _text("words"),
        name=_text("name"),
        phone=_text("phone"),
        may_call=form.get("may_call") == "1",
        agency_id=_text("agency", 36),
    )


@dataclass(frozen=True)
class Pictures:
    """The pictures of this request, made anew. `left_out`: files that are none or beyond the third; `gone`: pictures
    that had been kept and are no longer there.
    """

    made: list[Picture]
    left_out: int = 0
    gone: int = 0


def pictures(place: str) -> Pictures:
    """What was kept from the sending before and is still wanted, then the files that came now."""
    wanted = _kept_positions()
    kept = drafts.pictures(ticket(), wanted, place=place, sender=sender())
    sent = _files()
    made = []
    for file in sent[: rules.MOST_PHOTOS - len(kept)]:
        picture = photos.made_anew(file.stream.read(photos.LIMIT_BYTES + 1))
        if picture is not None:
            made.append(picture)
    return Pictures(kept + made, len(sent) - len(made), len(wanted) - len(kept))


def kept_picture(place: str, position: int) -> Picture | None:
    """One of the pictures that are kept under the ticket of this request; None when it is not there."""
    return next(iter(drafts.pictures(ticket(), [position], place=place, sender=sender())), None)


def file_marks() -> list[str]:
    """What stands for the files of this request and the kept ones, without decoding any."""
    marks = [f"{ticket()}:{position}" for position in _kept_positions()]
    for file in _files():
        marks.append(sha256(file.stream.read(photos.LIMIT_BYTES + 1)).hexdigest())
        file.stream.seek(0)
    return marks


def ticket() -> str:
    """The ticket of the draft from which this page was made; empty for none."""
    return request.values.get("draft", "")[:40]


def sender() -> Sender:
    """Where this request comes from."""
    return Sender(request.remote_addr or "", request.cookies.get(DEVICE_COOKIE, ""))


def fills_hidden() -> bool:
    """Whether the field was filled that no person sees."""
    return bool(request.form.get("confirm_note"))


def limit_body() -> None:
    """Lets this request bring the pictures of one rating and no more."""
    if (request.content_length or 0) > LIMIT_BYTES:
        raise TooLarge("照片太大，没有提交。请重新打开评价页再填一次，少选几张照片，或不带照片。")
    request.max_content_length = LIMIT_BYTES


def _files() -> list[FileStorage]:
    return [file for file in request.files.getlist("photo") if file.filename]


def _kept_positions() -> list[int]:
    known = [str(position) for position in range(rules.MOST_PHOTOS)]
    return sorted({int(one) for one in request.form.getlist("kept") if one in known})


def _text(name: str, limit: int = _FAR_TOO_LONG) -> str:
    """One field without control characters and outer spaces; line ends as one newline."""
    text = request.form.get(name, "")[:limit].replace("\r\n", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc").strip()
