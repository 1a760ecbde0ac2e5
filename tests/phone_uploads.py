"""A phone that uploads by tus 1.0.0, for tests of the API."""

import base64
import hashlib
from typing import Any

from fieldapp import ids

URL = "/api/v1/evidence"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE_TYPE = "application/offset+octet-stream"


class Phone:
    """Speaks for one signed-in person. `client`: a PageReader."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(
        self,
        content: bytes,
        body: bytes | None = None,
        *,
        headers: dict[str, str] | None = None,
        length: int | None = None,
        **said: Any,
    ) -> Any:
        """Begins an upload of `content` with `body` (all of it when not given)."""
        body = content if body is None else body
        announced = {
            "Upload-Length": str(len(content) if length is None else length),
            "Upload-Metadata": metadata(**describe(content, **said)),
        }
        return self._send("POST", URL, body, announced | (headers or {}))

    def patch(self, evidence_id: str, body: bytes, offset: int, **headers: str) -> Any:
        """Sends one piece."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send("PATCH", f"{URL}/{evidence_id}", body, {"Upload-Offset": str(offset)} | named)

    def head(self, evidence_id: str) -> Any:
        """Asks how far an upload has come."""
        return self.client.open(f"{URL}/{evidence_id}", method="HEAD", headers=TUS)

    def delete(self, evidence_id: str) -> Any:
        """Gives an upload up."""
        return self.client.api_delete(f"{URL}/{evidence_id}", headers=TUS)

    def receipt(self, evidence_id: str) -> Any:
        """The receipt as everybody can get it."""
        return self.client.get(f"/api/v1/receipts/{evidence_id}")

    def _send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Any:
        sent = {"X-CSRFToken": self.client.csrf_token, "Content-Type": PIECE_TYPE, **TUS, **headers}
        return self.client.open(url, method=method, data=body, headers={k: v for k, v in sent.items() if v})


def describe(content: bytes, **said: Any) -> dict[str, Any]:
    """What a phone says of a photo; None takes a field away."""
    described = {
        "id": ids.mint(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "filename": "IMG_0001.jpg",
        "filetype": "image/jpeg",
        "observation": ids.mint(),
        "source": "camera",
    } | said
    return {name: value for name, value in described.items() if value is not None}


def metadata(**said: Any) -> str:
    """`said` as an Upload-Metadata header."""
    return ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in said.items())


def checksum(body: bytes, algorithm: str = "sha256") -> str:
    """`body`'s Upload-Checksum header."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"
