"""The tus resumable upload protocol: its headers, in and out. Source: tus.io/protocols/resumable-upload, 1.0.0."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping

from flask import Request, Response, request
from werkzeug.exceptions import ClientDisconnected

from fieldapp.errors import Fault, FieldappError, Refused
from fieldapp.evidence import rules
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.uploads import CHECKSUMS, Checksum
from fieldapp.filing import kinds

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination"
PIECE_TYPE = "application/offset+octet-stream"
_CHUNK_BYTES = 64 * 1024
_LONGEST_LENGTH_DIGITS = 18


class WrongVersion(FieldappError):
    status, kind = 412, "tus-version"
    title = "上传协议版本不符：请求须带 Tus-Resumable: 1.0.0。请刷新应用后再试，本机文件不受影响。"


class BadUpload(FieldappError):
    status, kind, title = 400, "bad-upload", "上传请求的格式不对，未保存。本机文件不受影响。"


class WrongType(FieldappError):
    status, kind, title = 415, "content-type", f"上传内容的类型须为 {PIECE_TYPE}。本机文件不受影响。"


def refuse_other_versions(request: Request) -> None:
    """Raises WrongVersion for an upload call without the version that this server speaks."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion


def announced(request: Request) -> Announced:
    """What a creation says of the file that it begins. Raises BadUpload, Refused with every fault by pointer."""
    if "Upload-Defer-Length" in request.headers:
        raise BadUpload("上传前须写明文件长度（Upload-Length）。")
    return described(_metadata(request), length_bytes=_number(request, "Upload-Length"))


def described(said: Mapping[str, str], *, length_bytes: int) -> Announced:
    """The file that `said` (as in Upload-Metadata) announces. Raises Refused with every fault by pointer."""
    found = rules.announced(said, length_bytes=length_bytes, kinds=kinds.words())
    if isinstance(found, list):
        faults = [Fault(f"/{field}", words) for field, words in found]
        raise Refused("文件说明有误，未上传。本机文件不受影响。", faults=faults)
    return found


def offset(request: Request) -> int:
    """Where the sender wants to go on, in bytes. Raises BadUpload."""
    return _number(request, "Upload-Offset")


def checksum(request: Request) -> Checksum | None:
    """What the sender says of the piece; None when nothing. Raises BadUpload for an algorithm that is not offered."""
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, digest = given.partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadUpload(f"校验算法须为 {'、'.join(CHECKSUMS)} 之一。")
    return Checksum(algorithm, _decoded(digest, "Upload-Checksum"))


def piece(request: Request) -> Iterator[bytes]:
    """The body as it comes. A line that breaks ends it without an error: what came is worth keeping.

    Raises WrongType for a body that is not declared as a piece.
    """
    if request.mimetype != PIECE_TYPE and (request.content_length or "Transfer-Encoding" in request.headers):
        raise WrongType
    return _chunks(request)


def speak(response: Response) -> Response:
    """The headers that every answer of this protocol carries; other answers of the door are left alone."""
    if not request.path.startswith("/api/v1/evidence"):
        return response
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == WrongVersion.status:
        response.headers["Tus-Version"] = VERSION
    return response


def abilities(*, limit_bytes: int) -> Response:
    """The answer to OPTIONS: what this server can do."""
    response = Response(status=204)
    response.headers.update(
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(limit_bytes),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            "Allow": "OPTIONS, POST, HEAD, PATCH, DELETE, GET",
        }
    )
    return response


def _metadata(request: Request) -> dict[str, str]:
    said = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            said[name] = _decoded(value, "Upload-Metadata").decode()
        except UnicodeDecodeError as error:
            raise BadUpload(f"Upload-Metadata 中 {name[:40]} 不是 UTF-8。") from error
    return said


def _decoded(text: str, header: str) -> bytes:
    try:
        return b64decode(text.strip(), validate=True)
    except (Base64Error, ValueError) as error:
        raise BadUpload(f"{header} 不是 base64。") from error


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_LENGTH_DIGITS:
        raise BadUpload(f"{header} 须为非负整数。")
    return int(text)


def _chunks(request: Request) -> Iterator[bytes]:
    while True:
        try:
            chunk = request.stream.read(_CHUNK_BYTES)
        except (ClientDisconnected, ConnectionError):
            return
        if not chunk:
            return
        yield chunk
