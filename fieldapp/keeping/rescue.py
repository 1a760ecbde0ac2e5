"""Taking a rescue package in, by the same operations as if the phone had sent it: harmless to repeat."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, Erased, FieldappError, NotFound, Refused
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import rules
from fieldapp.filing import kinds, operations, receipts
from fieldapp.filing.wire import parse
from fieldapp.keeping.rescue_package import VISIT, Package, Picture, Rescued
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.visits import ad_hoc as visits
from fieldapp.visits import wire as visits_wire


@dataclass(frozen=True)
class Outcome:
    """What became of one record or file. `state`: new, known, erased, conflict or refused; `words`: in Chinese."""

    what: str
    state: str
    words: str


@dataclass
class Report:
    """What became of a package. `author`: whose it is. `unusable`: parts that were damaged in the package itself."""

    author: User
    made_at: str
    outcomes: list[Outcome] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def count(self, state: str) -> int:
        """How many ended so."""
        return sum(outcome.state == state for outcome in self.outcomes)


def take_in(actor: User | None, package: Package) -> Report:
    """Files everything in the package under the name of its author; the audit chain remembers who brought it.

    `actor`: an admin, or None for the shell. Raises NotFound when nobody of this name has an account here.
    """
    author = _author_of(package)
    report = Report(author, package.made_at, unusable=package.faults, lost=package.lost)
    report.outcomes = [_file(author, record) for record in package.records]
    filed = len(report.outcomes)
    report.outcomes += [_send(author, package, picture) for picture in package.pictures]
    audit.record(
        "rescue.imported",
        actor_id=actor.id if actor else None,
        subject_kind="user",
        subject_id=author.id,
        at=now(),
        digest=package.digest,
        records=sum(outcome.state == "new" for outcome in report.outcomes[:filed]),
        evidence=sum(outcome.state == "new" for outcome in report.outcomes[filed:]),
    )
    return report


def _author_of(package: Package) -> User:
    try:
        return people.find_user(package.user_id)
    except NotFound:
        raise NotFound("救援包的主人在本系统里没有账号，没有导入。请核对是否导错了系统。") from None


def _file(author: User, record: Rescued) -> Outcome:
    what = f"{kinds.words_of(record.kind)} …{record.id[-8:]}"
    revision = record.sent.get("revision")
    is_known = type(revision) is int and receipts.find(record.id, revision) is not None
    try:
        if record.kind == VISIT:
            visits.file_visit(author, visits_wire.parse(record.id, record.sent))
            return Outcome(what, "new", "已存入")
        operations.file_revision(author, parse(kinds.of(record.kind), record.id, record.sent))
    except Erased:
        return Outcome(what, "erased", "已依法删除，没有再存入")
    except Conflict:
        return Outcome(what, "conflict", "服务器上已有另一版本，没有覆盖。两份都在：请本人对照后处理")
    except FieldappError as error:
        return Outcome(what, "refused", _in_words(error))
    return Outcome(what, "known", "早已收到，内容一致") if is_known else Outcome(what, "new", "已存入，已给回执")


def _send(author: User, package: Package, picture: Picture) -> Outcome:
    what = f"文件 {picture.said.get('filename') or '…' + picture.id[-8:]}"
    announced = rules.announced(_metadata(picture), length_bytes=picture.length_bytes, kinds=kinds.words())
    if isinstance(announced, list):
        return Outcome(what, "refused", "；".join(words for _, words in announced))
    try:
        with package.open(picture) as file:
            upload = evidence.begin_upload(author, announced, _chunks(file))
    except Erased:
        return Outcome(what, "erased", "已依法删除，没有再存入")
    except Conflict as conflict:  # another file, or something else, bears the id
        return Outcome(what, "conflict", f"没有覆盖：{conflict.title}")
    except FieldappError as error:
        return Outcome(what, "refused", _in_words(error))
    return Outcome(what, "new", "已存入，已给回执") if upload.is_new else Outcome(what, "known", "早已收到，内容一致")


def _metadata(picture: Picture) -> dict[str, str]:
    said = picture.said
    told = said.get("place")
    place = told if isinstance(told, dict) else {}
    found = {
        "id": picture.id,
        "sha256": said.get("sha256"),
        picture.owner_kind: picture.owner_id,
        "source": said.get("source"),
        "of": said.get("of"),
        "item": said.get("item"),
        "filename": said.get("filename"),
        "filetype": said.get("type"),
        "taken_at": said.get("takenAt"),
        **{name: place.get(name) for name in ("latitude", "longitude", "accuracy")},
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(256 * 1024):
        yield chunk


def _in_words(error: FieldappError) -> str:
    if isinstance(error, Refused) and error.faults:
        return error.title + "；".join(f"{fault.pointer} {fault.detail}" for fault in error.faults[:3])
    return error.title
