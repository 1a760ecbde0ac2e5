"""What a party is told and asked, what makes an interview complete, and what was changed in it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.errors import Fault
from fieldapp.filing.rules import ERASABLE
from fieldapp.promises import said

CONSENT_VERSION = "interview-2026-4"
CONSENT_TITLE = "访谈告知与同意"
# Every text that a party has ever agreed to stays readable under its version. A text promises what the program does.
# Source: 个人信息保护法 art. 7, 14, 17 (true notice), 44–47 (the rights named here).
CONSENT_TEXTS = {
    "interview-2026-1": """我们是行政执法监督工作组,想了解刚才这次执法的情况。谈不谈由您决定,不谈对您没有任何影响。
谁在记:监督工作组成员,由司法局保管。
记什么:您的回答和意见。默认不记姓名;您愿意接受回访时,才记下称呼和电话,并加密保存。
为什么:改进执法,不用于处理您本人的事。被监督的执法单位看不到是谁说的。
存多久:文字随监督档案保管;录音转写核对后 90 天删除;电话在回访办结后 90 天删除。
您随时可以要求查看、更正、删除,或撤回同意。""",
    "interview-2026-2": """我们是行政执法监督工作组，想了解刚才这次执法的情况。谈不谈由您决定，不谈对您没有任何影响。
谁在记：监督工作组成员；由司法局保管。
记什么：您的回答和意见；您愿意时，还有录音和签名。默认不记姓名；您愿意留名或接受回访时，才记下姓名和电话，加密保存。
谁能看：记录您这次谈话的监督员、负责审核的组长、司法局的管理员。组长和管理员看电话要写理由，每次都留下记录。被监督的行政执法机关的账号打不开访谈。
为什么：改进执法，不用于处理您本人的事。
存多久：回答、录音、签名随监督档案保管，提交后不改，也不会自动删除；不想留下的，可以不说、不录、不签。
您的权利：想查看、更正（另记一份）、撤回同意，或者删除姓名和电话，请向司法局提出；姓名和电话可以彻底删除，删除后谁也看不到。""",
    "interview-2026-3": """我们是行政执法监督工作组，想了解刚才这次执法的情况。谈不谈由您决定，不谈对您没有任何影响。
谁在记：监督工作组成员；由司法局保管。
记什么：您的回答和意见；您愿意时，还有录音和签名。默认不记姓名；您愿意留名或接受回访时，才记下姓名和电话，加密保存。
谁能看：记录您这次谈话的监督员、负责审核的组长、司法局的管理员。组长和管理员看电话要写理由，每次都留下记录。被监督的行政执法机关的账号打不开访谈。
为什么：改进执法，不用于处理您本人的事。
存多久：您要求回访的，回访办结后 90 天内删除姓名和电话。
回答、录音、签名随监督档案保管，提交后不改，也不会自动删除；不想留下的，可以不说、不录、不签。
您的权利：想查看、更正（另记一份）、撤回同意，或者删除姓名和电话，请向司法局提出；姓名和电话可以彻底删除，删除后谁也看不到。""",
    "interview-2026-4": f"""我们是行政执法监督工作组，想了解刚才这次执法的情况。谈不谈由您决定，不谈对您没有任何影响。
谁在记：监督工作组成员；由司法局保管。
记什么：您的回答和意见；您愿意时，还有录音和签名。默认不记姓名；您愿意留名或接受回访时，才记下姓名和电话。回答、姓名和电话都加密保存。
谁能看：记录您这次谈话的监督员、负责审核的组长、司法局的管理员。组长和管理员看电话要写理由，每次都留下记录。被监督的行政执法机关的账号打不开访谈。
为什么：改进执法，不用于处理您本人的事。
存多久：{said("recordings")}{said("callback_contacts")}
回答、签名随监督档案保管，提交后不改，也不会自动删除；不想留下的，可以不说、不录、不签。
您的权利：想查看、更正（另记一份）、撤回同意，或者删除，请向司法局提出。决定删除的，回答、姓名和电话、录音、签名都彻底删除，记录时用的手机联网后也删除，只留编号、摘要和办理的记录。{said("backups")}""",
}
CONSENT_TEXT = CONSENT_TEXTS[CONSENT_VERSION]
CONSENT_METHODS = {"tick": "本人看过并点选同意", "oral": "口头同意"}
CONSENT_WORDS = {
    "interview-2026-1": "2026 年第 1 版",
    "interview-2026-2": "2026 年第 2 版",
    "interview-2026-3": "2026 年第 3 版",
    "interview-2026-4": "2026 年第 4 版",
}

# What a party is asked about. Its fact full_recording has always meant: was it recorded (看到执法记录仪在记录吗)?
# Whether the party was told of the recording is another fact; phones of before 2026-12 do not ask about it.
FACTS = {
    "show_credentials": "出示执法证件",
    "inform_rights": "告知权利义务",
    "full_recording": "全过程记录",
    "civil_language": "使用文明用语",
    "told_of_recording": "告知正在录音录像",
}
FACT_ANSWERS = {"yes": "是", "no": "否", "unclear": "不清楚"}

# As the phone asks them, held equal by tests. Source: domain.md 5.5, asked openly, without leading.
QUESTIONS = {
    "q1": "他们来的时候亮证了吗？",
    "q2": "讲清楚为什么来、依据是什么吗？",
    "q3": "告诉您有哪些权利了吗？",
    "q4": "说话态度怎么样？",
    "q5": "给您说话的机会了吗？",
    "q6": "有没有提钱、物或者指定服务？（索贿、吃拿卡要，可请对方向纪检监察机关举报：12388）",
    "q7": "您觉得哪里可以改？",
    "q8": "总体满意吗？为什么？",
}
OTHER_QUESTION = "其他问题"  # asked by a phone that is newer than this server

# Where an interview stands. What a party has said and signed is not changed afterwards: a second one is filed.
STATES = {"draft": "草稿", "submitted": "已提交", "discarded": "已作废", "erased": "已依法删除"}
TRANSITIONS = ERASABLE

WAYS = {"in_person": "当面", "phone": "电话", "handed_over": "当事人自己填写"}
LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


# What a submitted interview should have, in the order of the page; the phone asks for all of it before submitting.
# The first four are refused by the server as well. What else is lacking is filed and marked on the reviewer's page:
# words that were said are not refused because a signature or an age is missing.
_REFUSED_AT = {
    "refusal": Fault("/refused/reason", "请写明当事人拒绝访谈的理由"),
    "consent": Fault("/consent/given", "访谈前须取得同意；不同意的，记为拒绝访谈"),
    "minor": Fault("/is_adult", "不访谈未成年人"),
    "level": Fault("/level", "访谈还是空的：至少选择满意度、回答一问或写一句意见"),
}
MISSING = {
    "refusal": "拒绝访谈的原因",
    "consent": "当事人的同意",
    "age": "是否成年",
    "minor": "受访人须已成年",
    "who": "姓名（或改为匿名）",
    "level": "满意程度（或至少一个回答）",
    "callback": "回访的联系方式",
    "signature": "核对签名、口头确认或拒签原因",
}


def gaps(body: Mapping[str, Any]) -> list[Fault]:
    """What keeps a submitted interview from being filed; empty when nothing does.

    A refusal needs its reason and nothing else. Otherwise consent has been given and says which text and how, the
    respondent is no minor, and there is something in it.
    Source: 个人信息保护法 art. 14, 17 (consent after notice), 31 (minors).
    """
    return [_REFUSED_AT[one] for one in missing(body, None) if one in _REFUSED_AT]


def missing(body: Mapping[str, Any], respondent: Mapping[str, Any] | None) -> list[str]:
    """What a submitted interview lacks: keys of MISSING. The same as `missing` of the phone's interview-form.js.

    `respondent`: name and contact in clear; None when they are sealed or erased, and then not judged.
    """
    refused = body.get("refused")
    if isinstance(refused, dict):
        return [] if _is_said(refused.get("reason")) else ["refusal"]
    signature = body.get("signature") or {}
    lacks = {
        "consent": (body.get("consent") or {}).get("given") is not True,
        "age": body.get("is_adult") is None,
        "minor": body.get("is_adult") is False,
        "who": _lacks(respondent, "name", is_wanted=body.get("anonymous") is False),
        "level": not _says_something(body),
        "callback": _lacks(respondent, "contact", is_wanted=body.get("callback") is True),
        "signature": not (signature.get("evidence") or signature.get("oral") or _is_said(signature.get("refused"))),
    }
    return [place for place in MISSING if lacks.get(place)]


def _lacks(respondent: Mapping[str, Any] | None, name: str, *, is_wanted: bool) -> bool:
    return is_wanted and respondent is not None and not _is_said(respondent.get(name))


def _says_something(body: Mapping[str, Any]) -> bool:
    texts = [*(body.get("answers") or {}).values(), body.get("opinion"), body.get("suggestion")]
    given = any(body.get(name) for name in ("level", "facts", "recordings"))
    return given or any(_is_said(text) for text in texts)


def _is_said(text: object) -> bool:
    return bool(str(text or "").strip())


def changed_after_handing_over(bodies: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a party had written alone on the phone and stands otherwise in the newest of `bodies` (oldest first).

    Compared are the revisions that were kept while the phone was handed over. What was only added to is no change, so
    that a sentence sent half written is none. Gives words: a question, a fact, 满意程度, 意见, 建议, 录音.
    """
    if not bodies:
        return []
    last = _said(bodies[-1])
    found: dict[str, None] = {}
    for body in bodies[:-1]:
        if body.get("conducted") == "handed_over":
            found |= {name: None for name, value in _said(body).items() if not last.get(name, "").startswith(value)}
    return list(found)


def _said(body: Mapping[str, Any]) -> dict[str, str]:
    """What was said, as text, by the words of its field."""
    said: dict[str, Any] = {"满意程度": body.get("level")}
    said |= {FACTS[name]: value for name, value in (body.get("facts") or {}).items() if name in FACTS}
    said |= {QUESTIONS.get(name, OTHER_QUESTION): text for name, text in (body.get("answers") or {}).items()}
    said |= {"意见": body.get("opinion"), "建议": body.get("suggestion")}
    said["录音"] = " ".join(body.get("recordings") or [])
    return {name: str(value).strip() for name, value in said.items() if _is_said(value)}


def evidence_named(body: Mapping[str, Any]) -> list[str]:
    """Every evidence id that an interview names: recordings, then the signature."""
    named = list(dict.fromkeys(body.get("recordings") or []))
    signature = body.get("signature") or {}
    if signature.get("evidence") and signature["evidence"] not in named:
        named.append(signature["evidence"])
    return named
