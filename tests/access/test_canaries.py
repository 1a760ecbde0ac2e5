"""M25: names, telephone numbers and coordinates are found in no log line, no address, no error page."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

sys.path.insert(0, str(Path(__file__).parent))

from actors import CANARIES, World, canaries_in, make_world  # noqa: E402

from fieldapp.audit.models import AuditEntry  # noqa: E402
from fieldapp.extensions import db, unit_of_work  # noqa: E402
from fieldapp.filing import operations  # noqa: E402

# Who searches may type a name into the address; what the program itself makes of a case never goes there.
PERSONAL = {name: canary for name, canary in CANARIES.items() if name not in ("colleague",)}


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything that is logged at any level, by anybody, with its traceback."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(logging.Formatter("%(name)s %(message)s").format(record))

    listener, root = Listener(level=logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(listener)
        root.setLevel(level)


@pytest.fixture
def world(app: Flask, county, lines: list[str]) -> World:
    """The rows full of canaries, filed while everything is listened to."""
    return make_world(app, county)


def test_filing_reading_and_rating_leave_no_name_in_any_log_line(world: World, lines: list[str]):
    for actor in ("author", "lead", "admin", "agency", "anonymous"):
        for path in (
            f"/api/v1/observations/{world.ids['observation_id']}",
            f"/review/records/{world.ids['observation_id']}",
            f"/review/ratings/{world.ids['rating_id']}",
            f"/api/v1/evidence/{world.ids['evidence_id']}/display",
            "/api/v1/pack",
            "/admin/audit",
        ):
            world.callers[actor].call("GET", path)

    assert _found_in(lines) == []


@pytest.mark.parametrize("fault", ["not allowed", "refused", "conflict", "database", "broken rule", "unexpected"])
def test_no_error_says_what_was_sent(world: World, lines: list[str], monkeypatch, fault: str):
    body = dict(world.bodies["observation"])
    caller = world.callers["fellow" if fault == "not allowed" else "author"]
    if fault == "refused":
        body["answers"] = {"B01": {"value": "no", "note": ""}, CANARIES["note"]: {"value": "yes"}}
        body["state"], body["started_at"] = "submitted", CANARIES["party_contact"]
    elif fault == "conflict":
        body["revision"], body["base_revision"] = 9, 8
    elif fault == "database":
        _break(monkeypatch, OperationalError("INSERT …", {"party": CANARIES["party"]}, Exception(CANARIES["party"])))
    elif fault == "unexpected":
        _break(monkeypatch, RuntimeError(f"out of order: {CANARIES['party']}"))
    elif fault == "broken rule":
        monkeypatch.setattr(operations, "file_revision", _break_a_rule_of_the_database)

    answer = caller.call("PUT", f"/api/v1/observations/{world.ids['observation_id']}", json=body)

    expected = {
        "not allowed": 404,
        "refused": 422,
        "conflict": 423,
        "database": 503,
        "unexpected": 500,
        "broken rule": 500,
    }[fault]
    assert answer.status_code == expected, answer.get_data(as_text=True)
    assert canaries_in(answer) <= ({"note"} if fault == "refused" else set())  # the pointer names what was sent
    assert _found_in(lines) == []


def test_no_page_for_errors_repeats_what_stood_in_the_address(world: World):
    for path in (f"/{CANARIES['party']}", f"/r/{CANARIES['party']}", f"/verify/certificate/{CANARIES['party']}"):
        answer = world.callers["anonymous"].call("GET", path)

        assert "party" not in canaries_in(answer), path


def test_no_address_on_any_page_holds_a_name_or_a_number(world: World):
    asked = {
        "lead": [
            "/review/",
            f"/review/records/{world.ids['observation_id']}",
            f"/review/ratings/{world.ids['rating_id']}",
        ],
        "admin": [
            "/admin/",
            "/admin/audit",
            f"/admin/people/{world.ids['user_id']}",
            "/admin/visits",
            "/admin/devices",
        ],
        "author": ["/field/", "/account/sign-ins"],
    }
    for actor, paths in asked.items():
        for path in paths:
            answer = world.callers[actor].call("GET", path)
            assert answer.status_code == 200, path
            addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.get_data(as_text=True))
            assert addresses, path
            assert _found_in(addresses) == [], path


def test_the_audit_chain_holds_no_name_no_number_and_no_place(world: World):
    entries = [
        json.dumps([row.event, row.subject_id, row.details], ensure_ascii=False) for row in db.session.query(AuditEntry)
    ]

    assert len(entries) > 10
    assert _found_in(entries) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_database_file_holds_no_party_and_no_rater_in_clear(world: World, sqlite_file: Path):
    db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.session.rollback()
    content = b"".join(path.read_bytes() for path in sqlite_file.parent.glob(f"{sqlite_file.name}*"))

    sealed = ("party", "party_contact", "respondent", "respondent_contact", "rater", "rater_phone")
    assert [name for name in sealed if CANARIES[name].encode() in content] == []
    assert CANARIES["note"].encode() in content  # so the search does find what is there


def test_a_listener_would_hear_a_name(lines: list[str]):
    logging.getLogger("fieldapp.somewhere").info("party %s", CANARIES["party"])

    assert _found_in(lines) == ["party"]


def _found_in(texts: list[str]) -> list[str]:
    whole = "\n".join(texts)
    escaped = {name: json.dumps(canary)[1:-1] for name, canary in PERSONAL.items()}
    return [name for name, canary in PERSONAL.items() if canary in whole or escaped[name] in whole]


def _break(monkeypatch: Any, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(operations, "file_revision", fail)


def _break_a_rule_of_the_database(*_: Any) -> None:
    """An insert that the database refuses, and quotes in its refusal as it likes."""
    with unit_of_work() as session:
        session.execute(
            text("INSERT INTO number_series (name, last) VALUES (:name, :last)"),
            {"name": CANARIES["party"], "last": None},
        )
