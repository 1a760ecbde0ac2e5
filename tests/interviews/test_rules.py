"""What makes an interview complete."""

import pytest

from fieldapp.interviews.rules import CONSENT_TEXT, evidence_named, gaps

GIVEN = {"consent": {"given": True, "version": "1", "method": "tick"}}


@pytest.mark.parametrize(
    "said",
    [
        {"level": 3},
        {"answers": {"q1": "亮了"}},
        {"facts": {"show_credentials": "yes"}},
        {"opinion": "好"},
        {"suggestion": "早点来"},
        {"recordings": ["r"]},
    ],
)
def test_one_thing_said_is_enough(said):
    assert gaps(GIVEN | said) == []


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/consent/given", "/level"]),
        (GIVEN, ["/level"]),
        (GIVEN | {"answers": {"q1": "  "}, "opinion": " "}, ["/level"]),
        ({"level": 5}, ["/consent/given"]),
        ({"level": 5, "consent": {"given": "yes"}}, ["/consent/given"]),
        (GIVEN | {"level": 5, "is_adult": False}, ["/is_adult"]),
        ({"refused": {"reason": ""}}, ["/refused/reason"]),
        ({"refused": {}}, ["/refused/reason"]),
        ({"refused": {"reason": "赶时间"}}, []),
    ],
)
def test_what_is_missing_is_said(body, pointers):
    assert [gap.pointer for gap in gaps(body)] == pointers


def test_evidence_is_named_once_and_in_order():
    assert evidence_named({"recordings": ["b", "a", "b"], "signature": {"evidence": "a"}}) == ["b", "a"]
    assert evidence_named({"recordings": None, "signature": {"evidence": "s"}}) == ["s"]
    assert evidence_named({}) == []


def test_the_notice_says_who_keeps_what_why_how_long_and_which_rights():
    """Source: 个人信息保护法 art. 17."""
    for said in ("司法局保管", "默认不记姓名", "改进执法", "随监督档案保管", "查看、更正、删除", "撤回同意", "不谈"):
        assert said in CONSENT_TEXT
