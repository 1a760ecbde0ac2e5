"""`flask records erase-person`: one person goes, everything that was filed still stands, and nobody says otherwise."""

import contextvars
import json
from pathlib import Path

import pytest
from citizens import Citizen, make_slip, receipt_in
from factories import interview_body, make_checklist_version, make_photo, make_visit, observation_body
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.filing.models import SealedPerson
from fieldapp.people.accounts import reason_digest
from fieldapp.ratings import queries
from fieldapp.ratings.models import Rating

REASON = "本人书面申请"
PARTY = "云川市某某五金厂"
WITNESS = "受访人甲"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def phone(county, signed_in):
    return signed_in(county.zhang_san)


@pytest.fixture
def body(visit):
    party = {"kind": "enterprise", "name": PARTY, "contact": "000-0000-0009", "salt": "a" * 32}
    return observation_body(visit, make_checklist_version(), party=party)


@pytest.fixture
def record(phone, body):
    """A record in two revisions, each with its party sealed."""
    record_id = ids.mint()
    for revision, state in ((1, "draft"), (2, "submitted")):
        sent = body | {"revision": revision, "base_revision": revision - 1, "state": state}
        assert phone.api_put(f"/api/v1/observations/{record_id}", sent).status_code == 200
    return record_id


@pytest.fixture
def interview(phone, visit):
    interview_id = ids.mint()
    person = {"kind": "employee", "name": WITNESS, "contact": "000-0000-0008", "salt": "b" * 32}
    sent = interview_body(visit, respondent=person, anonymous=False)
    assert phone.api_put(f"/api/v1/interviews/{interview_id}", sent).status_code == 200
    return interview_id


def erase(app, *arguments, **given):
    db.session.rollback()
    runner = app.test_cli_runner()
    done = contextvars.copy_context().run(runner.invoke, args=["records", "erase-person", *arguments], **given)
    db.session.rollback()
    db.session.expire_all()
    return done


def verdict(app) -> str:
    return contextvars.copy_context().run(app.test_cli_runner().invoke, args=["audit", "verify", "--files"]).output


def words_of(answer):
    return answer.get_data(as_text=True)


def entries(event):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.sequence)).all()


def test_a_party_is_gone_everywhere_and_the_record_still_stands(app, county, phone, record, signed_in):
    lead = signed_in(county.qian)
    page, call, receipt = f"/review/records/{record}", f"/api/v1/observations/{record}", f"/verify/receipt/{record}"
    before, filed, checked = words_of(lead.get(page)), phone.api_get(call).json, words_of(phone.get(receipt))

    done = erase(app, "observation", filed["number"], "--reason", REASON, "--as", "wu", "--yes")

    assert done.exit_code == 0, done.output
    assert "已删除 2 份" in done.output
    after, shown = words_of(lead.get(page)), phone.api_get(call).json
    assert PARTY in before
    assert PARTY not in after
    assert "已依法删除" in after
    assert set(shown["body"]["party"]) == {"commitment", "erased_at"}
    unchanged = ("digest", "revisions", "number", "state")
    assert {name: shown[name] for name in unchanged} == {name: filed[name] for name in unchanged}
    assert words_of(phone.get(receipt)) == checked, "the public page said nothing of a party and still says the same"
    assert "完整" in verdict(app)
    assert [entry.actor_id for entry in entries("person.erased")] == [county.wu.id] * 2
    details = [json.loads(entry.details) for entry in entries("person.erased")]
    assert details == [{"revision": number, "reason_digest": reason_digest(REASON)} for number in (1, 2)]


def test_a_respondent_is_gone_and_the_interview_still_stands(app, county, phone, interview):
    call = f"/api/v1/interviews/{interview}"
    filed = phone.api_get(call).json

    done = erase(app, "访谈", interview, "--reason", REASON, input="y\n")

    shown = phone.api_get(call).json
    assert done.exit_code == 0, done.output
    assert filed["body"]["respondent"]["name"] == WITNESS
    assert set(shown["body"]["respondent"]) == {"commitment", "erased_at"}
    assert (shown["digest"], shown["body"]["opinion"]) == (filed["digest"], filed["body"]["opinion"])
    assert [entry.actor_id for entry in entries("person.erased")] == [None], "the command line"
    assert "完整" in verdict(app)


def test_the_phone_can_go_on_with_a_returned_record_whose_party_is_gone(app, county, phone, record, body):
    from fieldapp.reviews import operations as reviews

    reviews.return_to_author(county.qian, record, revision=2, comment="请补充", items={})
    erase(app, "observation", record, "--reason", REASON, "--yes")

    returned = next(one for one in phone.api_get("/api/v1/pack").json["returned"] if one["id"] == record)
    sent = returned["body"] | {"revision": 3, "base_revision": 2, "state": "submitted", "summary": "已补充"}
    answer = phone.api_put(f"/api/v1/observations/{record}", sent)
    conflict = phone.api_put(f"/api/v1/observations/{record}", sent | {"summary": "另一种说法"})

    assert returned["body"]["party"] is None
    assert answer.status_code == 200, answer.json
    assert conflict.status_code == 409
    assert conflict.json["stored"]["body"]["party"] is None


def test_a_citizens_telephone_is_gone_and_its_log_says_by_whom_and_why(app, county, visit, signed_in):
    slip = make_slip(county.zhang_san, visit=visit)
    form = {"level": "1", "reason": "rude", "phone": "000-0000-0001", "name": "王五", "may_call": "1"}
    code = receipt_in(Citizen(app).rate(slip.code, **form))
    rating_id = queries.by_receipt(code).id

    done = erase(app, "rating", code, "--reason", REASON, "--as", "wu", "--yes")

    rating = db.session.get(Rating, rating_id)
    page = words_of(signed_in(county.qian).get(f"/review/ratings/{rating_id}"))
    assert done.exit_code == 0, done.output
    assert (rating.contact_key, rating.contact_sealed, rating.contact_mask) == (None, None, "")
    assert not rating.follow_up.is_real_name, "no call is owed any more"
    assert REASON in page
    assert "吴管理员" in page
    assert json.loads(entries("rating.contact_erased")[0].details) == {"reason_digest": reason_digest(REASON)}
    assert "000-0000-0001" not in words_of(Citizen(app).open(f"/r/status/{code}"))


@SQLITE
def test_no_byte_of_the_sealed_person_is_left_in_the_database_files(app, county, record, interview):
    sealed = [(row.sealed, row.key) for row in db.session.scalars(select(SealedPerson))]
    pieces = [piece for pair in sealed for piece in pair]
    assert len(pieces) == 6
    assert all(piece in bytes_of_the_database(app) for piece in pieces)

    for kind, owner in (("observation", record), ("interview", interview)):
        assert erase(app, kind, owner, "--reason", REASON, "--yes").exit_code == 0

    assert not any(piece in bytes_of_the_database(app) for piece in pieces)


def bytes_of_the_database(app) -> bytes:
    db.session.rollback()
    file = Path(app.config["SETTINGS"].database_url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


@pytest.mark.parametrize("how", [{"input": "n\n"}, {"input": ""}])
def test_who_does_not_confirm_erases_nobody(app, record, how):
    done = erase(app, "observation", record, "--reason", REASON, **how)

    assert done.exit_code == 1
    assert all(row.key for row in db.session.scalars(select(SealedPerson)))


def test_a_rehearsal_says_what_stays_behind_and_erases_nobody(app, phone, record):
    phone.send_file(make_photo(64, 48), evidence_id=ids.mint(), observation=record)

    done = erase(app, "observation", record, "--reason", REASON, "--dry-run")

    assert done.exit_code == 0
    assert "监督记录的当事人：2 份" in done.output
    assert "原件 1 件不在其内" in done.output
    assert all(row.key for row in db.session.scalars(select(SealedPerson)))


def test_twice_is_said_and_changes_nothing(app, record):
    erase(app, "observation", record, "--reason", REASON, "--yes")

    again = erase(app, "observation", record, "--reason", REASON, "--yes")

    assert again.exit_code == 0
    assert "早已删除" in again.output
    assert len(entries("person.erased")) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("observation", "JD-2026-999999", "--reason", REASON), "没有 JD-2026-999999 这份监督记录"),
        (("interview", "x", "--reason", REASON), "没有 x 这份访谈"),
        (("rating", "x", "--reason", REASON), "没有 x 这条评价"),
        (("opinion", "x", "--reason", REASON), "没有 x 这条"),
    ],
)
def test_what_is_not_there_is_said_in_words(app, county, arguments, words):
    done = erase(app, *arguments, "--yes")

    assert done.exit_code == 1
    assert words in done.output


@pytest.mark.parametrize("given", [("--reason", "  "), ("--reason", REASON, "--as", "qian")])
def test_without_a_reason_or_by_anybody_but_an_administrator_nobody_is_erased(app, county, record, given):
    done = erase(app, "observation", record, *given, "--yes")

    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert all(row.key for row in db.session.scalars(select(SealedPerson)))
