"""What a citizen sent from the rating page: read with care, for nothing has checked it yet."""

import unicodedata

from flask import request

from fieldapp.errors import TooLarge
from fieldapp.interviews.rules import FACTS
from fieldapp.ratings import photos, rules
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.rules import Wish
from fieldapp.ratings.surroundings import Sender

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
        facts={fact: form[fact] for fact in FACTS if form.get(fact)},
        reasons=tuple(one[:40] for one in form.getlist("reason")[:_MOST_REASONS]),
        comment=_text("comment") or _text("words"),
        name=_text("name"),
        phone=_text("phone"),
        may_call=form.get("may_call") == "1",
        agency_id=_text("agency", 36),
    )


def pictures() -> tuple[list[Picture], int]:
    """Copies of the pictures that came, made anew; how many files were left out: no picture, or beyond the third."""
    sent = [file for file in request.files.getlist("photo") if file.filename]
    made = []
    for file in sent[: rules.MOST_PHOTOS]:
        picture = photos.made_anew(file.stream.read(photos.LIMIT_BYTES + 1))
        if picture is not None:
            made.append(picture)
    return made, len(sent) - len(made)


def sender() -> Sender:
    """Where this request comes from."""
    return Sender(request.remote_addr or "", request.cookies.get(DEVICE_COOKIE, ""))


def is_trapped() -> bool:
    """Whether the field was filled that no person sees."""
    return bool(request.form.get("confirm_note"))


def limit_body() -> None:
    """Lets this request bring the pictures of one rating and no more."""
    if (request.content_length or 0) > LIMIT_BYTES:
        raise TooLarge("照片太大，没有提交。请返回上一页，去掉几张照片再提交；其他内容还在。")
    request.max_content_length = LIMIT_BYTES


def _text(name: str, limit: int = _FAR_TOO_LONG) -> str:
    """One field without control characters and outer spaces; line ends as one newline."""
    text = request.form.get(name, "")[:limit].replace("\r\n", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc").strip()
