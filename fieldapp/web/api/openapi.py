"""The API described in OpenAPI 3.1, made from the shapes that check it."""

from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from fieldapp.evidence.bundles import MOST_FILES
from fieldapp.filing import kinds
from fieldapp.visits.wire import VisitShape
from fieldapp.web.api import api
from fieldapp.web.api.openapi_schemas import OWN_SCHEMAS, UUID
from fieldapp.web.api.shapes import BindingShape, HeartbeatShape, OfficerCodeShape

_OTHER_SHAPES: tuple[type[BaseModel], ...] = (VisitShape, HeartbeatShape, BindingShape, OfficerCodeShape)


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": UUID}


def _header(name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string"}}


def _call(
    summary: str,
    ok: int,
    answer: str | None,
    *,
    body: str | None = None,
    path: str | None = None,
    also: tuple[int, ...] = (),
    parameters: tuple[dict[str, Any], ...] = (),
    binary: bool = False,
) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": summary, "responses": {str(ok): {"description": "好"}}}
    if answer:
        schema = {"$ref": f"#/components/schemas/{answer}"}
        described["responses"][str(ok)]["content"] = {"application/json": {"schema": schema}}
    elif binary:
        described["responses"][str(ok)]["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    for status in also:
        described["responses"][str(status)] = {"$ref": "#/components/responses/Problem"}
    if body:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}},
        }
    listed = [*([_path(path)] if path else []), *parameters]
    if listed:
        described["parameters"] = listed
    return described


_SIGNED = (400, 401, 403)
_FILING = (*_SIGNED, 404, 409, 410, 413, 422, 423, 503)
_TUS = (_header("Tus-Resumable", required=True),)


def _paths() -> dict[str, Any]:
    piece = {
        "required": False,
        "content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
    upload = _call(
        "开始上传（tus 1.0.0: creation, creation-with-upload, checksum）",
        201,
        None,
        also=(*_SIGNED, 404, 409, 410, 412, 413, 422, 460, 503, 507),
        parameters=(*_TUS, _header("Upload-Length", required=True), _header("Upload-Metadata", required=True)),
    )
    append = _call(
        "续传一段",
        204,
        None,
        path="evidence_id",
        also=(*_SIGNED, 404, 409, 410, 412, 413, 415, 422, 460, 503, 507),
        parameters=(*_TUS, _header("Upload-Offset", required=True)),
    )
    upload["requestBody"] = append["requestBody"] = piece
    upload["responses"]["200"] = {"description": "已有同一上传"}
    views = {
        f"/evidence/{{evidence_id}}/{view}": {
            "get": _call(title, 200, None, path="evidence_id", binary=True, also=(401, 404, 410, 416, 422, 503))
        }
        for view, title in (
            ("original", "原件"),
            ("display", "展示图（带水印）"),
            ("marked", "展示图，标注和遮挡已画进去"),
            ("thumbnail", "缩略图"),
        )
    }
    for view in views.values():
        view["get"]["responses"] |= {"206": {"description": "其中一段"}, "304": {"description": "未变"}}
    return {
        "/login": {"post": _call("登录", 200, "Session", body="Login", also=(400, 401, 403, 413, 415, 422, 429))},
        "/logout": {"post": _call("退出登录", 200, "Any", also=(400, 401))},
        "/me": {"get": _call("我是谁", 200, "Session", also=(401,))},
        "/pack": {
            "get": _call(
                "离线包",
                200,
                "Pack",
                also=(400, 401),
                parameters=(
                    {"name": "since", "in": "query", "required": False, "schema": {"type": "string"}},
                    {"name": "rows", "in": "query", "required": False, "schema": {"type": "string"}},
                ),
            )
        },
        "/visits/{visit_id}": {
            "put": _call(
                "登记、修改或取消临时监督活动（cancelled：没有提交过记录的才能取消）",
                200,
                "Any",
                body="VisitShape",
                path="visit_id",
                also=_FILING,
            )
        },
        **_filings(),
        "/observations/{observation_id}/officer-code": {
            "put": _call(
                "登记一次性的执法人员说明码（只登记它的摘要）",
                200,
                "Any",
                body="OfficerCodeShape",
                path="observation_id",
                also=(*_SIGNED, 404, 413, 422, 423, 503),
            )
        },
        "/slips/{slip_id}/binding": {
            "put": _call("评价码绑定监督活动", 200, "Any", body="BindingShape", path="slip_id", also=_FILING)
        },
        "/devices/{device_id}": {
            "put": _call(
                "设备心跳",
                200,
                "HeartbeatAnswer",
                body="HeartbeatShape",
                path="device_id",
                also=(*_SIGNED, 413, 422, 503),
            )
        },
        "/receipts/{subject_id}": {"get": _call("回执", 200, "Receipt", path="subject_id", also=(404, 422))},
        "/evidence": {"post": upload, "options": _call("上传服务能做什么", 204, None, also=(401,))},
        "/evidence/{evidence_id}": {
            "head": _call(
                "已收到多少字节", 200, None, path="evidence_id", parameters=_TUS, also=(401, 404, 412, 422, 503)
            ),
            "patch": append,
            "options": _call("上传服务能做什么", 204, None, path="evidence_id", also=(401,)),
            "post": {**append, "summary": "以 X-HTTP-Method-Override 代替 PATCH 或 DELETE"},
            "delete": _call(
                "放弃未完成的上传", 204, None, path="evidence_id", parameters=_TUS, also=(*_SIGNED, 404, 412, 423)
            ),
        },
        **views,
        "/openapi.json": {"get": _call("本文件", 200, "Any")},
    }


def _filings() -> dict[str, Any]:
    return _single_filings() | {
        f"/{kind.address}/{{{kind.name}_id}}/bundle": {"put": _bundle(kind)} for kind in kinds.every()
    }


def _bundle(kind: kinds.Kind) -> dict[str, Any]:
    call = _call(
        f"存入{kind.words}的一版，连同它的小文件",
        200,
        "StoredBundle",
        path=f"{kind.name}_id",
        also=(*_FILING, 415, 507),
    )
    file = {"type": "string", "format": "binary"}
    parts = {
        "type": "object",
        "required": ["body", "files"],
        "properties": {
            "body": {"$ref": f"#/components/schemas/{kind.shape.__name__}"},
            "files": {"type": "array", "maxItems": MOST_FILES, "items": {"$ref": "#/components/schemas/AnnouncedFile"}},
        },
        "additionalProperties": {**file, "description": "the bytes of a file, under its id"},
    }
    call["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": parts}}}
    return call


def _single_filings() -> dict[str, Any]:
    return {
        f"/{kind.address}/{{{kind.name}_id}}": {
            "put": _call(
                f"存入{kind.words}的一版（state 为 discarded：作废没有提交过的草稿）",
                200,
                "Stored",
                body=kind.shape.__name__,
                path=f"{kind.name}_id",
                also=_FILING,
            ),
            "get": _call(f"读取{kind.words}", 200, "Record", path=f"{kind.name}_id", also=(401, 404, 410, 422)),
        }
        for kind in kinds.every()
    }


def document() -> dict[str, Any]:
    """The whole OpenAPI document. Source: OpenAPI 3.1.0."""
    shapes: list[Any] = [*(kind.shape for kind in kinds.every()), *_OTHER_SHAPES]
    _, generated = models_json_schema(
        [(shape, "validation") for shape in shapes],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "伴随式监督现场应用 接口", "version": "1", "description": "约定见 docs/sync.md"},
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {
            "schemas": {**generated["$defs"], **OWN_SCHEMAS},
            "responses": {
                "Problem": {
                    "description": "被拒绝，原因写在 title 和 errors 里",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


@api.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(document())
