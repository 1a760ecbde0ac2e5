"""Proposing, publishing, retiring: on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.checklists import content as contents
from fieldapp.checklists import operations, queries
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.errors import Conflict, NotAllowed, NotFound, Refused

DEFAULT = contents.load_default()


def another(title="改过的清单"):
    return replace(DEFAULT, meta=replace(DEFAULT.meta, title=title))


def events(session):
    chain = (
        select(AuditEntry.event, AuditEntry.subject_id, AuditEntry.actor_id)
        .where(AuditEntry.event.startswith("checklist."))
        .order_by(AuditEntry.sequence)
    )
    return [tuple(row) for row in session.execute(chain)]


def test_the_default_is_published_once(app, db_session):
    version, is_new = operations.publish_default()
    again, is_new_again = operations.publish_default()

    assert (version.id, is_new, again.id, is_new_again) == ("field-2026-1", True, "field-2026-1", False)
    assert queries.current().id == "field-2026-1"
    assert queries.content_of("field-2026-1") == DEFAULT
    assert events(db_session) == [("checklist.published", "field-2026-1", None)]


def test_a_proposal_is_seen_by_no_phone_until_it_is_published(county):
    operations.publish_default()

    proposed = operations.propose(county.wu, another())

    assert queries.state_of(proposed) == "proposed"
    assert [one["id"] for one in queries.for_phones()] == ["field-2026-1"]
    with pytest.raises(NotFound):
        queries.content_of(proposed.id)


def test_publishing_makes_it_current_and_retires_the_one_before(county, db_session):
    operations.publish_default()
    proposed = operations.propose(county.wu, another())

    operations.publish(county.wu, proposed.id)

    assert queries.current().id == proposed.id
    assert queries.state_of(queries.find("field-2026-1")) == "retired"
    assert [(one["id"], one["current"]) for one in queries.for_phones()] == [(proposed.id, True)]
    assert [event for event, _, _ in events(db_session)] == [
        "checklist.published",
        "checklist.proposed",
        "checklist.retired",
        "checklist.published",
    ]
    assert events(db_session)[-1] == ("checklist.published", proposed.id, county.wu.id)


def test_a_retired_version_is_accepted_for_ever(county):
    operations.publish_default()
    operations.publish(county.wu, operations.propose(county.wu, another()).id)

    assert queries.content_of("field-2026-1") == DEFAULT
    assert [(one["id"], one["current"]) for one in queries.for_phones(also=["field-2026-1", "no-such"])][1:] == [
        ("field-2026-1", False)
    ]


def test_a_published_version_cannot_be_published_or_discarded_again(county):
    operations.publish_default()
    before = queries.find("field-2026-1").content

    for change in (operations.publish, operations.discard):
        with pytest.raises(Conflict):
            change(county.wu, "field-2026-1")

    assert queries.find("field-2026-1").content == before
    assert queries.state_of(queries.find("field-2026-1")) == "current"


def test_a_discarded_proposal_stays_readable_and_its_id_is_not_used_again(county):
    operations.publish_default()
    first = operations.propose(county.wu, another())

    operations.discard(county.wu, first.id)
    second = operations.propose(county.wu, another("再改"))

    assert queries.state_of(queries.find(first.id)) == "discarded"
    assert second.id != first.id
    with pytest.raises(Conflict):
        operations.publish(county.wu, first.id)


def test_ids_count_on_within_the_year(county):
    ids = [operations.propose(county.wu, another(f"第{number}稿")).id for number in range(12)]

    prefix = ids[0].rsplit("-", 1)[0]
    assert ids == [f"{prefix}-{number}" for number in range(1, 13)]


def test_what_equals_the_current_version_is_not_proposed(county, db_session):
    operations.publish_default()

    with pytest.raises(Refused):
        operations.propose(county.wu, DEFAULT)

    assert db_session.scalars(select(ChecklistVersion.id)).all() == ["field-2026-1"]


def test_an_earlier_version_can_be_proposed_again_under_a_new_id(county):
    operations.publish_default()
    operations.publish(county.wu, operations.propose(county.wu, another()).id)

    again = operations.reinstate(county.wu, "field-2026-1")

    assert again.id not in ("field-2026-1", queries.current().id)
    assert contents.load(again.content) == DEFAULT


@pytest.mark.parametrize("who", ["zhang_san", "zhou", "zheng"])
def test_only_administrators_change_checklists(county, db_session, who):
    actor = getattr(county, who)
    operations.publish_default()
    proposed = operations.propose(county.wu, another())

    for change in (
        lambda: operations.propose(actor, another("别人的")),
        lambda: operations.publish(actor, proposed.id),
        lambda: operations.discard(actor, proposed.id),
        lambda: operations.reinstate(actor, "field-2026-1"),
        lambda: operations.publish_default(actor),
    ):
        with pytest.raises(NotAllowed):
            change()

    assert queries.state_of(queries.find(proposed.id)) == "proposed"


def test_the_stored_digest_is_that_of_the_stored_text(county):
    from hashlib import sha256

    version = operations.propose(county.wu, another())

    assert version.digest == sha256(version.content.encode()).hexdigest()
