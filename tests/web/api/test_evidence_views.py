"""Looking at evidence, from outside: who may, and what they get."""

import hashlib
import io
import threading

import pillow_heif
import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import URL, Phone
from PIL import Image

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.evidence.store import storage
from fieldapp.extensions import db

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def phone(county, signed_in):
    """张三's phone."""
    return Phone(signed_in(county.zhang_san))


@pytest.fixture
def filed(county, phone):
    """Files a record of 张三 that names one file; gives the file's id."""

    def file(content: bytes, *, state: str = "submitted", **said: object) -> str:
        version, visit = make_checklist_version(), make_visit(group=county.first_group)
        observation_id, evidence_id = ids.mint(), ids.mint()
        body = observation_body(
            visit, version, state=state, answers={"B01": {"value": "no", "evidence": [evidence_id]}}
        )
        assert phone.client.api_put(f"/api/v1/observations/{observation_id}", body).status_code == 200
        assert phone.post(content, id=evidence_id, observation=observation_id, **said).status_code == 201
        return evidence_id

    return file


def with_exif() -> bytes:
    """A photo lying on its side, with a position and the maker of the phone in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "SECRET-MAKER"
    exif.get_ifd(0x8825)[1] = "N"
    return make_photo(400, 200, exif=exif)


def picture(answer) -> Image.Image:
    return Image.open(io.BytesIO(answer.data))


def heic(width: int, height: int) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (width, height), "teal")).save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("zhang_san", 200),
        ("qian", 200),
        ("zhou", 200),
        ("wu", 200),
        ("sun", 404),
        ("wang_wu", 404),
        ("chen", 404),
        ("zheng", 404),
    ],
)
def test_who_may_see_the_record_may_see_its_photo_and_nobody_else(filed, county, signed_in, who, status):
    evidence_id = filed(make_photo())
    client = signed_in(getattr(county, who))

    seen = {
        view: client.get(f"{URL}/{evidence_id}/{view}").status_code for view in ("original", "thumbnail", "display")
    }

    assert seen == dict.fromkeys(seen, status)


def test_a_draft_is_seen_by_its_author_only(filed, county, signed_in, phone):
    evidence_id = filed(make_photo(), state="draft")

    assert phone.client.get(f"{URL}/{evidence_id}/thumbnail").status_code == 200
    assert signed_in(county.qian).get(f"{URL}/{evidence_id}/original").status_code == 404


def test_a_photo_hung_onto_somebody_elses_record_is_not_shown_with_it(filed, county, signed_in, phone):
    from fieldapp.evidence.models import Evidence

    record_id = db.session.get(Evidence, filed(make_photo())).owner_id
    intruder, evidence_id = Phone(signed_in(county.li_si)), ids.mint()
    intruder.post(make_photo(text="x"), id=evidence_id, observation=record_id)

    assert signed_in(county.qian).get(f"{URL}/{evidence_id}/thumbnail").status_code == 404
    assert intruder.client.get(f"{URL}/{evidence_id}/thumbnail").status_code == 200


@ONE_ENGINE
def test_a_stranger_sees_nothing(filed, client):
    evidence_id = filed(make_photo())

    assert {client.get(f"{URL}/{evidence_id}/{view}").status_code for view in ("original", "thumbnail", "display")} == {
        401
    }


@ONE_ENGINE
def test_the_original_comes_back_bit_for_bit_and_cannot_run(filed, phone):
    polyglot = make_photo() + b"<!doctype html><script>alert(document.cookie)</script>"
    evidence_id = filed(polyglot)

    answer = phone.client.get(f"{URL}/{evidence_id}/original")

    assert answer.data == polyglot
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{evidence_id}.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-cache"


@ONE_ENGINE
def test_exif_is_in_the_original_and_in_no_copy(filed, phone):
    content = with_exif()
    evidence_id = filed(content)

    original = phone.client.get(f"{URL}/{evidence_id}/original").data
    copies = [phone.client.get(f"{URL}/{evidence_id}/{view}") for view in ("thumbnail", "display")]

    assert original == content
    assert b"SECRET-MAKER" in original
    for copy in copies:
        assert b"SECRET-MAKER" not in copy.data
        assert b"Exif" not in copy.data
        assert not picture(copy).getexif()


@ONE_ENGINE
def test_copies_stand_upright(filed, phone):
    thumbnail = picture(phone.client.get(f"{URL}/{filed(with_exif())}/thumbnail"))

    assert thumbnail.size == (160, 320)


@ONE_ENGINE
def test_copies_are_small_enough_for_a_phone(filed, phone):
    evidence_id = filed(make_photo(3000, 2000))

    thumbnail, display = (phone.client.get(f"{URL}/{evidence_id}/{view}") for view in ("thumbnail", "display"))

    assert (picture(thumbnail).size, picture(display).size) == ((320, 213), (1600, 1067))
    assert (thumbnail.mimetype, display.mimetype) == ("image/jpeg", "image/jpeg")
    assert len(thumbnail.data) < 40_000


@ONE_ENGINE
def test_a_heic_is_kept_as_it_came_and_shown_as_jpeg(filed, phone):
    content = heic(640, 480)
    evidence_id = filed(content, filename="IMG_0001.HEIC", filetype="image/heic")

    original = phone.client.get(f"{URL}/{evidence_id}/original")
    thumbnail = phone.client.get(f"{URL}/{evidence_id}/thumbnail")

    assert (original.data, original.mimetype) == (content, "image/heic")
    assert (picture(thumbnail).format, picture(thumbnail).size) == ("JPEG", (320, 240))


@ONE_ENGINE
def test_the_display_copy_has_a_caption_and_the_thumbnail_has_none(filed, phone):
    evidence_id = filed(
        make_photo(1600, 1200, colour="#ffffff"),
        taken_at="2026-11-23T09:12:04+08:00",
        latitude="31.3846",
        longitude="120.9807",
        accuracy="12",
        item="B01",
    )

    display = picture(phone.client.get(f"{URL}/{evidence_id}/display")).convert("L")
    thumbnail = picture(phone.client.get(f"{URL}/{evidence_id}/thumbnail")).convert("L")

    assert display.getpixel((1590, 1190)) < 140 < thumbnail.getpixel((318, 238))


@ONE_ENGINE
def test_a_copy_that_the_browser_has_is_not_sent_again(filed, phone):
    evidence_id = filed(make_photo())
    first = phone.client.get(f"{URL}/{evidence_id}/thumbnail")

    again = phone.client.get(f"{URL}/{evidence_id}/thumbnail", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


@ONE_ENGINE
def test_a_kept_copy_is_not_given_to_who_may_no_longer_see_it(filed, phone, county, signed_in):
    evidence_id = filed(make_photo())
    tag = phone.client.get(f"{URL}/{evidence_id}/thumbnail").headers["ETag"]

    answer = signed_in(county.sun).get(f"{URL}/{evidence_id}/thumbnail", headers={"If-None-Match": tag})

    assert answer.status_code == 404


@ONE_ENGINE
def test_a_recording_plays_from_where_one_wants(filed, phone):
    content = b"OggS" + b"\0" * 24 + b"OpusHead" + bytes(range(256)) * 40
    evidence_id = filed(content, source="audio", filename="a.ogg")

    part = phone.client.get(f"{URL}/{evidence_id}/original", headers={"Range": "bytes=100-199"})

    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    assert part.headers["Content-Type"] == "audio/ogg"
    assert phone.client.get(f"{URL}/{evidence_id}/thumbnail").status_code == 404


@ONE_ENGINE
def test_a_range_beyond_the_end_is_refused(filed, phone):
    evidence_id = filed(make_photo())

    assert phone.client.get(f"{URL}/{evidence_id}/original", headers={"Range": "bytes=99999999-"}).status_code == 416


def test_each_look_at_an_original_is_in_the_chain(filed, county, signed_in):
    evidence_id = filed(make_photo())
    lead = signed_in(county.qian)

    lead.get(f"{URL}/{evidence_id}/original")
    lead.get(f"{URL}/{evidence_id}/original", headers={"Range": "bytes=500-"})
    lead.get(f"{URL}/{evidence_id}/thumbnail")
    lead.head(f"{URL}/{evidence_id}/original")

    looks = db.session.query(AuditEntry).filter_by(event="evidence.original_viewed", subject_id=evidence_id).all()
    assert [look.actor_id for look in looks] == [county.qian.id]


@ONE_ENGINE
def test_what_has_not_arrived_cannot_be_looked_at(phone):
    content, evidence_id = make_photo(), ids.mint()
    phone.post(content, content[:500], id=evidence_id)

    assert {phone.client.get(f"{URL}/{evidence_id}/{view}").status_code for view in ("original", "thumbnail")} == {404}


@ONE_ENGINE
def test_a_picture_that_no_decoder_opens_can_still_be_downloaded(filed, phone):
    whole = make_photo(picture_format="PNG")
    start = whole.index(b"IDAT") + 4
    broken = whole[:start] + b"\x55" * 200 + whole[start + 200 :]
    evidence_id = filed(broken)

    views = [phone.client.get(f"{URL}/{evidence_id}/{view}") for view in ("thumbnail", "display", "thumbnail")]

    assert [answer.status_code for answer in views] == [422, 422, 422]
    assert "无法预览" in views[0].json["title"]
    assert phone.client.get(f"{URL}/{evidence_id}/original").data == broken


@ONE_ENGINE
def test_an_original_that_somebody_took_away_is_said_to_be_missing(filed, phone):
    content = make_photo()
    evidence_id = filed(content)
    digest = hashlib.sha256(content).hexdigest()
    (storage().root / digest[:2] / digest).unlink()

    for view in ("original", "thumbnail"):
        answer = phone.client.get(f"{URL}/{evidence_id}/{view}")
        assert (answer.status_code, answer.json["type"]) == (410, "/problems/original-missing")


@ONE_ENGINE
def test_many_that_ask_for_one_copy_at_once_all_get_it(filed, county, signed_in):
    evidence_id = filed(make_photo(1200, 900))
    clients, answers = [signed_in(county.qian) for _ in range(4)], []
    threads = [
        threading.Thread(target=lambda c=c: answers.append(c.get(f"{URL}/{evidence_id}/display"))) for c in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.data for answer in answers}) == 1
