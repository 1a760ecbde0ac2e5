"""What a party said lies sealed, is erased when the law asks for it, never comes back; nobody calls that a fault."""

import contextvars
import hashlib
import os
import secrets
from pathlib import Path

import pytest
from citizens import later
from factories import interview_body, make_photo, make_visit, roundtable_body

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.callbacks import operations as callbacks
from fieldapp.callbacks.models import Callback
from fieldapp.clock import now
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.interviews import operations as interviews
from fieldapp.interviews import transcripts
from fieldapp.interviews.models import Interview
from fieldapp.keeping import backup, retention, verification
from fieldapp.promises import PROMISES
from fieldapp.reviews import agreement_projection
from fieldapp.reviews.models import KeptVoice
from fieldapp.roundtables.models import Roundtable

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID, NAME, POINT = "他们进门没有亮证还收了茶叶", "江某某丁", "上门检查先打个招呼再进车间"


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group)


@pytest.fixture
def phone(county, signed_in):
    return signed_in(county.zhang_san)


@pytest.fixture
def picture():
    """What the party has signed: nobody else has this file."""
    return make_photo(64, 48, text=secrets.token_hex(4))


@pytest.fixture
def talk(phone, visit, picture):
    """A submitted interview with a person, a wish to be called and a signature; its id, that of the file, the body."""
    interview, file = ids.mint(), ids.mint()
    person = {"kind": "party", "name": NAME, "contact": "000-0000-7301", "salt": secrets.token_hex(16)}
    body = interview_body(
        visit, opinion=SAID, signature={"evidence": file}, respondent=person, anonymous=False, callback=True
    )
    assert phone.api_put(f"/api/v1/interviews/{interview}", body).status_code == 200
    assert phone.send_file(picture, evidence_id=file, source="signature", interview=interview).status_code == 201
    callbacks.open_wished()
    return interview, file, body


def run(app, *arguments, **given):
    db.session.rollback()
    return contextvars.copy_context().run(app.test_cli_runner().invoke, args=list(arguments), **given)


def bytes_of_the_database(app):
    """Everything that lies in the database's files: the file itself and its write-ahead log."""
    db.session.rollback()
    file = Path(app.config["SETTINGS"].database_url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def faults():
    db.session.rollback()
    return [finding.words for finding in verification.verify(with_files=True).findings]


def heartbeat(phone, after=0):
    answer = phone.api_put(f"/api/v1/devices/{ids.mint()}", {"erased_after": after})
    return answer.json["erased"], answer.json["erased_through"]


@SQLITE
def test_no_word_of_an_interview_or_a_roundtable_lies_readable_in_the_database(app, talk, phone):
    body = roundtable_body(points=[{"origin": "enterprise", "text": POINT}])
    assert phone.api_put(f"/api/v1/roundtables/{ids.mint()}", body).status_code == 200

    whole = bytes_of_the_database(app)

    assert not any(words.encode() in whole for words in (SAID, NAME, POINT))
    assert phone.api_get(f"/api/v1/interviews/{talk[0]}").json["body"]["opinion"] == SAID
    assert faults() == []


def test_what_was_erased_is_gone_from_everywhere_and_its_receipt_still_proves_it(
    app, county, talk, phone, picture, signed_in
):
    interview, file, body = talk
    place = Path(app.config["SETTINGS"].storage_url.removeprefix("file://")) / hashlib.sha256(picture).hexdigest()[:2]
    projections.catch_up(agreement_projection.PROJECTION)
    assert db.session.query(KeptVoice).filter_by(source_id=interview).count() == 1
    assert heartbeat(phone) == ([], 0)

    interviews.erase(county.qian, interview, ground="withdrawn", reason="本人来电撤回同意")

    assert not (place / hashlib.sha256(picture).hexdigest()).exists()
    told, through = heartbeat(phone)
    assert set(told) == {interview, file}
    assert heartbeat(phone, through) == ([], through), "once carried out, it is not told again"
    assert heartbeat(signed_in(county.li_si)) == ([], 0), "nor to anybody else"
    projections.catch_up(agreement_projection.PROJECTION)
    assert db.session.query(KeptVoice).filter_by(source_id=interview).count() == 0
    row = db.session.get(Interview, interview, populate_existing=True)
    assert (row.state, row.level, row.wants_call) == ("erased", None, False)
    assert db.session.query(Callback).one().closed_at is not None
    assert faults() == []
    page = phone.get(f"/verify/receipt/{interview}").get_data(as_text=True)
    assert "已依法删除" in page
    assert "核验不通过" not in page
    for revision in ({}, {"revision": 2, "base_revision": 1, "opinion": SAID + "，再说一遍"}):
        answer = phone.api_put(f"/api/v1/interviews/{interview}", body | revision)
        assert (answer.status_code, answer.json["erased"]) == (410, interview)
    assert phone.api_get(f"/api/v1/interviews/{interview}").status_code == 410
    for again in (file, ids.mint()):
        sent = phone.send_file(picture, evidence_id=again, source="signature", interview=interview)
        assert sent.status_code == 410
    assert not (place / hashlib.sha256(picture).hexdigest()).exists()
    assert interview not in str(phone.api_get("/api/v1/pack").json["records"])


def test_whoever_may_not_decide_or_says_no_reason_erases_nothing(county, talk, signed_in):
    address = f"/review/interviews/{talk[0]}/erasure"
    lead = signed_in(county.qian)
    assert "撤回同意" in lead.get(address).get_data(as_text=True)

    unsaid = lead.post_form(address, {"ground": "withdrawn", "words": " "})
    stranger = signed_in(county.zhang_san).post_form(address, {"ground": "withdrawn", "words": "想删"})

    assert (unsaid.status_code, stranger.status_code) == (422, 403)
    assert db.session.get(Interview, talk[0], populate_existing=True).state == "submitted"
    assert lead.post_form(address, {"ground": "request", "words": "本人来信"}).status_code == 302
    assert db.session.get(Interview, talk[0], populate_existing=True).state == "erased"


def test_a_roundtable_goes_with_its_photos_and_names(county, phone, signed_in):
    table, photo = ids.mint(), ids.mint()
    body = roundtable_body(points=[{"origin": "enterprise", "text": POINT}], photos=[photo])
    assert phone.api_put(f"/api/v1/roundtables/{table}", body).status_code == 200
    assert phone.send_file(make_photo(), evidence_id=photo, roundtable=table).status_code == 201

    done = signed_in(county.wu).post_form(
        f"/review/roundtables/{table}/erasure", {"ground": "request", "words": "来信"}
    )

    assert done.status_code == 302
    row = db.session.get(Roundtable, table, populate_existing=True)
    assert (row.state, row.topic, row.place) == ("erased", "", "")
    assert db.session.get(Evidence, photo, populate_existing=True).state == "erased"
    assert phone.api_put(f"/api/v1/roundtables/{table}", body).status_code == 410
    assert faults() == []


@SQLITE
def test_words_that_cannot_be_opened_without_an_erasure_in_the_chain_are_a_fault(app, talk):
    from sqlalchemy import text

    db.session.execute(text("UPDATE sealed_body SET key = NULL"))
    db.session.commit()

    assert any("没有依法删除它的一条" in words for words in faults())


@SQLITE
def test_a_draft_is_erased_by_command(app, phone, visit):
    interview = ids.mint()
    body = interview_body(visit, state="draft", opinion=SAID)
    assert phone.api_put(f"/api/v1/interviews/{interview}", body).status_code == 200
    order = ("records", "erase", "interview", interview, "--ground", "request", "--reason", "本人来信")

    assert run(app, *order, input="n\n").exit_code == 1
    done = run(app, *order, "--yes")

    assert done.exit_code == 0, done.output
    assert phone.api_put(f"/api/v1/interviews/{interview}", body).status_code == 410
    assert run(app, *order, "--yes").exit_code == 1, "once is enough"


# ---- promises -------------------------------------------------------------------------------------------------------


def test_every_promise_of_the_table_has_somebody_who_keeps_it():
    assert {*retention.KEEPERS, *retention.OF_RATINGS} == set(PROMISES)


def pieces(content):
    return [content[at : at + 48] for at in range(64, len(content) - 48, 997)]


@SQLITE
def test_a_recording_is_gone_with_every_byte_by_the_day_that_the_sheet_names(app, county, phone, visit, tmp_path):

    interview, recording = ids.mint(), ids.mint()
    content = _sound()
    body = interview_body(visit, recordings=[recording], opinion=SAID)
    assert phone.api_put(f"/api/v1/interviews/{interview}", body).status_code == 200
    sent = phone.send_file(content, evidence_id=recording, source="audio", interview=interview)
    assert sent.status_code == 201, sent.get_data(as_text=True)
    transcripts.mark_checked(county.qian, interview, recording)
    folder = Path(app.config["SETTINGS"].storage_url.removeprefix("file://"))

    with later(days=PROMISES["recordings"].days - 2):
        assert kept(now()) == 0, "not before its term"
    assert any(piece in bytes_in(folder) for piece in pieces(content))
    with later(days=PROMISES["recordings"].days):
        assert kept(now()) == 1
        retention.leave_files()
        backup.create(tmp_path / "backup")

    everywhere = bytes_in(folder) + bytes_of_the_database(app) + bytes_in(tmp_path / "backup")
    assert not any(piece in everywhere for piece in pieces(content))
    assert heartbeat(phone)[0] == [recording]
    assert phone.api_get(f"/api/v1/interviews/{interview}").json["body"]["opinion"] == SAID, "its words stay"
    assert faults() == []


@SQLITE
def test_a_backup_made_after_the_erasure_holds_nothing_of_it_and_can_be_restored(app, county, talk, picture, tmp_path):
    interviews.erase(county.qian, talk[0], ground="withdrawn", reason="本人来电")
    retention.leave_files()

    backup.create(tmp_path / "backup")

    assert not any(piece in bytes_in(tmp_path / "backup") for piece in pieces(picture))
    assert backup.faults_of(tmp_path / "backup") == []


@SQLITE
def test_backups_of_the_worker_go_at_their_term_but_never_the_newest_nor_anything_else(app, tmp_path, monkeypatch):
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update={"backup_folder": str(tmp_path)}))
    today = now()
    names = [f"{today.date()}", "2020-01-01", "2020-01-02-2", "2020-01-03-mine"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / backup.MANIFEST).write_text("{}")
    (tmp_path / "2020-01-04").mkdir()  # not finished, or not ours

    assert backup.forget_old(today, is_rehearsal=True) == 2
    assert backup.forget_old(today) == 2
    with later(days=400):
        assert backup.forget_old(now()) == 0, "the newest stays, also when nobody makes any more"

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[0], "2020-01-03-mine", "2020-01-04"])


def kept(at):
    """How many recordings went that night."""
    return {one.what: one.count for one in retention.keep_promises(at)}[PROMISES["recordings"].what]


def bytes_in(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _sound():
    """A short WAV of noise."""
    data = os.urandom(8000)
    size = len(data)
    head = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (1).to_bytes(2, "little") * 2 + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little")
    return (
        head
        + form
        + (2).to_bytes(2, "little")
        + (16).to_bytes(2, "little")
        + b"data"
        + size.to_bytes(4, "little")
        + data
    )
