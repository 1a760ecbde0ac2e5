"""What is promised to be gone by a certain time: the one table that consent sheets, the night and its test read.

A term ends with the night before it is over: one night later would be too late.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One promise. `what` goes `until`; `days` is the term, counted from what `until` says. `remains`: what stays.

    `said`: the sentence of a sheet that promises it to a person; empty where nobody is told. `article`: of the law.
    `unit`: the Chinese measure word.
    """

    what: str
    until: str
    days: int
    unit: str
    remains: str
    article: str
    said: str = ""


_LIMIT = "个人信息保护法 art. 19"  # 保存期限应当为实现处理目的所必要的最短时间
_ERASURE = "个人信息保护法 art. 19, 47"

# In the order in which the night goes through them.
PROMISES: dict[str, Promise] = {
    "network_keys": Promise("网络标记的每日密钥", "满 30 天", 30, "个", "没有", _LIMIT),
    "network_tags": Promise("评价和意见上的网络、设备标记", "满 30 天", 30, "条", "评价和意见", _LIMIT),
    "rating_contacts": Promise(
        "评价人、提意见人的姓名电话", "办结后 90 天内", 90, "份", "评价、意见和办理经过", _ERASURE
    ),
    "rating_words": Promise(
        "评语、追评、照片和意见", "满 3 年且已办结", 3 * 365, "条", "满意程度和事实选项", _LIMIT
    ),
    "callback_contacts": Promise(
        "要求回访的受访人的姓名电话", "回访办结后 90 天内", 90, "份", "访谈的回答、回访的经过", _ERASURE,
        said="您要求回访的，回访办结后 90 天内删除姓名和电话。",
    ),
    "recordings": Promise(
        "文字记录已核对的访谈录音", "核对后 90 天内", 90, "段", "回答的文字、录音的摘要和回执", _ERASURE,
        said="有录音的，文字记录核对后 90 天内删除录音。",
    ),
    "unfinished_uploads": Promise("没有传完的上传", "14 天无人续传", 14, "件", "手机上的原件", _LIMIT),
    "jobs": Promise("办完或停住的后台任务", "满 90 天", 90, "项", "审计链", _LIMIT),
    "backups": Promise(
        "后台进程做的备份", "满 30 天", 30, "份", "最新的一份", _ERASURE,
        said="删掉的内容，备份里最迟再过 30 天也没有了。",
    ),
}  # fmt: skip


def days_of(name: str) -> int:
    """The term of a promise, in days."""
    return PROMISES[name].days


def said(name: str) -> str:
    """The sentence of a sheet that makes this promise to a person."""
    return PROMISES[name].said
