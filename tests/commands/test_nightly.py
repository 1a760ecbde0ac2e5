"""What operators are told to run every night: the same in both documents, all of it runs, what was promised goes."""

import contextvars
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from citizens import Citizen, later, make_poster, make_slip, receipt_in
from factories import make_photo, make_visit
from phone_uploads import describe
from servers import ROOT
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import rules as evidence_rules
from fieldapp.evidence.store import storage
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import kinds
from fieldapp.ratings import queries
from fieldapp.ratings.models import NetworkKey, Rating, RatingPhoto
from fieldapp.ratings.rules import CONTACT_DAYS, TAG_DAYS, WORDS_YEARS

NIGHTLY = re.compile(r"flask --app wsgi ([a-z-]+ [a-z-]+)")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = "000-0000-7301"
COMMENT = "窗口排了很久的队没有人解释"
PIECE_BYTES = 48


def nightly_in(document: str) -> list[str]:
    """The nightly commands that a document lists, in their order."""
    lines = (ROOT / "docs" / document).read_text().splitlines()
    return [name for line in lines if re.match(r"[\d*]+ +[\d*]+ \* \* \*", line) for name in NIGHTLY.findall(line)]


def run(app, *arguments, **given):
    db.session.rollback()
    return contextvars.copy_context().run(app.test_cli_runner().invoke, args=list(arguments), **given)


def run_the_night(app, folder: Path):
    """Every nightly command as the documents list them; each has to succeed."""
    kept = {
        "backup create": [str(folder / "backup")],
        "backup verify": [str(folder / "backup")],
        "audit export-head": ["--to", str(folder / "heads")],
        "audit verify": ["--heads", str(folder / "heads")],
    }
    for command in nightly_in("operations.md"):
        done = run(app, *command.split(), *kept.get(command, []))
        assert done.exit_code == 0, (command, done.output)


def bytes_of_the_database(app) -> bytes:
    """Everything that lies in the database's files: the file itself and its write-ahead log."""
    db.session.rollback()
    file = Path(app.config["SETTINGS"].database_url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def pieces_of(content: bytes) -> list[bytes]:
    return [content[at : at + PIECE_BYTES] for at in range(0, len(content) - PIECE_BYTES, 997)]


def are_found(pieces: list[bytes], whole: bytes) -> list[bool]:
    return [piece in whole for piece in pieces]


@pytest.fixture
def rating(app, county) -> Rating:
    """A bad rating with a telephone, a comment and a picture, among others; its follow-up is closed."""
    visit = make_visit(group=county.first_group)
    for _ in range(8):
        Citizen(app).rate(make_slip(county.zhang_san, visit=visit).code, level="5", comment="很好" * 60)
    slip = make_slip(county.zhang_san, visit=visit)
    form = {"level": "1", "reason": "rude", "comment": COMMENT, "phone": PHONE, "name": "王五", "may_call": "1"}
    found = queries.by_receipt(receipt_in(Citizen(app).rate(slip.code, **form)))
    content = os.urandom(90_000)
    with unit_of_work() as session:
        session.add(RatingPhoto(rating_id=found.id, position=9, sha256="0" * 64, length_bytes=90_000, content=content))
        found.follow_up.state, found.follow_up.closed_at = "closed", now()
    return db.session.get(Rating, found.id, populate_existing=True)


def test_both_documents_list_the_same_nightly_commands_in_the_same_order():
    assert nightly_in("operations.md") == nightly_in("deploy.md")
    assert {"retention run", "backup create", "audit verify"} <= set(nightly_in("deploy.md"))


def test_every_nightly_command_runs_a_quarter_later(app, rating, tmp_path):
    with later(days=CONTACT_DAYS):
        run_the_night(app, tmp_path)

    kept = db.session.get(Rating, rating.id, populate_existing=True)
    assert (kept.contact_key, kept.contact_sealed, kept.contact_mask, kept.network_tag) == (None, None, "", None)
    assert kept.comment == COMMENT, "its words are kept for years"


@SQLITE
def test_when_its_time_is_over_no_byte_of_it_is_left_in_the_database_files(app, rating, tmp_path):
    tag, key = rating.network_tag, db.session.scalars(select(NetworkKey.key)).first()
    contact = [rating.contact_sealed, rating.contact_key, rating.contact_mask.encode()]
    words = [COMMENT.encode(), *pieces_of(db.session.scalars(select(RatingPhoto.content)).one())]
    assert all(are_found([*contact, tag.encode(), key], bytes_of_the_database(app)))
    assert sum(are_found(words, bytes_of_the_database(app))) > len(words) // 2

    with later(days=TAG_DAYS + 1):
        run_the_night(app, tmp_path / "month")
    after_a_month = bytes_of_the_database(app)
    with later(days=CONTACT_DAYS):
        run_the_night(app, tmp_path / "quarter")
    after_a_quarter = bytes_of_the_database(app)
    with later(days=365 * WORDS_YEARS + 1):
        run_the_night(app, tmp_path / "years")

    assert not any(are_found([tag.encode(), key], after_a_month))
    assert all(are_found(contact, after_a_month))
    assert not any(are_found(contact, after_a_quarter))
    assert COMMENT.encode() in after_a_quarter
    assert not any(are_found(words, bytes_of_the_database(app)))
    backup = b"".join(path.read_bytes() for path in (tmp_path / "years").rglob("*") if path.is_file())
    assert not any(are_found([*contact, *words], backup)), "nor in the backup of that night"


def test_an_upload_that_nobody_continues_is_gone_the_night_after_two_weeks(app, county, tmp_path):
    content = make_photo(64, 48)
    announced = evidence_rules.announced(describe(content), length_bytes=len(content), kinds=kinds.words())
    evidence.begin_upload(county.zhang_san, announced, [content[:500]])

    with later(days=evidence_rules.UNFINISHED_DAYS - 1):
        early = run(app, "retention", "run")
        assert (storage().scratch / announced.id).exists()
    with later(days=evidence_rules.UNFINISHED_DAYS + 1):
        rehearsed = run(app, "retention", "run", "--dry-run")
        assert (storage().scratch / announced.id).exists()
        done = run(app, "retention", "run")

    assert "没有传完的上传（14 天无人续传）：已删除 0 件" in early.output
    assert "将删除 1 件" in rehearsed.output
    assert "没有传完的上传（14 天无人续传）：已删除 1 件" in done.output
    assert not (storage().scratch / announced.id).exists()


def test_a_rehearsal_says_what_would_go_and_leaves_everything(app, rating):
    before = db.session.scalars(select(AuditEntry.sequence)).all()
    ahead = f"{now() + timedelta(days=CONTACT_DAYS + 1):%Y-%m-%d}"

    done = run(app, "retention", "run", "--as-of", ahead, "--dry-run")

    assert done.exit_code == 0
    assert "评价人、提意见人的姓名电话（办结后 90 天内）：将删除 1 份" in done.output
    assert "网络标记的每日密钥（满 30 天）：将删除 1 个" in done.output
    kept = db.session.get(Rating, rating.id, populate_existing=True)
    assert (kept.has_contact, bool(kept.network_tag)) == (True, True)
    assert db.session.scalars(select(AuditEntry.sequence)).all() == before


def test_a_day_that_has_not_come_is_asked_about_before_anything_goes(app, rating):
    ahead = ("retention", "run", "--as-of", f"{now() + timedelta(days=CONTACT_DAYS + 1):%Y-%m-%d}")

    refused = run(app, *ahead, input="n\n")
    assert db.session.get(Rating, rating.id, populate_existing=True).has_contact
    agreed = run(app, *ahead, "--yes")

    assert (refused.exit_code, agreed.exit_code) == (1, 0)
    assert not db.session.get(Rating, rating.id, populate_existing=True).has_contact


def test_the_older_command_still_does_its_part(app, rating):
    with later(days=CONTACT_DAYS):
        done = run(app, "ratings", "tidy")

    assert done.exit_code == 0
    assert not db.session.get(Rating, rating.id, populate_existing=True).has_contact


def test_the_calendar_check_names_the_year_that_nobody_has_entered(app, county):
    done = run(app, "calendar", "check")

    assert done.exit_code == 0
    assert "顺延了 0 件" in done.output


def test_an_opinion_loses_its_telephone_in_time_as_well(app, county):
    from fieldapp.people.models import ContactPoint
    from fieldapp.ratings import opinions
    from fieldapp.ratings.models import Opinion

    with unit_of_work() as session:
        point = ContactPoint(id=ids.mint(), name="柳湾社区", kind="community", locality_id=county.liuwan.id, address="")
        session.add(point)
    poster = make_poster(county.wu, contact_point_id=point.id)
    citizen = Citizen(app)
    token = citizen.scan(poster.code, page="/opinion")
    citizen.send(poster.code, token, page="/opinion", words="希望少填表", phone=PHONE, name="王五", may_call="1")
    opinion = db.session.scalars(select(Opinion)).one()
    assert opinion.has_contact
    opinions.answer(county.zhou, opinion.id, "已合并三张表")

    with later(days=CONTACT_DAYS):
        run(app, "retention", "run")

    assert not db.session.get(Opinion, opinion.id, populate_existing=True).has_contact
