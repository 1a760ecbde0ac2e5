"""Levels, honest counting, what a rating must have, and the course of a follow-up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.errors import Fault
from fieldapp.interviews.rules import FACT_ANSWERS, LEVELS
from fieldapp.matters.rules import LADDER_ACTS, LEADS, Course, Need, Transition
from fieldapp.promises import days_of
from fieldapp.ratings.personal_data import telephone

__all__ = ["FACT_ANSWERS", "LEVELS"]

# What a citizen is asked. full_recording has always meant: were you told of the recording (告诉您在全程录音录像了吗)?
FACTS = {
    "show_credentials": "出示执法证件", "inform_rights": "告知权利义务", "full_recording": "告知正在录音录像",
    "civil_language": "使用文明用语",
}  # fmt: skip

BAD_LEVELS = (2, 1)  # 后两级为差评. Source: 国办发〔2019〕51号 as explained (domain.md 4.1)
MOST_COMMENT_CHARACTERS = 500
MOST_OPINION_CHARACTERS = 2000
MOST_PHOTOS = 3


# ---- honest counting ------------------------------------------------------------------------------------------------

SUSPICIONS = {
    "same_device": "同一设备 24 小时内重复评价",
    "many_codes": "同一设备 24 小时内评价多个评价码",
    "same_network": "同一网络几秒内连续评价",
    "burst": "短时间内大量评价",
    "one_holder": "同一监督员的一次码在同一网络集中评价",
    "too_fast": "打开页面几秒内就提交",
    "hidden_field": "填了页面上看不见的栏（可能是程序自动填写）",
}
DEVICE_HOURS = 24
DRAFT_HOURS = 2  # what was sent and must be mended stays so long
NETWORK_SECONDS = 20
BURST_MINUTES = 10
BURST_FROM_ONE_NETWORK = 6  # in BURST_MINUTES, on one code
BURST_ON_ONE_CODE = 30  # networks
# Slips of one holder, rated from one network within DEVICE_HOURS, this one too. A workshop behind one address has many
# browsers, and each carries a mark; a program that takes none is one sender.
HELD_BY_ONE_UNMARKED = 4
HELD_BY_ONE = 25
MANY_CODES = 3
LEAST_SECONDS = 3.0
TAG_DAYS = days_of("network_tags")


@dataclass(frozen=True)
class Signals:
    """What came shortly before a rating, itself not counted.

    `device_on_code`: ratings of the same device on the same code, `device_codes`: codes that it rated, both in
    DEVICE_HOURS. `network_seconds_ago`: since the last one from the same network on the same code, None for none.
    `network_recent`: ratings from the network on the code in BURST_MINUTES; `code_networks`: other networks from which
    ratings came on it meanwhile that are not suspect themselves. `held_unmarked`, `held`: slips of this slip's holder
    rated from the same network in DEVICE_HOURS, by browsers without a mark if this one has none, and by any.
    `seconds_on_page`: from the page's making to its sending, by the server's clock; None when it is not known.
    `is_hidden_filled`: a field was filled that no person sees; a browser that fills in forms may have done it.
    """

    device_on_code: int = 0
    device_codes: int = 0
    network_seconds_ago: float | None = None
    network_recent: int = 0
    code_networks: int = 0
    held_unmarked: int = 0
    held: int = 0
    seconds_on_page: float | None = None
    is_hidden_filled: bool = False

    @property
    def is_network_burst(self) -> bool:
        return self.network_recent + 1 >= BURST_FROM_ONE_NETWORK

    @property
    def is_code_burst(self) -> bool:
        """What is suspect by itself never makes others suspect: one sender alone silences no code."""
        return self.code_networks + 1 >= BURST_ON_ONE_CODE

    @property
    def is_holder_campaign(self) -> bool:
        return self.held_unmarked + 1 >= HELD_BY_ONE_UNMARKED or self.held + 1 >= HELD_BY_ONE


def suspicions(around: Signals) -> list[str]:
    """Keys of SUSPICIONS that a new rating earns, in their order. Nobody is refused for any of them."""
    seconds = around.network_seconds_ago
    found = {
        "same_device": around.device_on_code > 0,
        "many_codes": around.device_codes + 1 > MANY_CODES,
        "same_network": seconds is not None and seconds < NETWORK_SECONDS,
        "burst": around.is_network_burst or around.is_code_burst,
        "one_holder": around.is_holder_campaign,
        "too_fast": around.seconds_on_page is not None and around.seconds_on_page < LEAST_SECONDS,
        "hidden_field": around.is_hidden_filled,
    }
    return [key for key in SUSPICIONS if found[key]]


# ---- what a rating must have ----------------------------------------------------------------------------------------


CONTACT_NOTICE_VERSION = "callback-2026-1"
CONTACT_NOTICE = """留不留由您。留下的姓名和电话只用于回访这一次评价，由司法局加密保管，被评价的行政执法机关看不到。
回访办结后 90 天内删除；您也可以随时凭查询码自己删除。"""
WORDS_YEARS = days_of("rating_words") // 365
CONTACT_DAYS = days_of("rating_contacts")  # after the follow-up is closed, or after a rating that needs none
MOST_NAME_CHARACTERS = 30


@dataclass(frozen=True)
class Wish:
    """What a citizen sent, as words: nothing of it has been checked. `reasons`: ids; `facts`: by the keys of FACTS."""

    level: str
    facts: Mapping[str, str]
    reasons: tuple[str, ...]
    comment: str
    name: str
    phone: str
    may_call: bool
    agency_id: str = ""


def gaps(wish: Wish) -> list[Fault]:
    """What keeps a rating from being counted; empty when nothing does.

    Only a level is needed. A reason is asked for and never owed: a bad rating must not be harder than a good one.
    Source: 自愿真实 (GB/T 39734—2020 4.1 as reported in domain.md 4.1), 不强制 (4.3); 个人信息保护法 art. 14 for the
    consent.
    """
    found = []
    if wish.level not in ("1", "2", "3", "4", "5"):
        found.append(Fault("/level", "请选择满意程度"))
    if any(value not in FACT_ANSWERS for value in wish.facts.values()):
        found.append(Fault("/facts", "请在“是、否、不清楚”中选择"))
    if len(wish.comment) > MOST_COMMENT_CHARACTERS:
        found.append(Fault("/comment", f"最多 {MOST_COMMENT_CHARACTERS} 字，请精简"))
    return found + contact_gaps(name=wish.name, phone=wish.phone, may_call=wish.may_call)


def opinion_gaps(wish: Wish) -> list[Fault]:
    """What keeps an opinion from being taken: it needs words."""
    is_fit = 0 < len(wish.comment) <= MOST_OPINION_CHARACTERS
    found = [] if is_fit else [Fault("/words", f"请写 1–{MOST_OPINION_CHARACTERS} 字")]
    return found + contact_gaps(name=wish.name, phone=wish.phone, may_call=wish.may_call)


def contact_gaps(*, name: str, phone: str, may_call: bool) -> list[Fault]:
    """What is wrong with a contact: nothing when none was given; else a telephone and the consent are needed."""
    if not (name or phone):
        return []
    found = []
    if len(name) > MOST_NAME_CHARACTERS:
        found.append(Fault("/name", f"姓名最多 {MOST_NAME_CHARACTERS} 字"))
    if telephone(phone) is None:
        words = "看不懂这个号码" if phone else "请填写能打通的电话号码，或把姓名也清空"
        how = "。请只填一个能打通的电话号码，如 0512-5700 0000 转 801；或把姓名和电话都清空" if phone else ""
        found.append(Fault("/phone", words + how))
    if not may_call:
        found.append(Fault("/may_call", "请勾选同意回访，或清空姓名和电话"))
    return found


# ---- the course of a follow-up --------------------------------------------------------------------------------------

STATES = {
    "received": "已收到",
    "triaged": "已分派",
    "contacting": "联系中",
    "verified": "属实",
    "unfounded": "不属实",
    "misrated": "误评",
    "rectified": "已整改",
    "replied": "已反馈",
    "closed": "已办结",
}
OUTCOMES = ("verified", "unfounded", "misrated")
ACTIONS = {
    "opened": "收到差评",
    "triage": "分派",
    "call": "回访",
    "conclude": "核查结论",
    "rectify": "整改",
    "reply": "反馈",
    "extend": "延期",
    "term": "期限顺延",
    **LADDER_ACTS,
    "close": "办结",
    "release": "公开评语",
    "unmask": "查看联系方式",
    "erase": "删除联系方式",
    "addendum": "追评",
}
_OPEN = ("received", "triaged", "contacting", *OUTCOMES, "rectified")


def closing_fault(*, is_real_name: bool, calls: int) -> str | None:
    """What keeps a follow-up from being closed: one with a telephone has been called.

    Source: 实名差评回访率 100% (国办发〔2019〕51号, domain.md 4.1).
    """
    if is_real_name and calls == 0:
        return "评价人留了联系方式，办结前须至少回访一次（实名差评回访率 100%）。"
    return None


def _call_owed(follow_up: Any) -> str | None:
    return closing_fault(is_real_name=follow_up.is_real_name, calls=follow_up.calls)


# Source: domain.md 7.3; 件件有整改、有反馈 (a verified one is rectified before the reply).
COURSE = Course(
    STATES,
    ACTIONS,
    "received",
    (
        Transition("triage", ("received",), "triaged", gives_owner=True),
        Transition("triage", ("triaged", "contacting"), gives_owner=True),
        Transition("call", ("triaged",), "contacting", words="请写明回访情况"),
        Transition("call", ("contacting", *OUTCOMES, "rectified", "replied"), words="请写明回访情况"),
        *(
            Transition("conclude", ("triaged", "contacting", *OUTCOMES), outcome, outcome, words="请写明核查情况和依据")
            for outcome in OUTCOMES
        ),
        Transition("rectify", ("verified", "rectified"), "rectified", words="请写明整改情况"),
        Transition("reply", ("rectified", "unfounded", "misrated", "replied"), "replied", words="请写给评价人的答复"),
        Transition(
            "extend", _OPEN, roles=LEADS, only="延期须经组长批准。", words="请写明延期理由",
            once="已经延期过一次，不能再延。", extends=True,
        ),
        Transition(
            "close", ("replied",), "closed", roles=LEADS, only="办结由组长确认。", need=Need("/calls", _call_owed),
            closes=True,
        ),
    ),
    {"conclude": ("/outcome", "请选择核查结论：属实、不属实或误评")},
)  # fmt: skip


def steps_of(outcome: str | None) -> tuple[str, str, str, str]:
    """The four steps that the citizen sees; where nothing was to be put right, the third is the answer."""
    return ("已收到", "回访", "答复" if outcome in ("unfounded", "misrated") else "整改", "已办结")


def steps_done(state: str, *, calls: int) -> int:
    """How many of `steps_of` are done, 1–4; a call, or a conclusion without one, completes the second."""
    if state == "closed":
        return 4
    if state in ("rectified", "replied"):
        return 3
    return 2 if calls or state in OUTCOMES else 1
