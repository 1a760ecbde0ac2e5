"""What an administrator is shown before publishing."""

from dataclasses import replace

from checklist_strategies import checklists
from hypothesis import given, settings

from fieldapp.checklists.content import Domain, load_default
from fieldapp.checklists.differences import FieldChange, compare

DEFAULT = load_default()


def with_item(code, **changes):
    return replace(
        DEFAULT, items=tuple(replace(item, **changes) if item.code == code else item for item in DEFAULT.items)
    )


def test_a_checklist_does_not_differ_from_itself():
    assert compare(DEFAULT, DEFAULT).is_empty


def test_each_changed_field_shows_old_and_new():
    changed = with_item("B01", weight=5, critical=False, modes=("on_site", "ledger"), domains=("transport",))

    found = compare(DEFAULT, changed)

    [item] = found.changed
    assert (item.code, found.added, found.removed) == ("B01", (), ())
    assert item.fields == (
        FieldChange("方式", "现场监督", "现场监督、查阅台账"),
        FieldChange("领域", "全部", "交通运输"),
        FieldChange("分值", "4", "5"),
        FieldChange("关键项", "是", "否"),
    )


def test_added_and_removed_items_are_named():
    fewer = replace(DEFAULT, items=DEFAULT.items[1:])

    assert [item.code for item in compare(DEFAULT, fewer).removed] == ["A01"]
    assert [item.code for item in compare(fewer, DEFAULT).added] == ["A01"]


def test_a_changed_list_shows_what_stayed_what_went_and_what_came():
    item = DEFAULT.by_code["B01"]
    changed = with_item("B01", look_for=(*item.look_for[1:], "新的一条"))

    [field] = compare(DEFAULT, changed).changed[0].fields

    assert field.lines == [
        ("old", item.look_for[0]),
        *(("same", line) for line in item.look_for[1:]),
        ("new", "新的一条"),
    ]
    assert not field.is_short


def test_a_citation_that_becomes_verified_is_a_difference():
    item = DEFAULT.by_code["B07"]
    changed = with_item("B07", basis=tuple(replace(basis, verified=True) for basis in item.basis))

    [field] = compare(DEFAULT, changed).changed[0].fields

    assert field.name == "法律依据"
    assert [line[-3:] for kind, line in field.lines if kind == "old"] == ["|待核"]


def test_general_changes_and_the_order_are_shown():
    changed = replace(
        DEFAULT,
        meta=replace(DEFAULT.meta, title="新标题"),
        scoring=replace(DEFAULT.scoring, critical_cap=""),
        domains=(*DEFAULT.domains, Domain("culture", "文化旅游", True)),
        items=(*DEFAULT.items[1:], DEFAULT.items[0]),
    )

    names = [change.name for change in compare(DEFAULT, changed).general]

    assert names == ["清单标题", "关键项封顶等次", "领域", "指标顺序"]


@given(checklists(), checklists())
@settings(max_examples=40, deadline=None)
def test_there_is_no_difference_exactly_when_two_are_equal(old, new):
    assert compare(old, new).is_empty == (old == new)
    assert compare(old, old).is_empty
