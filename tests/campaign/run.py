"""A campaign: many phones, a bad network, a server that is killed, and a judge at the end.

`python tests/campaign/run.py --sessions 10000 --engine postgresql --seed 7` runs one by itself and prints the verdict.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from campaign.checker import Verdict, check  # noqa: E402
from campaign.phone import Account, Phone, Store  # noqa: E402
from campaign.proxy import FaultProxy  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: E402
from factories import PASSWORD, make_photo, make_user, observation_body  # noqa: E402
from loops import run_apart  # noqa: E402
from servers import LiveServer  # noqa: E402

from fieldapp import ids  # noqa: E402

PHONES = 48  # at the same time: most of them wait for the network
KILL_EVERY_S = (1.0, 3.0)
RECEIPTS_BETWEEN_KILLS = 60  # at least: on a slow machine the work would otherwise never come to its end
CONVERGE_WITHIN_S = 60
BASE_PHOTO = make_photo(64, 48)
SIZES = {"records": ((1, 2, 3, 5), (76, 16, 5, 3)), "files": ((0, 1, 2, 3, 6), (50, 32, 11, 5, 2))}


@dataclass
class Outcome:
    """What a campaign showed. `converged_s`: seconds from the end of the faults until every phone was done."""

    seed: int
    sessions: int
    verdict: Verdict
    faults: dict[str, int]
    kills: dict[str, int]
    reloads: int
    seconds: float
    converged_s: float

    def words(self) -> str:
        """The outcome as one block of text, with the seed that repeats it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


@dataclass
class Campaign:
    """`new_body(owner, evidence_ids)`: a body for one record. `server` is running and has the `accounts` signed in."""

    server: LiveServer
    accounts: list[Account]
    new_body: Callable[[random.Random, list[str]], dict[str, Any]]
    history: Path
    seed: int
    sessions: int
    kills: dict[str, int] = field(default_factory=lambda: {"worker": 0, "server": 0})
    reloads: int = 0
    receipts: int = 0

    def run(self) -> Outcome:
        """Runs all sessions and judges them."""
        began = time.monotonic()
        with self.history.open("w") as self._lines:
            faults, converged_s = run_apart(self._run())
        seconds = time.monotonic() - began
        folder = self.server.instance / "evidence"
        verdict = check(self.history, self.server.database_url, folder)
        return Outcome(self.seed, self.sessions, verdict, faults, self.kills, self.reloads, seconds, converged_s)

    async def _run(self) -> tuple[dict[str, int], float]:
        waiting = iter(range(self.sessions))
        async with FaultProxy(self.server.port, seed=self.seed) as proxy:
            killing = asyncio.create_task(self._kill_now_and_then())
            phones = [asyncio.create_task(self._use(waiting, place, proxy.port)) for place in range(PHONES)]
            await asyncio.wait([*phones, killing], return_when=asyncio.FIRST_COMPLETED)  # nothing is left to begin
            if killing.done():
                for phone in phones:
                    phone.cancel()
                await killing  # the server did not come up again: say so
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
            proxy.calm = True
            calm = time.monotonic()
            async with asyncio.timeout(CONVERGE_WITHIN_S):
                await asyncio.gather(*phones)
            return dict(proxy.met), time.monotonic() - calm

    async def _use(self, waiting: Iterator[int], place: int, port: int) -> None:
        for number in waiting:
            name = f"{self.seed}-{number}"
            dice = random.Random(name)
            store, account = self._full_store(dice), self.accounts[number % len(self.accounts)]
            while True:
                phone = Phone(name, store, account, port, self._note)
                try:
                    async with asyncio.timeout(dice.uniform(0, 0.6) if dice.random() < 0.25 else None):
                        await phone.sync()
                    break
                except TimeoutError:  # the phone was killed; its store is all that is left
                    self.reloads += 1

    def _full_store(self, dice: random.Random) -> Store:
        records, files, contents = [], [], {}
        for _ in range(_draw(dice, "records")):
            owner, own = ids.mint(), []
            for _ in range(_draw(dice, "files")):
                content = BASE_PHOTO + dice.randbytes(dice.randrange(16, 12_000))
                sha256 = hashlib.sha256(content).hexdigest()
                contents[sha256] = content
                own.append({"id": ids.mint(), "sha256": sha256, "owner": owner, "item": "B01", "receipt": None,
                            "refused": False, "in_pieces": dice.random() < 0.3})  # fmt: skip
            body = self.new_body(dice, [file["id"] for file in own])
            bodies = [body | {"revision": 1, "base_revision": 0}]
            if dice.random() < 0.3:
                bodies = [bodies[0] | {"state": "draft", "summary": "未完"}, body | {"revision": 2, "base_revision": 1}]
            records.append({"id": owner, "bodies": bodies, "refused": False})
            files += own
        dice.shuffle(files)
        return Store(records, files, contents)

    def _note(self, kind_of_line: str, **said: Any) -> None:
        self.receipts += kind_of_line == "ok"
        self._lines.write(json.dumps({"type": kind_of_line, "at": time.time()} | said, ensure_ascii=False) + "\n")

    async def _kill_now_and_then(self) -> None:
        dice = random.Random(f"{self.seed}:kills")
        while True:
            enough = self.receipts + RECEIPTS_BETWEEN_KILLS
            await asyncio.sleep(dice.uniform(*KILL_EVERY_S))
            while self.receipts < enough:
                await asyncio.sleep(0.05)
            workers = self.server.workers()
            if workers and sum(self.kills.values()) % 5 != 3:  # each fifth time all of it
                with suppress(ProcessLookupError):
                    os.kill(dice.choice(workers), signal.SIGKILL)
                self.kills["worker"] += 1
            else:
                await asyncio.shield(asyncio.to_thread(self.server.restart))
                self.kills["server"] += 1


def prepare(*, members: int = 12) -> tuple[list[str], Callable[[random.Random, list[str]], dict[str, Any]]]:
    """People, a visit and a checklist in the database of the current application context; user names, a maker of
    bodies.
    """
    from factories import make_checklist_version, make_group, make_organisation, make_visit

    bureau = make_organisation("云川市司法局", kind="justice_bureau")
    people = [make_user("张三", organisation=bureau) for _ in range(members)]
    visit = make_visit(group=make_group(make_user("钱组长", role="lead", organisation=bureau), people))
    place = {"latitude": 31.3846, "longitude": 120.9807, "accuracy": 12.5}  # 12.0 is spelled 12 in JavaScript
    template = observation_body(visit, make_checklist_version(), location=place)

    def new_body(dice: random.Random, evidence_ids: list[str]) -> dict[str, Any]:
        answers = template["answers"] | {
            "B01": {"value": "yes", "note": "𠮷龘😀", "at_ms": 1, "evidence": evidence_ids}
        }
        party = template["party"] | {"salt": f"{dice.getrandbits(128):032x}"}
        return template | {"answers": answers, "party": party, "case_no": f"云应急检〔2026〕{dice.getrandbits(40)}号"}

    return [one.username for one in people], new_body


def sign_in(server: LiveServer, username: str) -> Account:
    """The session of one person, without the bad network."""
    message = json.dumps({"username": username, "password": PASSWORD}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v1/login", message, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        token = json.load(answer)["csrf_token"]
        cookie = "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie"))
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/.well-known/fieldapp-keys.json", timeout=30) as answer:
        keys = {one["key_id"]: Ed25519PublicKey.from_public_bytes(b64decode(one["public_key"]))
                for one in json.load(answer)["keys"]}  # fmt: skip
    return Account(cookie, token, keys)


@contextmanager
def standing_alone(engine: str) -> Iterator[tuple[LiveServer, list[str], Callable[..., dict[str, Any]]]]:
    """A server on an empty instance with people in it, for a campaign outside the test suite."""
    from servers import PostgresCluster, make_tables

    from fieldapp import create_app
    from fieldapp.config import read_settings
    from fieldapp.extensions import db

    cluster = PostgresCluster() if engine == "postgresql" else None
    with tempfile.TemporaryDirectory(prefix="fieldapp-campaign-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'fieldapp.sqlite3'}"
        try:
            if cluster:
                cluster.start()
                cluster.create("campaign")
                url = cluster.url("campaign")
            make_tables(url, folder)
            app = create_app(read_settings({"FIELDAPP_INSTANCE": name, "FIELDAPP_DATABASE_URL": url}))
            with app.app_context():
                usernames, new_body = prepare()
                db.session.remove()
                db.engine.dispose()
            server = LiveServer(folder, url).start()
            try:
                yield server, usernames, new_body
            finally:
                server.kill()
        finally:
            if cluster:
                cluster.stop()


def main() -> int:
    """One campaign; prints its outcome; 0 when nothing was wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1000)
    options.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--history", type=Path, help="keep the history here")
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    with standing_alone(given.engine) as (server, usernames, new_body):
        accounts = [sign_in(server, username) for username in usernames]
        history = given.history or server.instance / "history.jsonl"
        outcome = Campaign(server, accounts, new_body, history, given.seed, given.sessions).run()
        if not outcome.verdict.is_clean:
            print(server.log[-4000:])
    print(outcome.words())
    return 0 if outcome.verdict.is_clean else 1


def _draw(dice: random.Random, what: str) -> int:
    return dice.choices(*SIZES[what])[0]


if __name__ == "__main__":
    raise SystemExit(main())
