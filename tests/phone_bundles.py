"""Bundles as phones send them: a record and its first files in one multipart form (docs/sync.md, Bundle)."""

import hashlib
import json
from typing import Any

from fieldapp import ids

BOUNDARY = "----between-the-parts-7d1f0c"
FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
Part = tuple[str, bytes]
File = tuple[dict[str, Any], bytes]


def described(content: bytes, **said: Any) -> dict[str, Any]:
    """What a phone says of a photo in `files`; None takes a field away."""
    found = {
        "id": ids.mint(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "length": len(content),
        "filename": "现场.jpg",
        "filetype": "image/jpeg",
        "source": "camera",
    } | said
    return {name: value for name, value in found.items() if value is not None}


def parts_of(body: Any, files: list[File]) -> list[Part]:
    """The parts of a bundle: `body`, `files`, then the bytes of each file under its id."""
    said = [one for one, _ in files]
    return [("body", _json(body)), ("files", _json(said)), *((str(one["id"]), content) for one, content in files)]


def form_of(parts: list[Part]) -> bytes:
    """Parts as multipart/form-data, FORM_TYPE. Source: RFC 7578."""
    head = '--{}\r\nContent-Disposition: form-data; name="{}"; filename="blob"\r\n\r\n'
    return (
        b"".join(head.format(BOUNDARY, name).encode() + content + b"\r\n" for name, content in parts)
        + f"--{BOUNDARY}--\r\n".encode()
    )


def send_bundle(client: Any, url: str, body: Any, files: list[File], **headers: str) -> Any:
    """PUT of a bundle by a PageReader. `url`: of the record."""
    return send_form(client, url, form_of(parts_of(body, files)), **headers)


def send_form(client: Any, url: str, form: bytes, content_type: str = FORM_TYPE, **headers: str) -> Any:
    """PUT of any bytes to where bundles go."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.api_put(f"{url}/bundle", data=form, content_type=content_type, headers=named)


def _json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
