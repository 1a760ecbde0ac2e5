"""Accounts: made, changed, shut; and the chain that tells of it."""

import pytest
from factories import PASSWORD, make_group, make_user
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.audit.queries import verify_chain
from fieldapp.clock import now
from fieldapp.errors import NotAllowed, Refused
from fieldapp.extensions import db
from fieldapp.people import accounts, groups, operations, passwords, queries
from fieldapp.people.accounts import Account
from fieldapp.people.groups import GroupPlan

GOOD_PASSWORD = "tidy-Heron-41-lake"


def account(county, **changes):
    given = {"username": "newcomer", "name": "甲某", "roles": ["supervisor"], "organisation_id": county.bureau.id,
             "origin": "justice_bureau"}  # fmt: skip
    return Account(**(given | changes))


def sign_in(username, password=PASSWORD):
    return operations.sign_in(username, password, address="203.0.113.5", browser="test")


def test_a_new_user_can_sign_in_and_must_change_the_password(county):
    user = accounts.create_user(county.wu, account(county), password=GOOD_PASSWORD)

    signed_in, _ = sign_in("newcomer", GOOD_PASSWORD)

    assert signed_in.id == user.id
    assert signed_in.must_change_password


@pytest.mark.parametrize("person", ["qian", "zhang_san", "zheng"])
def test_only_administrators_make_accounts(county, person):
    with pytest.raises(NotAllowed):
        accounts.create_user(getattr(county, person), account(county), password=GOOD_PASSWORD)


def test_everything_that_is_wrong_with_an_account_is_said_at_once(county):
    wrong = account(county, username="张三", name=" ", roles=["emperor"], origin="moon", locality_id=county.bureau.id)

    with pytest.raises(Refused) as refusal:
        accounts.create_user(county.wu, wrong, password=GOOD_PASSWORD)

    pointers = {fault.pointer for fault in refusal.value.faults}
    assert pointers == {"/username", "/name", "/roles", "/origin", "/locality_id"}


def test_a_user_name_is_given_once(county):
    with pytest.raises(Refused):
        accounts.create_user(county.wu, account(county, username="zhangsan"), password=GOOD_PASSWORD)


def test_a_disabled_user_is_a_stranger_at_once_and_keeps_the_reason(county):
    _, token = sign_in("zhangsan")

    accounts.disable_user(county.wu, county.zhang_san.id, reason="调离")

    assert queries.user_of_token(token, at=now(), hours=1) is None
    assert queries.find_by_username("zhangsan").disabled_reason == "调离"
    accounts.enable_user(county.wu, county.zhang_san.id)
    assert sign_in("zhangsan")


def test_an_account_is_not_disabled_without_a_reason(county):
    with pytest.raises(Refused):
        accounts.disable_user(county.wu, county.zhang_san.id, reason="  ")


def test_nobody_shuts_themselves_out_and_one_administrator_always_stays(county):
    with pytest.raises(NotAllowed):
        accounts.disable_user(county.wu, county.wu.id, reason="x")
    with pytest.raises(NotAllowed):
        accounts.disable_user(None, county.wu.id, reason="x")
    for role in ("system", "security"):
        demoted = account(county, username="wu", name=county.wu.name, roles=[role])
        other = make_user("第二管理员", role="security", organisation=county.bureau)
        with pytest.raises(NotAllowed if role == "security" else Refused):  # the last of the system, oneself
            accounts.change_user(other if role == "security" else county.wu, county.wu.id, demoted)


def test_a_new_role_ends_the_sign_ins_made_under_the_old_one(county):
    _, token = sign_in("zhangsan")

    accounts.change_user(county.wu, county.zhang_san.id, account(county, username="zhangsan", roles=["lead"]))

    assert queries.user_of_token(token, at=now(), hours=1) is None
    assert queries.find_by_username("zhangsan").roles == {"lead"}


def test_a_reset_password_works_once_handed_over_and_the_old_one_no_more(county):
    _, token = sign_in("zhangsan")

    once = accounts.reset_password(county.wu, county.zhang_san.id)

    assert passwords.faults_of(once, username="zhangsan") == []
    assert queries.user_of_token(token, at=now(), hours=1) is None
    assert sign_in("zhangsan", once)[0].must_change_password
    with pytest.raises(operations.WrongPair):
        sign_in("zhangsan")


def test_the_chain_tells_of_every_change_without_names_or_reasons(county):
    user = accounts.create_user(county.wu, account(county), password=GOOD_PASSWORD)
    accounts.disable_user(county.wu, user.id, reason="身体原因")
    plan = GroupPlan("新的一组", county.qian.id, [county.li_si.id, county.zhang_san.id], county.liuwan.id)
    groups.create_group(county.wu, plan)

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()

    assert [entry.event for entry in entries] == ["user.created", "user.disabled", "group.created"]
    assert {entry.actor_id for entry in entries} == {county.wu.id}
    told = "".join(entry.details for entry in entries)
    assert not any(word in told for word in ("甲某", "身体", "新的"))
    assert verify_chain() == (3, None)


def test_a_group_keeps_its_members_in_the_order_given_and_can_be_changed(county):
    plan = GroupPlan("新的一组", county.qian.id, [county.wang_wu.id, county.zhang_san.id])
    group = groups.create_group(county.wu, plan)

    groups.change_group(county.wu, group.id, GroupPlan("改名的组", county.sun.id, [county.li_si.id], county.shiqiao.id))

    changed = queries.find_group(group.id)
    assert (changed.name, changed.lead.id) == ("改名的组", county.sun.id)
    assert [member.user_id for member in changed.members] == [county.li_si.id]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": "柳湾镇联合监督组"}, "/name"),
        ({"name": ""}, "/name"),
        ({"lead": "zhang_san"}, "/lead_id"),
        ({"members": []}, "/member_ids"),
        ({"members": ["feng"]}, "/member_ids"),
        ({"members": ["zheng"]}, "/member_ids"),
    ],
)
def test_a_group_needs_a_name_of_its_own_a_lead_and_members_who_supervise(county, changes, pointer):
    members = [getattr(county, name).id for name in changes.get("members", ["zhang_san"])]
    lead = getattr(county, changes.get("lead", "qian"))

    with pytest.raises(Refused) as refusal:
        groups.create_group(county.wu, GroupPlan(changes.get("name", "新的一组"), lead.id, members))

    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_an_ended_group_says_so_and_stays_with_its_lead(county):
    group = make_group(county.qian, [county.li_si])

    groups.end_group(county.wu, group.id, reason="改组")

    assert queries.find_group(group.id).ended_at
    assert group.id in {found.id for found in queries.groups_of(county.qian)}
