"""看板: the numbers that ask for something to be done, each with the list behind it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from flask import render_template, url_for
from flask_login import current_user

from fieldapp.access import FIELD_ROLES, opens
from fieldapp.audit import queries as audit
from fieldapp.checklists import queries as checklists
from fieldapp.clock import china, now
from fieldapp.facts import projection as facts
from fieldapp.facts.queries import often_no
from fieldapp.filing import queries as phones
from fieldapp.jobs import queries as jobs
from fieldapp.jobs.freshness import look
from fieldapp.observations import queries as observations
from fieldapp.observations.rules import STATES
from fieldapp.people import listing
from fieldapp.people import queries as people
from fieldapp.ratings import inbox as ratings
from fieldapp.reviews import agreement_projection, inbox
from fieldapp.reviews.inbox import Filters
from fieldapp.visits import listing as visits
from fieldapp.web.admin import admin


@dataclass(frozen=True)
class Figure:
    """One number. `is_alarming`: it should be zero, and is not."""

    value: int
    words: str
    href: str
    is_alarming: bool = False


@dataclass(frozen=True)
class Step:
    """One step of setting a county up. `is_done`: there is something of it."""

    words: str
    href: str
    is_done: bool


Shown = TypeVar("Shown", Figure, Step)


@admin.get("/")
def dashboard() -> str:
    """The first page of an administrator; before the county is set up, what to do next."""
    work, duties, steps = (_open_to_reader(found) for found in (_work(), _duties(), _steps()))
    voices, often_standing = (look(one) for one in (agreement_projection.PROJECTION, facts.PROJECTION))
    return render_template(
        "admin/dashboard.html",
        work=work,
        duties=duties,
        steps=steps,
        today=now(),
        voices=voices,
        often=often_no(current_user),
        often_standing=often_standing,
    )


def _open_to_reader(found: list[Shown]) -> list[Shown]:
    """Only what leads to a page that the reader may open."""
    return [one for one in found if opens(current_user, one.href)]


def _steps() -> list[Step]:
    """The order of the manual; empty when everything has been begun."""
    has_people = bool(listing.who_may_supervise(*FIELD_ROLES))
    steps = [
        Step("单位：区镇、司法所、派员单位、行政执法机关", url_for("admin.organisations"), bool(people.agencies())),
        Step("清单：发布默认清单，或导入改好的", url_for("admin.checklists"), checklists.current() is not None),
        Step("人员：监督员和组长的账号", url_for("admin.people"), has_people),
        Step("监督证：给每个监督员发证", url_for("admin.certificates"), listing.has_certificates()),
        Step("工作组：组长、组员、区镇", url_for("admin.groups"), bool(listing.working_groups(with_ended=True))),
        Step("监督活动：第一次安排", url_for("admin.visits"), visits.has_any(current_user)),
    ]
    return [] if all(step.is_done for step in steps) else steps


def _work() -> list[Figure]:
    midnight = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    arranged = partial(visits.arranged, current_user, today_at=midnight)
    records = observations.count_by_state(current_user)
    return [
        Figure(arranged(period="today").total, "今天的监督活动", url_for("admin.visits", period="today")),
        Figure(arranged(period="week").total, "本周的监督活动", url_for("admin.visits", period="week")),
        *(
            Figure(records[state], f"{STATES[state]}的记录", url_for("review.records", state=state))
            for state in records
        ),
    ]


def _duties() -> list[Figure]:
    at = now()
    certificates, today = listing.count_by_state(china(at).date(), within=current_user.locality_id), china(at).date()
    return [
        *_voices(today),
        _alarm(phones.count_late(at), "台手机有超过 24 小时未上传的", url_for("admin.devices", late=1)),
        Figure(certificates["expiring"], "60 天内到期的监督证", url_for("admin.certificates", state="expiring")),
        _alarm(certificates["expired"], "已过期的监督证", url_for("admin.certificates", state="expired")),
        _failures(at),
        _alarm(jobs.count_dead(), "项停住的后台任务", url_for("admin.jobs", dead=1)),
    ]


def _voices(today: date) -> list[Figure]:
    """What citizens wait for, and where the voices of a visit contradict."""
    contradicted = inbox.count(current_user, Filters(is_contradicted=True))
    overdue = ratings.counts(current_user, today)["overdue"]
    waiting = ratings.opinions_waiting(current_user)
    return [
        _alarm(overdue, "超期的差评", url_for("review.follow_up_list", view="overdue")),
        Figure(waiting, "待答复的意见建议", url_for("review.opinions", view="open")),
        Figure(contradicted, "三方说法有矛盾的记录", url_for("review.records", state="all", voices=1)),
    ]


def _failures(at: datetime) -> Figure:
    count = audit.count(audit.newest(event="sign_in.failed", since=at - timedelta(hours=24)))
    return Figure(count, "24 小时内登录失败", url_for("admin.audit_log", event="sign_in.failed", hours=24), count >= 20)


def _alarm(value: int, words: str, href: str) -> Figure:
    return Figure(value, words, href, value > 0)
