"""What makes an interview complete. Pure."""

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import Fault

CONSENT_VERSION = "interview-2026-2"
CONSENT_TITLE = "访谈告知与同意"
CONSENT_TEXT = """我们是行政执法监督工作组，想了解刚才这次执法的情况。谈不谈由您决定，不谈对您没有任何影响。
谁在记：监督工作组成员，由司法局保管。
记什么：您的回答和意见。默认不记姓名；您愿意接受回访时，才记下称呼和电话，并加密保存。
为什么：改进执法，不用于处理您本人的事。被监督的行政执法机关看不到是谁说的。
存多久：文字、录音和您留下的称呼、电话随监督档案保管，到期由司法局按档案规定处理；您可以随时要求删除称呼和电话。
您随时可以要求查看、更正、删除，或撤回同意。"""

# The facts that supervisors, parties and citizens are all asked about (三方印证).
FACTS = {
    "show_credentials": "出示执法证件",
    "inform_rights": "告知权利义务",
    "full_recording": "全过程记录",
    "civil_language": "使用文明用语",
}

# Source: domain.md 5.5, asked openly, without leading.
QUESTIONS = {
    "q1": "他们来的时候亮证了吗？",
    "q2": "讲清楚为什么来、依据是什么吗？",
    "q3": "告诉您有哪些权利了吗？",
    "q4": "说话态度怎么样？",
    "q5": "给您说话的机会了吗？",
    "q6": "有没有提钱、物或指定服务？",
    "q7": "您觉得哪里可以改？",
    "q8": "总体满意吗？",
}

LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def gaps(body: Mapping[str, Any]) -> list[Fault]:
    """What keeps a submitted interview from being filed; empty when nothing does.

    A refusal needs its reason and nothing else. Otherwise consent has been given and says which text and how, the
    respondent is of age, and there is something in it.
    Source: 个人信息保护法 art. 14, 17 (consent after notice), 31 (minors).
    """
    refused = body.get("refused")
    if isinstance(refused, dict):
        return (
            [] if str(refused.get("reason", "")).strip() else [Fault("/refused/reason", "请写明当事人拒绝访谈的理由")]
        )
    found = []
    consent = body.get("consent") or {}
    if consent.get("given") is not True:
        found.append(Fault("/consent/given", "访谈前须取得同意；不同意的，记为拒绝访谈"))
    if body.get("is_adult") is False:
        found.append(Fault("/is_adult", "不访谈未成年人"))
    said = any(str(text).strip() for text in (body.get("answers") or {}).values())
    said = said or bool(body.get("level")) or bool(body.get("facts")) or bool(body.get("recordings"))
    if not (said or str(body.get("opinion") or "").strip() or str(body.get("suggestion") or "").strip()):
        found.append(Fault("/level", "访谈还是空的：至少选择满意度、回答一问或写一句意见"))
    return found


def evidence_named(body: Mapping[str, Any]) -> list[str]:
    """Every evidence id that an interview names: recordings, then the signature."""
    named = list(dict.fromkeys(body.get("recordings") or []))
    signature = body.get("signature") or {}
    if signature.get("evidence") and signature["evidence"] not in named:
        named.append(signature["evidence"])
    return named
