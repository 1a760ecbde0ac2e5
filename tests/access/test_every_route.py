"""M15: every route × every role × every owner of the row, walked from the running application's own map."""

import random
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

sys.path.insert(0, str(Path(__file__).parent))

from actors import ACTORS, CANARIES, SIGNED_IN, World, canaries_in, make_world  # noqa: E402
from matrix import LINES, SIGN_IN, Line  # noqa: E402

from fieldapp import ids  # noqa: E402
from fieldapp.extensions import db  # noqa: E402

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SAFE = ("GET", "HEAD", "OPTIONS")
SEED = 20261124
# Whose row is whose: what a write may touch, by the column that names its owner.
OWNED = {
    "observation": "author_id", "observation_revision": "observation_id", "interview": "author_id",
    "interview_revision": "interview_id", "evidence": "author_id", "visit": "created_by_id",
    "sealed_person": "owner_id", "sealed_body": "owner_id",
    "confirmation": "author_id", "confirmation_revision": "confirmation_id",
    "officer_word": "author_id", "officer_word_revision": "officer_word_id",
    "roundtable": "author_id", "roundtable_revision": "roundtable_id",
}  # fmt: skip


_NUMBERS = {"position": "0", "year": "2027"}


@pytest.fixture
def world(app: Flask, county) -> World:
    """Everybody signed in, and rows full of canaries."""
    return make_world(app, county)


def test_every_route_has_its_line_and_every_line_its_route(app: Flask):
    calls = {call for call, _ in _calls(app)}
    lines = {key.partition(" [")[0] for key in LINES}

    missing = [f'    "{call}": Line(("admin",)),' for call in sorted(calls - lines)]
    gone = sorted(lines - calls)

    assert not missing, "tests/access/matrix.py lacks these lines (say who is let in):\n" + "\n".join(missing)
    assert not gone, f"tests/access/matrix.py has lines for routes that are gone: {gone}"


def test_everybody_gets_exactly_what_the_table_says(app: Flask, world: World, tmp_path: Path):
    rules = dict(_calls(app))
    snapshot = Snapshot(tmp_path / "snapshot.sqlite3")
    wrong = []
    for key, line in LINES.items():
        call = key.partition(" [")[0]
        if call not in rules:
            continue  # the test above says so
        for actor in ACTORS:
            got, shown, has_changed = _knock(world, line, call, rules[call], actor, snapshot)
            expected = line.expected(actor)
            if got != expected:
                wrong.append(f"{key}, {actor}: {got}, not {expected}")
            elif shown - line.may_show(actor):
                wrong.append(f"{key}, {actor}: shows {sorted(shown - line.may_show(actor))}")
            elif has_changed and (expected != "in" or call.startswith(SAFE)):
                wrong.append(f"{key}, {actor}: changed {has_changed}")

    assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong)


def test_the_table_can_fail(app: Flask, world: World, tmp_path: Path):
    """A record that leaks, a page that lets in: the same walk finds both."""
    rules = dict(_calls(app))
    snapshot = Snapshot(tmp_path / "snapshot.sqlite3")
    call = "GET /api/v1/observations/<string:observation_id>"
    stricter = Line(("author",), others=404, stranger=401)

    got, shown, _ = _knock(world, stricter, call, rules[call], "lead", snapshot)

    assert got == "in"
    assert "party_contact" in shown


def test_a_row_that_changes_is_seen_and_brought_back(app: Flask, world: World, tmp_path: Path):
    snapshot = Snapshot(tmp_path / "snapshot.sqlite3")
    untouched = snapshot.touched()

    for _ in range(2):  # also after it has been brought back once
        db.session.connection().exec_driver_sql("UPDATE visit SET place = 'elsewhere'")
        db.session.commit()
        found = snapshot.touched()
        snapshot.bring_back()

        assert {table for table, _ in found} == {"visit"}
        assert untouched == snapshot.touched() == set()


@pytest.mark.parametrize("swaps", [400, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_swapped_id_shows_or_changes_what_is_not_ones_own(app: Flask, world: World, tmp_path: Path, swaps: int):
    """Ids of all kinds in all places, also inside bodies: what comes back, and what changes, must be within reach."""
    chance = random.Random(SEED)
    snapshot = Snapshot(tmp_path / "snapshot.sqlite3")
    pool = [*world.ids.values(), *(user.id for user in world.users.values()), ids.mint(), "0" * 36]
    calls = [(call, rule) for call, rule in _calls(app) if rule.arguments - {"filename", *(rule.defaults or {})}]
    actors = [actor for actor in ACTORS if actor != "admin"]  # who may change everything proves nothing
    leaks = []
    for _ in range(swaps):
        (call, rule), actor = chance.choice(calls), chance.choice(actors)
        method = call.partition(" ")[0]
        given = {name: chance.choice(pool) if chance.random() < 0.8 else _right(world, name) for name in rule.arguments}
        try:
            path = rule.build(given, append_unknown=False)[1]
        except ValueError:  # this place takes a UUID only, or a number
            given = {name: _NUMBERS.get(name) or ids.mint() for name in rule.arguments}
            path = rule.build(given, append_unknown=False)[1]
        answer = world.callers[actor].call(method, path, **_swapped(world, call, chance, pool))
        shown = canaries_in(answer) - _in_reach_of(actor)
        touched = set() if method in SAFE else snapshot.touched() - _writable_by(world, actor)
        if answer.status_code >= 500 or shown or touched:
            leaks.append((actor, method, path, answer.status_code, shown, touched))
        if method not in SAFE:
            snapshot.bring_back()
            world.callers[actor].come_back()

    assert not leaks, f"seed {SEED}: {len(leaks)} of {swaps}: {leaks[:5]}"


@dataclass
class Snapshot:
    """The database as it was, to come back to after a write that was allowed."""

    path: Path

    def __post_init__(self) -> None:
        self._copy(db.engine.url.database, self.path)
        self._rows = _owned_rows()
        self._looking = sqlite3.connect(db.engine.url.database)
        self._as_kept = self._looked_at = self._version()

    def touched(self) -> set[tuple[str, str]]:
        """(table, owner) of every row that is not as it was. Rows are read only when something was committed."""
        version = self._version()
        found = set() if version == self._looked_at else _touched(self._rows, _owned_rows())
        if not found:
            self._looked_at = version
        return found

    def bring_back(self) -> None:
        db.session.rollback()
        if self._version() != self._as_kept:
            self._copy(self.path, db.engine.url.database)
            self._as_kept = self._looked_at = self._version()
        db.session.expire_all()

    def _version(self) -> int:
        """Another number after each commit of another connection. Source: SQLite, PRAGMA data_version."""
        return int(self._looking.execute("PRAGMA data_version").fetchone()[0])

    def _copy(self, source: Any, target: Any) -> None:
        with sqlite3.connect(source) as reader, sqlite3.connect(target) as writer:
            writer.execute("PRAGMA synchronous=OFF")  # a copy to look at, not one to keep
            reader.backup(writer)
        reader.close()
        writer.close()


def _calls(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method of every route; those that come by themselves (HEAD beside GET, OPTIONS) are not counted."""
    for rule in app.url_map.iter_rules():
        named = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for method in named or (rule.methods or set()) - ({"OPTIONS"} if rule.provide_automatic_options else set()):
            yield f"{method} {rule.rule}", rule


def _knock(
    world: World, line: Line, call: str, rule: Rule, actor: str, snapshot: Snapshot
) -> tuple[int | str, set[str], list[str]]:
    """What one actor gets: `in`, a status or `sign-in`; the canaries shown; and the tables whose rows changed."""
    open_places = rule.arguments - set(rule.defaults or {})
    given = {name: world.ids[line.row.get(name, name)] for name in open_places} | (rule.defaults or {})
    path = rule.build(given, append_unknown=False)[1]
    method = call.partition(" ")[0]
    answer = world.callers[actor].call(method, path, **line.sent(world))
    changed = sorted(snapshot.touched())
    if method not in SAFE:
        snapshot.bring_back()
        world.callers[actor].come_back()
    shown = canaries_in(answer)
    if answer.status_code == 302 and urlsplit(answer.location).path == "/sign-in" and call != "GET /":
        return SIGN_IN, shown, changed
    if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
        return answer.status_code, shown, changed
    return "in", shown, changed


def _right(world: World, name: str) -> str:
    return world.ids.get(name, ids.mint())


def _swapped(world: World, call: str, chance: random.Random, pool: list[str]) -> dict[str, Any]:
    """What the table sends, with the ids inside exchanged now and then."""
    sent = dict(LINES[call].sent(world)) if call in LINES else {}
    if isinstance(sent.get("json"), dict) and chance.random() < 0.7:
        body = dict(sent["json"])
        for name in ("visit", "agency", "group", "locality"):
            if name in body and chance.random() < 0.5:
                body[name] = chance.choice(pool)
        body["revision"] = chance.choice([1, 2, 3])
        body["base_revision"] = body["revision"] - 1
        sent["json"] = body
    return sent


def _owned_rows() -> dict[tuple[str, ...], int]:
    """(table, owner, the rest) → how often: rows of persons' work as they are now."""
    rows: dict[tuple[str, ...], int] = {}
    for table, owner in OWNED.items():
        for row in db.session.connection().exec_driver_sql(f"SELECT {owner}, * FROM {table}"):
            key = (table, str(row[0]), repr(tuple(row)))
            rows[key] = rows.get(key, 0) + 1
    db.session.rollback()
    return rows


def _touched(before: dict[tuple[str, ...], int], after: dict[tuple[str, ...], int]) -> set[tuple[str, str]]:
    """(table, owner) of every row that is new, gone or different."""
    return {(key[0], key[1]) for key in set(before) ^ set(after)}


def _in_reach_of(actor: str) -> set[str]:
    """The canaries that an actor may see somewhere."""
    if actor == "author":
        return set(CANARIES) - {"colleague"}
    if actor in ("lead", "county_lead", "bureau", "system"):
        return {"party", "party_contact", "note", "officer", "opinion", "latitude", "longitude", "rating", "proposal"}
    return set()


def _writable_by(world: World, actor: str) -> set[tuple[str, str]]:
    """(table, owner) that an actor may change: one's own rows; for a lead in reach, the state of the record."""
    if actor not in SIGNED_IN:
        return set()
    own = {world.users[actor].id}
    if actor == "author":
        names = ("observation_id", "draft_id", "interview_id", "confirmation_id", "roundtable_id")
        own |= {world.ids[name] for name in names}
    mine = {(table, owner) for table in OWNED for owner in own}
    # A revision of a record that did not exist before: its id is nobody else's, for those are in the pool.
    fresh = {
        (table, owner)
        for table in (
            "observation_revision",
            "interview_revision",
            "confirmation_revision",
            "roundtable_revision",
            "sealed_person",
            "sealed_body",
        )
        for owner in _new_owners(table, world.users[actor].id)
    }
    decided = {("observation", world.users["author"].id)} if actor in ("lead", "county_lead", "bureau") else set()
    return mine | fresh | decided


def _new_owners(table: str, author_id: str) -> set[str]:
    """Ids of records that belong to `author_id` now."""
    kinds = ("observation", "interview", "confirmation", "roundtable")
    one = table.removesuffix("_revision")
    parents = (one,) if table != one and one != "observation" else kinds
    found = {
        str(row[0])
        for parent in parents
        for row in db.session.connection().exec_driver_sql(f"SELECT id FROM {parent} WHERE author_id = ?", (author_id,))
    }
    db.session.rollback()
    return found
