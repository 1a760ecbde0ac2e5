"""What can be refused, and in which words. Each carries a Chinese sentence: what happened, what is safe, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One wrong field: a JSON pointer (RFC 6901) into what was sent, and what is wrong with it in Chinese."""

    pointer: str
    detail: str


class FieldappError(Exception):
    """Something that the person can understand and act on. `status` is the HTTP status; `kind` names the problem
    type.
    """

    status = 400
    kind = "bad-request"
    title = "请求有误"

    def __init__(self, title: str | None = None, *, faults: Sequence[Fault] = (), **extra: Any) -> None:
        super().__init__(title or self.title)
        self.title = title or self.title
        self.faults = tuple(faults)
        self.extra = extra


class SignInNeeded(FieldappError):
    status, kind, title = 401, "sign-in-needed", "登录已失效，请重新登录。本机记录都在，登录后自动继续。"


class NotAllowed(FieldappError):
    status, kind, title = 403, "not-allowed", "您没有这项权限。如权限已变更，本机记录仍在，请联系管理员。"


class NotFound(FieldappError):
    status, kind, title = 404, "not-found", "没有找到，或您无权查看。"


class Conflict(FieldappError):
    status, kind, title = 409, "conflict", "服务器上已有另一版本，两份都保留，请选择。"


class Erased(FieldappError):
    """`extra["erased"]` is the id of what was erased by law: its words are here no longer, and none are taken again."""

    status, kind, title = 410, "erased", "这一份已依法删除，没有再存入。只留编号、摘要和回执。"


class TooLarge(FieldappError):
    status, kind, title = 413, "too-large", "文件太大，未上传。原件仍在本机。"


class WrongType(FieldappError):
    status, kind, title = 415, "wrong-type", "发来的内容应为 JSON(application/json)，未保存。本机内容不受影响。"


class Refused(FieldappError):
    status, kind, title = 422, "refused", "内容有误，未保存到服务器。本机内容不受影响，请按提示修改。"


class Locked(FieldappError):
    status, kind, title = 423, "locked", "记录正在审核或已办结，不能再改。"


class Discarded(Locked):
    """Nothing more is written to a draft that was discarded; who holds other words of it files them as a new one."""

    kind, title = "discarded", "这份草稿已作废，不能再写。本机内容都在，要用的请另存为新的一份。"


class TooMany(FieldappError):
    status, kind, title = 429, "too-many", "尝试次数过多，请稍后再试。"


class Unavailable(FieldappError):
    """The server cannot do it now and has done nothing: the sender keeps everything and tries again."""

    status, kind, title = 503, "unavailable", "服务器暂时忙，未保存。本机内容都在，稍后自动重试。"
