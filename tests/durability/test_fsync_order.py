"""M3: before any 2xx leaves, the disk has been told to keep it. kill -9 cannot show this; the order of calls can.

strace writes down what the server's processes (and PostgreSQL's) ask of the kernel, in order. A power cut keeps what
was fsynced and nothing else, so each answer must come after the fsyncs that it rests on.
"""

import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from factories import PASSWORD, make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from phone_bundles import FORM_TYPE, described, form_of, parts_of
from phone_uploads import PIECE_TYPE, TUS, URL, describe, metadata
from servers import child_processes

from fieldapp import ids
from fieldapp.extensions import db

CALLS = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,sendto,sendmsg,write,writev"
_CALL = re.compile(r"^\s*(\d+)\s+(?:<\.\.\. )?(\w+)(?: resumed>)?(.*)$")
TIMES = 8


@contextmanager
def traced(pids: list[int], path: Path):
    """A list that holds, at the end, every finished call of these processes and their threads, in order."""
    strace = shutil.which("strace")
    assert strace, "strace is missing: `make test` installs it"
    attach = [part for pid in pids for part in ("-p", str(pid))]
    command = [strace, "-f", "-y", "-s", "64", "-o", str(path), "-e", f"trace={CALLS}", *attach]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    calls: list[str] = []
    try:
        for _ in pids:
            line = tracer.stderr.readline()
            assert "attached" in line, line
        yield calls
        time.sleep(0.3)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=20)
    calls.extend(finished(path.read_text(errors="replace").splitlines()))


def finished(lines: list[str]) -> list[str]:
    """Each call once, at the moment when it returned: a call that another thread interrupts is put together again.

    An answer counts from the moment when it began to leave, a sync from the moment when it was done.
    """
    begun: dict[str, str] = {}
    calls = []
    for line in lines:
        pid, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            text = rest.removesuffix("<unfinished ...>")
            if "HTTP/1.1 " in text:
                calls.append(text)
            else:
                begun[pid] = text
        elif rest.startswith("<..."):
            if pid in begun:
                calls.append(begun.pop(pid).rstrip() + rest.partition("resumed>")[2])
        else:
            calls.append(rest)
    return calls


def before_each_answer(calls: list[str]) -> list[list[str]]:
    """The calls between one successful answer and the next, for each answer."""
    parts, part = [], []
    for call in calls:
        if re.search(r'"HTTP/1\.1 20[0-9]', call):
            parts.append(part)
            part = []
        else:
            part.append(call)
    return parts


def place_of(calls: list[str], pattern: str) -> int:
    """Where the last call that matches stands; fails when there is none."""
    places = [place for place, call in enumerate(calls) if re.search(pattern, call) and not call.rstrip().endswith("?")]
    assert places, f"no {pattern} before the answer:\n" + "\n".join(calls)
    return places[-1]


@pytest.fixture
def phone(live_server, live_app):
    county = make_county()
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    session = requests.Session()
    answer = session.post(
        f"{live_server.url}/api/v1/login", json={"username": "zhangsan", "password": PASSWORD}, timeout=30
    )
    session.headers["X-CSRFToken"] = answer.json()["csrf_token"]
    session.new_body = lambda **changes: observation_body(visit, version, **changes)
    db.session.remove()
    return session


@pytest.fixture
def traceable(live_server, phone, request):
    """The processes of the server, and of PostgreSQL where that is the database."""
    pids = live_server.workers()
    if live_server.database_url.startswith("postgresql"):
        cluster = request.getfixturevalue("postgres_cluster")
        pids += [cluster.process.pid, *child_processes(cluster.process.pid)]
    return pids


def log_of(live_server) -> str:
    """A pattern of the sync that makes a commit last: of SQLite's log, or of PostgreSQL's."""
    if live_server.database_url.startswith("sqlite"):
        return r"^(fsync|fdatasync)\(\d+<[^>]*fieldapp\.sqlite3-wal>\)\s+= 0"
    return r"^(fsync|fdatasync)\(\d+<[^>]*pg_wal/[0-9A-F]{24}>\)\s+= 0"


def test_every_receipt_of_a_record_leaves_after_the_commit_is_on_disk(live_server, phone, traceable, tmp_path):
    filings = [(ids.mint(), phone.new_body()) for _ in range(TIMES)]

    with traced(traceable, tmp_path / "calls") as calls:
        for observation_id, body in filings:
            answer = phone.put(f"{live_server.url}/api/v1/observations/{observation_id}", json=body, timeout=30)
            assert answer.status_code == 200, answer.text

    answers = before_each_answer(calls)
    assert len(answers) == TIMES, calls
    for before in answers:
        place_of(before, log_of(live_server))


def test_every_receipt_of_a_photo_leaves_after_photo_folder_and_commit_are_on_disk(
    live_server, phone, traceable, tmp_path
):
    photos = [make_photo(320, 240, text=str(number)) for number in range(TIMES)]

    with traced(traceable, tmp_path / "calls") as calls:
        for content in photos:
            said = describe(content)
            headers = TUS | {"Content-Type": PIECE_TYPE, "Upload-Length": str(len(content))}
            headers |= {"Upload-Metadata": metadata(**said)}
            answer = phone.post(f"{live_server.url}{URL}", data=content, headers=headers, timeout=30)
            assert answer.status_code == 201, answer.text

    answers = before_each_answer(calls)
    assert len(answers) == TIMES, calls
    for before in answers:
        in_order(before, live_server)


def test_every_receipt_of_a_bundle_leaves_after_its_photo_the_folder_and_the_commit_are_on_disk(
    live_server, phone, traceable, tmp_path
):
    photos = [make_photo(320, 240, text=str(number)) for number in range(TIMES)]

    with traced(traceable, tmp_path / "calls") as calls:
        for content in photos:
            said = described(content)
            form = form_of(parts_of(phone.new_body(), [(said, content)]))
            url = f"{live_server.url}/api/v1/observations/{ids.mint()}/bundle"
            answer = phone.put(url, data=form, headers={"Content-Type": FORM_TYPE}, timeout=30)
            assert answer.json()["evidence"][0]["receipt"]["digest"] == said["sha256"], answer.text

    answers = before_each_answer(calls)
    assert len(answers) == TIMES, calls
    for before in answers:
        in_order(before, live_server)
        if live_server.database_url.startswith("sqlite"):  # PostgreSQL's own processes sync its log as well
            assert sum(bool(re.search(log_of(live_server), call)) for call in before) == 1, "more than one commit"


def in_order(before: list[str], live_server) -> None:
    """Fails unless a photo's bytes, then its name, then the commit were on disk."""
    bytes_synced = place_of(before, r"^f(data)?sync\(\d+<[^>]*/evidence/partial/incoming/[0-9a-f]{32}>\)\s+= 0")
    named = place_of(before, r"^rename.*/evidence/partial/incoming/.*\s+= 0")
    folder_synced = place_of(before, r"^fsync\(\d+<[^>]*/evidence/[0-9a-f]{2}(/[0-9a-f]{2})?>\)\s+= 0")
    committed = place_of(before, log_of(live_server))
    assert bytes_synced < named < folder_synced < committed, "\n".join(before)


def test_every_piece_of_an_upload_is_on_disk_before_the_server_counts_it(live_server, phone, traceable, tmp_path):
    content = make_photo(320, 240) + bytes(4000)
    said = describe(content)
    headers = TUS | {"Content-Type": PIECE_TYPE}
    begin = headers | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(**said)}
    assert phone.post(f"{live_server.url}{URL}", data=b"", headers=begin, timeout=30).status_code == 201

    with traced(traceable, tmp_path / "calls") as calls:
        for at in (0, 1000, 2000):
            answer = phone.patch(f"{live_server.url}{URL}/{said['id']}", data=content[at : at + 1000],
                                 headers=headers | {"Upload-Offset": str(at)}, timeout=30)  # fmt: skip
            assert answer.status_code == 204, answer.text

    answers = before_each_answer(calls)
    assert len(answers) == 3, calls
    for before in answers:
        bytes_synced = place_of(before, r"^f(data)?sync\(\d+<[^>]*/evidence/partial/incoming/[0-9a-f]{32}>\)\s+= 0")
        named = place_of(before, r"^link.*/evidence/partial/.*\s+= 0")
        folder_synced = place_of(before, rf"^fsync\(\d+<[^>]*/evidence/partial/{said['id']}>\)\s+= 0")
        assert bytes_synced < named < folder_synced
