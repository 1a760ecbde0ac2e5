"""A new kind of filing is one value: everything that filings have, it has, with nothing else changed.

Here 走访记录, which no room knows: filed, revised, in conflict, with a file, reviewed by nobody, numbered, sealed,
receipted, verified, rescued, erased.
"""

import hashlib
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from factories import filed_observation, make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import describe
from servers import ROOT
from sqlalchemy import Integer, String, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fieldapp import ids
from fieldapp.audit import events
from fieldapp.audit import queries as audit
from fieldapp.errors import Conflict, Fault, FieldappError, Locked, NotAllowed, NotFound, Refused
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import rules as evidence_rules
from fieldapp.extensions import Instant, db
from fieldapp.filing import devices, kinds, operations, persons, receipts, records
from fieldapp.filing.canonical import digest_of
from fieldapp.filing.kinds import Kind
from fieldapp.filing.shapes import FilingShape, Id, Person
from fieldapp.filing.shapes import Text as Words
from fieldapp.filing.wire import parse
from fieldapp.keeping import rescue
from fieldapp.keeping.rescue_package import Package
from fieldapp.keeping.verification import verify
from fieldapp.visits import batch_parts as visit_parts
from fieldapp.visits.models import Visit
from fieldapp.web.api import filings


class Base(DeclarativeBase):
    """Tables of these tests alone: the application's own metadata does not know them."""


class Call(Base):
    __tablename__ = "call"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(24))
    visit_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(20))
    head_revision: Mapped[int] = mapped_column(Integer)
    length: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    evidence_named: Mapped[int] = mapped_column(Integer)
    evidence_arrived: Mapped[int] = mapped_column(Integer)

    @property
    def visit(self) -> Visit:
        return db.session.get_one(Visit, self.visit_id)


class CallRevision(Base):
    __tablename__ = "call_revision"

    call_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    base_revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    device_id: Mapped[str | None] = mapped_column(String(36))
    received_at: Mapped[datetime] = mapped_column(Instant)


class CallShape(FilingShape):
    words: Words
    photos: list[Id] = []
    neighbour: Person | None = None


CALL = Kind(
    name="call",
    address="calls",
    words="走访记录",
    place=9,
    row=Call,
    revision=CallRevision,
    shape=CallShape,
    person_field="neighbour",
    person_words="邻居",
    person_is_open=False,
    filers=frozenset({"supervisor"}),
    filers_words="只有监督员可以走访。",
    states={"draft": "草稿", "submitted": "已提交"},
    transitions={(None, "save"): "draft", (None, "submit"): "submitted", ("draft", "save"): "draft",
                 ("draft", "submit"): "submitted"},
    locked_words="走访记录已提交，不能再改。",
    is_reviewed=False,
    number_prefix="ZF",
    parts=(*visit_parts.PARTS, *evidence_parts.PARTS),
    evidence_named=lambda body: body.get("photos") or [],
    faults=lambda held, author_id, filed: visit_parts.faults(held, author_id, filed)
    or ([] if filed.body["words"] else [Fault("/words", "请写一句")]),
    repeats=lambda body: {"length": len(body["words"])},
    visible_to=lambda user: select(Call).where(Call.author_id == user.id),
)  # fmt: skip


@pytest.fixture
def call(county: Any) -> Iterator[Kind]:
    Base.metadata.create_all(db.engine)
    kinds.register(CALL)
    yield CALL
    kinds._KINDS.pop(CALL.name)
    events.EVENTS.pop(CALL.event)
    db.session.rollback()
    Base.metadata.drop_all(db.engine)


@pytest.fixture
def visit(county: Any) -> Any:
    return make_visit(group=county.first_group)


def body_of(visit: Any, *, revision: int = 1, state: str = "submitted", **changes: Any) -> dict[str, Any]:
    return {"revision": revision, "base_revision": revision - 1, "visit": visit.id, "state": state,
            "started_at": "2026-11-23T09:00:00+08:00", "words": "门开着，有人在。", **changes}  # fmt: skip


def file(author: Any, record: str, body: dict[str, Any], **more: Any) -> operations.Done:
    return operations.file_revision(author, parse(kinds.of("call"), record, body, **more))


def test_it_is_filed_revised_numbered_locked_and_each_revision_has_a_receipt_that_verifies(app, county, call, visit):
    record, author = ids.mint(), county.zhang_san
    draft = file(author, record, body_of(visit, state="draft"))
    assert draft.number is None
    assert file(author, record, body_of(visit, state="draft")).receipt.signature == draft.receipt.signature
    with pytest.raises(Conflict):
        file(author, record, body_of(visit, state="draft", words="另一句"))
    with pytest.raises(Refused) as refused:
        file(author, record, body_of(visit, revision=2, words=""))
    assert refused.value.faults == (Fault("/words", "请写一句"),)

    done = file(author, record, body_of(visit, revision=2, words="关着。"))

    assert done.number.startswith("ZF-")
    with pytest.raises(Locked, match="走访记录已提交"):
        file(author, record, body_of(visit, revision=3))
    with pytest.raises(NotFound, match="没有这份走访记录"):
        file(county.li_si, record, body_of(visit))
    row = records.find(call, author, record)
    assert (row.state, row.head_revision, row.length, row.number) == ("submitted", 2, 3, done.number)
    assert [one.revision for one in records.revisions_of(call, record)] == [1, 2]
    assert receipts.is_genuine(receipts.wire(done.receipt))
    assert audit.details_of(audit.entry(done.receipt.sequence))["state"] == "submitted"
    page = app.test_client().get(f"/verify/receipt/{record}").get_data(as_text=True)
    assert "走访记录" in page
    assert verify().first is None


def test_a_revoked_phone_and_a_stranger_to_the_visit_file_none_of_it(county, call, visit):
    device = ids.mint()
    devices.report(county.zhang_san, device, devices.Heartbeat(0, 0, None, 0, "", {}, []))
    devices.revoke(county.wu, device)
    with pytest.raises(NotAllowed):
        file(county.zhang_san, ids.mint(), body_of(visit), device_id=device)
    with pytest.raises(Refused) as refused:
        file(county.sun, ids.mint(), body_of(visit))
    assert refused.value.faults[0].pointer == "/visit"


def test_a_photo_that_it_names_is_counted_in_the_same_transaction_whichever_comes_first(county, call, visit):
    author, record, content = county.zhang_san, ids.mint(), make_photo()
    early, late = ids.mint(), ids.mint()

    def send(photo: str) -> None:
        said = describe(content, id=photo, observation=None, call=record)
        announced = evidence_rules.announced(said, length_bytes=len(content), kinds=kinds.words())
        assert isinstance(announced, evidence_rules.Announced), announced
        evidence.begin_upload(author, announced, [content])

    send(early)
    done = file(author, record, body_of(visit, photos=[early, late]))
    assert (done.have_evidence, done.missing_evidence) == ([early], [late])
    send(late)

    db.session.expire_all()
    row = records.find(call, author, record)
    assert (row.evidence_named, row.evidence_arrived) == (2, 2)
    assert verify(with_files=True).first is None


def test_its_person_is_sealed_shown_to_the_author_alone_and_can_be_erased(app, county, call, visit):
    who = {"kind": "resident", "name": "李某某", "salt": "0" * 32}
    record = ids.mint()
    file(county.zhang_san, record, body_of(visit, neighbour=who))
    row = records.find(call, county.zhang_san, record)

    def shown(reader: Any) -> Any:
        with app.test_request_context():
            return filings.stored_record(call, reader, row)["body"]["neighbour"]

    assert "李某某" not in records.revisions_of(call, record)[0].body
    assert (shown(county.zhang_san), shown(county.wu)) == (who, {"commitment": digest_of(who)})
    assert persons.erase(county.wu, record, reason="本人申请") == 1
    assert set(shown(county.zhang_san)) == {"commitment", "erased_at"}
    assert verify().first is None


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("UPDATE call_revision SET body = '{}'", "走访记录 {} 第 1 版 的内容被改动"),
        ("DELETE FROM call_revision", "走访记录 {} 第 1 版已被删除"),
        ("UPDATE call SET length = 99", "走访记录 {} 在列表里的一行被改动（length）"),
        ("UPDATE call SET state = 'draft'", "走访记录 {} 在列表里的一行被改动（state）"),
        ("DELETE FROM call", "走访记录 {} 在列表里的一行已被删除"),
    ],
)
def test_what_was_changed_of_it_afterwards_is_found(county, call, visit, harm, words):
    record = ids.mint()
    file(county.zhang_san, record, body_of(visit))
    with db.engine.begin() as connection:
        connection.exec_driver_sql(harm)

    said = [one.words.replace(" 的内容", "的内容") for one in verify().findings]

    assert words.format(record).replace(" 的内容", "的内容") in said


def test_it_goes_to_the_phone_with_the_pack_and_comes_by_rescue(county, call, visit, signed_in, tmp_path):
    from zipfile import ZipFile

    from fieldapp.filing.canonical import canonical

    record, sent = ids.mint(), canonical(body_of(visit))
    path = tmp_path / "rescue.zip"
    said = {"id": record, "kind": "call", "sha256": hashlib.sha256(sent).hexdigest()}
    user = {"id": county.zhang_san.id, "username": "zhangsan", "name": "张三"}
    manifest = {"format": "fieldapp-rescue-1", "user": user, "records": [said], "evidence": [], "made_at": ""}
    with ZipFile(path, "w") as package:
        package.writestr(f"records/{record}.json", sent)
        package.writestr("manifest.json", canonical(manifest))

    for state, times in (("new", 1), ("known", 2)):
        report = rescue.take_in(None, Package(path))
        assert [(one.state, one.what[:4]) for one in report.outcomes] == [(state, "走访记录")], times

    listed = signed_in(county.zhang_san).api_get("/api/v1/pack").json["records"]
    assert [(one["kind"], one["id"], one["number"][:3]) for one in listed] == [("call", record, "ZF-")]


def test_it_shares_a_batch_with_other_kinds_and_each_is_judged_by_its_own(county, call, visit):
    version, author = make_checklist_version(), county.zhang_san.id
    calls = [parse(CALL, ids.mint(), body_of(visit, **changes)) for changes in ({}, {"words": ""})]
    record = filed_observation(ids.mint(), observation_body(visit, version))

    outcomes = operations.file_together([(author, calls[0]), (author, record), (author, calls[1])])

    assert [one.status if isinstance(one, FieldappError) else one.number[:2] for one in outcomes] == ["ZF", "JD", 422]
    assert verify().first is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a copy of a database, for the program on its own
def test_the_program_that_proves_receipts_without_this_one_finds_its_words(county, call, visit):
    record = ids.mint()
    receipt = receipts.wire(file(county.zhang_san, record, body_of(visit)).receipt)
    verifier = runpy.run_path(str(ROOT / "deploy" / "verify_receipts.py"))
    copy = verifier["open_database"](str(db.engine.url.database))

    def judged() -> str:
        return verifier["in_database"](receipt, copy)

    assert judged() == "present"
    for harm, verdict in (("UPDATE call_revision SET body = '{}'", "changed"), ("DELETE FROM call_revision", "deleted"),
                          ("DROP TABLE call_revision", "genuine")):  # fmt: skip
        with db.engine.begin() as connection:
            connection.exec_driver_sql(harm)
        assert judged() == verdict, harm
    copy.close()


def test_a_name_or_an_address_is_given_once(call):
    for changes in ({}, {"name": "other"}, {"name": "visit", "address": "x"}):
        with pytest.raises(ValueError, match="already"):
            kinds.register(replace(CALL, **changes))
    ours = ["observation", "interview", "confirmation", "roundtable", "officer_word"]
    assert [kind.name for kind in kinds.every()] == [*ours, "call"]
