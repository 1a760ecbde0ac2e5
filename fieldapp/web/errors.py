"""Every error becomes words: problem+json (RFC 9457) for the API, a page for everyone else. Bad input is never a
500.
"""

import logging
import traceback
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, flash, g, json, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.errors import FieldappError, Refused, SignInNeeded, Unavailable
from fieldapp.extensions import db, undo
from fieldapp.web import desk_forms, kept_text

log = logging.getLogger(__name__)

HTTP_TITLES = {
    400: "请求有误",
    401: "请先登录。",
    403: "您没有这项权限。",
    404: "没有这个地址",
    405: "这个地址不接受这种操作",
    406: "没有您的浏览器要的那种内容。",
    408: "上传太慢，已中断。本机内容都在，稍后自动重试。",
    409: "与已有的内容冲突，没有保存。",
    410: "这个内容已经不在了。",
    411: "缺少内容长度",
    412: "内容此后变过，没有保存。",
    413: "内容太大，未保存。本机内容不受影响。",
    414: "网址太长。",
    415: "不支持的内容类型",
    416: "要的这一段不存在。",
    417: "服务器做不到所要求的。",
    422: "内容有误，没有保存。",
    423: "内容已锁定，不能改。",
    428: "缺少前提条件，没有保存。",
    429: "尝试次数过多，请稍后再试",
    431: "请求的附加信息太长。",
    500: "服务器出错，未保存。请稍后再试，仍不行请联系管理员。",
    501: "服务器不会这种操作。",
    503: "服务器暂时忙，未保存，请稍后再试。",
}
OTHER_TITLE = "请求没有办成。"
RETRY_AFTER_SECONDS = 2
# What only a value that somebody sent can raise. The doors look first; this is for what they overlook.
_OF_INPUT = (DataError, OverflowError, UnicodeError, RecursionError)


def register(app: Flask) -> None:
    """Connects the handlers; the last one is the only place that catches every exception."""
    app.register_error_handler(FieldappError, _say)
    app.register_error_handler(CSRFError, _say_unproven)
    app.register_error_handler(HTTPException, _say_http)
    app.register_error_handler(OperationalError, _say_unavailable)
    app.register_error_handler(PoolTimeout, _say_unavailable)
    app.register_error_handler(DBAPIError, _say_database)
    for fault in (StatementError, *_OF_INPUT):
        app.register_error_handler(fault, _say_unfit)
    app.register_error_handler(OSError, _say_disk)
    app.register_error_handler(ConnectionError, _say_broken_line)
    app.register_error_handler(Exception, _say_unexpected)


def problem(error: FieldappError) -> dict[str, Any]:
    """What was refused, and why. Source: RFC 9457."""
    body = {"type": f"/problems/{error.kind}", "title": error.title, "status": error.status, **error.extra}
    if error.faults:
        body["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    return body


def _answer(error: FieldappError) -> Response:
    """The answer to an API call that was refused."""
    response = Response(
        json.dumps(problem(error), ensure_ascii=False),
        status=error.status,
        content_type="application/problem+json; charset=utf-8",
    )
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(error.extra.get("retry_after", RETRY_AFTER_SECONDS))
    return response


def _say_unproven(_error: CSRFError) -> AnyResponse:
    """The form's token is missing or of an earlier session: what was written is kept, and must be sent once more."""
    undo(db.session)
    key = desk_forms.key_of_request() if request.blueprint in desk_forms.DESKS else None
    if key is not None and not current_user.is_authenticated:
        return _ask_to_sign_in()
    if key is not None and key.user_id == current_user.id:
        flash("页面的安全校验已失效，没有提交。", "warning")
        return redirect(desk_forms.way_back() or url_for("public.home"))
    fault = FieldappError("页面停留太久，安全校验已失效。请刷新后再试，本机内容不受影响。")
    fault.kind = "csrf"
    return _say(fault)


def _ask_to_sign_in() -> AnyResponse:
    if request.method == "GET":
        return redirect(url_for("sign_in.form", next=request.full_path))
    back = desk_forms.way_back()
    if back and f"{kept_text.PARAMETER}=" in back:
        flash("登录已到期，您写的内容都在，还没有提交。请登录，核对后再按一次。", "warning")
    elif request.blueprint in desk_forms.DESKS:
        flash("登录已到期，刚才的操作没有办理。请登录后重做。", "warning")
    return redirect(url_for("sign_in.form", next=back))


def _say(error: FieldappError) -> AnyResponse:
    undo(db.session)
    if request.path.startswith("/api/"):
        return _answer(error)
    if isinstance(error, SignInNeeded):
        return _ask_to_sign_in()
    g.error = error
    template = "public/rating/error.html" if f"{request.path}/".startswith("/r/") else "errors/error.html"
    page = render_template(template, error=error, phrase=HTTPStatus(error.status).phrase)
    response = Response(page, status=error.status)
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _say_http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    fault = FieldappError(HTTP_TITLES.get(error.code, OTHER_TITLE))
    fault.status, fault.kind = error.code, error.name.lower().replace(" ", "-")
    response = _say(fault)
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _say_unavailable(error: Exception) -> AnyResponse:
    log.warning("database unavailable: %s", type(error).__name__)
    return _say(Unavailable())


def _say_database(error: DBAPIError) -> AnyResponse:
    if error.connection_invalidated:
        return _say_unavailable(error)
    return _say_unexpected(error)


def _say_unfit(error: Exception) -> AnyResponse:
    """Too long, too large, or no text: refused. Into the log it goes as a fault, for a door should have said it."""
    cause = error.orig if isinstance(error, StatementError) else error
    if (
        request.environ.get("fieldapp.propagate")
        or not isinstance(error, _OF_INPUT)
        and not isinstance(cause, _OF_INPUT)
    ):
        return _say_unexpected(error)
    log.error("unfit %s at %s\n%s", type(error).__name__, request.endpoint, _stack_of(error))
    return _say(Refused("内容里有太长、太大或残缺的值，没有保存。请检查后再试，其他内容不受影响。"))


def _say_disk(error: OSError) -> AnyResponse:
    log.error("storage failed: errno %s", error.errno)
    full = FieldappError("服务器存储空间不足或出错，未保存。本机内容都在，稍后自动重试。")
    full.status, full.kind = 507, "storage-failed"
    return _say(full)


def _say_broken_line(_error: ConnectionError) -> AnyResponse:
    """The sender's line broke while it was sending: nobody hears this, and no disk is at fault."""
    broken = FieldappError(HTTP_TITLES[408])
    broken.status, broken.kind = 408, "line-broken"
    return _say(broken)


def _say_unexpected(error: Exception) -> AnyResponse:
    log.error("unexpected %s at %s\n%s", type(error).__name__, request.endpoint, _stack_of(error))
    if request.environ.get("fieldapp.propagate"):
        raise error
    fault = FieldappError("服务器出错，未保存。本机内容都在；请稍后再试，仍不行请联系管理员。")
    fault.status, fault.kind = 500, "unexpected"
    return _say(fault)


def _stack_of(error: BaseException) -> str:
    """Where an error came from, with its causes, without their messages: those may quote what somebody has written."""
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(lines) < 200:
        lines += [f"{type(cause).__module__}.{type(cause).__qualname__}\n", *traceback.format_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return "".join(lines)
