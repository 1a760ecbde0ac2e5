"""What nobody should send: values for every field, parameter, header and body, and how a page's forms are filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import html5lib

PACKAGE = Path(__file__).parents[2] / "fieldapp"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What a program says to programmers: traces, drivers, libraries.
LEAKS = re.compile(
    r"Traceback|psycopg|sqlalchemy|sqlite3|werkzeug|wtforms|pydantic|openpyxl|\.py\b|Internal Server Error|"
    r"(?:\b[A-Za-z]{2,}\b ){8}[A-Za-z]{2,}",
)

# Texts for any place; each has crashed something somewhere.
TEXTS = {
    "beyond 64 bits": "9223372036854775808",
    "beyond 31 bits": "2147483648",
    "eleven digits": "99999999999",
    "5,000 digits": "9" * 5000,
    "below 64 bits": "-9223372036854775809",
    "other digits": "\u0661\u0662\u0663\u00b2",
    "exponent": "1e400",
    "no number": "NaN",
    "year 0": "0000-00-00",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "no day": "2026-02-30T25:61",
    "first minute": "0001-01-01T00:00",
    "last minute": "9999-12-31T23:59",
    "NUL": "a\x00b",
    "control": "\x01\x1b\x7f\x85\u2028",
    "60 characters and more": "长" * 61,
    "201 characters": "长" * 201,
    "100,000 characters": "长" * 100_000,
    "rare": "\U00020bb7\U0001f468\u200d\U0001f469\u200b\u202e\ufeff\ufffe",
    "blank": " \u3000\t ",
    "empty": "",
    "markup": "<b>{{7*7}}</b>'\"\\%_",
    "path": "../../../etc/passwd",
    "uuid of nobody": "0191a1b2-0000-7000-8000-00000000ffff",
    "braces": "{}",
}
# Raw, as bytes of an address or a form: what is no UTF-8, half a surrogate pair, broken escapes.
RAW = ["%ED%A0%80", "%FF%FE", "%C0%80", "%", "%zz", "%00", "a%0d%0ab", "%F4%90%80%80"]
JSON_VALUES: list[Any] = [
    None, True, 0, -1, 2**31, 2**53, 2**63, 10**400, 1e300, 0.1, "", "\x00", "\ud800", "长" * 100_000, [], {}, [[]],
    [None], [{}], {"id": 5}, {"": ""}, [[[[[[]]]]]], "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00",
]  # fmt: skip
LONG = "x" * 20_000
HEADERS: list[dict[str, str]] = [
    {"X-Device-Id": "d" * 37},
    {"X-Device-Id": LONG},
    {"X-Device-Id": "\u00ff\u00fe"},
    {"X-Device-Sequence": "9" * 400},
    {"X-CSRFToken": LONG},
    {"User-Agent": LONG},
    {"User-Agent": "\u00e5\u00bc\u00a0"},
    {"Referer": "http://[::1"},
    {"Accept": ("*/*;q=" + "9" * 400)},
    {"Accept": "text/html;q=x,,;=,"},
    {"Accept-Language": "zh;q=nan,-," + LONG},
    {"Accept-Encoding": "br;q=-1,gzip;q=1e400," + LONG},
    {"If-None-Match": '"' + LONG},
    {"If-None-Match": 'W/"a",*,\u00ff'},
    {"If-Modified-Since": "Thu, 99 Foo 99999 99:99:99 GMT"},
    {"If-Range": "Mon, 01 Jan 0000 00:00:00 GMT", "Range": "bytes=0-"},
    {"Range": "bytes=" + "9" * 400 + "-"},
    {"Range": "bytes=-" + "9" * 30},
    {"Range": "bytes=5-1,0-0,-1"},
    {"Range": "pages=\u0661-"},
    {"Cookie": "fieldapp=" + LONG + "; fieldapp-rater=" + LONG},
    {"Cookie": "fieldapp=.eJw; fieldapp-rater=\u00ff\u0001; =;;"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=klingon"},
    {"Content-Type": "/;=\u00ff"},
    {"Content-Length": "-1"},
    {"X-Forwarded-For": LONG},
    {"X-HTTP-Method-Override": "TRACE"},
]
TUS_HEADERS: list[dict[str, str]] = [
    {"Upload-Length": "9" * 18},
    {"Upload-Length": "9" * 19},
    {"Upload-Length": "-1"},
    {"Upload-Length": "\u00b2"},
    {"Upload-Offset": "9" * 18},
    {"Upload-Offset": "9223372036854775808"},
    {"Upload-Offset": "\u00b2"},
    {"Upload-Metadata": LONG},
    {"Upload-Metadata": "id " + "QUFB" * 5000},
    {"Upload-Metadata": "a,b,,c \u00ff"},
    {"Upload-Metadata": "id AA==,sha256 AA==,filename AA=="},
    {"Upload-Checksum": "sha256 " + LONG},
    {"Upload-Checksum": "sha256 \u00ff"},
    {"Upload-Checksum": "md9"},
    {"Upload-Defer-Length": "1"},
    {"Tus-Resumable": "9" * 400},
]
BODIES: list[tuple[str, bytes]] = [
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    ("application/json", b"9" * 6000),
    ("application/json", b'{"username": "\\ud800", "password": "\\u0000"}'),
    ("application/json", b"\xff\xfe\x00"),
    ("application/json", b"[]"),
    ("application/json", b"null"),
    ("application/json", b""),
    ("text/plain", b"{}"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff"\r\n\r\n'),
    ("multipart/form-data; boundary=" + "x" * 5000, b"--" + b"x" * 5000),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1200),
    ("application/x-www-form-urlencoded", b"&".join(b"k%d=1" % number for number in range(5000))),
    ("application/x-www-form-urlencoded", b"csrf_token=%ED%A0%80&a=%zz&%00=1"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+AAA-"),
    ("application/octet-stream", b"\x00" * 1000),
]


@dataclass
class Form:
    """A form of a page as a careful person fills it in. `files`: the names of its file fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def forms_of(page: str, address: str) -> Iterator[Form]:
    """The forms of a page; `address`: where one without an action goes."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    for element in root.iter("form"):
        form = Form(element.get("action") or address, (element.get("method") or "get").upper())
        for one in element.iter():
            name = one.get("name")
            if not name or one.tag not in ("input", "select", "textarea"):
                continue
            kind = one.get("type", "text")
            if kind == "file":
                form.files.append(name)
            elif one.tag == "select":
                form.fields[name] = _chosen(one)
            elif kind not in ("checkbox", "radio") or name not in form.fields:
                form.fields[name] = one.get("value") or (one.text if one.tag == "textarea" else "") or _typed(kind)
        yield form


def query_names() -> list[str]:
    """Every name that some door reads from an address, found in the program itself."""
    names = {"page", "revision", "since", "until", "q", "next"}
    for path in (PACKAGE / "web").rglob("*.py"):
        text = path.read_text()
        names |= set(re.findall(r"args(?:\.get\(|\[)\"(\w+)\"", text))
        for listed in re.findall(r"^(?:_?[A-Z_]*NAMES) = \(([^)]*)\)", text, flags=re.M):
            names |= set(re.findall(r"\"(\w+)\"", listed))
    return sorted(names)


def paths_of(rule: Any, ids: dict[str, str]) -> Iterator[str]:
    """The address of a route with something hostile in one of its places after the other."""
    for name in rule.arguments - set(rule.defaults or {}):
        for value in [*(quote(text[:3000], safe="") for text in TEXTS.values() if text), *RAW]:
            yield _path(rule, ids | {name: value}, name)


def path_of(rule: Any, ids: dict[str, str]) -> str:
    """The address of a route with the ids that exist."""
    return _path(rule, ids, None)


def _path(rule: Any, given: dict[str, str], raw: str | None) -> str:
    def part(match: re.Match[str]) -> str:
        value = given.get(match[1], "x")
        return value if match[1] == raw else quote(value, safe="/")

    return re.sub(r"<(?:\w+:)?(\w+)>", part, rule.rule)


def _chosen(select: Any) -> str:
    options = list(select.iter("option"))
    chosen = [one for one in options if one.get("selected") is not None]
    filled = [one for one in options if one.get("value")]
    return ((chosen or filled or options or [select])[0]).get("value") or ""


def _typed(kind: str) -> str:
    usual = {"date": "2026-12-01", "datetime-local": "2026-12-01T09:00", "number": "1", "tel": "000-0000-0001"}
    return usual.get(kind, "某某内容")
