"""What stands on the rating pages: who is rated, what is asked, how far a rating has come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from fieldapp.calendar.rules import PROVISIONAL
from fieldapp.checklists import queries as checklists
from fieldapp.clock import day_and_time, now
from fieldapp.people import queries as people
from fieldapp.people.models import Organisation
from fieldapp.rating_codes import spelling
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.queries import CLOSED_WORDS
from fieldapp.ratings import choices, page_loads, rules
from fieldapp.ratings.choices import Reason
from fieldapp.ratings.models import Addendum, FollowUp, Opinion, Rating
from fieldapp.web.filters import day

Facts = list[tuple[str, str]]
FACT_QUESTIONS = {
    "show_credentials": "出示执法证件了吗？",
    "inform_rights": "告知您的权利义务了吗？",
    "full_recording": "告诉您在全程录音录像了吗？",
    "civil_language": "说话文明、态度端正吗？",
}
UNKNOWN = "没有这个评价码"
WHAT_TO_DO = {
    "used": "一张评价码只能评价一次。您评过、还想补充的，凭查询码可以追评一次；不是您评的，请拨打 12345 反映。",
    "revoked": "请向现场的监督员另要一张，或拨打 12345 反映。",
    "expired": "评价码出示后在一定天数内有效。仍想反映的，请拨打 12345。",
    "unknown": "请核对印在二维码下面的字符，或重新扫码。字母大小写、横线都不要紧。",
}


@dataclass(frozen=True)
class FormPage:
    """The page that asks. `token`: the nonce of this load. `heading`: who is rated, to follow 评价."""

    heading: str
    facts: Facts
    action: str
    token: str
    rating_url: str
    opinion_url: str = ""
    agencies: Sequence[Organisation] = ()
    levels: dict[int, str] = field(default_factory=lambda: dict(rules.LEVELS))
    fact_questions: dict[str, str] = field(default_factory=lambda: dict(FACT_QUESTIONS))
    fact_answers: dict[str, str] = field(default_factory=lambda: dict(rules.FACT_ANSWERS))
    contact_notice: str = rules.CONTACT_NOTICE

    @property
    def reason_groups(self) -> list[tuple[str, tuple[Reason, ...]]]:
        """The reasons for good, middling and bad levels; the page shows those of the level that is chosen."""
        by_level = choices.current().by_level
        return [("good", by_level[5]), ("middling", by_level[3]), ("bad", by_level[1])]


@dataclass(frozen=True)
class StatusPage:
    """How far it has come. `steps`: words, whether done, a remark; nothing for what needs no follow-up."""

    heading: str
    sentences: list[str]
    receipt_code: str
    facts: Facts
    steps: list[tuple[str, bool, str]] = field(default_factory=list)
    reply: str = ""
    addendum: Addendum | None = None
    addendum_url: str = ""
    erase_url: str = ""
    is_erased: bool = False


def form_page(code: RatingCode, token: str = "") -> FormPage:
    """The rating page of one code, with a nonce of its own, or with the `token` of the sending that it shows again."""
    agencies = [] if code.agency_id or code.kind == "slip" else _agencies_in(code.locality_id)
    return FormPage(
        heading="这次执法" if code.kind == "slip" else "行政执法",
        facts=facts_of(code),
        action=url_for("public.rate", code=code.code),
        token=token or page_loads.new_token(code.id, now()),
        rating_url=url_for("public.rating_form", code=code.code),
        opinion_url=url_for("public.opinion_form", code=code.code) if code.contact_point_id else "",
        agencies=agencies,
    )


def opinion_page(code: RatingCode, token: str = "") -> FormPage:
    """The page for opinions of a contact point's poster. `token`: as of `form_page`."""
    return FormPage(
        heading="",
        facts=facts_of(code),
        action=url_for("public.give_opinion", code=code.code),
        token=token or page_loads.new_token(code.id, now()),
        rating_url=url_for("public.rating_form", code=code.code),
    )


def facts_of(code: RatingCode) -> Facts:
    """Who is rated: agency, place, date, domain, never a person; before the binding only that it is 本次执法."""
    if code.kind == "poster":
        point = [("联系点", code.contact_point.name)] if code.contact_point else []
        agency = [("单位", code.agency.name)] if code.agency else []
        locality = [("区镇", code.locality.name)] if code.locality else []
        return [*agency, *point, *locality, *([("位置", code.place)] if code.place else [])]
    visit = code.visit
    if visit is None:
        return [("对象", "本次执法（单位稍后自动补上）"), ("日期", day(now()))]
    what = " ".join(part for part in (day(visit.starts_at), _domain(visit.domain)) if part)
    where = _where(visit.locality.name if visit.locality else "", visit.place)
    return [("单位", visit.agency_name), ("事项", what), *([("地点", where)] if where else [])]


def status_page(rating: Rating) -> StatusPage:
    """What the holder of a 查询码 sees: never what was rated or written, for the phone may be in another hand."""
    follow_up = rating.follow_up
    steps: list[tuple[str, bool, str]] = []
    sentences = ["谢谢您的评价，已经记录。"]
    if follow_up is not None:
        done = rules.steps_done(follow_up.state, calls=follow_up.calls)
        remarks = [
            day_and_time(rating.submitted_at),
            "",
            "",
            f"应在 {_on(follow_up.close_by)}前办结{_doubt(follow_up)}",
        ]
        if follow_up.closed_at:
            remarks[3] = day_and_time(follow_up.closed_at)
        words = rules.steps_of(follow_up.outcome)
        steps = [(words[place], place < done, remarks[place]) for place in range(len(words))]
        sentences = ["谢谢您的评价。我们会核实处理，凭查询码可随时在这里查看进度。"]
        if not rating.has_contact and not follow_up.closed_at:
            sentences.append("您没有留电话，处理结果会写在这个页面上。")
    return StatusPage(
        heading="评价已办结" if follow_up and follow_up.closed_at else "已收到您的评价",
        sentences=sentences,
        receipt_code=spelling.grouped(rating.receipt_code),
        facts=_about(rating),
        steps=steps,
        reply=follow_up.reply if follow_up and follow_up.closed_at else "",
        addendum=rating.addendum,
        addendum_url=url_for("public.add_to_rating", receipt_code=rating.receipt_code),
        erase_url=_erase_url(rating),
        is_erased=rating.contact_erased_at is not None,
    )


def opinion_status(opinion: Opinion) -> StatusPage:
    """How far an opinion has come."""
    is_answered = opinion.answered_at is not None
    return StatusPage(
        heading="意见已答复" if is_answered else "已收到您的意见",
        sentences=[f"编号 {opinion.number}。谢谢您的意见，答复会写在这个页面上。"],
        receipt_code=spelling.grouped(opinion.receipt_code),
        facts=[("时间", day_and_time(opinion.submitted_at)), *_point(opinion)],
        steps=[("已收到", True, day_and_time(opinion.submitted_at)),
               ("已答复", is_answered, day_and_time(opinion.answered_at) if is_answered else "")],
        reply=opinion.answer,
        erase_url=_erase_url(opinion),
        is_erased=opinion.contact_erased_at is not None,
    )  # fmt: skip


def closed_page(
    fault: str, code: RatingCode | None = None, typed: str = "", *, is_sent: bool = False
) -> dict[str, Any]:  # fmt: skip
    """Why a code takes no rating, in words. `fault`: a key of WHAT_TO_DO. `is_sent`: this comes of a sending, which was
    not taken; `typed`: its words. When a slip was used is nobody's business: it would tell the officer who has rated.
    """
    title, sentence = CLOSED_WORDS.get(fault, UNKNOWN), WHAT_TO_DO[fault]
    sentences = ["您这一次填写的没有提交。", sentence] if is_sent else [sentence]
    return {"title": title, "sentences": sentences, "facts": facts_of(code) if code else [], "typed": typed}


def _about(rating: Rating) -> Facts:
    agency = rating.visit.agency_name if rating.visit else rating.agency.name if rating.agency else ""
    facts = [("时间", day_and_time(rating.submitted_at))]
    return facts + ([("单位", agency)] if agency else [])


def _point(opinion: Opinion) -> Facts:
    return [("联系点", opinion.contact_point.name)] if opinion.contact_point else []


def _erase_url(owner: Rating | Opinion) -> str:
    return url_for("public.erase_contact", receipt_code=owner.receipt_code) if owner.has_contact else ""


def _agencies_in(locality_id: str | None) -> list[Organisation]:
    return [one for one in people.agencies() if one.locality_id in (None, locality_id)]


def _where(locality: str, place: str) -> str:
    return place if locality in place else f"{locality} {place}".strip()


def _domain(domain_id: str) -> str:
    current = checklists.current()
    titles = {one.id: one.label for one in checklists.content_of(current.id).domains} if current else {}
    return titles.get(domain_id, "")


def _doubt(follow_up: FollowUp) -> str:
    return f"（{PROVISIONAL}）" if follow_up.is_term_provisional else ""


def _on(day_of_term: Any) -> str:
    return f"{day_of_term.year}年{day_of_term.month}月{day_of_term.day}日"
