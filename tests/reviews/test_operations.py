"""Deciding on a record."""

import pytest
from factories import make_certificate, make_group, make_user

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.errors import Conflict, Locked, NotAllowed, NotFound, Refused
from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations, queries
from fieldapp.reviews.models import Review


def state_of(record):
    return db.session.get(Observation, record, populate_existing=True).state


def test_an_approval_closes_the_record_and_says_who_and_when(county, file_record):
    record = file_record(county.zhang_san)

    review = operations.approve(county.qian, record, revision=1, comment=" 规范 𠮷龘😀 ")

    assert state_of(record) == "approved"
    assert (review.reviewer_id, review.comment, review.revision) == (county.qian.id, "规范 𠮷龘😀", 1)
    entry = audit.of_subject(record)[-1]
    assert (entry.event, entry.actor_id, entry.at) == ("review.approve", county.qian.id, review.decided_at)
    assert audit.verify_chain()[1] is None


def test_a_return_opens_the_record_again_with_a_comment_at_each_item(county, file_record):
    record = file_record(county.zhang_san)

    operations.return_to_author(county.qian, record, revision=1, comment="", items={"B01": "谁？", "B02": "  "})

    assert state_of(record) == "returned"
    db.session.expire_all()
    (review,) = queries.of_observation(record)
    assert [(one.item, one.comment) for one in review.comments] == [("B01", "谁？")]
    file_record(county.zhang_san, record=record, revision=2)
    assert state_of(record) == "submitted"
    assert "谁？" not in audit.of_subject(record)[1].details, "the chain holds no words"


def test_what_was_decided_cannot_be_decided_again(county, file_record):
    record = file_record(county.zhang_san)
    operations.approve(county.qian, record, revision=1)

    for decide in (
        lambda: operations.approve(county.qian, record, revision=1),
        lambda: operations.approve(county.zhou, record, revision=1),
        lambda: operations.return_to_author(county.qian, record, revision=1, comment="再看", items={}),
    ):
        with pytest.raises(Locked, match="已通过"):
            decide()
    assert db.session.query(Review).count() == 1


def test_a_returned_record_waits_for_its_author_not_for_the_reviewer(county, file_record):
    record = file_record(county.zhang_san)
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={})

    with pytest.raises(Locked):
        operations.approve(county.qian, record, revision=1)


def test_nobody_decides_at_a_revision_that_they_did_not_read(county, file_record):
    record = file_record(county.zhang_san)
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={})
    file_record(county.zhang_san, record=record, revision=2)

    for read in (1, 0, 3):
        with pytest.raises(Conflict):
            operations.approve(county.qian, record, revision=read)
    assert operations.approve(county.qian, record, revision=2).revision == 2


def test_who_may_decide(county, file_record):
    record = file_record(county.zhang_san)

    for stranger in (county.sun, county.li_si, county.chen, county.zheng):
        with pytest.raises((NotFound, NotAllowed)):
            operations.approve(stranger, record, revision=1)
    with pytest.raises(NotAllowed):
        operations.approve(county.wu, record, revision=1)  # admins read
    with pytest.raises(NotAllowed):
        operations.approve(county.zhang_san, record, revision=1)
    assert state_of(record) == "submitted"
    assert operations.approve(county.zhou, record, revision=1)


def test_a_lead_who_goes_along_files_and_another_lead_reviews(county, file_record):
    record = file_record(county.qian)

    with pytest.raises(NotAllowed, match="自己的记录"):
        operations.approve(county.qian, record, revision=1)
    with pytest.raises(NotAllowed):
        operations.return_to_author(county.qian, record, revision=1, comment="x", items={})
    assert operations.approve(county.zhou, record, revision=1)


def test_a_lead_reviews_the_own_group_outside_the_own_locality(county, file_record):
    lead = make_user("组长外派", role="lead", locality=county.shiqiao, organisation=county.bureau)
    member = make_user("组员外派", organisation=county.bureau)
    group = make_group(lead, [member], locality=county.liuwan)
    make_certificate(member)
    from factories import make_visit

    record = file_record(member, visit=make_visit(group=group))

    assert operations.approve(lead, record, revision=1)


def test_a_draft_is_not_there_for_a_reviewer(county, file_record):
    record = file_record(county.zhang_san, state="draft")

    with pytest.raises(NotFound):
        operations.approve(county.qian, record, revision=1)


def test_without_all_its_files_a_record_can_be_returned_but_not_approved(county, file_record):
    record = file_record(
        county.zhang_san, answers={"B01": {"value": "no", "note": "无证", "evidence": [ids.mint(), ids.mint()]}}
    )

    with pytest.raises(Locked, match="0/2"):
        operations.approve(county.qian, record, revision=1)
    assert operations.return_to_author(county.qian, record, revision=1, comment="照片没到", items={})


@pytest.mark.parametrize(
    ("comment", "items", "pointer"),
    [
        ("", {}, "/comment"),
        ("  ", {"B01": " \n"}, "/comment"),
        ("长" * 2001, {}, "/comment"),
        ("x", {"B01": "长" * 2001}, "/items/B01"),
        ("x", {"Z99": "没有这一项"}, "/items/Z99"),
    ],
)
def test_a_return_says_what_is_to_be_done(county, file_record, comment, items, pointer):
    record = file_record(county.zhang_san)

    with pytest.raises(Refused) as refused:
        operations.return_to_author(county.qian, record, revision=1, comment=comment, items=items)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert state_of(record) == "submitted"


def test_a_decision_on_nothing_is_not_found(county):
    with pytest.raises(NotFound):
        operations.approve(county.zhou, ids.mint(), revision=1)
