"""Who may call what, for every route: the table that the application is held to (M15).

A line says for one route and one row who is let in; everybody else gets the refusal that stands beside it. `shows`
names the canaries of actors.py that an answer may hold for those who are let in, `shows_author` those that only the
row's author may see, `shows_reach` those that a list shows only to whose reach the row lies in; nobody else sees one.

A new route needs a line here: test_every_route.py says which one is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from actors import ACTORS, SIGNED_IN, STRANGERS, World
from phone_bundles import FORM_TYPE, form_of, parts_of

FIELD = ("author", "fellow", "outsider", "idle", "lead", "other_lead", "county_lead", "invited")
REVIEWERS = ("lead", "other_lead", "county_lead", "bureau", "admin", "system", "local_admin")
IN_REACH = ("lead", "county_lead", "bureau", "admin", "system")
OUT_OF_REACH = ("other_lead", "local_admin")
DECIDES = ("lead", "county_lead", "bureau")
HANDLES = ("lead", "county_lead", "admin", "system")  # bad ratings, opinions, contacts
KEEPS = ("admin", "system")  # the registers of the county
SECURES = ("admin", "security")
LOCAL = ("local_admin",)
LIAISONS = ("agency", "other_agency")
AUTHOR = ("author",)
GROUP = ("author", "fellow", "lead", "invited")  # who goes along
EVERYONE = ACTORS
CASE = ("party", "party_contact", "note", "officer", "opinion", "latitude", "longitude")
WRITES_TABLES = ("lead", "other_lead", "county_lead", "bureau")  # roundtables, at the desk
SIGN_IN = "sign-in"  # a redirect to the sign-in page

Sent = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Line:
    """One route and one row. `others`: what signed-in people get who are not let in; `stranger`: what the rest gets.

    `refused`: other refusals, by status. `sent`: what is sent beside the address. `row`: names of `World.ids` that
    stand in for the route's parameters.
    """

    admits: tuple[str, ...]
    others: int | str = 403
    stranger: int | str = SIGN_IN
    refused: dict[int, tuple[str, ...]] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    shows_author: tuple[str, ...] = ()
    shows_reach: tuple[str, ...] = ()
    shows_group: tuple[str, ...] = ()
    sent: Sent = lambda world: {}
    row: dict[str, str] = field(default_factory=dict)

    def expected(self, actor: str) -> int | str:
        """`in`, a status, or `sign-in`."""
        if actor in self.admits:
            return "in"
        for status, actors in self.refused.items():
            if actor in actors:
                return status
        return self.stranger if actor in STRANGERS else self.others

    def may_show(self, actor: str) -> set[str]:
        """The canaries that the answer for `actor` may hold."""
        if actor not in self.admits:
            return set()
        more = self.shows_author if actor == "author" else self.shows_reach if actor in IN_REACH else ()
        fellows = self.shows_group if actor in GROUP else ()
        return {*self.shows, *more, *fellows}


def _observation(world: World) -> dict[str, Any]:
    return {"json": world.bodies["observation"]}


def _interview(world: World) -> dict[str, Any]:
    return {"json": world.bodies["interview"]}


def _confirmation(world: World) -> dict[str, Any]:
    return {"json": world.bodies["confirmation"]}


def _roundtable(world: World) -> dict[str, Any]:
    return {"json": world.bodies["roundtable"]}


def _bundle(kind: str) -> Sent:
    return lambda world: {"data": form_of(parts_of(world.bodies[kind], [])), "content_type": FORM_TYPE}


def _visit(world: World) -> dict[str, Any]:
    return {"json": world.bodies["visit"]}


def _heartbeat(world: World) -> dict[str, Any]:
    return {"json": {"unsent_records": 1}}


def _upload(world: World) -> dict[str, Any]:
    return world.bodies["upload"]


def _piece(world: World) -> dict[str, Any]:
    return {"data": b"x", "headers": {"Upload-Offset": "0"}, "content_type": "application/offset+octet-stream"}


def _overridden(world: World) -> dict[str, Any]:
    return {**_piece(world), "headers": {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}}


def _form(**fields: str) -> Sent:
    return lambda world: {"data": fields}


_DECISION = _form(revision="1", comment="请补充", **{"item-B01": "请补充照片"})
_OPEN = Line(EVERYONE)
_ANYONE = Line(SIGNED_IN)
_COUNTY = Line(KEEPS)
_LISTS = Line((*KEEPS, *LOCAL))  # a register: each sees the rows of the own reach
_ROW_OF_REGISTER = Line(KEEPS, refused={404: LOCAL})
_PEOPLE = Line((*KEEPS, "security", *LOCAL))
_PERSON = Line((*KEEPS, "security"), refused={404: LOCAL})
_SECRET = Line(SECURES, refused={404: LOCAL})
_DEVICES = Line((*KEEPS, "security"))
_REVIEW = Line(REVIEWERS)
_API = Line(SIGNED_IN, stranger=401)
_API_ROW = {"others": 404, "stranger": 401}
_NO_FIELD_ROLE = {403: ("bureau", "admin", "system", "security", "auditor", "local_admin", "nobody", *LIAISONS)}

_NO_TABLES = {
    403: ("admin", "system", "security", "auditor", "local_admin", "nobody", "invited", *LIAISONS)
}  # fmt: skip
_WRITING = Line((), refused={404: WRITES_TABLES})
_OWN_TABLE = Line(
    ("lead",), refused={404: ("other_lead", "county_lead", "bureau")}, row={"roundtable_id": "roundtable_of_lead_id"}
)
_RATING = Line(IN_REACH, refused={404: OUT_OF_REACH}, shows=("rating",))
_INTERVIEW = Line(IN_REACH, refused={404: OUT_OF_REACH}, shows=("opinion",))
_OPINION = Line(IN_REACH, refused={404: OUT_OF_REACH}, shows=("proposal",))
_PHOTO = Line(DECIDES, refused={404: ("other_lead",)})
_RATING_HANDLED, _OPINION_HANDLED = replace(_RATING, admits=HANDLES), replace(_OPINION, admits=HANDLES)
_CONTACT = replace(_INTERVIEW, admits=HANDLES)

LINES: dict[str, Line] = {
    # open to everybody
    "GET /": _OPEN,
    "GET /.well-known/fieldapp-keys.json": _OPEN,
    "GET /healthz": _OPEN,
    "GET /sign-in": _OPEN,
    "POST /sign-in": Line((), others=401, stranger=401, sent=_form(username="nobody", password="wrong-1")),
    "GET /static/<path:filename>": _OPEN,
    "GET /verify/": _OPEN,
    "GET /verify/certificate/<string:code>": _OPEN,
    "GET /verify/certificate/<string:code>/portrait": Line((), others=404, stranger=404),  # without a live code
    "POST /verify/receipt": _OPEN,
    "GET /verify/receipt/<string:subject_id>": _OPEN,
    "GET /api/v1/openapi.json": _OPEN,
    "GET /api/v1/receipts/<string:subject_id>": _OPEN,
    # pages of the phone: the same bytes for everybody
    **{
        f"GET /field/{page}": _OPEN
        for page in (
            "", "check", "confirm", "conflict", "guide", "handover", "interview", "kept-confirm.txt",
            "kept-drawing.txt", "kept-form.txt", "kept-handbook.txt", "kept-interview.txt", "kept-rescue.txt",
            "kept.txt", "look.css", "manifest.webmanifest", "me", "new-visit", "receipt", "record", "records",
            "rescue", "section", "slip", "sw.js", "visit",
        )
    },
    # one's own account
    "GET /account/password": _ANYONE,
    "POST /account/password": _ANYONE,
    "GET /account/sign-ins": _ANYONE,
    "POST /account/sign-ins/<uuid:sign_in_id>/end": Line(("author", *KEEPS, "security"), others=404),
    "POST /account/sign-ins/end-others": _ANYONE,
    "POST /account/sign-out": Line((), others=SIGN_IN),
    # the API of the phones
    "POST /api/v1/login": Line(
        (),
        others=401,
        stranger=401,
        refused={403: ("revoked",)},
        sent=lambda world: {"json": {"username": "nobody", "password": "wrong-1"}},
    ),
    "POST /api/v1/logout": _API,
    "GET /api/v1/me": _API,
    "GET /api/v1/pack": Line(
        SIGNED_IN,
        stranger=401,
        shows_author=(*CASE, "draft", "respondent", "respondent_contact"),
        shows_group=("note", "officer"),  # what they are asked to confirm
    ),
    "PUT /api/v1/visits/<string:visit_id>": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_visit, row={"visit_id": "ad_hoc_id"}
    ),
    "PUT /api/v1/observations/<string:observation_id>": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_observation, shows=CASE
    ),
    "PUT /api/v1/observations/<string:observation_id>/bundle": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_bundle("observation"), shows=CASE
    ),
    "GET /api/v1/observations/<string:observation_id>": Line((*AUTHOR, *IN_REACH), **_API_ROW, shows=CASE),
    "GET /api/v1/observations/<string:observation_id> [draft]": Line(
        AUTHOR, **_API_ROW, shows=(*CASE, "draft"), row={"observation_id": "draft_id"}
    ),
    "PUT /api/v1/interviews/<string:interview_id>": Line(
        AUTHOR,
        **_API_ROW,
        refused=_NO_FIELD_ROLE,
        sent=_interview,
        shows=("opinion", "respondent", "respondent_contact"),
    ),
    "PUT /api/v1/interviews/<string:interview_id>/bundle": Line(
        AUTHOR,
        **_API_ROW,
        refused=_NO_FIELD_ROLE,
        sent=_bundle("interview"),
        shows=("opinion", "respondent", "respondent_contact"),
    ),
    "GET /api/v1/interviews/<string:interview_id>": Line(
        (*AUTHOR, *IN_REACH), **_API_ROW, shows=("opinion",), shows_author=("respondent", "respondent_contact")
    ),
    "PUT /api/v1/confirmations/<string:confirmation_id>": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_confirmation, shows=("opinion",)
    ),
    "PUT /api/v1/confirmations/<string:confirmation_id>/bundle": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_bundle("confirmation"), shows=("opinion",)
    ),
    "GET /api/v1/confirmations/<string:confirmation_id>": Line((*AUTHOR, *IN_REACH), **_API_ROW, shows=("opinion",)),
    "PUT /api/v1/observations/<string:observation_id>/officer-code": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=lambda world: {"json": {"code": "0" * 64}}
    ),
    # Officers say it by a one-time code; no account does.
    "PUT /api/v1/officer-words/<string:officer_word_id>": Line((), others=403, stranger=401),
    "PUT /api/v1/officer-words/<string:officer_word_id>/bundle": Line((), others=403, stranger=401),
    "GET /api/v1/officer-words/<string:officer_word_id>": Line(
        (*AUTHOR, *IN_REACH), **_API_ROW, shows=("opinion", "officer")
    ),
    "PUT /api/v1/roundtables/<string:roundtable_id>": Line(
        AUTHOR, **_API_ROW, refused=_NO_TABLES, sent=_roundtable, shows=("opinion", "party")
    ),
    "PUT /api/v1/roundtables/<string:roundtable_id>/bundle": Line(
        AUTHOR, **_API_ROW, refused=_NO_TABLES, sent=_bundle("roundtable"), shows=("opinion", "party")
    ),
    "GET /api/v1/roundtables/<string:roundtable_id>": Line(
        (*AUTHOR, *IN_REACH), **_API_ROW, shows=("opinion", "party")
    ),
    "GET /api/v1/roundtables/<string:roundtable_id> [draft]": Line(
        AUTHOR, **_API_ROW, shows=("draft", "party"), row={"roundtable_id": "roundtable_draft_id"}
    ),
    "PUT /api/v1/devices/<string:device_id>": Line(SIGNED_IN, stranger=401, sent=_heartbeat),
    "OPTIONS /api/v1/evidence": _API,
    "POST /api/v1/evidence": Line(AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=_upload),
    "OPTIONS /api/v1/evidence/<uuid:evidence_id>": _API,
    "HEAD /api/v1/evidence/<uuid:evidence_id>": Line(AUTHOR, **_API_ROW),
    "PATCH /api/v1/evidence/<uuid:evidence_id>": Line(AUTHOR, **_API_ROW, sent=_piece),
    "POST /api/v1/evidence/<uuid:evidence_id>": Line(AUTHOR, **_API_ROW, sent=_overridden),
    # What has arrived stays, even for its author.
    "DELETE /api/v1/evidence/<uuid:evidence_id>": Line((), **_API_ROW, refused={403: AUTHOR}),
    "GET /api/v1/evidence/<uuid:evidence_id>/original": Line((*AUTHOR, *IN_REACH), **_API_ROW),
    "GET /api/v1/evidence/<uuid:evidence_id>/display": Line((*AUTHOR, *IN_REACH), **_API_ROW),
    "GET /api/v1/evidence/<uuid:evidence_id>/thumbnail": Line((*AUTHOR, *IN_REACH), **_API_ROW),
    "GET /api/v1/evidence/<uuid:evidence_id>/marked": Line((*AUTHOR, *IN_REACH), **_API_ROW),
    # one photo at the desk: what leaves the bureau is asked of the gate, which lets nothing out that nobody has checked
    "GET /review/photos/<uuid:evidence_id>": _PHOTO,
    "GET /review/photos/<uuid:evidence_id>/plain": _PHOTO,
    "GET /review/photos/<uuid:evidence_id>/released": replace(_PHOTO, admits=()),
    "POST /review/photos/<uuid:evidence_id>/layer": replace(_PHOTO, sent=_form(over="", marks="[]")),
    "POST /review/photos/<uuid:evidence_id>/check": replace(_PHOTO, sent=_form(layer="")),
    # the desk of the reviewers
    "GET /review/": _REVIEW,
    "GET /review/records/<string:observation_id>": Line(IN_REACH, refused={404: OUT_OF_REACH}, shows=CASE),
    "GET /review/records/<string:observation_id> [draft]": Line(
        (), refused={404: REVIEWERS}, row={"observation_id": "draft_id"}
    ),
    "POST /review/records/<string:observation_id>/approval": Line(
        DECIDES, refused={404: OUT_OF_REACH}, sent=_DECISION, shows=CASE
    ),
    "POST /review/records/<string:observation_id>/return": Line(
        DECIDES, refused={404: OUT_OF_REACH}, sent=_DECISION, shows=CASE
    ),
    # what parties said, also of visits without a record
    "GET /review/interviews/": _REVIEW,
    "GET /review/interviews/<string:interview_id>": _INTERVIEW,
    "GET /review/interviews/<string:interview_id> [draft]": Line(
        (), refused={404: REVIEWERS}, row={"interview_id": "interview_draft_id"}
    ),
    "GET /review/callbacks": _REVIEW,
    "POST /review/interviews/<string:interview_id>/callback": replace(
        _CONTACT, sent=_form(action="call", outcome="reached", words="已电话回访")
    ),
    "POST /review/interviews/<string:interview_id>/contact": _CONTACT,
    "POST /review/interviews/<string:interview_id>/contact [reason]": replace(
        _CONTACT, shows=("opinion", "respondent", "respondent_contact"), sent=_form(reason="电话回访核实情况")
    ),
    "POST /review/interviews/<string:interview_id>/contact [draft]": Line(
        (), refused={404: REVIEWERS}, sent=_form(reason="电话回访"), row={"interview_id": "interview_draft_id"}
    ),
    # 依法删除, and the mark from which the term of a recording runs: sent here without a ground, or a recording
    "GET /review/interviews/<string:interview_id>/erasure": replace(_INTERVIEW, shows=()),
    "POST /review/interviews/<string:interview_id>/erasure": replace(
        _CONTACT, shows=(), sent=_form(ground="", words="")
    ),
    "POST /review/interviews/<string:interview_id>/checked-recordings": replace(
        _CONTACT, shows=(), sent=_form(recording="")
    ),
    "GET /review/roundtables/<string:roundtable_id>/erasure": Line(IN_REACH, refused={404: OUT_OF_REACH}),
    "POST /review/roundtables/<string:roundtable_id>/erasure": Line(
        HANDLES, refused={404: OUT_OF_REACH}, sent=_form(ground="", words="")
    ),
    # what was said around tables: read in reach, written by whose it is
    "GET /review/roundtables/": _REVIEW,
    "GET /review/roundtables/<string:roundtable_id>": Line(
        IN_REACH, refused={404: OUT_OF_REACH}, shows=("opinion", "party")
    ),
    "GET /review/roundtables/<string:roundtable_id> [draft]": Line(
        (), refused={404: REVIEWERS}, row={"roundtable_id": "roundtable_draft_id"}
    ),
    "GET /review/roundtables/new": Line(WRITES_TABLES),
    "POST /review/roundtables/new": Line(WRITES_TABLES),
    "GET /review/roundtables/<string:roundtable_id>/edit": _WRITING,
    "POST /review/roundtables/<string:roundtable_id>/edit": _WRITING,
    "GET /review/roundtables/<string:roundtable_id>/edit [own]": _OWN_TABLE,
    "POST /review/roundtables/<string:roundtable_id>/edit [own]": _OWN_TABLE,
    # A recording of an interview: for its author and for who reviews it.
    "GET /api/v1/evidence/<uuid:evidence_id>/original [interview]": Line(
        (*AUTHOR, *IN_REACH), **_API_ROW, row={"evidence_id": "signature_id"}
    ),
    "GET /api/v1/evidence/<uuid:evidence_id>/display [interview]": Line(
        (*AUTHOR, *IN_REACH), **_API_ROW, row={"evidence_id": "signature_id"}
    ),
    "GET /api/v1/evidence/<uuid:evidence_id>/original [interview draft]": Line(
        AUTHOR, **_API_ROW, row={"evidence_id": "draft_signature_id"}
    ),
    "POST /review/records/<string:observation_id>/agency": Line(
        HANDLES, refused={404: OUT_OF_REACH}, sent=_form(agency="x"), shows=CASE
    ),
    # what citizens said, at the desk
    "GET /review/ratings": Line(REVIEWERS, shows_reach=("rating",)),
    "GET /review/ratings/all": Line(REVIEWERS, shows_reach=("rating",)),
    "GET /review/ratings/totals": _REVIEW,
    "GET /review/ratings/export.csv": Line(REVIEWERS, shows_reach=("rating",)),
    "GET /review/ratings/export.xlsx": _REVIEW,
    "GET /review/ratings/<string:rating_id>": _RATING,
    "GET /review/ratings/<string:rating_id>/photos/<int:position>": _RATING,
    "POST /review/ratings/<string:rating_id>/steps": replace(
        _RATING_HANDLED, sent=_form(action="call", words="已电话回访")
    ),
    # With a reason that enters the chain, and not without.
    "POST /review/ratings/<string:rating_id>/contact": _RATING_HANDLED,
    "POST /review/ratings/<string:rating_id>/contact [reason]": replace(
        _RATING_HANDLED, shows=("rating", "rater", "rater_phone"), sent=_form(reason="电话回访核实情况")
    ),
    "GET /review/opinions": Line(REVIEWERS, shows_reach=("proposal",)),
    "GET /review/opinions/<string:opinion_id>": _OPINION,
    "POST /review/opinions/<string:opinion_id>/answer": _OPINION_HANDLED,
    "POST /review/opinions/<string:opinion_id>/contact": _OPINION_HANDLED,
    "POST /review/opinions/<string:opinion_id>/contact [reason]": replace(
        _OPINION_HANDLED, shows=("proposal", "rater", "rater_phone"), sent=_form(reason="电话核实建议内容")
    ),
    # the citizens themselves: whoever holds the code
    "GET /r/<string:code>": Line(EVERYONE, row={"code": "slip_code"}),
    "POST /r/<string:code>": Line(EVERYONE, row={"code": "slip_code"}),
    "GET /r/<string:code>/kept/<int:position>": Line((), others=404, stranger=404),  # what nobody has sent
    "GET /r/<string:code>/opinion": Line(EVERYONE, row={"code": "poster_code"}),
    "POST /r/<string:code>/opinion": Line(EVERYONE, row={"code": "poster_code"}),
    "GET /w/<string:token>": Line((), others=404, stranger=404),
    "POST /w/<string:token>": Line((), others=404, stranger=404),
    "GET /r/status": _OPEN,
    "GET /r/status/<string:receipt_code>": _OPEN,
    "POST /r/status/<string:receipt_code>/addendum": _OPEN,
    "POST /r/status/<string:receipt_code>/contact-erasure": _OPEN,
    "PUT /api/v1/slips/<string:slip_id>/binding": Line(
        AUTHOR, **_API_ROW, refused=_NO_FIELD_ROLE, sent=lambda world: {"json": world.bodies["binding"]}
    ),
    # the agencies
    "GET /agency/scores": Line(LIAISONS),
    "GET /agency/": Line(LIAISONS),
    # the administrators
    # the registers
    **dict.fromkeys(
        (
            "GET /admin/",
            "GET /admin/certificates",
            "GET /admin/certificates/new",
            "GET /admin/certificates/portraits",
            "POST /admin/certificates/portraits",
            "POST /admin/certificates/portraits/writing",
            "POST /admin/certificates/extension",
            "POST /admin/certificates/new",
            "GET /admin/contact-points",
            "GET /admin/contact-points/new",
            "POST /admin/contact-points/new",
            "GET /admin/officers",
            "GET /admin/officers/export",
            "GET /admin/officers/import",
            "POST /admin/officers/import",
            "GET /admin/officers/import/template",
            "GET /admin/officers/new",
            "POST /admin/officers/new",
            "GET /admin/groups",
            "GET /admin/groups/new",
            "POST /admin/groups/new",
            "GET /admin/organisations",
            "GET /admin/organisations/new",
            "POST /admin/organisations/new",
            "GET /admin/people/import",
            "POST /admin/people/import",
            "GET /admin/people/import/template",
            "GET /admin/people/new",
            "POST /admin/people/new",
            "GET /admin/visits",
            "GET /admin/visits/new",
            "POST /admin/visits/new",
        ),
        _LISTS,
    ),
    # one row of them: of the own 区镇 only
    **dict.fromkeys(
        (
            "GET /admin/certificates/<string:certificate_id>",
            "GET /admin/certificates/<string:certificate_id>/extension",
            "POST /admin/certificates/<string:certificate_id>/extension",
            "POST /admin/certificates/<string:certificate_id>/portrait",
            "POST /admin/certificates/<string:certificate_id>/portrait/removal",
            "GET /admin/certificates/<string:certificate_id>/portrait",
            "GET /admin/certificates/<string:certificate_id>/qr.svg",
            "POST /admin/certificates/<string:certificate_id>/state",
            "GET /admin/contact-points/<string:contact_point_id>/edit",
            "POST /admin/contact-points/<string:contact_point_id>/edit",
            "POST /admin/contact-points/<string:contact_point_id>/ending",
            "GET /admin/officers/<string:officer_id>/edit",
            "POST /admin/officers/<string:officer_id>/edit",
            "POST /admin/officers/<string:officer_id>/ending",
            "GET /admin/groups/<string:group_id>/edit",
            "POST /admin/groups/<string:group_id>/edit",
            "GET /admin/groups/<string:group_id>/ending",
            "POST /admin/groups/<string:group_id>/ending",
            "GET /admin/organisations/<string:organisation_id>/edit",
            "POST /admin/organisations/<string:organisation_id>/edit",
            "POST /admin/organisations/<string:organisation_id>/state",
            "POST /admin/people/<string:user_id>/enabling",
            "GET /admin/people/<string:user_id>/recusals",
            "POST /admin/people/<string:user_id>/recusals",
            "GET /admin/visits/<string:visit_id>/cancel",
            "POST /admin/visits/<string:visit_id>/cancel",
            "GET /admin/visits/<string:visit_id>/edit",
            "POST /admin/visits/<string:visit_id>/edit",
        ),
        _ROW_OF_REGISTER,
    ),
    # who has an account
    **dict.fromkeys(
        (
            "GET /admin/people",
        ),
        _PEOPLE,
    ),
    # one of them; what may be changed there is tests/access/test_roles.py
    **dict.fromkeys(
        (
            "GET /admin/people/<string:user_id>",
            "POST /admin/people/<string:user_id>/disabling",
            "GET /admin/people/<string:user_id>/edit",
            "POST /admin/people/<string:user_id>/edit",
            "GET /admin/people/<string:user_id>/one-time-password/<string:token>",
            "POST /admin/people/<string:user_id>/sign-ins/<string:sign_in_id>/end",
        ),
        _PERSON,
    ),
    # passwords and lock-outs
    **dict.fromkeys(
        (
            "POST /admin/people/<string:user_id>/password",
            "POST /admin/people/<string:user_id>/unlocking",
        ),
        _SECRET,
    ),
    # what concerns the whole county
    **dict.fromkeys(
        (
            "GET /admin/calendar/",
            "GET /admin/calendar/days/<string:day>/edit",
            "POST /admin/calendar/days/<string:day>/edit",
            "POST /admin/calendar/days/<string:day>/removal",
            "GET /admin/calendar/days/new",
            "POST /admin/calendar/days/new",
            "GET /admin/calendar/import",
            "POST /admin/calendar/import",
            "POST /admin/calendar/years/<int:year>",
            "GET /admin/calendar/years/<int:year>/withdrawal",
            "POST /admin/calendar/years/<int:year>/withdrawal",
            "GET /admin/checklists",
            "GET /admin/checklists/<string:version_id>",
            "GET /admin/checklists/<string:version_id>/differences",
            "POST /admin/checklists/<string:version_id>/approve",
            "POST /admin/checklists/<string:version_id>/discard",
            "POST /admin/checklists/<string:version_id>/publish",
            "POST /admin/checklists/<string:version_id>/reinstate",
            "GET /admin/checklists/<string:version_id>/spreadsheet",
            "POST /admin/checklists/import",
            "POST /admin/checklists/publish-default",
            "GET /admin/jobs/",
            "POST /admin/jobs/<string:job_id>/retry",
            "GET /admin/rescue",
            "POST /admin/rescue",
            "GET /admin/rating-codes",
            "GET /admin/rating-codes/<string:code_id>",
            "GET /admin/rating-codes/<string:code_id>/poster",
            "GET /admin/rating-codes/posters/new",
            "GET /admin/rating-codes/slips/new",
            "GET /admin/rating-codes/slips/sheets",
            "POST /admin/rating-codes/<string:code_id>/revocation",
            "POST /admin/rating-codes/posters/contact-points",
            "POST /admin/rating-codes/posters/new",
            "POST /admin/rating-codes/slips/new",
        ),
        _COUNTY,
    ),
    # phones
    **dict.fromkeys(
        (
            "GET /admin/devices",
            "POST /admin/devices/<string:device_id>/revocation",
        ),
        _DEVICES,
    ),
    # Who did what has names in it.
    "GET /admin/audit": Line(("admin", "security", "auditor"), shows=("colleague",)),
    "POST /admin/audit/verification": Line(("admin", "security", "auditor"), shows=("colleague",)),
}  # fmt: skip
