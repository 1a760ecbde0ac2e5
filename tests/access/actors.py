"""Who knocks at every door, and the rows that they ask for: everything of one group is full of canaries.

| actor | who, seen from the row that is asked for |
| --- | --- |
| author | 监督员 whose row it is |
| fellow | 监督员 of the same group |
| outsider | 监督员 of another group in another 区镇 |
| idle | 监督员 in no group |
| lead | 组长 of the group |
| other_lead | 组长 of another group and 区镇 |
| county_lead | 组长 who sees the whole county |
| bureau | 司法局签发人 |
| invited | 特邀监督员 of the same group |
| admin | 系统管理员 and 安全管理员 in one, as a small county has |
| system | 系统管理员 |
| security | 安全管理员 |
| auditor | 审计员 |
| local_admin | both administrators in one, of another 区镇 |
| nobody | signed in, and no role yet |
| agency | 联络员 of the agency that was observed |
| other_agency | 联络员 of another agency |
| anonymous | nobody signed in |
| disabled | a live session whose account has been disabled since |
| revoked | a live session on a phone that has been shut out since |
"""

import contextvars
import hashlib
import html
import io
import json
import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote

from calendars import SOURCE
from citizens import make_poster, make_slip, receipt_in, token_in
from confirmations_kit import confirmation_body
from factories import (
    PASSWORD,
    interview_body,
    make_certificate,
    make_checklist_version,
    make_photo,
    make_user,
    make_visit,
    observation_body,
    roundtable_body,
)
from flask import Flask
from flask.testing import FlaskClient

from fieldapp import clock, ids
from fieldapp.calendar import operations as calendar
from fieldapp.callbacks import operations as callbacks
from fieldapp.extensions import db, unit_of_work
from fieldapp.jobs import operations as jobs
from fieldapp.officer_words import operations as officer_words
from fieldapp.officer_words import queries as officer_queries
from fieldapp.officers import operations as officers
from fieldapp.officers.operations import OfficerDraft
from fieldapp.people import portraits
from fieldapp.people.models import ContactPoint, GroupMember, SignIn, User
from fieldapp.ratings.models import Opinion, Rating

SIGNED_IN = (
    "author", "fellow", "outsider", "idle", "lead", "other_lead", "county_lead", "bureau", "invited", "admin",
    "system", "security", "auditor", "local_admin", "nobody", "agency", "other_agency",
)  # fmt: skip
STRANGERS = ("anonymous", "disabled", "revoked")
ACTORS = (*SIGNED_IN, *STRANGERS)


class Caller(FlaskClient):
    """A browser that says what it gets and judges no page: other tests do, this one asks a thousand times."""

    csrf_token = ""
    device = ""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # As in a server: nothing of one request is left for the next one.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return response

    def remember(self) -> None:
        """Keeps the cookies as they are now."""
        self._kept = dict(self._cookies or {})

    def come_back(self) -> None:
        """The cookies that were kept: a call may have signed this browser out."""
        self._cookies = dict(self._kept)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """A request as this actor would send it, with its own CSRF token and its phone's id."""
        headers = {"X-CSRFToken": self.csrf_token, "Tus-Resumable": "1.0.0"} | kwargs.pop("headers", {})
        if self.device:
            headers["X-Device-Id"] = self.device
        return self.open(path, method=method, headers=headers, **kwargs)


@dataclass
class World:
    """The callers by actor, the ids that fill a route's parameters, and what may be sent to the rows by name."""

    app: Flask
    callers: dict[str, Caller]
    users: dict[str, User]
    ids: dict[str, str]
    bodies: dict[str, Any] = field(default_factory=dict)


def canaries_in(response: Any) -> set[str]:
    """The kinds of canaries that an answer holds, in its headers or its body, however it is written."""
    text = response.get_data().decode("utf-8", "replace")
    spoken = [text, html.unescape(text), str(response.headers), unquote(str(response.headers))]
    if text and "json" in (response.mimetype or ""):
        spoken.append(json.dumps(json.loads(text), ensure_ascii=False))
    return {kind for kind, canary in CANARIES.items() if any(canary in words for words in spoken)}


CANARIES = {
    "party": "金丝雀当事人甲",
    "party_contact": "000-7351-0001",
    "respondent": "金丝雀受访人乙",
    "respondent_contact": "000-7351-0002",
    "note": "金丝雀备注丙",
    "officer": "金丝雀执法员丁",
    "opinion": "金丝雀意见戊",
    "latitude": "31.384697",
    "longitude": "120.980731",
    "draft": "金丝雀草稿己",
    "colleague": "金丝雀同事庚",
    "rating": "金丝雀评价辛",
    "rater": "金丝雀评价人壬",
    "rater_phone": "000-7351-0003",
    "proposal": "金丝雀建议癸",
}


def make_world(app: Flask, county: Any) -> World:
    """云川市 with rows of 张三 in the first group, and everybody signed in."""
    other_agency = make_user(
        "外单位联络员", username="outside", role="liaison", organisation=county.environment_agency, origin=None
    )
    disabled = make_user(CANARIES["colleague"], username="gone", organisation=county.bureau)
    revoked = make_user("失机者", username="lostphone", organisation=county.bureau)
    more = {
        name: make_user(name, username=name.replace("_", "-"), role=role, organisation=county.bureau, locality=locality)
        for name, role, locality in (
            ("bureau", "bureau", None), ("invited", "invited", None), ("system", "system", None),
            ("security", "security", None), ("auditor", "auditor", None),
            ("local_admin", "system security", county.shiqiao), ("nobody", "", None),
        )
    }  # fmt: skip
    with unit_of_work() as session:
        session.add(GroupMember(group_id=county.first_group.id, user_id=more["invited"].id, position=9))
    users = {
        "author": county.zhang_san, "fellow": county.li_si, "outsider": county.wang_wu, "idle": county.chen,
        "lead": county.qian, "other_lead": county.sun, "county_lead": county.zhou, "admin": county.wu,
        "agency": county.zheng, "other_agency": other_agency, "disabled": disabled, "revoked": revoked, **more,
    }  # fmt: skip
    callers = {name: _signed_in(app, user, device=ids.mint()) for name, user in users.items()}
    callers["anonymous"] = _caller(app)
    # A stranger has a token too, of the sign-in page: it must not be what keeps him out.
    page = callers["anonymous"].get("/sign-in").get_data(as_text=True)
    callers["anonymous"].csrf_token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    world = World(app, callers, users, {})
    _fill(world, county)
    _shut_out(world)
    for caller in callers.values():
        caller.remember()
    return world


def _caller(app: Flask) -> Caller:
    return Caller(app, app.response_class, use_cookies=True)


def _signed_in(app: Flask, user: User, *, device: str) -> Caller:
    caller = _caller(app)
    caller.device = device
    answer = caller.call("POST", "/api/v1/login", json={"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    caller.csrf_token = answer.json["csrf_token"]
    return caller


def _fill(world: World, county: Any) -> None:
    version = make_checklist_version()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    author = world.callers["author"]
    fresh = {
        name: ids.mint()
        for name in (
            "observation",
            "draft",
            "interview",
            "evidence",
            "ad_hoc",
            "interview_draft",
            "signature",
            "draft_signature",
            "confirmation",
            "roundtable",
            "roundtable_draft",
            "roundtable_of_lead",
        )
    }
    person = {"kind": "citizen", "name": CANARIES["party"], "contact": CANARIES["party_contact"]}
    body = observation_body(
        visit, version,
        answers={"B01": {"value": "no", "note": CANARIES["note"], "evidence": [fresh["evidence"]]}},
        party={**person, "salt": secrets.token_hex(16)},
        officers=[{"name": CANARIES["officer"], "certificate_no": "云执0001"}],
        location={"latitude": float(CANARIES["latitude"]), "longitude": float(CANARIES["longitude"]), "accuracy": 9.0},
    )  # fmt: skip
    _ok(author.call("PUT", f"/api/v1/observations/{fresh['observation']}", json=body))
    draft = observation_body(visit, version, state="draft", summary=CANARIES["draft"])
    _ok(author.call("PUT", f"/api/v1/observations/{fresh['draft']}", json=draft))
    respondent = {"kind": "party", "name": CANARIES["respondent"], "contact": CANARIES["respondent_contact"]}
    talk = interview_body(
        visit, anonymous=False, opinion=CANARIES["opinion"], respondent={**respondent, "salt": secrets.token_hex(16)},
        callback=True, signature={"evidence": fresh["signature"]},
    )  # fmt: skip
    _ok(author.call("PUT", f"/api/v1/interviews/{fresh['interview']}", json=talk))
    begun = talk | {"state": "draft", "opinion": CANARIES["draft"]}
    _ok(author.call("PUT", f"/api/v1/interviews/{fresh['interview_draft']}", json=begun))
    said = confirmation_body(
        visit, fresh["observation"], {"revision": 1, "digest": "0" * 64}, remark=CANARIES["opinion"]
    )
    _ok(author.call("PUT", f"/api/v1/confirmations/{fresh['confirmation']}", json=said))
    said_by_officer = _said_by_officer(author, fresh["observation"])
    table = _talked_about(visit)
    _ok(author.call("PUT", f"/api/v1/roundtables/{fresh['roundtable']}", json=table))
    drafted = table | {"state": "draft", "points": [{"origin": "npc", "text": CANARIES["draft"]}]}
    _ok(author.call("PUT", f"/api/v1/roundtables/{fresh['roundtable_draft']}", json=drafted))
    leads = roundtable_body(state="draft")
    _ok(world.callers["lead"].call("PUT", f"/api/v1/roundtables/{fresh['roundtable_of_lead']}", json=leads))
    _ok(author.call("PUT", f"/api/v1/visits/{fresh['ad_hoc']}", json=visit_body()))
    _ok(author.call("PUT", f"/api/v1/devices/{author.device}", json={}))
    point = ContactPoint(id=ids.mint(), name="柳湾企业联系点", kind="enterprise", locality_id=county.liuwan.id)
    with unit_of_work() as session:
        session.add(point)
    upload = _upload(fresh["evidence"], fresh["observation"])
    _ok(author.call("POST", "/api/v1/evidence", **upload))
    for signature, owner in (("signature", "interview"), ("draft_signature", "interview_draft")):
        _ok(author.call("POST", "/api/v1/evidence", **_signature(fresh[signature], fresh[owner])))
    rows_of_citizens = _rate(world, visit, point)
    callbacks.open_wished()
    with unit_of_work():
        job = jobs.enqueue("uploads")
        job.last_error = "没有做成"
    world.bodies = {
        "observation": {**body, "revision": 2, "base_revision": 1},
        "interview": {**talk, "revision": 2, "base_revision": 1},
        "confirmation": {**said, "revision": 2, "base_revision": 1},
        "roundtable": {**table, "revision": 2, "base_revision": 1},
        "visit": visit_body() | {"place": "工业路3号"}, "upload": upload,
        "binding": {"visit": visit.id, "bound_at": "2026-11-23T09:30:00+08:00"},
    }  # fmt: skip
    certificate = make_certificate(county.zhang_san)
    portraits.keep(None, certificate.id, make_photo(32, 32))
    officer = officers.add(
        None, OfficerDraft("执法甲", county.work_safety_agency.id, "32050099001", date(2030, 12, 31))
    )
    calendar.enter_day(None, calendar.DayDraft(date(2027, 1, 1), "holiday", "元旦", SOURCE))
    sign_in = db.session.query(SignIn).filter_by(user_id=county.zhang_san.id).first()
    world.ids = {
        "observation_id": fresh["observation"], "draft_id": fresh["draft"], "interview_id": fresh["interview"],
        "interview_draft_id": fresh["interview_draft"], "signature_id": fresh["signature"],
        "draft_signature_id": fresh["draft_signature"], "evidence_id": fresh["evidence"],
        "ad_hoc_id": fresh["ad_hoc"], "visit_id": visit.id,
        "officer_word_id": said_by_officer, "confirmation_id": fresh["confirmation"],
        "roundtable_id": fresh["roundtable"],
        "roundtable_draft_id": fresh["roundtable_draft"], "roundtable_of_lead_id": fresh["roundtable_of_lead"],
        "device_id": author.device, "subject_id": fresh["observation"], "user_id": county.zhang_san.id,
        "sign_in_id": sign_in.id, "certificate_id": certificate.id, "code": certificate.verify_code,
        "token": "never-handed-out",
        "version_id": version.id, "contact_point_id": point.id, "group_id": county.first_group.id,
        "organisation_id": county.work_safety_agency.id, "officer_id": officer.id, "filename": "css/base.css",
        "position": "0", "day": "2027-01-01", "year": "2027", "job_id": job.id, **rows_of_citizens,
    }  # fmt: skip


def _rate(world: World, visit: Any, point: ContactPoint) -> dict[str, str]:
    """A bad rating with a picture, an opinion, and codes that nobody has used; gives their ids."""
    citizen = _caller(world.app)
    used, free = (make_slip(world.users["author"], visit=visit) for _ in range(2))
    contact = {"name": CANARIES["rater"], "phone": CANARIES["rater_phone"], "may_call": "1"}
    picture = (io.BytesIO(make_photo(64, 48, text="rating")), "a.jpg")
    said = {"level": "1", "reason": ["rude"], "comment": CANARIES["rating"], "photo": picture, **contact}
    answer = _say(citizen, f"/r/{used.code}", said)
    rating = db.session.query(Rating).filter_by(receipt_code=receipt_in(answer)).one()
    poster = make_poster(world.users["admin"], contact_point_id=point.id)
    _say(citizen, f"/r/{poster.code}/opinion", {"words": CANARIES["proposal"], **contact})
    opinion = db.session.query(Opinion).one()
    return {
        "slip_id": free.id, "slip_code": free.code, "poster_code": poster.code, "code_id": poster.id,
        "rating_id": rating.id, "receipt_code": rating.receipt_code, "opinion_id": opinion.id,
    }  # fmt: skip


def _say(citizen: Caller, path: str, said: dict[str, Any]) -> Any:
    """Opens a page of the citizens and sends it filled in."""
    page = citizen.get(path)
    assert page.status_code == 200, page.get_data(as_text=True)
    answer = citizen.post(path, data={"page": token_in(page), **said})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer


def _said_by_officer(author: Caller, observation_id: str) -> str:
    """What an officer said of the record with a code of the author; its id. The code is used up."""
    token = secrets.token_urlsafe(16)
    code = officer_queries.digest_of(token)
    _ok(author.call("PUT", f"/api/v1/observations/{observation_id}/officer-code", json={"code": code}))
    noted = officer_queries.noted(officer_queries.by_token(token))
    assert noted
    return officer_words.say(noted, words=CANARIES["opinion"], name=CANARIES["officer"]).receipt.subject_id


def _talked_about(visit: Any) -> dict[str, Any]:
    """A roundtable of a visit, with somebody who left a name."""
    people = {"salt": secrets.token_hex(16), "named": [{"name": CANARIES["party"], "unit": "", "origin": "npc"}]}
    points = [{"origin": "npc", "text": CANARIES["opinion"]}]
    return roundtable_body(visit=visit, people=people, points=points)


def visit_body() -> dict[str, Any]:
    """An ad-hoc visit as a phone sends it."""
    return {
        "mode": "on_site", "domain": "work_safety", "agency": {"name": "云川市应急管理局"}, "place": "工业路2号",
        "starts_at": "2026-11-23T09:00:00+08:00",
    }  # fmt: skip


def _upload(evidence_id: str, observation_id: str) -> dict[str, Any]:
    place = {"latitude": CANARIES["latitude"], "longitude": CANARIES["longitude"]}
    return _file(evidence_id, make_photo(64, 48), source="camera", observation=observation_id, item="B01", **place)


def _signature(evidence_id: str, interview_id: str) -> dict[str, Any]:
    return _file(evidence_id, make_photo(64, 32, text=evidence_id), source="signature", interview=interview_id)


def _file(evidence_id: str, content: bytes, **about: str) -> dict[str, Any]:
    said = {
        "id": evidence_id, "sha256": hashlib.sha256(content).hexdigest(), "filetype": "image/jpeg", "filename": "a.jpg",
        **about,
    }  # fmt: skip
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    return {"data": content, "headers": headers, "content_type": "application/offset+octet-stream"}


def _shut_out(world: World) -> None:
    """The account and the phone that are shut out after they have signed in."""
    with unit_of_work() as session:
        gone = session.get(User, world.users["disabled"].id)
        gone.disabled_at = clock.now()  # as a direct change of the row would: no operation ends the session
    revoked = world.callers["revoked"]
    _ok(revoked.call("PUT", f"/api/v1/devices/{revoked.device}", json={}))
    answer = world.callers["admin"].call("POST", f"/admin/devices/{revoked.device}/revocation")
    assert answer.status_code == 302, answer.get_data(as_text=True)


def _ok(answer: Any) -> None:
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
