"""The server's own configuration, for a program that has once put together what every phone is given.

What takes long to compress is then compressed before the workers are forked, once for all tests of a process. With
WARM_UP in its environment it has also answered what phones and desks ask most: the database holds what that has left.
"""

import hashlib
import os
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import get_ident
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
_spec = spec_from_file_location("served", Path(__file__).parents[1] / "deploy" / "gunicorn.conf.py")
assert _spec is not None
assert _spec.loader is not None
_served = module_from_spec(_spec)
_spec.loader.exec_module(_served)
globals().update({name: value for name, value in vars(_served).items() if not name.startswith("_")})


def when_ready(server: Any) -> None:
    """Asks for each page of the phone and for what it names, as a browser does; then as the server's own."""
    from fieldapp.extensions import db
    from wsgi import app

    _cheap_passwords()
    _compressed_once()
    browser = app.test_client()
    asks = {"headers": {"Accept-Encoding": "gzip, deflate, br, zstd"}}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("field.") and not rule.arguments:
            browser.get(rule.rule, **asks)
    page = browser.get("/field/").get_data(as_text=True)
    for address in sorted(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))):
        browser.get(address, **asks)
    if os.environ.get("WARM_UP"):
        _one_of_each(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared by the workers that are forked from here
    _served.when_ready(server)


def _cheap_passwords() -> None:
    """Argon2 with the least cost, as in the test process: each phone signs in, and few tests are about that."""
    from argon2 import PasswordHasher

    from fieldapp.people import passwords

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _compressed_once() -> None:
    """What another server of the same run has compressed is taken from there: it takes as long as reading the program.

    PACKED_ONCE in the environment: a folder of the run; without it each server compresses for itself.
    """
    from functools import lru_cache

    from fieldapp.web import compression

    folder, compress = os.environ.get("PACKED_ONCE"), compression._kept.__wrapped__
    if not folder:
        return

    @lru_cache(maxsize=compression.KEPT_FILES)
    def kept(content: bytes, coding: str) -> bytes:
        file = Path(folder, f"{hashlib.sha256(content).hexdigest()}.{coding}")
        if not file.exists():
            draft = file.with_name(f"{file.name}.{os.getpid()}-{get_ident()}")
            draft.write_bytes(compress(content, coding))
            draft.rename(file)  # whole or not at all: other servers read here
        return file.read_bytes()

    compression._kept = kept


def _one_of_each(app: Any) -> None:
    """A person signs in, files a record and a lead reads it: statements and templates are made ready by the way.

    What the application knows of them afterwards is put back, as between the tests of one process: see kept_app.py.
    """
    from factories import PASSWORD, make_checklist_version, make_visit, observation_body
    from kept_app import KeptApp
    from personas import make_county

    from fieldapp.ids import mint

    kept, record = KeptApp(app), f"/api/v1/observations/{mint()}"
    with app.app_context():
        county = make_county()
        version = make_checklist_version(items=None)
        visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
        body = observation_body(visit, version)
    asks = {"zhangsan": ("/api/v1/me", "/api/v1/pack"), "qian": ("/review/",)}
    for username, addresses in asks.items():
        browser = app.test_client()
        answer = browser.post("/api/v1/login", json={"username": username, "password": PASSWORD})
        if username == "zhangsan":
            filed = browser.put(record, json=body, headers={"X-CSRFToken": answer.json["csrf_token"]})
            assert filed.status_code in (200, 201), filed.get_data(as_text=True)
        for address in addresses:
            browser.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    kept.as_new(app.config["SETTINGS"])
