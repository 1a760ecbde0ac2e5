"""Reading observations: every list starts at what one may see."""

from datetime import timedelta

import pytest
from factories import filed_observation, make_checklist_version, make_group, make_user, make_visit, observation_body

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing import records as filed_records
from fieldapp.filing.operations import file_revision
from fieldapp.observations import queries
from fieldapp.observations.kind import OBSERVATION
from fieldapp.people.scope import reach_of
from fieldapp.reviews import operations as reviews


@pytest.fixture
def records(county):
    """A submitted record and a draft of each group's first member, and the draft of a lead; by name."""
    version = make_checklist_version()
    first, second = make_visit(group=county.first_group), make_visit(group=county.second_group)
    made = {}
    for name, author, visit, state in (
        ("zhang", county.zhang_san, first, "submitted"),
        ("zhang_draft", county.zhang_san, first, "draft"),
        ("li", county.li_si, first, "submitted"),
        ("wang", county.wang_wu, second, "submitted"),
        ("qian_draft", county.qian, first, "draft"),
    ):
        made[name] = ids.mint()
        file_revision(author, filed_observation(made[name], observation_body(visit, version, state=state)))
    return made | {"version": version, "first": first}


def seen(user, records):
    names = {value: name for name, value in records.items() if isinstance(value, str)}
    return {names[row.id] for row in db.session.scalars(queries.visible_to(user)).unique()}


def test_who_sees_what(county, records):
    assert {name: seen(getattr(county, name), records) for name in (
        "zhang_san", "li_si", "wang_wu", "qian", "sun", "zhou", "wu", "zheng", "chen", "feng")} == {
        "zhang_san": {"zhang", "zhang_draft"},
        "li_si": {"li"},
        "wang_wu": {"wang"},
        "qian": {"zhang", "li", "qian_draft"},
        "sun": {"wang"},
        "zhou": {"zhang", "li", "wang"},
        "wu": {"zhang", "li", "wang"},
        "zheng": set(),
        "chen": set(),
        "feng": set(),
    }  # fmt: skip


def test_a_row_at_hand_is_judged_by_the_same_rule_as_a_list(county, records):
    filed = [row for row in db.session.query(queries.Observation) if row.state != "draft"]

    for name in ("zhang_san", "li_si", "wang_wu", "qian", "sun", "zhou", "wu", "zheng", "chen", "feng"):
        reach = reach_of(getattr(county, name))
        listed = {row.id for row in db.session.scalars(queries.filed_visible_to(getattr(county, name))).unique()}
        covered = {
            row.id
            for row in filed
            if reach.covers(author_id=row.author_id, group_id=row.group_id, locality_id=row.locality_id)
        }
        assert covered == listed, name


def test_one_record_is_found_inside_the_reach_only(county, records):
    assert queries.find(county.qian, records["zhang"]).id == records["zhang"]
    for user, name in ((county.sun, "zhang"), (county.zhou, "zhang_draft"), (county.zheng, "zhang")):
        with pytest.raises(NotFound):
            queries.find(user, records[name])


def test_a_lead_sees_what_the_own_group_did_anywhere(county, records):
    lead = make_user("组长外派", role="lead", locality=county.shiqiao, organisation=county.bureau)
    member = make_user("组员外派", organisation=county.bureau)
    visit = make_visit(group=make_group(lead, [member], locality=county.liuwan))
    record = ids.mint()
    file_revision(member, filed_observation(record, observation_body(visit, records["version"])))

    assert queries.find(lead, record).id == record
    with pytest.raises(NotFound):
        queries.find(county.sun, record)


def test_counts_keep_to_the_reach_and_leave_drafts_out(county, records):
    reviews.approve(county.qian, records["li"], revision=1)

    assert queries.count_by_state(county.qian) == {"submitted": 1, "returned": 0, "approved": 1}
    assert queries.count_by_state(county.chen) == {"submitted": 0, "returned": 0, "approved": 0}


def test_a_returned_record_stays_with_its_author_however_old(county, records):
    reviews.return_to_author(county.qian, records["zhang"], revision=1, comment="补", items={})

    later = now() + timedelta(days=1)

    assert [row.id for row in filed_records.mine_since(OBSERVATION, county.zhang_san, later)] == [records["zhang"]]
    assert len(filed_records.mine_since(OBSERVATION, county.zhang_san, now() - timedelta(days=1))) == 2


def test_who_of_the_group_has_filed_is_known_without_drafts(county, records):
    by_visit = queries.who_filed([records["first"].id])

    assert [row.author_name for row in by_visit[records["first"].id]] == ["张三", "李四"]


def test_the_records_of_one_visit_are_those_in_reach_in_the_order_of_filing(county, records):
    def of_visit(user):
        return [row.id for row in queries.of_visit(user, records["first"].id)]

    assert of_visit(county.qian) == of_visit(county.zhou) == [records["zhang"], records["li"]]
    assert of_visit(county.zhang_san) == [records["zhang"]]
    assert of_visit(county.sun) == of_visit(county.chen) == []


def test_where_a_record_stands_is_known_without_asking_who_asks(records):
    assert filed_records.state_of(OBSERVATION, records["zhang"]) == "submitted"
    assert filed_records.state_of(OBSERVATION, ids.mint()) is None
