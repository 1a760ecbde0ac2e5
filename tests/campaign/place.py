"""Where a campaign takes place: a server on a disk of its own, people in its database, and their sign-ins."""

import json
import random
import tempfile
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from campaign.phone import Account
from campaign.troubles import CONFIGURATION
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from durability.small_disk import SmallDisk
from factories import (
    PASSWORD,
    make_checklist_version,
    make_group,
    make_organisation,
    make_user,
    make_visit,
    observation_body,
)
from servers import LiveServer, PostgresCluster, make_tables, memory_disk

from fieldapp import create_app
from fieldapp.config import read_settings
from fieldapp.extensions import db

DISK_BYTES = 16 * 1024**3  # of memory nothing is taken until it is used


class Place(NamedTuple):
    """`new_body(dice, evidence_ids)`: a body for one record of one of the people."""

    server: LiveServer
    disk: SmallDisk
    accounts: list[Account]
    new_body: Callable[[random.Random, list[str]], dict[str, Any]]


@contextmanager
def standing(folder: Path, lay_tables: Callable[[Path], str]) -> Iterator[Place]:
    """A running server whose instance lies on a disk of its own in `folder`; `lay_tables(instance)` gives the address
    of an empty database.
    """
    with ExitStack() as ending:
        disk = SmallDisk(folder / "disk", DISK_BYTES)
        ending.callback(disk.close)
        url = lay_tables(disk.folder)
        app = create_app(read_settings({"FIELDAPP_INSTANCE": str(disk.folder), "FIELDAPP_DATABASE_URL": url}))
        with app.app_context():
            usernames, new_body = _prepare()
            db.session.remove()
            db.engine.dispose()
        faults = {"CAMPAIGN_FAULTS": str(folder / "commits-fail")}
        server = disk.server = LiveServer(disk.folder, url, faults, configuration=CONFIGURATION)
        ending.callback(server.kill)
        server.start()
        yield Place(server, disk, [_sign_in(server, username) for username in usernames], new_body)


@contextmanager
def standing_alone(engine: str) -> Iterator[Place]:
    """The same outside of the test suite, where nobody has made tables or a cluster yet."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="fieldapp-campaign-", dir=memory_disk())))
        cluster = PostgresCluster(within=memory_disk()) if engine == "postgresql" else None
        if cluster:
            ending.callback(cluster.stop)
            cluster.start()
            cluster.create("campaign")

        def lay_tables(instance: Path) -> str:
            url = cluster.url("campaign") if cluster else f"sqlite:///{instance / 'fieldapp.sqlite3'}"
            make_tables(url, instance)
            return url

        yield ending.enter_context(standing(folder, lay_tables))


def _prepare(*, members: int = 12) -> tuple[list[str], Callable[[random.Random, list[str]], dict[str, Any]]]:
    """People, a visit and a checklist in the database of the current application context; user names, a maker of
    bodies.
    """
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


def _sign_in(server: LiveServer, username: str) -> Account:
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
