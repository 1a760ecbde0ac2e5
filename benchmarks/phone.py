"""A phone as the server sees it: one session, kept connections, the CSRF token on what changes something."""

import hashlib
from base64 import b64encode
from typing import Any

import requests
from factories import PASSWORD

from benchmarks.field_app import measure
from fieldapp import ids

__all__ = ["Phone", "measure"]


class Phone:
    """Signed in at `url` as `username`. Every call fails loudly when the answer is not the expected one."""

    def __init__(self, url: str, username: str) -> None:
        self.url, self.session = f"{url}/api/v1", requests.Session()
        pair = {"username": username, "password": PASSWORD}
        answer = self._expect(200, self.session.post(f"{self.url}/login", json=pair, timeout=60))
        self.session.headers["X-CSRFToken"] = answer.json()["csrf_token"]

    def pack(self, etag: str = "") -> str:
        """Fetches the pack; gives its ETag. With an `etag` the answer has to be 304."""
        headers = {"If-None-Match": etag} if etag else {}
        answer = self.session.get(f"{self.url}/pack", headers=headers, timeout=60)
        return str(self._expect(304 if etag else 200, answer).headers["ETag"])

    def file(self, observation_id: str, body: dict[str, Any]) -> None:
        """Files one revision of an observation."""
        self._expect(200, self.session.put(f"{self.url}/observations/{observation_id}", json=body, timeout=60))

    def send_photo(self, content: bytes, observation_id: str) -> None:
        """Sends a photo in one request."""
        digest = hashlib.sha256(content)
        said = {"id": ids.mint(), "sha256": digest.hexdigest(), "filename": "a.jpg", "filetype": "image/jpeg",
                "observation": observation_id, "source": "camera"}  # fmt: skip
        headers = {
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in said.items()),
        }
        self._expect(201, self.session.post(f"{self.url}/evidence", data=content, headers=headers, timeout=60))

    def _expect(self, status: int, answer: requests.Response) -> requests.Response:
        if answer.status_code != status:
            raise RuntimeError(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}")
        return answer
