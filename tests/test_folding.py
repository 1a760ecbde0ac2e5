"""What looks the same to a person is the same to the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.folding import as_meant, folded

SAME = [
    ("张三", "张\u200b三"),
    ("张三", "张 三"),
    ("张三", "\u2060张三\ufeff"),
    ("张三", "张\ufe0f三"),
    ("张三", "张\u3000三\u00a0"),
    ("云川市应急管理局（本级）", "云川市应急管理局\uff08本级\uff09"),
    ("Ab12", "\uff41b\uff11\uff12"),
    ("000-0000", "000—0000"),
    ("阿依古丽·买买提", "阿依古丽•买买提"),
    ("阿依古丽·买买提", "阿依古丽・买买提"),
    ("e\u0301", "é"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_look_the_same_are_the_same(one: str, other: str):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("张三", "张四"), ("应急管理局", "应急局"), ("A", "А"), ("12", "1 3")])
def test_names_that_differ_stay_different(one: str, other: str):
    assert folded(one) != folded(other)


def test_nothing_to_see_is_nothing():
    assert folded(" \u200b\u3000\ufeff\u3164") == ""


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(("typed", "meant"), [
    ("  应急 \u3000 管理 ", "应急 管理"),
    ("ＪＤ２０２６－０００１", "JD2026-0001"),
    ("JD2026—0001", "JD2026-0001"),
    ("张\u200b三\ufeff", "张三"),
    ("云川市应急管理局（本级）", "云川市应急管理局（本级）"),
    ("Ab", "Ab"),
    ("\x00", ""),
])  # fmt: skip
def test_a_search_asks_for_what_its_writer_meant(typed: str, meant: str):
    assert as_meant(typed) == meant
    assert as_meant(meant) == meant
