"""kill -9 of the whole server while photos go up: what was receipted is there, what was not goes up again."""

import hashlib
import os
import threading
import time

import requests
from factories import PASSWORD, make_photo
from personas import make_county
from phone_uploads import PIECE_TYPE, TUS, URL, describe, metadata

from fieldapp import ids
from fieldapp.evidence import queries
from fieldapp.extensions import db
from fieldapp.filing import receipts

PHOTOS = 24
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
