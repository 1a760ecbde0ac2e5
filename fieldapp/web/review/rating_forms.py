"""What reviewers ask and send about ratings: filters in the address, one step of a follow-up in a form."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.matters.queries import VIEWS
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.rating_codes import spelling
from fieldapp.ratings import follow_ups
from fieldapp.ratings.inbox import COUNT_VIEWS, FollowUpFilter, RatingFilter
from fieldapp.ratings.rules import STATES
from fieldapp.web.review.forms import days_from

Form = MultiDict[str, str]
FOLLOW_UP_FILTERS = ("view", "state", "owner", "agency", "locality")
RATING_FILTERS = ("view", "level", "agency", "locality", "point", "domain", "since", "until", "q")


def follow_up_filter(args: Form) -> FollowUpFilter:
    """The filter of the follow-ups; what cannot be read asks for nothing."""
    view, state = args.get("view", ""), args.get("state", "")
    return FollowUpFilter(
        view=view if view in VIEWS else "open",
        state=state if state in STATES else "",
        owner_id=args.get("owner", ""),
        agency_id=args.get("agency", ""),
        locality_id=args.get("locality", ""),
    )


def rating_filter(args: Form) -> RatingFilter:
    """The filter of the ratings; what cannot be read asks for nothing."""
    view, level = args.get("view", ""), args.get("level", "")
    since, until = days_from(args)
    return RatingFilter(
        view=view if view in COUNT_VIEWS else "",
        level=int(level) if level in ("1", "2", "3", "4", "5") else None,
        agency_id=args.get("agency", ""),
        locality_id=args.get("locality", ""),
        contact_point_id=args.get("point", ""),
        domain=args.get("domain", ""),
        since=since,
        until=until,
        receipt=args.get("q", "").strip()[: spelling.MOST_TYPED_CHARACTERS],
    )


def take_step(actor: User, rating_id: str, form: Form) -> str:
    """Does the step that the form names; gives what to say about it. Raises NotFound for a step that there is not."""
    step = _STEPS.get(form.get("action", ""))
    if step is None:
        raise NotFound("没有这一步。")
    deed, words = step
    deed(actor, rating_id, form)
    return words


def _triage(actor: User, rating_id: str, form: Form) -> Any:
    try:
        owner = people.find_user(form.get("owner", ""))
    except NotFound as error:
        raise Refused(faults=[Fault("/owner", "请选择承办人")]) from error
    return follow_ups.triage(actor, rating_id, owner=owner, words=form.get("words", ""))


def _conclude(actor: User, rating_id: str, form: Form) -> Any:
    return follow_ups.conclude(actor, rating_id, outcome=form.get("outcome", ""), words=form.get("words", ""))


def _with_words(deed: Callable[..., Any]) -> Callable[[User, str, Form], Any]:
    return lambda actor, rating_id, form: deed(actor, rating_id, words=form.get("words", ""))


_STEPS: dict[str, tuple[Callable[[User, str, Form], Any], str]] = {
    "triage": (_triage, "已分派。"),
    "call": (_with_words(follow_ups.log_call), "回访已记录。"),
    "conclude": (_conclude, "核查结论已记录。"),
    "rectify": (_with_words(follow_ups.rectify), "整改情况已记录。"),
    "reply": (_with_words(follow_ups.reply), "答复已保存，办结后评价人凭查询码可以看到。"),
    "extend": (_with_words(follow_ups.extend), "已延期。"),
    "close": (_with_words(follow_ups.close), "已办结。"),
    "release": (_with_words(follow_ups.release_comment), "公开评语已保存。"),
}
