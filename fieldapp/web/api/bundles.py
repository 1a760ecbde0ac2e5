"""A record and its first small files in one request: PUT …/bundle, multipart/form-data (sync.md, Bundle)."""

from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, request

from fieldapp.errors import Fault, FieldappError, Refused, TooLarge
from fieldapp.evidence import bundles
from fieldapp.evidence.bundles import MOST_FILES, FileOutcome
from fieldapp.evidence.rules import Announced
from fieldapp.filing import canonical, kinds, receipts
from fieldapp.filing.kinds import Kind
from fieldapp.web.api import api, filings, form_parts, request_json, tus
from fieldapp.web.api.form_parts import BadForm, Part
from fieldapp.web.errors import problem

LIMIT_BYTES = 8 * 1024 * 1024
_LIST_LIMIT_BYTES = 64 * 1024
Said = dict[str, Any]


def put(kind: Kind, record_id: str) -> Response:
    """Stores one revision and files of its record in one transaction."""
    author, own_id = filings.filer(kind), request_json.own_id(record_id)
    parts = form_parts.parts_of(request, limit_bytes=LIMIT_BYTES, most=2 + MOST_FILES)
    sent = form_parts.text_of(parts, "body", limit_bytes=request_json.BODY_LIMIT_BYTES)
    filed = filings.sent_revision(kind, author, own_id, request_json.json_object(sent))
    said = _said(form_parts.text_of(parts, "files", limit_bytes=_LIST_LIMIT_BYTES))
    announced = _announced(kind, own_id, said)
    with filings.refusals_told(kind, author, own_id):
        bundled = bundles.file(author, filed, announced, _named(parts, said))
    told = [_told(one, outcome) for one, outcome in zip(said, bundled.files, strict=True)]
    return jsonify(filings.told(kind, bundled.done) | {"evidence": told})


def _said(sent: bytes) -> list[Said]:
    """What is said of the files. Raises BadForm for anything but a list of objects, TooLarge for too many."""
    try:
        said = canonical.parse(sent)
    except ValueError as error:
        raise BadForm("files 不是有效的 JSON，未保存。本机内容不受影响。") from error
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise BadForm("files 应为对象的列表，未保存。本机内容不受影响。")
    if len(said) > MOST_FILES:
        raise TooLarge(f"一次最多随文字发 {MOST_FILES} 个文件，未保存。本机内容不受影响。")
    return said


def _announced(kind: Kind, own_id: str, said: list[Said]) -> list[Announced | FieldappError]:
    """Each file as it is announced, or what is wrong with what is said of it."""
    announced: list[Announced | FieldappError] = []
    for place, one in enumerate(said):
        try:
            if any(one.get("id") == other.get("id") for other in said[:place]):
                raise Refused(faults=[Fault("/id", "同一编号在这次请求里出现了两次")])
            announced.append(_described(kind, own_id, one))
        except Refused as refusal:
            announced.append(refusal)
    return announced


def _described(kind: Kind, own_id: str, said: Said) -> Announced:
    length = said.get("length")
    if type(length) is not int or length < 1:
        raise Refused(faults=[Fault("/length", "应为文件的字节数")])
    texts = {name: str(value) for name, value in said.items() if value is not None}
    announced = tus.described({kind.name: own_id, **texts}, length_bytes=length)
    if announced.owner_id != own_id:
        raise Refused(faults=[Fault(f"/{kind.name}", "文件属于另一条记录，不能随这一条发来")])
    return announced


def _named(parts: Iterator[Part], said: list[Said]) -> Iterator[Part]:
    """The parts of files. Raises BadForm for one of which nothing is said, or that comes twice."""
    waiting = {str(one.get("id")) for one in said}
    for name, chunks in parts:
        if name not in waiting:
            raise BadForm("表单里有 files 没有说明、或重复的文件，未保存。本机内容不受影响。")
        waiting.remove(name)
        yield name, chunks


def _told(said: Said, outcome: FileOutcome) -> dict[str, Any]:
    evidence_id = said["id"] if isinstance(said.get("id"), str) else None
    if isinstance(outcome, FieldappError):
        return {"id": evidence_id, "problem": problem(outcome)}
    return {"id": evidence_id, "receipt": receipts.wire(outcome)}


for _kind in kinds.every():
    _rule = f"/{_kind.address}/<string:{_kind.name}_id>/bundle"
    api.add_url_rule(_rule, f"put_{_kind.name}_bundle", filings.view(put, _kind), methods=["PUT"])
