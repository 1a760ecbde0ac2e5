"""Uploads by tus 1.0.0, from outside."""

import hashlib
import threading

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import PIECE_TYPE, TUS, URL, Phone, checksum, metadata

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.evidence import uploads
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import receipts
from fieldapp.observations.models import Observation

# What is decided before the database is asked need not be asked of two.
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHOTO = make_photo(text="one")
OTHER_PHOTO = make_photo(text="two")


@pytest.fixture
def phone(county, signed_in):
    """张三's phone."""
    return Phone(signed_in(county.zhang_san))


def traces() -> list:
    """Everything that an upload leaves on disk before it has arrived."""
    return [path for path in storage().scratch.rglob("*") if path.is_file()]


def test_a_photo_goes_up_in_one_round_trip_and_its_receipt_is_genuine(phone):
    evidence_id = ids.mint()

    answer = phone.post(PHOTO, id=evidence_id)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{URL}/{evidence_id}"
    assert answer.headers["Upload-Offset"] == str(len(PHOTO))
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    receipt = answer.json["receipt"]
    assert (receipt["kind"], receipt["revision"], receipt["id"]) == ("evidence", 1, evidence_id)
    assert receipt["digest"] == hashlib.sha256(PHOTO).hexdigest()
    assert receipts.is_genuine(receipt)
    assert phone.receipt(evidence_id).json == receipt


def test_what_lies_in_the_store_is_bit_for_bit_what_was_sent(phone):
    phone.post(PHOTO)

    digest = hashlib.sha256(PHOTO).hexdigest()
    assert storage().open(digest).read() == PHOTO
    assert traces() == []


def test_what_the_phone_says_of_a_photo_is_kept_beside_it(phone):
    evidence_id = ids.mint()

    phone.post(
        PHOTO,
        id=evidence_id,
        item="B01",
        source="album",
        filename="现场📷𠮷龘.jpg",
        latitude="31.3846",
        longitude="120.9807",
        accuracy="12",
        taken_at="2026-11-23T09:12:04+08:00",
    )

    row = db.session.get(Evidence, evidence_id)
    assert (row.item, row.source, row.filename) == ("B01", "album", "现场📷𠮷龘.jpg")
    assert (row.latitude, row.longitude, row.accuracy_m) == (31.3846, 120.9807, 12.0)
    assert row.taken_at.isoformat() == "2026-11-23T01:12:04+00:00"
    assert (row.sniffed_type, row.width, row.height) == ("image/jpeg", 640, 480)


def test_the_same_photo_sent_again_gives_the_same_receipt(phone):
    evidence_id = ids.mint()
    first = phone.post(PHOTO, id=evidence_id)

    again = phone.post(PHOTO, id=evidence_id)

    assert again.status_code == 200
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert db.session.query(AuditEntry).filter_by(event="evidence.stored").count() == 1


def test_the_same_photo_under_two_ids_has_two_receipts_and_one_file(phone):
    first, second = phone.post(PHOTO), phone.post(PHOTO)

    assert first.json["receipt"]["id"] != second.json["receipt"]["id"]
    assert (first.status_code, second.status_code) == (201, 201)
    originals = [path for path in storage().root.rglob("*") if path.is_file() and len(path.name) == 64]
    assert len(originals) == 1


def test_another_content_under_a_known_id_is_a_conflict_and_changes_nothing(phone):
    evidence_id = ids.mint()
    first = phone.post(PHOTO, id=evidence_id)

    other = phone.post(OTHER_PHOTO, id=evidence_id)

    assert other.status_code == 409
    assert other.json["stored_sha256"] == first.json["receipt"]["digest"]
    assert phone.receipt(evidence_id).json == first.json["receipt"]


def test_an_empty_creation_then_pieces_bring_a_file_up(phone):
    evidence_id = ids.mint()
    begun = phone.post(PHOTO, b"", id=evidence_id)
    half = len(PHOTO) // 2

    first = phone.patch(evidence_id, PHOTO[:half], 0)
    asked = phone.head(evidence_id)
    last = phone.patch(evidence_id, PHOTO[half:], half, Upload_Checksum=checksum(PHOTO[half:], "sha1"))

    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (
        200,
        str(half),
        str(len(PHOTO)),
    )
    assert asked.headers["Cache-Control"] == "no-store"
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    assert phone.receipt(evidence_id).json["digest"] == hashlib.sha256(PHOTO).hexdigest()
    assert traces() == []


def test_a_whole_file_as_the_first_piece_is_taken_in(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, b"", id=evidence_id)

    answer = phone.patch(evidence_id, PHOTO, 0)

    assert answer.status_code == 204
    assert phone.receipt(evidence_id).status_code == 200
    assert traces() == []


def test_a_creation_with_a_part_goes_on_where_it_stopped(phone):
    evidence_id = ids.mint()
    begun = phone.post(PHOTO, PHOTO[:1000], id=evidence_id)
    again = phone.post(PHOTO, PHOTO[:500], id=evidence_id)

    last = phone.patch(evidence_id, PHOTO[1000:], 1000)

    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "1000")
    assert (again.status_code, again.headers["Upload-Offset"]) == (200, "1000")
    assert last.status_code == 204
    assert phone.receipt(evidence_id).status_code == 200


def test_an_unfinished_upload_can_be_sent_anew_as_a_whole(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, PHOTO[:1000], id=evidence_id)

    answer = phone.post(PHOTO, id=evidence_id)

    assert (answer.status_code, answer.json["receipt"]["id"]) == (200, evidence_id)
    assert traces() == []


@pytest.mark.parametrize("offset", [0, 999, 1001, 10**9])
def test_a_wrong_offset_is_a_conflict_that_says_where_the_server_is(phone, offset):
    evidence_id = ids.mint()
    phone.post(PHOTO, PHOTO[:1000], id=evidence_id)

    answer = phone.patch(evidence_id, PHOTO[1000:2000], offset)

    assert (answer.status_code, answer.json["offset"]) == (409, 1000)
    assert phone.head(evidence_id).headers["Upload-Offset"] == "1000"


@ONE_ENGINE
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_nothing_is_kept_of_a_piece_with_a_wrong_checksum(phone, algorithm):
    evidence_id = ids.mint()
    phone.post(PHOTO, b"", id=evidence_id)

    answer = phone.patch(evidence_id, PHOTO[:1000], 0, Upload_Checksum=checksum(PHOTO[:999], algorithm))

    assert answer.status_code == 460
    assert phone.head(evidence_id).headers["Upload-Offset"] == "0"
    assert traces() == []


def test_a_photo_damaged_on_its_way_is_not_taken(phone):
    answer = phone.post(PHOTO, PHOTO[:-1] + b"\0", headers={"Upload-Checksum": checksum(PHOTO)})

    assert answer.status_code == 460
    assert traces() == []


def test_a_file_that_is_not_what_its_hash_says_is_dropped_and_can_be_sent_again(phone):
    evidence_id, wrong = ids.mint(), PHOTO[:-4] + b"\0\0\xff\xd9"
    phone.post(PHOTO, b"", id=evidence_id)

    answer = phone.patch(evidence_id, wrong, 0)

    assert (answer.status_code, answer.json["reason"]) == (422, "digest")
    assert phone.head(evidence_id).status_code == 404
    assert phone.receipt(evidence_id).status_code == 404
    assert traces() == []
    assert phone.post(PHOTO, id=evidence_id).status_code == 201


@ONE_ENGINE
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("这不是照片".encode(), "不是图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是图片"),
        (b"GIF89a" + b"\xff" * 200, "不是图片"),
        (b"%PDF-1.7\n" + b"\0" * 200, "不是图片"),
        (b"\0\0\0\x18ftypisom\0\0\0\0" + b"\0\0\0\x20hdlr" + b"\0" * 8 + b"vide" + b"\0" * 40, "是录像"),
        (b"\xff\xd8\xff\xe0" + b"<script>" * 50 + b"\xff\xd9", "不完整或已损坏"),
        (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40, "来源"),
    ],
)
def test_a_fake_is_refused_in_words_and_harms_nothing_else(phone, content, words):
    evidence_id = ids.mint()

    answer = phone.post(content, id=evidence_id, filename="假照片.jpg")

    assert answer.status_code == 422
    assert words in answer.json["title"]
    assert "假照片.jpg" in answer.json["title"]
    assert traces() == []
    assert db.session.get(Evidence, evidence_id) is None
    assert phone.post(PHOTO).status_code == 201


def test_a_photo_is_no_recording(phone):
    answer = phone.post(PHOTO, source="audio")

    assert (answer.status_code, answer.json["reason"]) == (422, "type")


@ONE_ENGINE
def test_a_photo_of_60_mb_is_refused_before_it_is_sent(phone):
    answer = phone.post(b"", b"", length=60 * 1024 * 1024)

    assert answer.status_code == 413
    assert "60 MB" in answer.json["title"]
    assert "40 MB" in answer.json["title"]


def test_a_recording_may_be_longer_than_a_photo(phone):
    assert phone.post(b"", b"", length=60 * 1024 * 1024, source="audio").status_code == 201


@ONE_ENGINE
def test_more_bytes_than_announced_are_refused(phone):
    assert phone.post(PHOTO, PHOTO + b"\0").status_code == 413
    assert traces() == []


@ONE_ENGINE
def test_without_the_version_of_the_protocol_nothing_happens(phone):
    answer = phone.post(PHOTO, headers={"Tus-Resumable": "0.2.2"})

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


@ONE_ENGINE
def test_a_piece_of_another_type_is_refused(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, b"", id=evidence_id)

    assert phone.patch(evidence_id, PHOTO, 0, Content_Type="image/jpeg").status_code == 415


@ONE_ENGINE
def test_the_server_says_what_it_can_do(phone):
    answer = phone.client.open(URL, method="OPTIONS")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "checksum",
        "termination",
    }
    assert set(answer.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}
    assert int(answer.headers["Tus-Max-Size"]) == 200 * 1024 * 1024


@ONE_ENGINE
@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"id": "1"}, "/id"),
        ({"id": None}, "/id"),
        ({"id": "0191A000-0000-7000-8000-000000000000"}, "/id"),
        ({"sha256": "ff"}, "/sha256"),
        ({"sha256": "F" * 64}, "/sha256"),
        ({"source": "screenshot"}, "/source"),
        ({"observation": None}, "/observation"),
        ({"observation": "x"}, "/observation"),
        ({"interview": ids.mint()}, "/observation"),
        ({"item": "B 01"}, "/item"),
        ({"item": "B" * 21}, "/item"),
        ({"latitude": "91"}, "/latitude"),
        ({"longitude": "nan"}, "/longitude"),
        ({"accuracy": "-1"}, "/accuracy"),
        ({"taken_at": "昨天"}, "/taken_at"),
        ({"taken_at": "2026-11-23T09:12:04"}, "/taken_at"),
        ({"taken_at": "0001-01-01T00:00:00+14:00"}, "/taken_at"),
    ],
)
def test_what_is_wrong_in_the_description_is_said_by_pointer(phone, said, pointer):
    answer = phone.post(PHOTO, **said)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]


@ONE_ENGINE
@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "-1"},
        {"Upload-Length": ""},
        {"Upload-Length": "９"},
        {"Upload-Length": "1e3"},
        {"Upload-Length": "9" * 40},
        {"Upload-Metadata": "id !!!"},
        {"Upload-Metadata": "id gICA"},
        {"Upload-Checksum": "md5 AAAA"},
        {"Upload-Checksum": "sha1 !"},
        {"Upload-Defer-Length": "1"},
    ],
)
def test_headers_that_make_no_sense_are_bad_requests(phone, headers):
    shown = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    assert phone.post(PHOTO, headers=shown).status_code == 400


@ONE_ENGINE
def test_an_empty_file_is_refused(phone):
    assert phone.post(b"").status_code == 422


def test_a_nul_in_a_file_name_is_left_out(phone):
    assert phone.post(PHOTO, filename="a\0b.jpg").status_code == 201


@pytest.mark.parametrize("who", ["li_si", "qian", "zhou"])
def test_nobody_writes_to_somebody_elses_upload(phone, county, signed_in, who):
    evidence_id = ids.mint()
    phone.post(PHOTO, PHOTO[:1000], id=evidence_id)
    other = Phone(signed_in(getattr(county, who)))

    assert other.head(evidence_id).status_code == 404
    assert other.patch(evidence_id, PHOTO[1000:], 1000).status_code == 404
    assert other.delete(evidence_id).status_code == 404
    assert other.post(PHOTO, id=evidence_id).status_code == 404
    assert phone.head(evidence_id).headers["Upload-Offset"] == "1000"


def test_who_files_no_records_uploads_nothing(county, signed_in):
    assert Phone(signed_in(county.zheng)).post(PHOTO).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.open(f"{URL}/{ids.mint()}", method="HEAD", headers=TUS).status_code == 401


@ONE_ENGINE
def test_without_the_csrf_token_nothing_is_taken(phone):
    answer = phone.client.open(
        URL,
        method="POST",
        data=PHOTO,
        headers=TUS
        | {"Content-Type": PIECE_TYPE, "Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata(id=ids.mint())},
    )

    assert answer.status_code == 400


@ONE_ENGINE
@pytest.mark.parametrize("evidence_id", ["1", "..", "0191", "%00"])
def test_an_address_that_is_no_id_is_not_found(phone, evidence_id):
    assert phone.head(evidence_id).status_code == 404


def test_an_unfinished_upload_can_be_given_up(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, PHOTO[:1000], id=evidence_id)

    answer = phone.delete(evidence_id)

    assert answer.status_code == 204
    assert phone.head(evidence_id).status_code == 404
    assert traces() == []


def test_what_has_arrived_cannot_be_given_up(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, id=evidence_id)

    assert phone.delete(evidence_id).status_code == 403
    assert phone.receipt(evidence_id).status_code == 200


def test_a_network_that_lets_only_post_through_is_no_obstacle(phone):
    evidence_id = ids.mint()
    phone.post(PHOTO, b"", id=evidence_id)

    answer = phone._send(
        "POST", f"{URL}/{evidence_id}", PHOTO, {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    )

    assert answer.status_code == 204
    assert phone.receipt(evidence_id).status_code == 200


def test_two_that_send_the_same_photo_at_once_both_succeed_with_one_receipt(app, phone, county, signed_in):
    evidence_id = ids.mint()
    phones = [Phone(signed_in(county.zhang_san)) for _ in range(4)]
    said = {"id": evidence_id, "observation": ids.mint()}
    for one in phones:
        assert one.client.csrf_token
    gate, answers = threading.Barrier(len(phones)), []

    def send(one: Phone) -> None:
        gate.wait()
        answers.append(one.post(PHOTO, **said))

    threads = [threading.Thread(target=send, args=(one,)) for one in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert [answer.status_code in (200, 201) for answer in answers] == [True] * 4
    assert len({answer.json["receipt"]["signature"] for answer in answers}) == 1
    assert db.session.query(Evidence).count() == 1
    assert db.session.query(AuditEntry).filter_by(event="evidence.stored").count() == 1


def test_a_file_whose_last_step_was_cut_off_is_taken_in_when_asked_about(phone, monkeypatch):
    evidence_id = ids.mint()
    phone.post(PHOTO, PHOTO[:1000], id=evidence_id)
    scratch = storage().scratch
    with uploads.receive(scratch, [PHOTO[1000:]], limit_bytes=10**9) as piece:
        uploads.add_piece(scratch, evidence_id, piece, offset_bytes=1000)

    answer = phone.head(evidence_id)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(len(PHOTO)))
    assert phone.receipt(evidence_id).json["digest"] == hashlib.sha256(PHOTO).hexdigest()


@ONE_ENGINE
def test_pieces_damaged_on_their_way_are_dropped_when_asked_about_and_the_photo_begins_anew(phone, monkeypatch):
    evidence_id = ids.mint()
    phone.post(PHOTO, b"", id=evidence_id)
    with monkeypatch.context() as stopped:
        stopped.setattr("fieldapp.evidence.operations.proceed", lambda *_, **__: 1 / 0)  # killed after the last piece
        for at in (0, 1000):
            with pytest.raises(ZeroDivisionError):
                phone.patch(evidence_id, bytes(1000) if not at else PHOTO[at:], at)

    assert phone.head(evidence_id).status_code == 404
    assert phone.post(PHOTO, id=evidence_id).status_code == 201


def test_a_record_is_complete_when_the_photo_it_names_has_arrived(phone, county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    observation_id, evidence_id = ids.mint(), ids.mint()
    body = observation_body(visit, version, answers={"B01": {"value": "no", "evidence": [evidence_id]}})
    filed = phone.client.api_put(f"/api/v1/observations/{observation_id}", body)
    assert filed.json["missing_evidence"] == [evidence_id]

    phone.post(PHOTO, id=evidence_id, observation=observation_id)

    row = db.session.get(Observation, observation_id)
    assert (row.evidence_named, row.evidence_arrived, row.is_complete) == (1, 1, True)


def test_a_photo_that_comes_before_its_record_is_counted_when_the_record_comes(phone, county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    observation_id, evidence_id = ids.mint(), ids.mint()
    phone.post(PHOTO, id=evidence_id, observation=observation_id)

    body = observation_body(visit, version, answers={"B01": {"value": "no", "evidence": [evidence_id]}})
    filed = phone.client.api_put(f"/api/v1/observations/{observation_id}", body)

    assert filed.json["have_evidence"] == [evidence_id]
    assert db.session.get(Observation, observation_id).is_complete
