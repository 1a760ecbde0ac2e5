"""A rescue package is taken in under its author's name, as if the phone had sent it, however often it comes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.observations.models import Observation, ObservationRevision

Changed = Callable[[dict[str, Any], dict[str, bytes]], None]


@pytest.fixture
def left(county) -> dict[str, Any]:
    """What is only on 张三's phone: a submitted record with one photo."""
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    evidence_id = ids.mint()
    answers = {"B01": {"value": "no", "note": "未出示证件", "evidence": [evidence_id]}}
    return {
        "user": county.zhang_san,
        "observation_id": ids.mint(),
        "evidence_id": evidence_id,
        "body": observation_body(visit, version, answers=answers),
        "photo": make_photo(80, 60, text="rescue"),
    }


def test_everything_in_a_package_arrives_under_its_author_s_name(left, county, signed_in):
    answer = _bring(signed_in(county.wu), package_of(left))

    record = db.session.get(Observation, left["observation_id"])
    photo = db.session.get(Evidence, left["evidence_id"])
    assert answer.status_code == 200
    assert "新存入 2 件" in answer.get_data(as_text=True)
    assert (record.author_id, record.state) == (county.zhang_san.id, "submitted")
    assert (record.evidence_named, record.evidence_arrived) == (1, 1)
    assert (photo.author_id, photo.sha256) == (county.zhang_san.id, hashlib.sha256(left["photo"]).hexdigest())
    entry = db.session.query(AuditEntry).filter_by(event="rescue.imported").one()
    assert (entry.actor_id, entry.subject_id) == (county.wu.id, county.zhang_san.id)
    assert json.loads(entry.details) | {"digest": ""} == {"digest": "", "records": 1, "evidence": 1}


def test_a_package_that_comes_twice_changes_nothing(left, county, signed_in):
    admin, package = signed_in(county.wu), package_of(left)
    _bring(admin, package)

    again = _bring(admin, package)

    assert "新存入 0 件，早已收到 2 件" in again.get_data(as_text=True)
    assert db.session.query(ObservationRevision).count() == 1
    assert db.session.query(Evidence).count() == 1


def test_a_phone_that_sends_it_all_the_same_gets_its_receipt(left, county, signed_in):
    _bring(signed_in(county.wu), package_of(left))

    phone = signed_in(county.zhang_san)
    record = phone.api_put(f"/api/v1/observations/{left['observation_id']}", json=left["body"])
    photo = phone.send_file(left["photo"], evidence_id=left["evidence_id"], observation=left["observation_id"])

    assert record.status_code == 200
    assert record.json["missing_evidence"] == []
    assert photo.status_code == 200
    assert photo.json["receipt"]["digest"] == hashlib.sha256(left["photo"]).hexdigest()


def test_what_is_on_the_server_in_another_form_is_never_overwritten(left, county, signed_in):
    other = {**left["body"], "summary": "服务器上的内容"}
    signed_in(county.zhang_san).api_put(f"/api/v1/observations/{left['observation_id']}", json=other)

    answer = _bring(signed_in(county.wu), package_of(left))

    words = answer.get_data(as_text=True)
    assert "有冲突" in words or "正在审核" in words
    stored = db.session.get(ObservationRevision, (left["observation_id"], 1))
    assert json.loads(stored.body)["summary"] == "服务器上的内容"


def _wrong_record(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files[manifest["records"][0]["file"]] = files[manifest["records"][0]["file"]].replace(
        "未出示".encode(), "已出示".encode()
    )


def _wrong_photo(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files[manifest["evidence"][0]["file"]] += b"x"


@pytest.mark.parametrize(("change", "arrived"), [(_wrong_record, (0, 1)), (_wrong_photo, (1, 0))])
def test_a_part_that_was_changed_on_the_way_stays_out_and_the_rest_comes_in(left, county, signed_in, change, arrived):
    answer = _bring(signed_in(county.wu), package_of(left, change))

    assert answer.status_code == 200
    assert "不符，没有导入" in answer.get_data(as_text=True)
    assert (db.session.query(Observation).count(), db.session.query(Evidence).count()) == arrived


def _foreign_name(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    files["../../etc/passwd"] = b"x"


def _other_format(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["format"] = "something-else"


def _no_lists(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    manifest["records"] = {"a": 1}


@pytest.mark.parametrize("change", [_foreign_name, _other_format, _no_lists])
def test_what_is_no_package_of_ours_is_refused_whole(left, county, signed_in, change):
    answer = _bring(signed_in(county.wu), package_of(left, change))

    assert answer.status_code == 422
    assert "没有导入" in answer.get_data(as_text=True)
    assert db.session.query(Observation).count() == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x00" * 1000])
def test_any_file_at_all_gets_an_answer_in_words(county, signed_in, content: bytes):
    answer = _bring(signed_in(county.wu), content)

    assert answer.status_code == 422
    assert "不是救援包" in answer.get_data(as_text=True)


def test_a_package_of_a_stranger_is_refused(left, county, signed_in):
    def strange(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        manifest["user"]["id"] = ids.mint()

    answer = _bring(signed_in(county.wu), package_of(left, strange))

    assert answer.status_code == 404
    assert db.session.query(Observation).count() == 0


def test_the_shell_takes_a_package_too_and_shows_the_record(left, county, app: Flask, tmp_path: Path):
    path = tmp_path / "rescue.zip"
    path.write_bytes(package_of(left))
    run = app.test_cli_runner().invoke

    told = run(args=["records", "import-rescue", str(path), "--as", "wu"])
    listed = run(args=["records", "list"])
    number = listed.output.partition("\t")[0]
    shown = run(args=["records", "show", number])

    assert told.exit_code == 0, told.output
    assert "新存入 2 件" in told.output
    assert number.startswith("JD-")
    assert "1/1" in listed.output
    assert left["observation_id"] in shown.output
    assert "审计链第" in shown.output
    assert left["body"]["party"]["name"] not in listed.output + shown.output


def package_of(left: dict[str, Any], change: Changed | None = None) -> bytes:
    """The zip that a phone would export; `change` alters its manifest or its files before it is closed."""
    record_file, photo_file = f"records/{left['observation_id']}.json", f"evidence/{left['evidence_id']}"
    sent = json.dumps(left["body"], ensure_ascii=False).encode()
    files = {record_file: sent, photo_file: left["photo"]}
    user = left["user"]
    manifest = {
        "format": "fieldapp-rescue-1",
        "user": {"id": user.id, "username": user.username, "name": user.name},
        "device": ids.mint(),
        "made_at": "2026-11-24T09:05:07+08:00",
        "records": [
            {"id": left["observation_id"], "kind": "observation", "body": left["body"], "revision": 1,
             "base_revision": 0, "digest": "0" * 64, "file": record_file, "sha256": hashlib.sha256(sent).hexdigest()},
        ],
        "evidence": [
            {"id": left["evidence_id"], "recordId": left["observation_id"], "ownerKind": "observation", "item": "B01",
             "source": "camera", "filename": "现场.jpg", "type": "image/jpeg", "takenAt": "2026-11-24T09:00:00+08:00",
             "sha256": hashlib.sha256(left["photo"]).hexdigest(), "place": None, "file": photo_file},
        ],
        "lost": [],
    }  # fmt: skip
    if change:
        change(manifest, files)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name, content in files.items():
            package.writestr(name, content)
        package.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False))
    return file.getvalue()


def _bring(admin: Any, content: bytes) -> Any:
    return admin.post_form("/admin/rescue", {"file": (io.BytesIO(content), "rescue.zip")})
