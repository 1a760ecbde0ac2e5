"""kill -9 of the whole server while photos go up, alone or with their records: what has a receipt stays."""

import hashlib
import os
import threading
import time
from typing import Any

import requests
from factories import PASSWORD, make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from phone_bundles import FORM_TYPE, described, form_of, parts_of
from phone_uploads import PIECE_TYPE, TUS, URL, describe, metadata

from fieldapp import ids
from fieldapp.evidence import queries
from fieldapp.extensions import db
from fieldapp.filing import receipts
from fieldapp.keeping.verification import verify
from fieldapp.observations.models import Observation

PHOTOS = 24
BUNDLES, PHOTOS_OF_EACH = 16, 2
BASE = make_photo(1200, 900)


class RemotePhone:
    """A phone on the other side of a real connection."""

    def __init__(self, url: str) -> None:
        self.url, self.session, self.receipts = url, requests.Session(), {}
        answer = self.session.post(
            f"{url}/api/v1/login", json={"username": "zhangsan", "password": PASSWORD}, timeout=20
        )
        self.token = answer.json()["csrf_token"]

    def send(self, evidence_id: str, content: bytes) -> None:
        said = describe(content, id=evidence_id, observation=evidence_id)
        headers = TUS | {
            "X-CSRFToken": self.token,
            "Content-Type": PIECE_TYPE,
            "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata(**said),
        }
        try:
            answer = self.session.post(f"{self.url}{URL}", data=content, headers=headers, timeout=20)
        except requests.RequestException:
            return
        assert answer.status_code in (200, 201), answer.text
        self.receipts[evidence_id] = answer.json()["receipt"]

    def bundle(self, record_id: str, body: dict[str, Any], photos: dict[str, bytes]) -> None:
        files = [(described(content, id=photo_id), content) for photo_id, content in photos.items()]
        headers = {"X-CSRFToken": self.token, "Content-Type": FORM_TYPE}
        form, url = form_of(parts_of(body, files)), f"{self.url}/api/v1/observations/{record_id}/bundle"
        try:
            answer = self.session.put(url, data=form, headers=headers, timeout=20)
        except requests.RequestException:
            return
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["missing_evidence"] == []
        self.receipts |= {one["receipt"]["id"]: one["receipt"] for one in [said, *said["evidence"]]}

    def bundle_all(self, bundles: dict[str, tuple[dict[str, Any], dict[str, bytes]]]) -> None:
        for record_id, (body, photos) in bundles.items():
            if record_id not in self.receipts:
                self.bundle(record_id, body, photos)

    def send_all(self, photos: dict[str, bytes]) -> None:
        for evidence_id, content in photos.items():
            if evidence_id not in self.receipts:
                self.send(evidence_id, content)


def test_no_receipted_photo_is_lost_by_kill_9_and_every_other_goes_up_again(live_server, live_app):
    make_county()
    phone = RemotePhone(live_server.url)
    photos = {ids.mint(): BASE + os.urandom(200_000) for _ in range(PHOTOS)}
    sending = threading.Thread(target=phone.send_all, args=(photos,))
    sending.start()
    while len(phone.receipts) < PHOTOS // 3:
        time.sleep(0.01)
    live_server.kill()
    sending.join()
    receipted = dict(phone.receipts)
    assert len(receipted) < PHOTOS

    live_server.restart()
    for evidence_id, receipt in receipted.items():
        assert receipts.wire(receipts.find(evidence_id)) == receipt
        assert queries.verify_original(queries.find(evidence_id))
    db.session.rollback()  # the looks so far would go on seeing the old rows
    phone.send_all(photos)

    assert set(phone.receipts) == set(photos)
    for evidence_id, content in photos.items():
        assert phone.receipts[evidence_id]["digest"] == hashlib.sha256(content).hexdigest()
        assert queries.verify_original(queries.find(evidence_id))


def test_a_kill_9_leaves_each_bundle_whole_or_not_there_and_all_go_up_again(live_server, live_app):
    visit, version = make_visit(group=make_county().first_group), make_checklist_version()
    make_body = lambda photos: observation_body(  # noqa: E731
        visit, version, answers={"B01": {"value": "yes", "evidence": list(photos)}}
    )
    contents = [{ids.mint(): BASE + os.urandom(100_000) for _ in range(PHOTOS_OF_EACH)} for _ in range(BUNDLES)]
    bundles = {ids.mint(): (make_body(photos), photos) for photos in contents}
    db.session.remove()
    phones = [RemotePhone(live_server.url) for _ in range(2)]
    parts = [dict(list(bundles.items())[place::2]) for place in range(2)]
    sending = [threading.Thread(target=one.bundle_all, args=(own,)) for one, own in zip(phones, parts, strict=True)]
    for thread in sending:
        thread.start()
    while sum(len(one.receipts) for one in phones) < BUNDLES:  # a third of all receipts
        time.sleep(0.005)
    live_server.kill()
    for thread in sending:
        thread.join()
    receipted = {**phones[0].receipts, **phones[1].receipts}
    assert len(receipted) < BUNDLES * (1 + PHOTOS_OF_EACH)

    live_server.restart()
    for subject_id, receipt in receipted.items():
        assert receipts.wire(receipts.find(subject_id)) == receipt
    for record_id, (_, photos) in bundles.items():
        there = [receipts.find(subject_id) is not None for subject_id in (record_id, *photos)]
        assert len(set(there)) == 1, "half of a bundle is there"
        row = db.session.get(Observation, record_id)
        assert row is None or row.evidence_arrived == row.evidence_named == PHOTOS_OF_EACH
    db.session.rollback()
    for one, own in zip(phones, parts, strict=True):
        one.bundle_all(own)

    given = {**phones[0].receipts, **phones[1].receipts}
    assert set(given) == {*bundles, *(photo for photos in contents for photo in photos)}
    db.session.rollback()
    assert verify(with_files=True).first is None
