"""The terms of a bad rating, in working days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select

from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import term_end
from fieldapp.clock import china
from fieldapp.extensions import db
from fieldapp.ratings.models import FollowUp


@dataclass(frozen=True)
class Terms:
    """Both last days. `is_provisional`: one of them reaches into a year whose days off are not known yet."""

    accept_by: date
    close_by: date
    is_provisional: bool


def of(opened_on: date, *, is_extended: bool = False) -> Terms:
    """The terms of a follow-up opened on that day, as the settings and today's calendar give them."""
    settings, days = current_app.config["SETTINGS"], working_days()
    closing = settings.rating_extended_workdays if is_extended else settings.rating_close_workdays
    accept = term_end(opened_on, settings.rating_accept_workdays, unit="workdays", days=days)
    close = term_end(opened_on, closing, unit="workdays", days=days)
    return Terms(accept.last_day, close.last_day, accept.is_provisional or close.is_provisional)


def doubt_again() -> None:
    """Marks the terms under way that reach into a year that is not known any more; in the caller's unit of work."""
    days = working_days()
    for follow_up in db.session.scalars(select(FollowUp).where(FollowUp.closed_at.is_(None))):
        if not days.is_known(china(follow_up.opened_at).date(), follow_up.close_by):
            follow_up.is_term_provisional = True


def provisional_and_open() -> Sequence[FollowUp]:
    """The follow-ups under way whose terms were set without knowing all days off, read anew."""
    waiting = select(FollowUp).where(FollowUp.closed_at.is_(None), FollowUp.is_term_provisional)
    return db.session.scalars(waiting.execution_options(populate_existing=True)).all()
