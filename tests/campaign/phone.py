"""A phone as the server sees it: it speaks the real protocol (docs/sync.md) and trusts nothing but a right receipt.

What it holds lies in its `Store`; a phone that is killed leaves only what the store has committed, and the next one
goes on from there.
"""

import asyncio
import hashlib
import json
import random
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from campaign.proxy import read_message, value_of
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from phone_bundles import FORM_TYPE, described, form_of, parts_of

PATIENCE_S, PATIENCE_PER_MB_S = 2.0, 1.0
MOST_PATIENT = 5  # times as long after failures in a row: on a slow machine all would otherwise give up for ever
MOST_TRIES = 500  # in one life; a phone that needs more is stuck, and says so
BACKOFF_S = (0.01, 0.1)  # doubled up to four times; the product's begins at 1 s
PIECE_TYPE = "application/offset+octet-stream"
BUNDLED_BYTES = 500_000  # of one file that goes along with its record


@dataclass(frozen=True)
class Account:
    """A signed-in person: the cookie and the token that every unsafe call carries, and the server's public keys."""

    cookie: str
    csrf_token: str
    keys: dict[str, Ed25519PublicKey]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer that came whole."""

    status: int
    head: bytes
    body: bytes

    def json(self) -> Any:
        """The body's JSON; an empty object when it is something else (a captive portal)."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Store:
    """The phone's memory. `commit` is one transaction: what was not committed is gone when the phone is killed."""

    def __init__(self, records: list[dict[str, Any]], files: list[dict[str, Any]], contents: dict[str, bytes]) -> None:
        self.contents = contents
        self._kept = json.dumps({"records": records, "files": files})

    def load(self) -> dict[str, Any]:
        """What was committed last."""
        return json.loads(self._kept)  # type: ignore[no-any-return]

    def commit(self, held: dict[str, Any]) -> None:
        """Keeps `held`."""
        self._kept = json.dumps(held)


class Phone:
    """Sends what its store holds until everything has its receipt. `note(**fields)`: writes into the history."""

    def __init__(self, name: str, store: Store, account: Account, port: int, note: Any) -> None:
        self.name, self.store, self.account, self.port, self.note = name, store, account, port, note
        self.held = store.load()
        self.dice = random.Random(f"{name}:{self.held.get('lives', 0)}")
        self.held["lives"] = self.held.get("lives", 0) + 1
        store.commit(self.held)
        self.tries = self.failures = 0

    async def sync(self) -> None:
        """Returns when nothing waits any more. What fails never blocks what stands behind it."""
        while waiting := self._waiting():
            for send, thing in waiting:
                self.failures = 0 if await send(thing) else self.failures + 1
                if self.failures:
                    await asyncio.sleep(self.dice.uniform(*BACKOFF_S) * 2 ** min(self.failures - 1, 4))

    def _waiting(self) -> list[Any]:
        records = [(self._send_record, one) for one in self.held["records"] if one["bodies"] and not one["refused"]]
        files = [(self._send_file, one) for one in self.held["files"] if not one["receipt"] and not one["refused"]]
        return records + files

    async def _send_record(self, record: dict[str, Any]) -> bool:
        body = record["bodies"][0]
        said = {"kind": "observation", "id": record["id"], "revision": body["revision"], "digest": digest_of(body)}
        self.note("invoke", **said)
        along = self._files_along(record, body)
        sent = json.dumps(body, ensure_ascii=False).encode()
        if along:
            answer = await self._bundled(record, sent, along)
        else:
            url = f"/api/v1/observations/{record['id']}"
            answer = await self._call("PUT", url, {"Content-Type": "application/json"}, sent)
        receipt = self._receipt_in(answer, said)
        if receipt is None:
            return self._failed(record, answer, said)
        record["bodies"].pop(0)
        self._note_files(answer, along)
        return self._succeeded(said, receipt)

    def _files_along(self, record: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
        """Half of the phones send a new record with its small files, once; after that the words go alone."""
        if body["revision"] > 1 or record.setdefault("tries_bundle", self.dice.random() < 0.5) is False:
            return []
        record["tries_bundle"] = False
        self.store.commit(self.held)
        own = [one for one in self.held["files"] if one["owner"] == record["id"] and not one["receipt"]]
        return [one for one in own if len(self.store.contents[one["sha256"]]) <= BUNDLED_BYTES]

    async def _bundled(self, record: dict[str, Any], sent: bytes, along: list[dict[str, Any]]) -> Answer | None:
        files = []
        for one in along:
            self.note("invoke", **_said_of(one))
            content = self.store.contents[one["sha256"]]
            files.append((described(content, id=one["id"], item=one["item"]), content))
        form = form_of(parts_of(sent, files))
        return await self._call("PUT", f"/api/v1/observations/{record['id']}/bundle", {"Content-Type": FORM_TYPE}, form)

    def _note_files(self, answer: Answer, along: list[dict[str, Any]]) -> None:
        """What became of the files that went along; one that did not arrive is sent alone."""
        told = {one["id"]: one for one in answer.json().get("evidence", [])}
        for file in along:
            said, receipt = _said_of(file), told.get(file["id"], {}).get("receipt")
            if receipt is not None and self._is_receipt(receipt, said):
                file["receipt"] = receipt
                self.note("ok", **said, sequence=receipt["sequence"], chain=receipt["chain"])
            else:
                problem = told.get(file["id"], {}).get("problem", {})
                status = problem.get("status", 0)
                self.note("info" if status == 460 else "fail", **said, status=status, words=problem.get("title", ""))

    async def _send_file(self, file: dict[str, Any]) -> bool:
        content = self.store.contents[file["sha256"]]
        said = _said_of(file)
        self.note("invoke", **said)
        answer = await (self._in_pieces if file["in_pieces"] else self._in_one)(file, content)
        receipt = self._receipt_in(answer, said)
        if receipt is None:
            return self._failed(file, answer, said)
        file["receipt"] = receipt
        return self._succeeded(said, receipt)

    async def _in_one(self, file: dict[str, Any], content: bytes) -> Answer | None:
        checksum = b64encode(bytes.fromhex(file["sha256"])).decode()
        return await self._create(file, content, {"Upload-Checksum": f"sha256 {checksum}"}, content)

    async def _in_pieces(self, file: dict[str, Any], content: bytes) -> Answer | None:
        """Asks how far the server is, begins when it knows nothing, sends the next piece, fetches the receipt."""
        url = f"/api/v1/evidence/{file['id']}"
        answer = await self._call("HEAD", url)
        if answer is not None and answer.status == 404:
            half = content[: self.dice.choice((0, len(content) // 3))]
            answer = await self._create(file, half, {}, content)
        while answer is not None and answer.status < 300 and (offset := value_of(answer.head, b"upload-offset")):
            place = int(offset)
            if place == len(content):
                return await self._call("GET", f"/api/v1/receipts/{file['id']}")
            piece = content[place : place + max(1, len(content) // 2)]
            answer = await self._call("PATCH", url, {"Upload-Offset": str(place), "Content-Type": PIECE_TYPE}, piece)
        return answer

    async def _create(self, file: dict[str, Any], body: bytes, headers: dict[str, str], whole: bytes) -> Answer | None:
        said = {"id": file["id"], "sha256": file["sha256"], "filename": "现场.jpg", "filetype": "image/jpeg",
                "observation": file["owner"], "item": file["item"], "source": "camera"}  # fmt: skip
        spelled = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
        headers |= {"Upload-Length": str(len(whole)), "Upload-Metadata": spelled, "Content-Type": PIECE_TYPE}
        return await self._call("POST", "/api/v1/evidence", headers, body)

    def _receipt_in(self, answer: Answer | None, said: dict[str, Any]) -> dict[str, Any] | None:
        """The receipt, if it is one, signed, and for exactly what was sent."""
        if answer is None or not 200 <= answer.status < 300:
            return None
        receipt = _receipt_of(answer)
        return receipt if self._is_receipt(receipt, said) else None

    def _is_receipt(self, receipt: dict[str, Any], said: dict[str, Any]) -> bool:
        wanted = (said["id"], said["revision"], said["digest"])
        is_of_it = (receipt.get("id"), receipt.get("revision"), receipt.get("digest")) == wanted
        return is_of_it and is_signed(receipt, self.account.keys)

    def _succeeded(self, said: dict[str, Any], receipt: dict[str, Any]) -> bool:
        self.store.commit(self.held)
        self.note("ok", **said, sequence=receipt["sequence"], chain=receipt["chain"])
        return True

    def _failed(self, thing: dict[str, Any], answer: Answer | None, said: dict[str, Any]) -> bool:
        """A refusal is put aside; anything else may or may not have happened (info), and is tried again."""
        status = answer.status if answer else 0
        # Of two copies of one piece the second is told the new offset; what was damaged on its way is sent again.
        is_late = bool(thing.get("in_pieces")) and status in (404, 409)
        is_damage = status == 460 or (answer is not None and status == 422 and answer.json().get("reason") == "digest")
        is_refusal = 400 <= status < 500 and not is_late and not is_damage
        is_foreign = 200 <= status < 300 and is_signed(_receipt_of(answer), self.account.keys)  # of something else
        is_refusal = is_refusal or is_foreign or self.tries > MOST_TRIES
        thing["refused"] = is_refusal
        words = answer.body[:300].decode(errors="replace") if answer and status >= 400 else ""
        self.note("fail" if is_refusal or status == 500 else "info", **said, status=status, words=words)
        self.store.commit(self.held)
        return False

    async def _call(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Any:
        """The answer; None when it did not come, or not whole: then nobody knows whether it was done."""
        self.tries += 1
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}",
                 "Accept: application/json",
                 f"X-Try: {self.name}.{self.held['lives']}.{self.tries}", f"Cookie: {self.account.cookie}",
                 f"X-CSRFToken: {self.account.csrf_token}", "Tus-Resumable: 1.0.0"]  # fmt: skip
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        try:
            patience_s = PATIENCE_S + PATIENCE_PER_MB_S * len(body) / 1_000_000
            async with asyncio.timeout(patience_s * min(1 + self.failures, MOST_PATIENT)):
                return await exchange(
                    self.port, "\r\n".join([*lines, "", ""]).encode() + body, is_head=method == "HEAD"
                )
        except (OSError, EOFError, TimeoutError, ValueError):
            return None


async def exchange(port: int, message: bytes, *, is_head: bool = False) -> Answer:
    """Sends one message on a line of its own and gives the answer, if it comes whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(message)
        head, body = (await reader.readuntil(b"\r\n\r\n"), b"") if is_head else await read_message(reader)
        return Answer(int(head[9:12]), head, body)
    finally:
        writer.close()


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of `body` with its party committed to: written anew here, not the product's."""
    party = body.get("party")
    committed = {**body, "party": {"commitment": _sha256(party)}} if party else body
    return _sha256(committed)


def is_signed(receipt: dict[str, Any], keys: dict[str, Ed25519PublicKey]) -> bool:
    """Whether the server's key has signed exactly this receipt."""
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        keys[receipt["key_id"]].verify(b64decode(receipt["signature"]), _canonical(unsigned))
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def _said_of(file: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "evidence", "id": file["id"], "revision": 1, "digest": file["sha256"], "owner": file["owner"]}


def _receipt_of(answer: Any) -> dict[str, Any]:
    found = answer.json() if answer is not None else {}
    receipt = found.get("receipt", found) if isinstance(found, dict) else {}
    return receipt if isinstance(receipt, dict) else {}


def _canonical(value: Any) -> bytes:
    """RFC 8785 for what the campaign sends: names in ASCII, numbers that Python and JavaScript spell alike."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _sha256(value: Any) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()
