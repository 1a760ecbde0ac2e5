"""Whatever a phone can make is kept, seen or not; a copy goes ahead of a photo; captions follow a photo that moved."""

import hashlib
import json
import struct

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import URL, Phone

from fieldapp import ids
from fieldapp.evidence import renderer, thumbnails
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations as reviews
from fieldapp.web.api import evidence_views

renderer.load_decoders()  # Pillow writes HEIF once it knows it
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHOTO, COPY = make_photo(400, 300, text="one"), make_photo(200, 150, text="one")


def claiming(width: int, height: int) -> bytes:
    at = PHOTO.index(b"\xff\xc0") + 5
    return PHOTO[:at] + struct.pack(">HH", height, width) + PHOTO[at + 4 :]


CUT_SHORT = {
    "without its end marker": (PHOTO[:-2], {200, 422}),
    "cut at 95 %": (PHOTO[: len(PHOTO) * 95 // 100], {200, 422}),
    "cut in the middle": (PHOTO[: len(PHOTO) // 2], {422}),
    "bytes between segments": (PHOTO[:20] + b"junk" + PHOTO[20:], {200, 422}),
    "200 megapixels, of which little came": (claiming(16_320, 12_240), {200, 422}),
    "a PNG cut short": (make_photo(64, 48, picture_format="PNG")[:-20], {200, 422}),
    "a WebP cut short": (make_photo(64, 48, picture_format="WEBP")[:-20], {200, 422}),
    "a HEIC cut short": (make_photo(64, 48, picture_format="HEIF")[:-20], {200, 422}),
}


@pytest.fixture
def scene(county, signed_in):
    """张三's phone, and how he files a record: `file(evidence ids at B01, unfiled ids) → its id`."""
    phone, record_id = Phone(signed_in(county.zhang_san)), ids.mint()
    visit, version = make_visit(group=county.first_group), make_checklist_version()

    def file(*, at_item=(), unfiled=(), revision=1):
        answers = {"B01": {"value": "no", "note": "未亮证", "evidence": list(at_item)}}
        body = observation_body(visit, version, state="submitted", answers=answers, revision=revision)
        body["unfiled_evidence"] = list(unfiled)
        answer = phone.client.api_put(f"/api/v1/observations/{record_id}", body)
        assert answer.status_code == 200, answer.json
        return record_id

    phone.file, phone.record_id = file, record_id
    return phone


@pytest.mark.parametrize("kind", CUT_SHORT)
def test_a_photo_that_was_cut_short_is_kept_with_a_receipt_and_shown_or_said_not_to_be(scene, kind):
    content, statuses = CUT_SHORT[kind]
    evidence_id = ids.mint()

    answer = scene.post(content, id=evidence_id)

    assert answer.status_code == 201, answer.json
    assert answer.json["receipt"]["digest"] == hashlib.sha256(content).hexdigest()
    assert scene.client.get(f"{URL}/{evidence_id}/original").data == content
    shown = scene.client.get(f"{URL}/{evidence_id}/thumbnail")
    assert shown.status_code in statuses
    if shown.status_code == 422:
        assert shown.json["title"] == "这张图片无法预览，原件已保存，可下载原件查看。"


def test_what_a_child_died_of_is_not_tried_again_at_each_look(scene, monkeypatch):
    evidence_id, tried = ids.mint(), []
    scene.post(PHOTO, id=evidence_id)

    def dies(*_args, **_more):
        tried.append(1)
        raise thumbnails.Undecodable("MemoryError", is_certain=False)

    monkeypatch.setattr(thumbnails, "remade", dies)
    for _ in range(3):
        assert scene.client.get(f"{URL}/{evidence_id}/thumbnail").status_code == 422
    assert len(tried) == 1

    monkeypatch.setattr(thumbnails, "_AGAIN_S", -1)
    assert scene.client.get(f"{URL}/{evidence_id}/thumbnail").status_code == 422
    assert len(tried) == 2


def test_a_copy_comes_first_is_shown_as_one_and_is_counted_nowhere(scene, county, signed_in):
    photo_id, copy_id = ids.mint(), ids.mint()
    scene.file(at_item=[photo_id])
    desk = signed_in(county.qian)

    answer = scene.post(COPY, id=copy_id, observation=scene.record_id, source="copy", of=photo_id)

    assert answer.status_code == 201, answer.json
    row = db.session.get(Observation, scene.record_id)
    assert (row.evidence_named, row.evidence_arrived) == (1, 0)
    page = desk.get(f"/review/records/{scene.record_id}").get_data(as_text=True)
    assert "原图未到" in page
    assert f"{copy_id}/thumbnail" in page
    assert desk.get(f"{URL}/{copy_id}/display").status_code == 200

    scene.post(PHOTO, id=photo_id, observation=scene.record_id)
    db.session.expire_all()
    assert db.session.get(Observation, scene.record_id).evidence_arrived == 1
    page = desk.get(f"/review/records/{scene.record_id}").get_data(as_text=True)
    assert "原图未到" not in page
    assert copy_id not in page


def test_an_unfiled_photo_is_missed_and_its_copy_shown_too(scene, county, signed_in):
    photo_id, copy_id = ids.mint(), ids.mint()
    scene.post(COPY, id=copy_id, observation=scene.record_id, source="copy", of=photo_id)
    scene.file(unfiled=[photo_id])

    page = signed_in(county.qian).get(f"/review/records/{scene.record_id}").get_data(as_text=True)

    assert "还有 1 个文件没有传到" in page
    assert f"{copy_id}/thumbnail" in page


@pytest.mark.parametrize("of", [None, "photo"])
def test_a_copy_says_of_which_photo_it_is(scene, of):
    answer = scene.post(COPY, source="copy", of=of)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/of"


def layer(photo_id: str, **changes: object) -> bytes:
    said = {"photo": {"id": photo_id, "sha256": hashlib.sha256(PHOTO).hexdigest()}, "marks": []}
    return json.dumps(said | changes).encode()


def test_a_layer_is_filed_with_a_receipt_and_bound_to_the_bytes_of_its_photo(scene):
    photo_id, layer_id = ids.mint(), ids.mint()

    answer = scene.post(layer(photo_id), id=layer_id, source="layer", of=photo_id, filetype="application/json")

    assert answer.json["receipt"]["digest"] == hashlib.sha256(layer(photo_id)).hexdigest()
    row = db.session.get(Evidence, layer_id)
    assert (row.of_id, row.of_sha256, row.sniffed_type) == (
        photo_id, hashlib.sha256(PHOTO).hexdigest(), "application/json",
    )  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"{}", PHOTO[:900], layer(ids.mint()), layer("x"), layer("x", marks=7)], ids=range(5)
)  # fmt: skip
def test_what_is_no_layer_of_this_photo_is_refused_in_words(scene, content):
    answer = scene.post(content, source="layer", of=ids.mint())

    assert (answer.status_code, answer.json["reason"]) == (422, "layer")
    assert "照片不受影响" in answer.json["title"]


def test_no_phone_files_a_layer_of_the_desk(scene):
    answer = scene.post(layer(ids.mint()), source="desk_layer", of=ids.mint())

    assert answer.json["errors"][0]["pointer"] == "/source"


def test_the_caption_says_where_a_photo_belongs_now(scene, county, monkeypatch):
    photo_id, said = ids.mint(), []
    monkeypatch.setattr(evidence_views.rules, "caption", lambda **given: said.append(given["item"]))
    scene.file(at_item=[photo_id])
    scene.post(PHOTO, id=photo_id, observation=scene.record_id, item="C09")

    scene.client.get(f"{URL}/{photo_id}/display")

    assert said == ["B01"]  # announced at C09, and moved since


def test_what_was_drawn_over_a_photo_comes_to_another_phone_of_the_author_and_no_strangers_layer(
    scene, county, signed_in
):
    photo_id, first, last, foreign = (ids.mint() for _ in range(4))
    cover = {"kind": "cover", "from": [0.1, 0.1], "to": [0.5, 0.5], "how": "opaque"}
    scene.post(PHOTO, id=photo_id, observation=scene.record_id, item="B01")
    scene.file(at_item=[photo_id])
    beside = {"observation": scene.record_id, "source": "layer", "of": photo_id, "filetype": "application/json"}
    scene.post(layer(photo_id), id=first, **beside)
    scene.post(layer(photo_id, marks=[cover]), id=last, **beside)
    Phone(signed_in(county.li_si)).post(layer(photo_id), id=foreign, **beside)

    said = scene.client.get(f"/api/v1/observations/{scene.record_id}").json

    assert [one["id"] for one in said["evidence"]] == [photo_id], "phones of before know no layer among them"
    assert [(one["id"], one["of"], one["marks"]) for one in said["layers"]] == [
        (first, photo_id, []), (last, photo_id, [cover]),
    ]  # fmt: skip
    reviews.return_to_author(county.qian, scene.record_id, revision=1, comment="请补充", items={})
    (returned,) = scene.client.get("/api/v1/pack").json["returned"]
    assert returned["layers"] == said["layers"]


def test_a_layer_over_other_bytes_is_no_layer_on_another_phone_either(scene):
    photo_id = ids.mint()
    scene.post(PHOTO, id=photo_id, observation=scene.record_id, item="B01")
    scene.file(at_item=[photo_id])
    other = layer(photo_id, photo={"id": photo_id, "sha256": "0" * 64})
    scene.post(other, observation=scene.record_id, source="layer", of=photo_id, filetype="application/json")

    assert scene.client.get(f"/api/v1/observations/{scene.record_id}").json["layers"] == []
