"""A record and its first small files in one request: docs/sync.md, Bundle."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from factories import filed_observation, make_checklist_version, make_photo, make_visit, observation_body
from flask import current_app
from phone_bundles import BOUNDARY, FORM_TYPE, described, form_of, parts_of, send_bundle, send_form
from phone_uploads import Phone
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.evidence import bundles
from fieldapp.evidence.arrivals import Arrival
from fieldapp.evidence.bundles import MOST_FILES, Bundle, Bundled
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.sniffing import Sniffed
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import devices, receipts
from fieldapp.filing.models import Receipt
from fieldapp.keeping.verification import verify
from fieldapp.observations.models import Observation
from fieldapp.people.models import SignIn

PHOTO, OTHER = make_photo(64, 48), make_photo(64, 48, colour="#a03020")


class Scene:
    """张三's phone at a visit. `record`: the id of a record that is not filed yet, `url` its address."""

    def __init__(self, county, signed_in):
        self.county, self.client = county, signed_in(county.zhang_san)
        self.visit, self.version = make_visit(group=county.first_group), make_checklist_version()
        self.record = ids.mint()

    @property
    def url(self):
        return f"/api/v1/observations/{self.record}"

    def body(self, *evidence, **changes):
        body = observation_body(self.visit, self.version, **changes)
        body["answers"]["B01"] = {**body["answers"]["B01"], "evidence": list(evidence)}
        return body

    def send(self, files, body=None, **headers):
        """A bundle whose record names all of its files."""
        named = [one["id"] for one, _ in files if isinstance(one.get("id"), str)]
        return send_bundle(self.client, self.url, body or self.body(*named), files, **headers)

    def stored(self):
        """The record as the server has it."""
        return self.client.api_get(self.url).json


@pytest.fixture
def scene(county, signed_in):
    return Scene(county, signed_in)


def rows():
    """How many records, files, receipts and entries of filings there are."""
    filed = select(func.count()).where(AuditEntry.event.in_(["observation.filed", "evidence.stored"]))
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Observation, Evidence, Receipt)]
    return [*counts, db.session.scalar(filed)]


def loose_files():
    """What lies where uploads wait for the rest."""
    return [path for path in Path(storage().scratch).rglob("*") if path.is_file()]


def test_words_and_photos_arrive_with_one_request_and_each_has_its_receipt(scene):
    first, second = described(PHOTO, item="B01", latitude=31.38, longitude=120.98, accuracy=12), described(OTHER)

    answer = scene.send([(first, PHOTO), (second, OTHER)])

    assert answer.status_code == 200, answer.json
    said = answer.json
    assert said["number"].startswith("JD-")
    assert (said["have_evidence"], said["missing_evidence"]) == ([first["id"], second["id"]], [])
    assert [one["id"] for one in said["evidence"]] == [first["id"], second["id"]]
    assert [one["receipt"]["digest"] for one in said["evidence"]] == [first["sha256"], second["sha256"]]
    assert all(receipts.is_genuine(one["receipt"]) for one in [said, *said["evidence"]])
    places = [said["receipt"]["sequence"], *(one["receipt"]["sequence"] for one in said["evidence"])]
    assert places == [places[0], places[0] + 1, places[0] + 2]
    stored = scene.stored()
    assert (stored["evidence_named"], stored["evidence_arrived"]) == (2, 2)
    row = db.session.get(Evidence, first["id"])
    assert (row.item, row.filename, row.latitude, row.accuracy_m, row.width) == ("B01", "现场.jpg", 31.38, 12, 64)
    assert storage().open(first["sha256"]).read() == PHOTO
    assert verify(with_files=True).first is None
    assert loose_files() == []


def test_the_digest_is_that_of_the_plain_call(scene):
    body = scene.body()
    bundled = scene.send([], body).json["receipt"]

    assert scene.client.api_put(scene.url, json=body).json["receipt"] == bundled


def test_an_interview_takes_its_files_along(scene):
    interview, signature = ids.mint(), described(PHOTO, source="signature")
    body = {
        "revision": 1, "base_revision": 0, "visit": scene.visit.id, "state": "draft",
        "started_at": "2026-11-23T09:00:00+08:00", "signature": {"evidence": signature["id"]},
    }  # fmt: skip

    answer = send_bundle(scene.client, f"/api/v1/interviews/{interview}", body, [(signature, PHOTO)])

    assert answer.status_code == 200, answer.json
    assert db.session.get(Evidence, signature["id"]).owner_kind == "interview"


def test_the_same_once_more_gives_the_same_receipts_and_changes_nothing(scene):
    files = [(described(PHOTO), PHOTO), (described(OTHER), OTHER)]
    body = scene.body(*(one["id"] for one, _ in files))
    first, before = scene.send(files, body).json, rows()

    again = scene.send(files, body)

    assert again.status_code == 200
    assert again.json == first
    assert rows() == before


def test_a_file_that_the_first_bundle_did_not_have_is_taken_and_counted(scene):
    early, late = described(PHOTO), described(OTHER)
    body = scene.body(early["id"], late["id"])
    assert scene.send([(early, PHOTO)], body).json["missing_evidence"] == [late["id"]]
    assert scene.stored()["evidence_arrived"] == 1

    again = scene.send([(early, PHOTO), (late, OTHER)], body).json

    assert (again["have_evidence"], again["missing_evidence"]) == ([early["id"], late["id"]], [])
    assert scene.stored()["evidence_arrived"] == 2
    assert verify().first is None


def test_a_photo_that_came_before_its_record_counts_beside_one_that_comes_along(scene):
    early, late = ids.mint(), described(OTHER)
    assert scene.client.send_file(PHOTO, evidence_id=early, observation=scene.record).status_code == 201

    said = scene.send([(late, OTHER)], scene.body(early, late["id"])).json

    assert said["have_evidence"] == [early, late["id"]]
    assert scene.stored()["evidence_arrived"] == 2


def test_an_upload_that_was_begun_before_is_finished_by_a_bundle(scene):
    photo = described(PHOTO)
    uploads = Phone(scene.client)
    begun = uploads.post(PHOTO, PHOTO[:100], id=photo["id"], observation=scene.record)
    assert begun.json == {"offset": 100}

    assert scene.send([(photo, PHOTO)]).json["evidence"][0]["receipt"]["digest"] == photo["sha256"]

    assert loose_files() == []
    assert uploads.head(photo["id"]).headers["Upload-Offset"] == str(len(PHOTO))


WRONG_FILES = {
    "no picture": (described(b"words, not a picture"), b"words, not a picture", 422, "/problems/refused"),
    "cut off in its head": (described(PHOTO[:9]), PHOTO[:9], 422, "/problems/refused"),
    "damaged on its way": (described(PHOTO), PHOTO[:-1] + b"x", 460, "/problems/checksum-mismatch"),
    "shorter than said": (described(PHOTO), PHOTO[:-9], 460, "/problems/checksum-mismatch"),
    "longer than said": (described(PHOTO), PHOTO + bytes(200_000), 460, "/problems/checksum-mismatch"),
    "another length": (described(PHOTO, length=9), PHOTO, 460, "/problems/checksum-mismatch"),
    "a sound": (described(PHOTO, source="audio"), PHOTO, 422, "/problems/refused"),
    "without source": (described(PHOTO, source=None), PHOTO, 422, "/problems/refused"),
    "without length": (described(PHOTO, length=None), PHOTO, 422, "/problems/refused"),
    "of another record": (described(PHOTO, observation=ids.mint()), PHOTO, 422, "/problems/refused"),
    "of an interview": (described(PHOTO, interview=ids.mint()), PHOTO, 422, "/problems/refused"),
    "a number for an id": (described(PHOTO, id=7), PHOTO, 422, "/problems/refused"),
}


@pytest.mark.parametrize("wrong", WRONG_FILES)
def test_a_file_that_cannot_be_taken_keeps_neither_the_words_nor_another_file_from_arriving(scene, wrong):
    said, content, status, kind = WRONG_FILES[wrong]
    good = described(OTHER)

    answer = scene.send([(said, content), (good, OTHER)])

    assert answer.status_code == 200, answer.json
    refused, taken = answer.json["evidence"]
    assert (refused["problem"]["status"], refused["problem"]["type"]) == (status, kind)
    assert refused["problem"]["title"]
    assert taken["receipt"]["id"] == good["id"]
    assert rows() == [1, 1, 2, 2]
    assert loose_files() == []


def test_what_is_wrong_with_what_is_said_of_a_file_is_told_by_pointer(scene):
    said = described(PHOTO, sha256="x", latitude=200)

    problem = scene.send([(said, PHOTO)]).json["evidence"][0]["problem"]

    assert {fault["pointer"] for fault in problem["errors"]} == {"/sha256", "/latitude"}


def test_a_file_whose_bytes_did_not_come_is_asked_for_once_more(scene):
    photo = described(PHOTO)
    parts = parts_of(scene.body(photo["id"]), [(photo, PHOTO)])[:2]

    answer = send_form(scene.client, scene.url, form_of(parts))

    assert answer.json["evidence"][0]["problem"]["status"] == 460
    assert answer.json["missing_evidence"] == [photo["id"]]


def test_a_photo_over_the_limit_is_refused_in_words_alone(scene):
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = settings.model_copy(update={"photo_limit_bytes": 100})
    try:
        answer = scene.send([(described(PHOTO), PHOTO)])
    finally:
        current_app.config["SETTINGS"] = settings

    assert answer.status_code == 200
    problem = answer.json["evidence"][0]["problem"]
    assert (problem["status"], problem["limit_bytes"]) == (413, 100)
    assert "超过上限" in problem["title"]


def test_an_id_that_is_borne_already_is_no_files(scene, county, signed_in):
    of_other = described(PHOTO)
    other = signed_in(county.li_si)
    assert other.send_file(PHOTO, evidence_id=of_other["id"], observation=ids.mint()).status_code == 201
    known = described(PHOTO)
    assert scene.client.send_file(OTHER, evidence_id=known["id"], observation=scene.record).status_code == 201
    wrong = [of_other, known, described(PHOTO, id=scene.visit.id), described(PHOTO, id=scene.record)]

    answer = scene.send([(one, PHOTO) for one in wrong], scene.body())

    assert answer.status_code == 200, answer.json
    assert [one.get("problem", {}).get("status") for one in answer.json["evidence"]] == [404, 409, 409, 409]
    assert verify().first is None


def test_the_same_id_twice_in_one_list_is_refused_as_a_form(scene):
    photo = described(PHOTO)

    answer = scene.send([(photo, PHOTO), (photo, PHOTO)])

    assert answer.status_code == 400
    assert rows() == [0, 0, 0, 0]


class TestWhereTheWordsAreRefusedNothingIsStored:
    def refused(self, scene, status, body=None, **headers):
        before = rows()
        answer = scene.send([(described(PHOTO), PHOTO)], body, **headers)
        assert answer.status_code == status, answer.json
        assert rows() == before
        assert loose_files() == []
        return answer.json

    def test_for_their_shape(self, scene):
        assert self.refused(scene, 422, scene.body() | {"answers": 3})["errors"]

    def test_for_what_is_missing(self, scene):
        assert self.refused(scene, 422, scene.body() | {"answers": {}})["errors"]

    def test_in_conflict(self, scene):
        assert scene.client.api_put(scene.url, json=scene.body(state="draft")).status_code == 200
        told = self.refused(scene, 409, scene.body(state="draft", summary="另一份"))
        assert told["stored"]["revision"] == 1

    def test_when_locked(self, scene):
        assert scene.client.api_put(scene.url, json=scene.body()).status_code == 200
        self.refused(scene, 423, scene.body(revision=2, base_revision=1))

    def test_of_somebody_elses_record(self, scene, county, signed_in):
        filed = signed_in(county.li_si).api_put(scene.url, json=scene.body())
        assert filed.status_code == 200
        self.refused(scene, 404)

    def test_from_a_phone_that_was_shut_out(self, scene, county):
        lost = ids.mint()
        scene.client.api_put(f"/api/v1/devices/{lost}", json={})
        devices.revoke(county.wu, lost)
        assert "停用" in self.refused(scene, 403, X_Device_Id=lost)["title"]

    def test_from_who_files_nothing(self, scene, county, signed_in):
        scene.client = signed_in(county.wu)
        self.refused(scene, 403)

    def test_with_a_sign_in_that_ended_a_moment_ago(self, scene):
        assert scene.client.api_put(f"/api/v1/observations/{ids.mint()}", json=scene.body()).status_code == 200
        db.session.query(SignIn).update({"ended_at": now() - timedelta(seconds=1)})
        db.session.commit()
        self.refused(scene, 401)

    def test_under_the_id_of_a_file(self, scene):
        assert scene.client.send_file(PHOTO, evidence_id=scene.record, observation=ids.mint()).status_code == 201
        assert self.refused(scene, 422)["errors"][0]["pointer"] == "/id"

    def test_without_the_proof_against_forgery(self, scene):
        photo = described(PHOTO)
        form = form_of(parts_of(scene.body(photo["id"]), [(photo, PHOTO)]))
        answer = scene.client.put(f"{scene.url}/bundle", data=form, content_type=FORM_TYPE)
        assert (answer.status_code, answer.json["type"]) == (400, "/problems/csrf")
        assert rows() == [0, 0, 0, 0]


def forms(scene):
    """Forms that are none, by what is wrong with them: (bytes, content type, status)."""
    photo = described(PHOTO)
    parts = parts_of(scene.body(photo["id"]), [(photo, PHOTO)])
    form = form_of(parts)
    many = [(described(PHOTO), PHOTO) for _ in range(MOST_FILES + 1)]
    return {
        "JSON": (b"{}", "application/json", 415),
        "no boundary": (form, "multipart/form-data", 400),
        "a boundary in Chinese": (form, "multipart/form-data; boundary=分界", 400),
        "empty": (b"", FORM_TYPE, 400),
        "another boundary": (form.replace(BOUNDARY.encode(), b"else"), FORM_TYPE, 400),
        "cut in a file": (form[:-200], FORM_TYPE, 400),
        "cut before the end": (form[: -len(BOUNDARY) - 6], FORM_TYPE, 400),
        "files first": (form_of([parts[1], parts[0], parts[2]]), FORM_TYPE, 400),
        "no list of files": (form_of([parts[0], parts[2]]), FORM_TYPE, 400),
        "a file that nothing is said of": (form_of([*parts, (ids.mint(), OTHER)]), FORM_TYPE, 400),
        "a file twice": (form_of([*parts, parts[2]]), FORM_TYPE, 400),
        "a part without a name": (form_of([*parts, ("", OTHER)]), FORM_TYPE, 400),
        "files that is no JSON": (form_of([parts[0], ("files", b"{"), parts[2]]), FORM_TYPE, 400),
        "files that is no list": (form_of([parts[0], ("files", b"{}")]), FORM_TYPE, 400),
        "files of numbers": (form_of([parts[0], ("files", b"[1]")]), FORM_TYPE, 400),
        "files without end": (form_of([parts[0], ("files", b" " * 100_000)]), FORM_TYPE, 413),
        "body that is no JSON": (form_of([("body", b"{"), *parts[1:]]), FORM_TYPE, 400),
        "body that is a list": (form_of([("body", b"[]"), *parts[1:]]), FORM_TYPE, 422),
        "body without end": (form_of([("body", b" " * 5_000_000), *parts[1:]]), FORM_TYPE, 413),
        "too many files": (form_of(parts_of(scene.body(), many)), FORM_TYPE, 413),
        "too many bytes": (form_of([*parts[:2], (photo["id"], bytes(9_000_000))]), FORM_TYPE, 413),
    }


def test_what_is_no_bundle_is_told_so_and_nothing_of_it_is_stored(scene):
    for name, (form, content_type, status) in forms(scene).items():
        answer = send_form(scene.client, scene.url, form, content_type)

        assert answer.status_code == status, (name, answer.json)
        assert answer.json["title"], name
    assert rows() == [0, 0, 0, 0]
    assert loose_files() == []


def test_too_many_bytes_are_not_read_to_their_end_where_no_length_is_said(scene):
    photo = described(PHOTO, length=20_000_000)
    form = form_of([*parts_of(scene.body(photo["id"]), [(photo, PHOTO)])[:2], (photo["id"], bytes(20_000_000))])
    sent = io.BytesIO(form)

    answer = scene.client.put(
        f"{scene.url}/bundle", input_stream=sent, content_type=FORM_TYPE,
        headers={"X-CSRFToken": scene.client.csrf_token, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip

    assert answer.status_code == 413
    assert sent.tell() < 9_000_000
    assert rows() == [0, 0, 0, 0]


JPEG = Sniffed("image/jpeg", 4, 3)


def bundle_of(author, visit, version, files, record=None, **changes):
    """A bundle whose files are kept already."""
    record = record or ids.mint()
    body = observation_body(visit, version, **changes)
    body["answers"]["B01"] = {**body["answers"]["B01"], "evidence": [file_id for file_id, _ in files]}
    arrivals = tuple(
        Arrival(author.id, Announced(file_id, digest * 64, 5, "observation", record, "camera"), JPEG)
        for file_id, digest in files
    )
    return Bundle(author.id, filed_observation(record, body), arrivals)


def test_bundles_that_come_together_are_filed_together_each_with_its_own_outcome(county):
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    make = lambda author, files, **more: bundle_of(author, visit, version, files, **more)  # noqa: E731
    good, photo, shared = make(county.zhang_san, [(ids.mint(), "a"), (ids.mint(), "b")]), ids.mint(), ids.mint()
    bad = make(county.li_si, [(photo, "c")], answers={"Z99": {"value": "yes"}})
    taken = make(county.li_si, [(shared, "d")])
    contested = make(county.zhang_san, [(shared, "d")])
    other = make(county.zhang_san, [(ids.mint(), "e")], record=good.filed.id, summary="另一份")

    outcomes = bundles.file_together([good, bad, good, taken, contested, other])

    kinds_of_outcomes = [type(one).__name__ for one in outcomes]
    assert kinds_of_outcomes == ["Bundled", "Refused", "Bundled", "Bundled", "Bundled", "Conflict"]
    first, _, again, _, beside, _ = outcomes
    assert isinstance(first, Bundled)
    assert [receipts.wire(one) for one in again.files] == [receipts.wire(one) for one in first.files]
    assert receipts.wire(again.done.receipt) == receipts.wire(first.done.receipt)
    assert type(beside.files[0]).__name__ == "NotFound"  # of two under one id the second is another's
    assert receipts.find(photo) is None
    counts = {row.id: (row.evidence_named, row.evidence_arrived) for row in db.session.scalars(select(Observation))}
    assert counts == {good.filed.id: (2, 2), taken.filed.id: (1, 1), contested.filed.id: (1, 0)}
    assert all("文件不见了" in one.words for one in verify().findings)  # these files have no bytes


def test_a_commit_that_fails_gives_neither_words_nor_files_a_receipt(county, monkeypatch):
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    photo = ids.mint()
    bundle = bundle_of(county.zhang_san, visit, version, [(photo, "a")])
    real = receipts.issue_many

    def fail(*given, **options):
        real(*given, **options)
        raise OperationalError("COMMIT", {}, Exception("killed"))

    monkeypatch.setattr(bundles.receipts, "issue_many", fail)
    with pytest.raises(OperationalError):
        bundles.file_together([bundle])

    db.session.rollback()
    assert rows() == [0, 0, 0, 0]


def test_the_answer_is_what_the_description_says(scene):
    said = scene.send([(described(PHOTO), PHOTO), (described(b"x"), b"x")]).json
    schemas = scene.client.get("/api/v1/openapi.json").json["components"]["schemas"]

    assert set(schemas["Stored"]["required"]) | {"evidence"} <= set(said)
    assert [set(one) for one in said["evidence"]] == [{"id", "receipt"}, {"id", "problem"}]
    assert set(schemas["Problem"]["required"]) <= set(json.loads(json.dumps(said["evidence"][1]["problem"])))
