"""What makes an interview complete."""

import re

import pytest

from fieldapp.interviews.rules import (
    CONSENT_TEXT,
    CONSENT_TEXTS,
    CONSENT_VERSION,
    LEVELS,
    QUESTIONS,
    changed_after_handing_over,
    evidence_named,
    gaps,
    missing,
)

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
    for said in (
        "司法局保管",
        "默认不记姓名",
        "改进执法",
        "不会自动删除",
        "撤回同意",
        "删除姓名和电话",
        "彻底删除",
        "谁能看",
        "不谈",
    ):
        assert said in CONSENT_TEXT


def test_the_notice_promises_no_deletion_that_nobody_carries_out():
    for promise in ("转写", "自动删除；电话", "随时可以要求"):
        assert promise not in CONSENT_TEXT
    assert re.findall(r"[^，。；\n]*\d+ 天[^，。；\n]*", CONSENT_TEXT) == [
        "文字记录核对后 90 天内删除录音",
        "回访办结后 90 天内删除姓名和电话",
        "备份里最迟再过 30 天也没有了",
    ]


def test_what_was_agreed_to_before_can_still_be_read():
    assert CONSENT_TEXTS[CONSENT_VERSION] == CONSENT_TEXT
    assert "录音转写核对后 90 天删除" in CONSENT_TEXTS["interview-2026-1"]


@pytest.mark.parametrize(
    ("changes", "respondent", "lacks"),
    [
        ({}, None, []),
        ({"is_adult": None}, None, ["age"]),
        ({"is_adult": False}, None, ["minor"]),
        ({"signature": None}, None, ["signature"]),
        ({"signature": {"refused": "  "}}, None, ["signature"]),
        ({"signature": {"refused": "不愿意"}}, None, []),
        ({"anonymous": False, "callback": True}, {"name": "", "contact": " "}, ["who", "callback"]),
        ({"anonymous": False, "callback": True}, {"name": "某甲", "contact": "000-0000-0001"}, []),
        ({"anonymous": False, "callback": True}, None, []),
        ({"refused": {"reason": "没空"}, "signature": None}, None, []),
    ],
)
def test_what_a_whole_interview_lacks_is_named_and_only_the_law_refuses_it(changes, respondent, lacks):
    body = GIVEN | {"level": 4, "is_adult": True, "anonymous": True, "signature": {"oral": True}} | changes

    assert missing(body, respondent) == lacks
    assert [gap.pointer for gap in gaps(body)] == (["/is_adult"] if "minor" in lacks else [])


ALONE = {"conducted": "handed_over", "level": 2, "answers": {"q1": "没亮证", "q6": "要了两条烟"}, "facts": {}}


@pytest.mark.parametrize(
    ("later", "changed"),
    [
        ({}, []),
        ({"answers": {"q1": "没亮证，问了才拿", "q6": "要了两条烟"}}, []),  # went on writing
        ({"opinion": "就这样"}, []),
        ({"level": 5}, ["满意程度"]),
        ({"answers": {"q1": "没亮证"}}, [QUESTIONS["q6"]]),
        (
            {"answers": {"q1": "亮了", "q6": ""}, "level": None},
            ["满意程度", QUESTIONS["q1"], QUESTIONS["q6"]],
        ),
        ({"conducted": "in_person", "level": 4}, ["满意程度"]),
    ],
)
def test_what_a_party_wrote_alone_and_stands_otherwise_now_is_named(later, changed):
    assert changed_after_handing_over([{"conducted": "in_person"}, ALONE, ALONE | later]) == changed


def test_a_fact_that_a_party_named_and_stands_otherwise_now_is_named_and_what_nobody_asks_for_is_not():
    alone = ALONE | {"facts": {"show_credentials": "no", "civil_language": "yes", "unknown": "x"}}
    later = alone | {"facts": {"show_credentials": "yes", "civil_language": "yes"}}

    assert changed_after_handing_over([alone, later]) == ["出示执法证件"]
    assert changed_after_handing_over([alone, alone | {"facts": None}]) == ["出示执法证件", "使用文明用语"]


def test_what_the_supervisor_wrote_before_handing_over_may_change():
    assert changed_after_handing_over([ALONE | {"conducted": "in_person"}, ALONE | {"level": 5}]) == []
    assert changed_after_handing_over([]) == []


def test_the_five_levels_are_those_of_the_rating():
    assert LEVELS == {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
