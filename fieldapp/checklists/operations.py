"""What an administrator does with checklists: propose, publish, retire, discard. A published version never changes.

`actor` none means the command line on the server itself.
"""

import re

from sqlalchemy import select, text

from fieldapp.access import require
from fieldapp.audit.operations import record
from fieldapp.checklists import content as contents
from fieldapp.checklists import queries, shipped
from fieldapp.checklists.content import DEFAULT_ID, Content
from fieldapp.checklists.meanings import taken_over
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.clock import china, now
from fieldapp.errors import Conflict, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.canonical import digest_of
from fieldapp.people.models import User


def propose(actor: User | None, content: Content, *, says_no_meanings: bool = False) -> ChecklistVersion:
    """A new version with the next free id, seen by administrators only until it is published.

    `says_no_meanings`: what its items mean is taken over from the current version (the default's before there is one).
    Raises NotAllowed, and Refused when it says nothing else than the version that is current now.
    """
    _require_admin(actor)
    with unit_of_work():
        _keep_others_out()
        newest = queries.current()
        before = contents.load(newest.content) if newest is not None else None
        if says_no_meanings:
            content = taken_over(content, before or contents.load_default())
        if before == content:
            raise Refused("这份清单与现行版本完全相同，没有可发布的变化。")
        version = _add(actor, _next_id(), content)
        if says_no_meanings:
            version.meanings_from_id = newest.id if newest is not None else DEFAULT_ID
        _note("checklist.proposed", actor, version)
        return version


def publish(actor: User | None, version_id: str) -> ChecklistVersion:
    """Makes a proposed version the current one and retires those before it; records made with them stay valid.

    Raises NotAllowed, NotFound, and Conflict when it is not (or no longer) a proposal.
    """
    _require_admin(actor)
    with unit_of_work():
        _keep_others_out()
        version = _proposal(version_id)
        moment = now()
        for earlier in queries.published():
            earlier.retired_at = moment
            _note("checklist.retired", actor, earlier)
        version.published_at = moment
        _note("checklist.published", actor, version)
    queries.forget(version.id)
    return version


def discard(actor: User | None, version_id: str) -> ChecklistVersion:
    """Gives up a proposal. It stays readable, its id is not used again.

    Raises NotAllowed, NotFound, and Conflict when it is not (or no longer) a proposal.
    """
    _require_admin(actor)
    with unit_of_work():
        _keep_others_out()
        version = _proposal(version_id)
        version.retired_at = now()
        _note("checklist.discarded", actor, version)
        return version


def reinstate(actor: User | None, version_id: str) -> ChecklistVersion:
    """Proposes once more what a retired or discarded version says, under a new id.

    Raises NotAllowed, NotFound, and Refused when that is what the current version says.
    """
    return propose(actor, contents.load(queries.find(version_id).content))


def publish_default(actor: User | None = None, name: str = shipped.FIELD) -> tuple[ChecklistVersion, bool]:
    """A checklist that comes with the program (a key of shipped.LISTS) as a version, and whether it is new.

    Published when it is the first of all, otherwise proposed: to be looked through beside what is current. Asking
    again changes nothing, also when a later version has taken its place. Raises NotAllowed, NotFound.
    """
    _require_admin(actor)
    content = shipped.load(name)
    with unit_of_work():
        _keep_others_out()
        found = queries.same_as(digest_of(contents.to_plain(content)))
        if found is not None:
            return found, False
        is_free = name == shipped.FIELD and db.session.get(ChecklistVersion, DEFAULT_ID) is None
        version = _add(actor, DEFAULT_ID if is_free else _next_id(), content)
        if queries.current() is None:
            version.published_at = version.created_at
            _note("checklist.published", actor, version)
        else:
            _note("checklist.proposed", actor, version)
    queries.forget(version.id)
    return version, True


def approve(actor: User | None, version_id: str) -> ChecklistVersion:
    """Writes down that the bureau has approved a published version (审定); the same once more changes nothing.

    Raises NotFound, NotAllowed, Conflict for a version that was never published.
    """
    _require_admin(actor)
    with unit_of_work():
        version = db.session.get(ChecklistVersion, version_id, populate_existing=True)
        if version is None:
            raise NotFound("没有这一版清单。")
        if version.published_at is None:
            raise Conflict("还没有发布的清单不能标为已审定。请先发布。")
        if version.approved_at is None:
            version.approved_at, version.approved_by_id = now(), actor.id if actor else None
            _note("checklist.approved", actor, version)
    return version


def _add(actor: User | None, version_id: str, content: Content) -> ChecklistVersion:
    version = ChecklistVersion(
        id=version_id,
        title=content.meta.title,
        content=contents.dump(content),
        digest=digest_of(contents.to_plain(content)),
        created_at=now(),
        created_by_id=actor.id if actor else None,
        published_at=None,
        retired_at=None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _proposal(version_id: str) -> ChecklistVersion:
    version = db.session.get(ChecklistVersion, version_id, populate_existing=True)
    if version is None:
        raise NotFound("没有这一版清单。")
    state = queries.state_of(version)
    if state != "proposed":
        raise Conflict(f"这一版清单是“{queries.STATES[state]}”，不是待确认的拟定稿，没有改动。")
    return version


def _next_id() -> str:
    year = china(now()).year
    taken = db.session.scalars(
        select(ChecklistVersion.id).where(ChecklistVersion.id.startswith(f"field-{year}-", autoescape=True))
    )
    numbers = [int(match[1]) for one in taken if (match := re.fullmatch(rf"field-{year}-(\d+)", one))]
    return f"field-{year}-{max(numbers, default=0) + 1}"


def _keep_others_out() -> None:
    """Lets one administrator at a time mint an id and move the states (SQLite's unit of work does so by itself)."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE checklist_version IN SHARE ROW EXCLUSIVE MODE"))


def _require_admin(actor: User | None) -> None:
    require(actor, "registers.edit", "只有系统管理员能改动清单。")


def _note(event: str, actor: User | None, version: ChecklistVersion) -> None:
    record(
        event,
        actor_id=actor.id if actor else None,
        subject_kind="checklist",
        subject_id=version.id,
        at=now(),
        digest=version.digest,
    )
