"""The same name written otherwise is the same name, in every register."""

import pytest
from factories import make_group

from fieldapp.errors import Refused
from fieldapp.people import accounts, groups, registers
from fieldapp.people.accounts import Account
from fieldapp.people.groups import GroupPlan
from fieldapp.people.registers import ContactPointDraft, OrganisationDraft

SAME = ["第1组A", "第1组\u200bA", "第１组Ａ", " 第 1 组 a ", "第1\ufeff组A\u00ad"]
UNSEEN = ["\u200b", " \u3000 ", "\u2060\ufe0f"]


def organisation(name):
    return OrganisationDraft(kind="agency", name=name, short_name="某局")


def point(county, name):
    return ContactPointDraft(name, "village", county.liuwan.id)


def group(county, name):
    return GroupPlan(name, county.qian.id, (county.zhang_san.id,))


@pytest.mark.parametrize("name", SAME)
def test_the_same_name_in_other_writing_is_refused(county, name):
    registers.create_organisation(county.wu, organisation("第1组A"))
    registers.create_contact_point(county.wu, point(county, "第1组A"))
    groups.create_group(county.wu, group(county, "第1组A"))

    for deed in (
        lambda: registers.create_organisation(county.wu, organisation(name)),
        lambda: registers.create_contact_point(county.wu, point(county, name)),
        lambda: groups.create_group(county.wu, group(county, name)),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert [fault.pointer for fault in refusal.value.faults] == ["/name"]


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_of_which_nothing_is_seen_is_no_name(county, name):
    for deed in (
        lambda: registers.create_organisation(county.wu, organisation(name)),
        lambda: registers.create_contact_point(county.wu, point(county, name)),
        lambda: groups.create_group(county.wu, group(county, name)),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert "/name" in [fault.pointer for fault in refusal.value.faults]


def test_a_row_may_keep_its_own_name_in_another_writing(county):
    stored = make_group(county.qian, [county.zhang_san], name="第1组A")

    assert groups.change_group(county.wu, stored.id, group(county, "第１组A")).name == "第１组A"


@pytest.mark.parametrize("username", ["zhang\u200bsan", "ｚｈａｎｇｓａｎ", "ZhangSan "])
def test_a_user_name_in_other_writing_is_not_a_second_account(county, username):
    wanted = Account(username, "甲某", ["supervisor"], county.bureau.id, "justice_bureau")

    with pytest.raises(Refused) as refusal:
        accounts.create_user(county.wu, wanted, password="tidy-Heron-41-lake")

    assert "账号已被使用。" in [fault.detail for fault in refusal.value.faults]
