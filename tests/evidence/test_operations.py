"""Taking evidence in, with the server stopped at every step; and what is kept, counted, swept."""

import os
from datetime import timedelta

import pytest
from factories import filed_observation, make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import describe

from fieldapp import clock, ids
from fieldapp.audit.models import AuditEntry
from fieldapp.errors import Conflict, NotFound
from fieldapp.evidence import arrivals, operations, queries, rules, thumbnails, uploads
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.sniffing import Sniffed
from fieldapp.evidence.store import FolderStorage, storage
from fieldapp.extensions import db
from fieldapp.filing import kinds, receipts
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation

PHOTO = make_photo(text="one")
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Killed(BaseException):
    """The server stops here: nothing that comes after is done, and no handler runs."""


def announced(content: bytes = PHOTO, **said: object) -> rules.Announced:
    made = rules.announced(describe(content, **said), length_bytes=len(content), kinds=kinds.words())
    assert isinstance(made, rules.Announced), made
    return made


def begin(author, file, content: bytes = PHOTO):
    return operations.begin_upload(author, file, [content])


def stop_at(monkeypatch, owner: object, name: str) -> None:
    def stop(*args: object, **kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(owner, name, stop)


def stop_after(monkeypatch, owner: object, name: str) -> None:
    real = getattr(owner, name)

    def stop(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, stop)


CRASHES = {
    "before a byte is on disk": lambda m: stop_at(m, os, "fsync"),
    "before the rename": lambda m: stop_at(m, os, "rename"),
    "after the rename": lambda m: stop_after(m, os, "rename"),
    "before the folder is synced": lambda m: stop_at(m, FolderStorage, "keep"),
    "before the transaction": lambda m: stop_at(m, arrivals, "file"),
    "inside the transaction": lambda m: stop_at(m, receipts, "issue_many"),
    "after the transaction": lambda m: stop_at(m, uploads, "drop"),
}


@pytest.mark.parametrize("crash", CRASHES)
def test_a_server_stopped_at_any_step_has_promised_nothing_and_takes_the_photo_at_the_next_try(county, crash):
    file = announced()
    with pytest.MonkeyPatch.context() as patch:
        CRASHES[crash](patch)
        with pytest.raises(Killed):
            begin(county.zhang_san, file)
    db.session.rollback()

    upload = begin(county.zhang_san, file)

    assert receipts.is_genuine(receipts.wire(upload.receipt))
    assert queries.verify_original(queries.find(file.id))
    assert db.session.query(AuditEntry).filter_by(event="evidence.stored").count() == 1


@ONE_ENGINE
def test_a_receipt_means_that_file_and_folder_were_synced_before_the_row_was_written(county, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda descriptor, real=os.fsync: (real(descriptor), done.append("fsync")))
    monkeypatch.setattr(os, "rename", lambda old, new, real=os.rename: (real(old, new), done.append("rename")))
    issue = receipts.issue_many
    monkeypatch.setattr(
        receipts, "issue_many", lambda filings, **more: (done.append("receipt"), issue(filings, **more))[1]
    )

    begin(county.zhang_san, announced())

    last = done.index("rename")
    assert done[0] == "fsync"
    assert done[last : last + 3] == ["rename", "fsync", "receipt"]


def test_a_file_that_its_record_could_not_count_has_not_arrived(county, monkeypatch):
    def fail(connection: object, counts: object) -> None:
        raise Conflict("不行")

    file = announced()
    monkeypatch.setattr(arrivals, "write_counts", fail)
    with pytest.raises(Conflict, match="不行"):
        begin(county.zhang_san, file)

    assert db.session.get(Evidence, file.id) is None
    assert receipts.find(file.id) is None
    assert db.session.query(AuditEntry).count() == 0


def test_of_several_that_are_filed_together_a_wrong_one_harms_no_other(county):
    mine, hers = announced(), announced()
    begin(county.li_si, hers)
    arrived = [arrivals.Arrival(county.zhang_san.id, file, Sniffed("image/jpeg", 1, 1)) for file in (mine, hers, mine)]

    first, refused, again = arrivals.file_together(arrived)

    assert isinstance(refused, NotFound)
    assert first.signature == again.signature
    assert {name for name, row in queries.named([mine.id, hers.id]).items() if row.is_stored} == {mine.id, hers.id}
    assert queries.find(hers.id).author_id == county.li_si.id


def test_photos_of_several_records_that_come_together_are_all_counted_once(county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    photos = [announced(make_photo(text=str(place)), observation=ids.mint()) for place in range(3)]
    records = [photo.owner_id for photo in photos]
    earlier = announced(make_photo(text="earlier"), observation=records[0])
    begin(county.zhang_san, earlier, make_photo(text="earlier"))
    half = announced(make_photo(text="half"), observation=records[0])
    operations.begin_upload(county.zhang_san, half, [b"\xff\xd8"])
    named = [[earlier.id, half.id, photos[0].id], [photos[1].id, ids.mint()], []]
    for record, files in zip(records, named, strict=True):
        body = observation_body(visit, version, answers={"B01": {"value": "no", "note": "x", "evidence": files}})
        file_revision(county.zhang_san, filed_observation(record, body))
    hung_on = announced(make_photo(text="li"), observation=records[1])
    by_zhang = [(county.zhang_san.id, file) for file in (*photos, half, photos[0])]
    arrived = [arrivals.Arrival(*one, Sniffed("image/jpeg", 4, 3)) for one in (*by_zhang, (county.li_si.id, hung_on))]

    outcomes = arrivals.file_together(arrived)

    assert all(receipts.is_genuine(receipts.wire(one)) for one in outcomes)
    db.session.expire_all()
    counts = {row.id: (row.evidence_arrived, row.evidence_named) for row in db.session.query(Observation)}
    assert counts == dict(zip(records, [(3, 3), (1, 2), (0, 0)], strict=True))
    stored = db.session.get(Evidence, half.id)
    assert (stored.state, stored.sniffed_type, stored.width, stored.height) == ("stored", "image/jpeg", 4, 3)
    assert stored.created_at < stored.stored_at


def test_queries_give_only_what_was_asked_for(county):
    owner = ids.mint()
    arrived, other, unfinished = (
        announced(make_photo(text=t), observation=o) for t, o in (("a", owner), ("b", ids.mint()), ("c", owner))
    )
    hung_on = announced(make_photo(text="d"), observation=owner)
    begin(county.zhang_san, arrived, make_photo(text="a"))
    begin(county.zhang_san, other, make_photo(text="b"))
    begin(county.zhang_san, unfinished, make_photo(text="c")[:500])
    begin(county.li_si, hung_on, make_photo(text="d"))

    assert set(queries.named([arrived.id, unfinished.id, ids.mint()])) == {arrived.id, unfinished.id}
    assert [row.id for row in queries.of_owner("observation", owner)] == [arrived.id, hung_on.id]
    assert [row.id for row in queries.of_owner("observation", owner, author_id=county.zhang_san.id)] == [arrived.id]
    assert queries.of_owner("interview", owner) == []


@ONE_ENGINE
def test_an_original_that_was_altered_or_taken_away_does_not_verify(county):
    file = announced()
    begin(county.zhang_san, file)
    row = queries.find(file.id)
    place = storage().root / file.sha256[:2] / file.sha256
    assert queries.verify_original(row)

    place.chmod(0o644)
    place.write_bytes(PHOTO[:-1] + b"\0")
    assert not queries.verify_original(row)
    place.unlink()
    assert not queries.verify_original(row)


@ONE_ENGINE
def test_a_photo_over_the_pixel_limit_of_the_settings_is_kept_and_not_opened(county, app):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"pixel_limit": 640 * 480 // 4 - 1})

    upload = begin(county.zhang_san, announced())

    assert upload.receipt is not None
    with pytest.raises(thumbnails.CannotShow, match="原件已保存"):
        thumbnails.made(thumbnails.view_of(queries.find(upload.id), "thumbnail"))


def test_uploads_that_nobody_continues_are_swept_and_what_arrived_stays(county):
    old, young, arrived = announced(), announced(), announced()
    for file in (old, young):
        begin(county.zhang_san, file, PHOTO[:500])
    begin(county.zhang_san, arrived)
    long_ago = clock.now() - timedelta(days=rules.UNFINISHED_DAYS + 1)
    db.session.get(Evidence, old.id).created_at = long_ago
    db.session.commit()
    os.utime(storage().scratch / old.id, (long_ago.timestamp(),) * 2)

    assert operations.sweep_unfinished() == 1

    assert set(queries.named([old.id, young.id, arrived.id])) == {young.id, arrived.id}
    assert operations.proceed(county.zhang_san, young.id).offset_bytes == 500
    assert begin(county.zhang_san, old).receipt
