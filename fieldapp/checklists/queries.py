"""Reading checklists. A published version never changes, so each process reads it once and keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from fieldapp.checklists import content as contents
from fieldapp.checklists.content import Content
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.checklists.wire import wire_of
from fieldapp.errors import NotFound
from fieldapp.extensions import db

APPROVED = "approved"
STATES = {"current": "现行", "proposed": "拟定", "retired": "停用", "discarded": "已放弃"}


@dataclass
class _Kept:
    """What this process has read of published versions, by id."""

    contents: dict[str, Content] = field(default_factory=dict)
    wires: dict[str, dict[str, Any]] = field(default_factory=dict)


def content_of(version_id: str) -> Content:
    """What a published version says, retired ones included: a record stays on its version for ever.

    No query once this process has read it. Raises NotFound for an unknown id or one that was never published.
    """
    kept = _kept().contents
    found = kept.get(version_id)
    if found is None:
        version = db.session.get(ChecklistVersion, version_id)
        if version is None or version.published_at is None:
            raise NotFound("没有这一版清单，或它还没有发布。")
        found = kept[version_id] = contents.load(version.content)
    return found


def find(version_id: str) -> ChecklistVersion:
    """The version with this id, in whatever state. Raises NotFound."""
    version = db.session.get(ChecklistVersion, version_id)
    if version is None:
        raise NotFound("没有这一版清单。")
    return version


def same_as(digest: str) -> ChecklistVersion | None:
    """The newest version whose stored text has this SHA-256, in whatever state."""
    same = select(ChecklistVersion).where(ChecklistVersion.digest == digest)
    return db.session.scalars(same.order_by(ChecklistVersion.created_at.desc()).limit(1)).first()


def current() -> ChecklistVersion | None:
    """The version that new records are made with: the last one published that is not retired."""
    return db.session.scalars(_offered().limit(1)).first()


def published() -> list[ChecklistVersion]:
    """The versions offered to phones, newest first; the first is the current one."""
    return list(db.session.scalars(_offered()))


def all_versions() -> list[ChecklistVersion]:
    """Every version ever made, newest first."""
    return list(
        db.session.scalars(
            select(ChecklistVersion).order_by(ChecklistVersion.created_at.desc(), ChecklistVersion.id.desc())
        )
    )


def state_of(version: ChecklistVersion) -> str:
    """Where a version stands: current, proposed, retired or discarded (a key of STATES)."""
    if version.published_at is None:
        return "discarded" if version.retired_at else "proposed"
    return "retired" if version.retired_at else "current"


def is_approved(version: ChecklistVersion) -> bool:
    """Whether the bureau has approved it (已审定): said of the version here, or by the file that it came from."""
    return version.approved_at is not None or contents.load(version.content).meta.status == APPROVED


def is_draft(version_id: str) -> bool:
    """Whether scores by this published version are for reference only (拟定). Raises NotFound."""
    return not is_approved(find(version_id))


def wire(version: ChecklistVersion, *, is_current: bool = True) -> dict[str, Any]:
    """One published version as the pack carries it. Do not change what you get: it is kept for the next call."""
    kept = _kept().wires
    found = kept.get(version.id)
    if found is None:
        found = kept[version.id] = wire_of(version, content_of(version.id), current=True)
    if version.approved_at is not None:  # after it was first read: the one thing of a published version that changes
        found = found | {"status": APPROVED}
    return found if is_current else found | {"current": False}


def for_phones(also: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Every version a phone needs: those offered (the first is `current`), then those in `also` (ids), if published."""
    offered = published()
    known = {version.id for version in offered}
    others = [
        found
        for one in sorted(set(also) - known)
        if (found := db.session.get(ChecklistVersion, one)) is not None and found.published_at
    ]
    return [wire(version, is_current=place == 0) for place, version in enumerate([*offered, *others])]


def forget(version_id: str) -> None:
    """Drops what this process keeps of one version, for when it has just been published."""
    _kept().contents.pop(version_id, None)
    _kept().wires.pop(version_id, None)


def _offered() -> Any:
    return (
        select(ChecklistVersion)
        .where(ChecklistVersion.published_at.is_not(None), ChecklistVersion.retired_at.is_(None))
        .order_by(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())
    )


def _kept() -> _Kept:
    kept: _Kept = current_app.extensions.setdefault("fieldapp-checklists", _Kept())
    return kept
