"""Who sits at a roundtable, what they are told, and what makes it complete. Pure."""

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import Fault
from fieldapp.filing.rules import ERASABLE
from fieldapp.promises import said

# 界别, in the order in which they are named. Source: domain.md 5.5 (参加人按界别计数，可不列名).
ORIGINS = {
    "npc": "人大代表",
    "cppcc": "政协委员",
    "enterprise": "企业代表",
    "resident": "群众代表",
    "agency": "行政执法机关",
    "bureau": "司法局",
    "procuratorate": "检察院",
    "other": "其他",
}

CONSENT_VERSION = "roundtable-2026-2"
# Every text that people were ever told stays readable under its version. Source: 个人信息保护法 art. 7, 17.
CONSENT_TEXTS = {
    "roundtable-2026-1": (
        "这次座谈由司法局记录，用于改进行政执法。记下发言要点和是哪个界别说的，不写是谁说的；到场的人可以不留姓名。"
        "可能拍照；不愿意入镜的，请说一声。姓名加密保存，想删除时请向司法局提出。"
    ),
    "roundtable-2026-2": (
        "这次座谈由司法局记录，用于改进行政执法。记下发言要点和是哪个界别说的，不写是谁说的；到场的人可以不留姓名。"
        "可能拍照；不愿意入镜的，请说一声。发言要点和姓名加密保存，随监督档案保管，不会自动删除；想查看、更正、撤回同意"
        f"或者删除的，请向司法局提出，决定删除的彻底删除，只留编号、摘要和办理的记录。{said('backups')}"
    ),
}

# Where a roundtable stands. What was submitted is not changed afterwards: a second one is filed.
STATES = {"draft": "草稿", "submitted": "已提交", "discarded": "已作废", "erased": "已依法删除"}
TRANSITIONS = ERASABLE

# What a submitted one should have, in the order of the page. What is lacking is filed all the same, and marked.
MISSING = {
    "place": "地点",
    "chair": "主持人",
    "told": "有照片或姓名，没有注明已告知到场的人",
    "who": "有的待办没有写由谁办",
    "due": "有的待办没有写期限",
}


def origin_words(origin: str) -> str:
    """What a 界别 is called; one of a sender newer than this program is 其他."""
    return ORIGINS.get(origin, ORIGINS["other"])


def present_count(body: Mapping[str, Any]) -> int:
    """How many people sat at the table."""
    return sum(int(one["count"]) for one in body.get("present") or [])


def gaps(body: Mapping[str, Any]) -> list[Fault]:
    """What keeps a submitted roundtable from being filed; empty when nothing does."""
    faults = []
    if not _is_said(body.get("topic")):
        faults.append(Fault("/topic", "请写明座谈的主题"))
    if present_count(body) == 0:
        faults.append(Fault("/present", "请填写到场人数：至少一个界别"))
    if not any(body.get(name) for name in ("points", "consensus", "actions")):
        faults.append(Fault("/points", "座谈还是空的：请至少写一条发言要点、共识或待办"))
    faults += [
        Fault(f"/actions/{place}/what", "请写明要做什么")
        for place, one in enumerate(body.get("actions") or [])
        if not _is_said(one["what"])
    ]
    return faults


def missing(body: Mapping[str, Any]) -> list[str]:
    """What a roundtable lacks beside its words: keys of MISSING."""
    actions = body.get("actions") or []
    told = (body.get("consent") or {}).get("given") is True
    lacks = {
        "place": not _is_said(body.get("place")),
        "chair": not _is_said(body.get("chair")),
        "told": bool(body.get("photos") or body.get("people")) and not told,
        "who": any(not (one.get("agency") or _is_said(one.get("who"))) for one in actions),
        "due": any(not one.get("due") for one in actions),
    }
    return [place for place in MISSING if lacks[place]]


def evidence_named(body: Mapping[str, Any]) -> list[str]:
    """The ids of the photos, each once."""
    return list(dict.fromkeys(body.get("photos") or []))


def registered(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which organisations of the register a body names: (pointer, id)."""
    named = [("/agency", body.get("agency")), ("/locality", body.get("locality"))]
    named += [(f"/actions/{place}/agency", one.get("agency")) for place, one in enumerate(body.get("actions") or [])]
    return [(pointer, str(one)) for pointer, one in named if one]


def _is_said(text: object) -> bool:
    return bool(str(text or "").strip())
