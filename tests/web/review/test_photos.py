"""At the desk a photo is drawn over and checked; without that nothing of it leaves the bureau."""

import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from factories import make_checklist_version, make_visit, observation_body
from phone_uploads import URL, Phone
from PIL import Image

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.errors import NotAllowed
from fieldapp.evidence import queries, releasing, thumbnails
from fieldapp.extensions import db

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COVER = [{"kind": "cover", "from": [0.25, 0.25], "to": [0.75, 0.75], "how": "opaque"}]


def red_photo() -> bytes:
    """Red in the middle, where the cover goes; white around, and a time in its EXIF."""
    picture, exif = Image.new("RGB", (400, 300), "white"), Image.Exif()
    picture.paste((255, 0, 0), (100, 75, 300, 225))
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 08:00:00"
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


PHOTO = red_photo()


@pytest.fixture
def scene(county, signed_in):
    """A photo of 张三 in a submitted record, and 钱's desk, who is its lead."""
    phone, record_id, photo_id = Phone(signed_in(county.zhang_san)), ids.mint(), ids.mint()
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    answers = {"B01": {"value": "no", "note": "未亮证", "evidence": [photo_id]}}
    body = observation_body(visit, version, state="submitted", answers=answers)
    assert phone.client.api_put(f"/api/v1/observations/{record_id}", body).status_code == 200
    phone.post(PHOTO, id=photo_id, observation=record_id, source="album", taken_at="2026-11-23T09:12:04+08:00")
    phone.record_id, phone.photo_id = record_id, photo_id
    phone.desk = signed_in(county.qian)
    phone.page = f"/review/photos/{photo_id}"
    return phone


def redness(jpeg: bytes) -> bool:
    """Whether anything red is left in a picture."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    return any(red > 150 and green < 90 for _, (red, green, _) in image.getcolors(2**24) or ())


def layer_of(page: str, field: str) -> str:
    return re.search(rf'name="{field}" value="([^"]*)"', page).group(1)


def cover_it(scene) -> None:
    page = scene.desk.get(scene.page).get_data(as_text=True)
    sent = {"over": layer_of(page, "over"), "marks": json.dumps(COVER)}
    assert scene.desk.post_form(f"{scene.page}/layer", sent).status_code == 302


def check_it(scene):
    page = scene.desk.get(scene.page).get_data(as_text=True)
    return scene.desk.post_form(f"{scene.page}/check", {"layer": layer_of(page, "layer")})


def test_nothing_leaves_before_a_person_has_checked_it_and_then_the_burnt_picture_alone(scene):
    refused = scene.desk.get(f"{scene.page}/released")
    assert refused.status_code == 403
    assert "未经检查" in refused.get_data(as_text=True)

    cover_it(scene)
    assert scene.desk.get(f"{scene.page}/released").status_code == 403
    assert check_it(scene).status_code == 302

    given = scene.desk.get(f"{scene.page}/released")
    assert given.status_code == 200
    assert not redness(given.data)
    assert b"Exif" not in given.data
    assert redness(scene.desk.get(f"{scene.page}/plain").data)
    assert not redness(scene.desk.get(f"{URL}/{scene.photo_id}/marked").data)
    assert scene.desk.get(f"{URL}/{scene.photo_id}/original").data == PHOTO
    entry = db.session.query(AuditEntry).filter_by(event="evidence.checked").one()
    assert json.loads(entry.details)["digest"] == hashlib.sha256(PHOTO).hexdigest()
    page = scene.desk.get(scene.page).get_data(as_text=True)
    assert "已检查" in page
    assert "2026-11-20 08:00:00（未经核实）" in page


def test_a_new_layer_takes_the_check_away_and_what_was_not_seen_is_not_checked(scene):
    assert check_it(scene).status_code == 302
    cover_it(scene)

    assert scene.desk.get(f"{scene.page}/released").status_code == 403
    late = scene.desk.post_form(f"{scene.page}/check", {"layer": ""})
    assert late.status_code == 409
    assert "新的标注" in late.get_data(as_text=True)
    stale = scene.desk.post_form(f"{scene.page}/layer", {"over": "", "marks": "[]"})
    assert stale.status_code == 409


def test_a_layer_of_the_phone_stands_and_one_of_a_stranger_or_over_other_bytes_does_not(scene, county, signed_in):
    def layer(sha256: str) -> bytes:
        return json.dumps({"photo": {"id": scene.photo_id, "sha256": sha256}, "marks": COVER}).encode()

    digest, said = hashlib.sha256(PHOTO).hexdigest(), {"source": "layer", "of": scene.photo_id}
    stranger = Phone(signed_in(county.li_si))
    assert stranger.post(layer(digest), observation=scene.record_id, **said).status_code == 201
    assert scene.post(layer("ab" * 32), observation=scene.record_id, **said).status_code == 201
    assert queries.standing_of(queries.find(scene.photo_id)).layer is None

    assert scene.post(layer(digest), observation=scene.record_id, **said).status_code == 201
    assert queries.marks_of(queries.standing_of(queries.find(scene.photo_id)).layer) == tuple(COVER)


def test_nobody_checks_the_own_photo_and_nobody_without_the_duty(scene, county, signed_in):
    photo = queries.find(scene.photo_id)
    with pytest.raises(NotAllowed):
        releasing.check(county.zhang_san, photo.id, layer_id=None)
    photo.author_id = county.qian.id
    db.session.flush()
    with pytest.raises(NotAllowed, match="另一位"):
        releasing.check(county.qian, photo.id, layer_id=None)


def test_marks_that_make_no_sense_are_refused_in_words(scene):
    for marks in ("", "{", json.dumps([{"kind": "cover"}])):
        answer = scene.desk.post_form(f"{scene.page}/layer", {"over": "", "marks": marks})
        assert answer.status_code == 422
        assert "没有保存" in answer.get_data(as_text=True)


# Every address that gives bytes of evidence, and whom it lets in; whoever adds one says so here. Nobody outside is let
# in anywhere: what is for them goes through releasing.for_outside, which /released is the one to ask.
GIVES_BYTES = {
    "api.evidence_original": "the author, and who may see the record",
    "api.evidence_display": "the author, and who may see the record",
    "api.evidence_marked": "the author, and who may see the record",
    "api.evidence_thumbnail": "the author, and who may see the record",
    "review.plain_photo": "who checks photos and may see the record",
    "review.released_photo": "who checks photos and may see the record, to hand it on",
}


def test_every_address_that_gives_bytes_of_evidence_is_known_and_lets_nobody_outside_in(
    scene, app, county, signed_in, monkeypatch
):
    assert check_it(scene).status_code == 302
    given, asked = set(), []
    monkeypatch.setattr(thumbnails, "made", lambda view: asked.append(1) or pytest.fail("unreached"))
    monkeypatch.setattr(queries, "open_original", lambda evidence: asked.append(1) or pytest.fail("unreached"))
    liaison = signed_in(county.chen)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not {"evidence_id", "subject_id"} & rule.arguments:
            continue
        path = str(rule).replace("<uuid:evidence_id>", scene.photo_id).replace("<string:subject_id>", scene.photo_id)
        if "evidence_id" in rule.arguments and rule.endpoint not in ("api.evidence_offset", "api.evidence_abilities"):
            given.add(rule.endpoint)
        for outside in (app.test_client(), liaison):
            outside.get(path)
    assert given - {"review.photo"} == set(GIVES_BYTES)
    assert asked == []


def test_only_the_gate_and_the_desk_make_pictures_of_evidence(app):
    """A door that would give away a picture has to ask thumbnails for it: these do, and no other."""
    root = Path(app.root_path) / "web"
    askers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"thumbnails|open_original|file_responses", path.read_text())
    }
    assert askers == {"file_responses.py", "api/evidence_views.py", "review/photos.py"}
