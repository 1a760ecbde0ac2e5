"""Bad input is never a 500: every route of the running application, as everybody, with what nobody should send."""

import io
import json
import re
import sys
import traceback
import zipfile
from collections.abc import Iterator
from html import unescape
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

sys.path.insert(0, str(Path(__file__).parent))

import hostile  # noqa: E402
from actors import World, make_world  # noqa: E402
from matrix import LINES, Line  # noqa: E402
from personas import County  # noqa: E402
from seeds import seed_of_this_run  # noqa: E402

SHARE = 67  # has no divisor in common with the lists of values, so that every place meets every value in time
ROLES = ("anonymous", "author", "lead", "admin", "agency")
# They end what the others need, so they come last.
_LAST = re.compile(r"sign-out|logout|end|disabling|password|revocation|discard|state$|cancel|erasure|import|rescue")


class Walk:
    """Sends, and notes what is no good answer: a fault of the program, a 5xx, a refusal that is not in Chinese.

    `share`: of so many calls one is made, which of them by the seed of this run; with 1 all of them.
    """

    def __init__(self, world: World, share: int) -> None:
        self.world, self.bad, self.sent, self.statuses = world, {}, 0, {}
        self.share, self.place = share, seed_of_this_run()
        for caller in world.callers.values():
            caller.environ_base["fieldapp.propagate"] = True

    def send(self, actor: str, method: str, path: str, what: str, always: bool = False, **kwargs: Any) -> Any:
        self.place += 1
        if not always and self.place % self.share:
            return None
        caller = self.world.callers[actor]
        self.sent += 1
        try:
            answer = caller.call(method, path, **kwargs)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            cause = f"{type(error).__name__} {str(error)[:90]!r} at {Path(where.filename).name}:{where.lineno}"
            return self._note(actor, method, path, what, cause)
        caller.come_back()
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        if fault := _fault_of(answer, method):
            return self._note(actor, method, path, what, fault)
        return answer

    def _note(self, actor: str, method: str, path: str, what: str, fault: str) -> None:
        self.bad.setdefault((method, path.partition("?")[0][:60], fault), f"{actor}: {what[:80]}")

    def check(self) -> None:
        assert not self.bad, f"{len(self.bad)} of {self.sent}:\n" + "\n".join(
            f"{method} {path}: {fault}  ({what})" for (method, path, fault), what in self.bad.items()
        )


@pytest.fixture(params=[SHARE, pytest.param(1, marks=pytest.mark.long)], ids=["a share", "everything"])
def walk(app: Flask, county: County, request: pytest.FixtureRequest) -> Walk:
    return Walk(make_world(app, county), request.param)


def test_no_address_and_no_header_is_an_error_of_the_server(app: Flask, walk: Walk):
    names, headers = hostile.query_names(), cycle(hostile.HEADERS)
    assert {"page", "revision", "since", "state", "left_out"} <= set(names)
    for method, rule, line, ids in _routes(app, walk.world):
        actors = _actors(line)
        path, sent = hostile.path_of(rule, ids), line.sent(walk.world)
        for actor in ROLES:
            walk.send(actor, method, path, "as usual", **sent)
        turns = cycle(actors)
        for place in hostile.paths_of(rule, ids):
            walk.send(next(turns), method, place, place, **sent)
        if method == "GET":
            for what, text in hostile.TEXTS.items():
                query = urlencode({name: text[:3000] for name in names if _is_asked(rule, name)})
                walk.send(next(turns), method, f"{path}?{query}", what)
            for raw in hostile.RAW:
                walk.send(next(turns), method, f"{path}?" + "&".join(f"{name}={raw}" for name in names), raw)
        for _ in range(len(hostile.HEADERS) if "evidence" in path else 8):
            header = next(headers)
            walk.send(actors[0], method, path, f"header {header}"[:100], **_with_headers(sent, header))
        if "/evidence" in rule.rule:
            for header in hostile.TUS_HEADERS:
                walk.send("author", method, path, f"header {header}"[:100], **_with_headers(sent, header))
    walk.check()
    assert walk.sent > 6000 // walk.share
    assert walk.statuses.get(200, 0) > 500 // walk.share, "so much was refused that nothing was tried"


def test_no_form_field_is_an_error_of_the_server(app: Flask, walk: Walk):
    seen: set[str] = set()
    tried = 0
    for _, rule, line, ids in _routes(app, walk.world, only="GET"):
        path = hostile.path_of(rule, ids)
        actor = _actors(line)[0]
        page = walk.send(actor, "GET", path, "the page", always=True)
        if page is None or page.status_code != 200 or page.mimetype != "text/html":
            continue
        for form in hostile.forms_of(page.get_data(as_text=True), path):
            target = re.sub(r"[0-9a-f-]{36}|\?.*", "", form.action) + ",".join(form.fields)
            if form.method != "POST" or target in seen or _is_an_end(form):
                continue
            seen.add(target)
            for name in form.fields:
                for what, text in hostile.TEXTS.items():
                    tried += 1
                    data = form.fields | {name: text[:3000] if name == "csrf_token" else text}
                    walk.send(actor, "POST", form.action, f"{name}: {what}", data=data)
                walk.send(
                    actor, "POST", form.action, f"{name}: raw", content_type="application/x-www-form-urlencoded",
                    data=urlencode(form.fields | {name: ""}).encode() + f"&{name}=%ED%A0%80%00".encode(),
                )  # fmt: skip
            for name in form.files:
                for what, content in _files().items():
                    upload = (io.BytesIO(content), what)
                    walk.send(actor, "POST", form.action, f"file {what}", data=form.fields | {name: upload})
    walk.check()
    assert tried > 800
    assert walk.sent > 800 // walk.share


def test_no_body_is_an_error_of_the_server(app: Flask, walk: Walk):
    for method, rule, line, ids in _routes(app, walk.world):
        if method in ("GET", "HEAD", "OPTIONS"):
            continue
        path, sent, actor = hostile.path_of(rule, ids), line.sent(walk.world), _actors(line)[0]
        for kind, content in hostile.BODIES:
            walk.send(actor, method, path, f"{kind[:40]} {content[:40]!r}", data=content, content_type=kind)
        if "json" in sent:
            for what, body in _spoiled(sent["json"]):
                content = json.dumps(body)
                walk.send(actor, method, path, what, data=content, content_type="application/json")
    walk.check()
    assert walk.sent > 1000 // walk.share


def _routes(app: Flask, world: World, only: str = "") -> Iterator[tuple[str, Any, Line, dict[str, str]]]:
    """Every method of every route with its line of the access table and the ids of rows that exist."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (bool(_LAST.search(rule.rule)), rule.rule))
    for rule in rules:
        for method in sorted(rule.methods - {"OPTIONS"} if len(rule.methods) > 1 else rule.methods):
            line = LINES.get(f"{method} {rule.rule}")
            if method == "HEAD" and line is None or only and method != only:
                continue
            assert line is not None, f"tests/access/matrix.py lacks {method} {rule.rule}"
            yield method, rule, line, world.ids | {name: world.ids[row] for name, row in line.row.items()}


def _is_an_end(form: hostile.Form) -> bool:
    """A button that shuts or ends something, with nothing to be filled in."""
    return bool(_LAST.search(form.action.rpartition("/")[2])) and not form.fields.keys() - {"csrf_token"}


def _actors(line: Line) -> list[str]:
    """Who is let in, first of all; then everybody else."""
    return sorted(ROLES, key=lambda actor: (actor not in line.admits, ROLES.index(actor) == 0))


def _is_asked(rule: Any, name: str) -> bool:
    return not (rule.rule == "/api/v1/pack" and name != "since")


def _with_headers(sent: dict[str, Any], header: dict[str, str]) -> dict[str, Any]:
    return sent | {"headers": sent.get("headers", {}) | header}


def _spoiled(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The body with one place after the other, two levels deep, holding what does not belong there."""
    for name, value in body.items():
        for bad in hostile.JSON_VALUES:
            yield f"{name}: {str(bad)[:30]!r}", body | {name: bad}
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            for key in list(inner)[:6]:
                for bad in hostile.JSON_VALUES:
                    changed = inner | {key: bad}
                    spoiled = body | {name: changed if value is inner else [changed]}
                    yield f"{name}/{key}: {str(bad)[:30]!r}", spoiled


def _files() -> dict[str, bytes]:
    """By name: what is no workbook, or one made to harm; what is no rescue package, or one that cannot be true."""
    kinds = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
    bomb = b"<sst>" + b"<si><t>a</t></si>" * 1_000_000 + b"</sst>"
    lone = json.dumps({"format": "fieldapp-rescue-1", "user": {"id": "\ud800"}, "records": [], "evidence": []})
    odd = json.dumps({"format": "fieldapp-rescue-1", "user": {}, "records": [{"kind": []}], "evidence": [{"id": {}}]})
    return {
        "empty.xlsx": b"",
        "words.xlsx": b"hello",
        "old.xls": b"\xd0\xcf\x11\xe0" + b"0" * 600,
        "cut.xlsx": b"PK\x03\x04" + b"\0" * 100,
        "dtd.xlsx": _zip({"[Content_Types].xml": b'<!DOCTYPE x [<!ENTITY a "b">]>' + kinds}),
        "wide-dtd.xlsx": _zip({"[Content_Types].xml": kinds, "xl/a.xml": "<!DOCTYPE x>".encode("utf-16")}),
        "bomb.xlsx": _zip({"[Content_Types].xml": kinds, "xl/sharedStrings.xml": bomb}),
        "nothing.xlsx": _zip({"[Content_Types].xml": kinds}),
        "half.csv": '\ufeff姓名，账号\n"张'.encode(),
        "nul.csv": b"\x00,\x00\n\xff",
        "\u202egnp.exe\u0001.xlsx": b"PK",
        "list.zip": _zip({"manifest.json": b"[]"}),
        "lone.zip": _zip({"manifest.json": lone.encode()}),
        "odd.zip": _zip({"manifest.json": odd.encode()}),
        "deep.zip": _zip({"manifest.json": b"[" * 100_000}),
    }


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    packing = zipfile.ZIP_STORED if "manifest.json" in parts else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _fault_of(answer: Any, method: str) -> str | None:
    """What is wrong with a refusal; none for a good one and for what was accepted."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.status_code < 400 or method == "HEAD":
        return None
    text = answer.get_data(as_text=True)
    if "json" in (answer.mimetype or ""):
        said = [answer.json["title"], *(one["detail"] for one in answer.json.get("errors", []))]
    else:
        said = [unescape(re.sub(r"(?s)<(script|style|svg|textarea)\b.*?</\1>|<[^>]*>", " ", text))]
    for words in said:
        if not hostile.CHINESE.search(words):
            return f"status {answer.status_code} says {words[:80]!r}"
        if leak := hostile.LEAKS.search(words):
            return f"status {answer.status_code} says {leak[0]!r}"
    return None
