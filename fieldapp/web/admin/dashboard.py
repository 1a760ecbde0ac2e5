"""看板: the numbers that ask for something to be done, each with the list behind it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, url_for
from flask_login import current_user

from fieldapp.clock import china, now
from fieldapp.observations import counting
from fieldapp.observations.rules import STATES
from fieldapp.people import listing
from fieldapp.sync import listing as phones
from fieldapp.visits import listing as visits
from fieldapp.web.admin.door import admin


@dataclass(frozen=True)
class Figure:
    """One number. `is_alarming`: it should be zero, and is not."""

    value: int
    words: str
    href: str
    is_alarming: bool = False


@admin.get("/")
def dashboard() -> str:
    """The first page of an administrator."""
    return render_template("admin/dashboard.html", work=_work(), duties=_duties(), today=now())


def _work() -> list[Figure]:
    midnight = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    today = visits.count_between(current_user, midnight, midnight + timedelta(days=1))
    week = visits.count_between(current_user, monday, monday + timedelta(days=7))
    records = counting.count_by_state(current_user)
    return [
        Figure(today, "今天的监督活动", url_for("admin.visits")),
        Figure(week, "本周的监督活动", url_for("admin.visits", period="all")),
        *(
            Figure(records[state], f"{STATES[state]}的记录", url_for("review.records", state=state))
            for state in records
        ),
    ]


def _duties() -> list[Figure]:
    at = now()
    certificates = listing.count_by_state(china(at).date(), kind="inspector")
    late, failures = phones.count_late(at), listing.failures_since(at - timedelta(hours=24))
    expired = certificates["expired"]
    return [
        Figure(late, "手机里有超过 24 小时未上传的", url_for("admin.devices"), late > 0),
        Figure(
            certificates["in_force"],
            "有效监督证",
            url_for("admin.certificates", state="in_force", kind="inspector"),
        ),
        Figure(certificates["expiring"], "60 天内到期的监督证", url_for("admin.certificates", state="expiring")),
        Figure(expired, "已过期的监督证", url_for("admin.certificates", state="expired"), expired > 0),
        Figure(failures, "24 小时内登录失败", url_for("admin.audit_log", event="sign_in.failed"), failures >= 20),
    ]
