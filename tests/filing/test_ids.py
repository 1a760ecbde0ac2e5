"""An id belongs to one thing: whatever comes later under it is refused in words, and what was filed stays."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from citizens import make_slip
from factories import (
    filed_observation,
    interview_body,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
)  # fmt: skip
from phone_uploads import Phone

from fieldapp import ids
from fieldapp.errors import FieldappError
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.filing import kinds, operations, receipts
from fieldapp.filing.models import Device, Receipt
from fieldapp.filing.wire import parse
from fieldapp.keeping import rescue
from fieldapp.keeping.rescue_package import Package
from fieldapp.keeping.verification import verify
from fieldapp.rating_codes.models import RatingCode
from fieldapp.visits.models import Visit

# What may be sent under an id of the phone's own making, and how it is refused when the id belongs to another thing.
REFUSED = {"observation": 422, "interview": 422, "visit": 422, "evidence": 409, "device": 422, "binding": 404}
# What bears an id: all of these, a visit that a desk planned, and a slip (its id is of the server, but phones know it).
BEARERS = ("observation", "interview", "visit", "planned", "evidence", "device", "slip")
RESCUED = ("observation", "interview", "visit", "evidence")
OWN = {"planned": {"visit"}, "slip": {"binding"}}  # what goes under such an id by right
PAIRS = [(a, b) for a in BEARERS for b in REFUSED if a != b and b not in OWN.get(a, ())]
VISIT = {"mode": "on_site", "domain": "work_safety", "agency": {"name": "某某局"},
         "starts_at": "2026-11-23T09:00:00+08:00"}  # fmt: skip
HEARTBEAT = {"unsent_records": 0, "unsent_files": 0, "highest_sequence": 0}
PHOTO = make_photo()


@pytest.fixture
def phone(county: Any, signed_in: Any) -> Any:
    return signed_in(county.zhang_san)


@pytest.fixture
def bodies(county: Any) -> dict[str, dict[str, Any]]:
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    binding = {"visit": visit.id, "bound_at": "2026-11-24T09:30:00+08:00"}
    return {"observation": observation_body(visit, version), "interview": interview_body(visit), "visit": VISIT,
            "device": HEARTBEAT, "binding": binding}  # fmt: skip


def send(phone: Any, bodies: dict[str, dict[str, Any]], name: str, subject: str) -> Any:
    if name == "evidence":
        return phone.send_file(PHOTO, evidence_id=subject, observation=ids.mint())
    address = {"visit": "visits/{}", "device": "devices/{}", "binding": "slips/{}/binding"}.get(name)
    return phone.api_put(f"/api/v1/{(address or kinds.of(name).address + '/{}').format(subject)}", bodies[name])


def born(county: Any, phone: Any, bodies: dict[str, dict[str, Any]], name: str) -> str:
    """The id of a new thing of this name."""
    if name == "planned":
        return make_visit(group=county.first_group).id
    if name == "slip":
        return make_slip(county.zhang_san).id
    subject = ids.mint()
    assert send(phone, bodies, name, subject).status_code in (200, 201)
    return subject


def words_for(bearer: str) -> str:
    return kinds.words_of({"planned": "visit", "slip": "rating_code"}.get(bearer, bearer))


def held() -> list[tuple[Any, ...]]:
    """What must stay as it is: every receipt, visit, file, phone and binding."""
    db.session.expire_all()
    rows = [(row.subject_id, row.kind, row.digest) for row in db.session.query(Receipt)]
    rows += [(row.id, row.revision) for row in db.session.query(Visit)]
    rows += [(row.id, row.sha256) for row in db.session.query(Evidence)]
    rows += [(row.id, row.visit_id) for row in db.session.query(RatingCode).where(RatingCode.bound_at.is_not(None))]
    return sorted((*rows, *((row.id,) for row in db.session.query(Device))), key=str)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_an_id_that_something_else_bears_is_refused_in_words_and_nothing_is_lost(
    county, phone, bodies, first, second
):  # fmt: skip
    subject = born(county, phone, bodies, first)
    kept = held()

    answer = send(phone, bodies, second, subject)

    assert answer.status_code == REFUSED[second], answer.json
    if second != "binding":
        assert words_for(first) in str(answer.json), "it says what bears the id"
        assert "本机" in answer.json["title"], "and that the phone's own copy is safe"
    assert held() == kept
    if first in REFUSED:
        assert send(phone, bodies, first, subject).status_code == 200
    assert verify(with_files=True).first is None


@pytest.mark.parametrize(("first", "second"), [(a, b) for a, b in PAIRS if b in RESCUED])
def test_a_rescue_package_takes_no_id_from_another_thing_either(county, phone, bodies, first, second):
    subject = born(county, phone, bodies, first)
    kept = held()

    report = rescue.take_in(None, Package(package_of(county.zhang_san, second, subject, bodies)))

    (outcome,) = report.outcomes
    assert outcome.state == ("conflict" if second == "evidence" else "refused")
    assert words_for(first) in outcome.words
    assert report.unusable == []
    assert held() == kept


def package_of(user: Any, name: str, subject: str, bodies: dict[str, dict[str, Any]]) -> io.BytesIO:
    """A rescue package with one thing in it."""
    is_file = name == "evidence"
    content = PHOTO if is_file else json.dumps(bodies[name]).encode()
    said = {"id": subject, "sha256": hashlib.sha256(content).hexdigest()}
    said |= {"recordId": ids.mint(), "ownerKind": "observation", "source": "camera", "filename": "a.jpg",
             "type": "image/jpeg"} if is_file else {"kind": name}  # fmt: skip
    manifest = {"format": "fieldapp-rescue-1", "user": {"id": user.id, "username": user.username, "name": user.name},
                "made_at": "2026-11-24T09:05:07+08:00", "records": [] if is_file else [said],
                "evidence": [said] if is_file else []}  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        package.writestr(f"evidence/{subject}" if is_file else f"records/{subject}.json", content)
        package.writestr("manifest.json", json.dumps(manifest))
    file.seek(0)
    return file


def test_of_two_kinds_under_one_new_id_in_one_batch_the_first_is_filed(county, bodies):
    record = ids.mint()
    interview = parse(kinds.of("interview"), record, bodies["interview"])
    observation = filed_observation(record, bodies["observation"])
    other = filed_observation(ids.mint(), bodies["observation"])

    outcomes = operations.file_together([(county.zhang_san.id, one) for one in (interview, observation, other)])

    assert [one.status if isinstance(one, FieldappError) else 200 for one in outcomes] == [200, 422, 200]
    assert receipts.find(record).kind == "interview"


def test_a_file_whose_id_was_taken_while_it_was_under_way_is_refused_and_stays_on_the_phone(phone, bodies):
    record, content = ids.mint(), make_photo()
    assert Phone(phone).post(content, body=b"", id=record).status_code == 201
    assert send(phone, bodies, "observation", record).status_code == 200

    answer = phone.send_file(content, evidence_id=record, observation=ids.mint())

    assert answer.status_code == 409
    assert "原件仍在本机" in answer.json["title"]
    assert receipts.find(record).kind == "observation"
