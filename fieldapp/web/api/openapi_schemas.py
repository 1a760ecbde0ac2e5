"""What the API's answers are made of, beside the shapes that check what is sent."""

from typing import Any

from fieldapp.evidence.rules import ANNOUNCED_SOURCES
from fieldapp.filing import kinds

_HEX64 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TIME = {"type": "string", "format": "date-time"}
UUID = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"}

_LISTS = (
    "visits", "checklist_versions", "agencies", "officers", "briefs", "localities", "slips", "returned", "records",
    "discarded", "to_confirm", "confirmed", "officer_words",
)  # fmt: skip
_LIST_OR_ROWS = {"oneOf": [{"type": "array", "items": {"type": "object"}}, {"$ref": "#/components/schemas/Rows"}]}
_STRETCH = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2}

OWN_SCHEMAS: dict[str, Any] = {
    "Receipt": {
        "type": "object",
        "required": ["id", "kind", "revision", "digest", "received_at", "sequence", "chain", "key_id", "signature"],
        "properties": {
            "id": UUID,
            "kind": {"enum": [*kinds.words(), "evidence"]},
            "revision": {"type": "integer", "minimum": 1},
            "digest": _HEX64,
            "received_at": _TIME,
            "sequence": {"type": "integer", "minimum": 1},
            "chain": _HEX64,
            "key_id": {"type": "string"},
            "signature": {"type": "string", "description": "Ed25519 over the canonical receipt without it, base64"},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status"],
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "detail"],
                    "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                },
            },
        },
    },
    "Stored": {
        "type": "object",
        "required": ["receipt", "have_evidence", "missing_evidence"],
        "properties": {
            "receipt": {"$ref": "#/components/schemas/Receipt"},
            "number": {"type": ["string", "null"]},
            "have_evidence": {"type": "array", "items": UUID},
            "missing_evidence": {"type": "array", "items": UUID},
        },
    },
    "StoredBundle": {
        "allOf": [
            {"$ref": "#/components/schemas/Stored"},
            {
                "type": "object",
                "required": ["evidence"],
                "properties": {"evidence": {"type": "array", "items": {"$ref": "#/components/schemas/FileOutcome"}}},
            },
        ]
    },
    "FileOutcome": {
        "type": "object",
        "required": ["id"],
        "description": "receipt: the file is here; problem: it is not, and why",
        "properties": {
            "id": {"type": ["string", "null"]},
            "receipt": {"$ref": "#/components/schemas/Receipt"},
            "problem": {"$ref": "#/components/schemas/Problem"},
        },
    },
    "AnnouncedFile": {
        "type": "object",
        "required": ["id", "sha256", "length", "source"],
        "properties": {
            "id": UUID,
            "sha256": _HEX64,
            "length": {"type": "integer", "minimum": 1},
            "source": {"enum": [*ANNOUNCED_SOURCES]},
            "of": {**UUID, "description": "the photo that a copy or a layer stands beside"},
            "filename": {"type": "string"},
            "filetype": {"type": "string"},
            "item": {"type": "string"},
            "taken_at": _TIME,
            "latitude": {"type": "number"},
            "longitude": {"type": "number"},
            "accuracy": {"type": "number"},
        },
    },
    "Session": {
        "type": "object",
        "required": ["user", "csrf_token", "server_time"],
        "properties": {"user": {"type": "object"}, "csrf_token": {"type": "string"}, "server_time": _TIME},
    },
    "HeartbeatAnswer": {
        "type": "object",
        "required": ["missing", "server_time", "certificate"],
        "properties": {
            "missing": {"type": "array", "items": UUID},
            "server_time": _TIME,
            "erased": {"type": "array", "items": UUID},
            "erased_through": {"type": "integer", "minimum": 0},
            "certificate": {
                "type": ["object", "null"],
                "required": ["code", "secret"],
                "properties": {"code": {"type": "string"}, "secret": _HEX64},
            },
        },
    },
    "Login": {
        "type": "object",
        "required": ["username", "password"],
        "properties": {"username": {"type": "string"}, "password": {"type": "string"}},
    },
    "Record": {
        "type": "object",
        "required": ["id", "state", "revision", "digest", "body", "revisions"],
        "properties": {
            "id": UUID,
            "state": {"type": "string"},
            "revision": {"type": "integer"},
            "digest": _HEX64,
            "body": {"type": "object"},
            "revisions": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Pack": {
        "type": "object",
        "required": ["cursor"],
        "properties": {"cursor": {"type": "string"}} | dict.fromkeys(_LISTS, _LIST_OR_ROWS),
    },
    "Rows": {
        "type": "object",
        "required": ["count", "rows"],
        "description": "A list of the pack, made of rows that come whole and stretches [from, to) of the list before",
        "properties": {
            "count": {"type": "integer", "minimum": 0},
            "rows": {"type": "array", "items": {"oneOf": [{"type": "object"}, _STRETCH]}},
        },
    },
    "Any": {"type": "object"},
}
