"""Writing a roundtable at the desk: new, further revisions of a draft, submitting."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from fieldapp.access import require
from fieldapp.clock import day_and_time, now
from fieldapp.errors import Conflict, Discarded, Fault, FieldappError, Locked, NotFound, Refused
from fieldapp.evidence import queries as evidence
from fieldapp.filing import kinds, persons, records
from fieldapp.people import queries as people
from fieldapp.roundtables import queries, rules
from fieldapp.roundtables.models import Roundtable
from fieldapp.visits import queries as visits
from fieldapp.web import desk_filing, kept_text
from fieldapp.web.desk_filing import Carried
from fieldapp.web.review import review, roundtable_form
from fieldapp.web.review.roundtable_form import Form

_VISITS_BACK = timedelta(days=180)
_PRESSED = {"submit": "submitted", "discard": "discarded"}
_DISCARDED = "这份草稿已作废，不能再写。要用的，请另记一次座谈。"
_MOST_VISITS = 100  # to choose from: what somebody still writes a roundtable about
Answer = str | Response | tuple[str, int]


@review.route("/roundtables/new", methods=["GET", "POST"])
def new_roundtable() -> Answer:
    """A roundtable that does not exist yet: the page carries its id."""
    require(current_user, "roundtables.file")
    typed = MultiDict(kept_text.typed())
    page = desk_filing.carried(typed) or desk_filing.begun()
    if request.method == "POST":
        return _sent(page, typed)
    return _form(page, typed or roundtable_form.blank(now(), current_user.locality_id))


@review.route("/roundtables/<string:roundtable_id>/edit", methods=["GET", "POST"])
def edit_roundtable(roundtable_id: str) -> Answer:
    """A further revision of one's own draft."""
    require(current_user, "roundtables.file")
    stored = queries.find_own(current_user, roundtable_id)
    typed = MultiDict(kept_text.typed())
    page = desk_filing.carried(typed)
    if page is None or page.record_id != stored.id:
        page = desk_filing.standing_on(stored)
    if request.method == "POST":
        return _sent(page, typed)
    if stored.state != "draft" and not typed:
        flash(_closed(stored).title, "info")
        return redirect(_address(stored.id))
    return _form(page, typed or _stored_form(stored))


def _sent(page: Carried, typed: Form) -> Answer:
    """Takes the chosen photos in, then does what was pressed: more rows, or files it."""
    taken, faults = desk_filing.take_in(current_user, _kind(), page.record_id, request.files.getlist("photo"))
    typed.setlist("photos", list(dict.fromkeys([*typed.getlist("photos"), *taken])))
    if typed.get("add") in roundtable_form.SECTIONS and not faults:
        return _form(page, typed, add=typed["add"])
    content, unread = roundtable_form.content_of(typed, page.salt)
    if faults or unread:
        return _form(page, typed, error=Refused("没有保存，请改正下面几处。", faults=[*faults, *unread])), 422
    return _filed(page, typed, content)


def _filed(page: Carried, typed: Form, content: dict[str, Any]) -> Answer:
    state = _PRESSED.get(typed.get("do", ""), "draft")
    try:
        done = desk_filing.file(current_user, _kind(), page, content, state=state)
    except Conflict as conflict:
        return _overtaken(page, typed), conflict.status
    except (Refused, Locked, NotFound) as error:
        return _form(page, typed, error=_for_the_desk(error)), error.status
    words = {
        "submitted": f"座谈 {done.number} 已提交。",
        "draft": f"已存为草稿（第 {page.revision} 版），还没有提交。",
        "discarded": "草稿已作废，留痕，不再提交。",
    }
    flash(words[state], "success")
    return redirect(_address(page.record_id))


def _for_the_desk(error: FieldappError) -> FieldappError:
    """The same refusal without the words about a phone."""
    if isinstance(error, Locked):
        return Locked(_DISCARDED) if isinstance(error, Discarded) else error
    return Refused("没有保存，请改正下面几处。", faults=error.faults or [Fault("", error.title)])


def _overtaken(page: Carried, typed: Form) -> str:
    """Another window has filed this revision with other content: both are shown, and the next press stands on that."""
    try:
        stored = queries.find_own(current_user, page.record_id)
    except NotFound:  # an id of nothing that is here: it begins anew
        return _form(desk_filing.begun(), typed, error=Refused("没有保存：这份座谈不在服务器上。请核对后再按一次。"))
    if stored.state != "draft":
        return _form(page, typed, error=_closed(stored), stored=stored)
    return _form(desk_filing.standing_on(stored), typed, stored=stored)


def _closed(stored: Roundtable) -> Locked:
    return Locked(_DISCARDED if stored.state == "discarded" else _kind().locked_words)


def _stored_form(stored: Roundtable) -> Form:
    head = records.revisions_of(_kind(), stored.id)[-1]
    return roundtable_form.typed_of(records.body_of(head), persons.person_of(stored.id, head.revision))


def _form(
    page: Carried, typed: Form, *, add: str = "", error: FieldappError | None = None, stored: Roundtable | None = None
) -> str:
    """The form with everything that was typed. `stored`: what another window has filed meanwhile, to be compared."""
    named = evidence.named(typed.getlist("photos"))
    return render_template(
        "review/roundtable_form.html",
        page=page,
        typed=typed,
        rows={section: roundtable_form.rows_of(typed, section, add=add) for section in roundtable_form.SECTIONS},
        error=error,
        faults=_by_part(error.faults if error else ()),
        words=roundtable_form.WORDS,
        stored=stored,
        differences=roundtable_form.differences(_stored_form(stored), typed) if stored else [],
        origins=rules.ORIGINS,
        agencies=people.agencies(),
        localities=people.localities(),
        visits=_visits(typed.get("visit", "")),
        photos=[named[one] for one in typed.getlist("photos") if one in named],
        consent_version=typed.get("consent") or rules.CONSENT_VERSION,
        consent_text=rules.CONSENT_TEXTS[rules.CONSENT_VERSION],
        carried_fields=desk_filing.fields(page),
    )


def _by_part(faults: Sequence[Fault]) -> dict[str, list[str]]:
    """The sentences by the part of the form that they concern; with the number of the row where there is one."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        part, _, rest = fault.pointer.strip("/").partition("/")
        row = rest.partition("/")[0]
        number = f"第 {int(row) + 1} 条：" if row.isdecimal() else ""
        found.setdefault(part, []).append(number + fault.detail)
    return found


def _visits(chosen: str) -> list[tuple[str, str]]:
    """The visits that the writer went along with, the newest first, and the chosen one."""
    going = visits.going_along(current_user, since=now() - _VISITS_BACK)
    past = [visit for visit in reversed(going) if visit.starts_at <= now() and visit.cancelled_at is None]
    offered = [
        (visit.id, f"{day_and_time(visit.starts_at)} {visit.agency_name} {visit.place}")
        for visit in past[:_MOST_VISITS]
    ]
    if chosen and chosen not in dict(offered):
        offered.append((chosen, "已选的监督活动"))
    return offered


def _kind() -> kinds.Kind:
    return kinds.of("roundtable")


def _address(roundtable_id: str) -> str:
    return url_for("review.roundtable", roundtable_id=roundtable_id)
