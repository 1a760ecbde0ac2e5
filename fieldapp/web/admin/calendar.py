"""节假日: the days of a year, entering and taking back one, and the yearly notice read, looked at, and entered."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.calendar import notices, operations, queries, rules
from fieldapp.clock import china, now
from fieldapp.errors import NotFound, Refused
from fieldapp.matters import operations as matters
from fieldapp.web.admin import admin
from fieldapp.web.admin.calendar_forms import CalendarDayForm, announced_in, months_of, text_of
from fieldapp.web.admin.forms import ReasonForm, attempt, form_page

_WORDS = {"nav": "dashboard", "back_words": "节假日"}


@admin.app_template_global("calendar_years_to_enter")
def years_to_enter() -> list[int]:
    """The years whose arrangement should have been entered by today, for the notice on the dashboard."""
    return queries.years_to_enter(china(now()).date())


admin.app_template_global("weekday_words")(rules.weekday_words)


@admin.get("/calendar/")
def calendar() -> str:
    """One year: its months, its days off and working weekends, and whether it is known."""
    today = china(now()).date()
    year = request.args.get("year", today.year, type=int)
    return _year_page(year if rules.FIRST_YEAR <= year <= rules.LAST_YEAR else today.year)


@admin.route("/calendar/days/new", methods=["GET", "POST"])
def new_calendar_day() -> Response | tuple[str, int]:
    """One more day off, or one more working weekend."""
    form = CalendarDayForm()
    row = attempt(form, lambda: operations.enter_day(current_user, form.draft()))
    if row:
        flash(f"{row.day} 已录入为“{rules.KINDS[row.kind]}”。", "success")
        return redirect(url_for("admin.calendar", year=row.day.year))
    return form_page(form, title="录入一天", back=url_for("admin.calendar"), submit="录入", **_WORDS)


@admin.route("/calendar/days/<string:day>/edit", methods=["GET", "POST"])
def edit_calendar_day(day: str) -> Response | tuple[str, int]:
    """Another kind, name or date for a day that was entered here."""
    row = queries.find_day(_date(day))
    form, before = CalendarDayForm(obj=row), row.day
    if attempt(form, lambda: operations.enter_day(current_user, form.draft(), instead_of=before)):
        flash("已保存。", "success")
        return redirect(url_for("admin.calendar", year=form.day.data.year))
    return form_page(form, title="修改", back=url_for("admin.calendar", year=before.year), submit="保存", **_WORDS)


@admin.post("/calendar/days/<string:day>/removal")
def remove_calendar_day(day: str) -> Response:
    """Takes a day back that was entered here."""
    gone = _date(day)
    operations.remove_day(current_user, gone)
    flash(f"{gone} 已删除。", "success")
    return redirect(url_for("admin.calendar", year=gone.year))


@admin.route("/calendar/import", methods=["GET", "POST"])
def import_calendar() -> str | tuple[str, int]:
    """Reads the yearly notice; nothing is kept before the days that were read have been looked at."""
    typed = {name: request.form.get(name, "").strip() for name in ("year", "source", "text")}
    if request.method == "GET":
        typed["year"] = request.args.get("year") or str(china(now()).year + 1)
        return render_template("admin/calendar/import.html", typed=typed, mistakes=[])
    year = int(typed["year"]) if typed["year"].isdecimal() and len(typed["year"]) == 4 else 0
    typed["text"] = text_of(request.files.get("file")) or request.form.get("text", "")
    reading = notices.read_notice(typed["text"], year)
    faults = [*reading.mistakes, *announced_in(typed, year)]
    if faults:
        return render_template("admin/calendar/import.html", typed=typed, mistakes=faults), 422
    return _confirmation(year, typed["source"], reading)


@admin.post("/calendar/years/<int:year>")
def announce_calendar_year(year: int) -> Response | tuple[str, int]:
    """Enters the days that were looked at; the year is known from now on."""
    if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        raise NotFound
    source, reading = request.form.get("source", ""), notices.read_notice(request.form.get("text", ""), year)
    moved: dict[str, int] = {}
    try:
        operations.announce_year(
            current_user, year, source=source, days=reading.days,
            after=lambda: moved.update(matters.move_provisional_terms()),
        )  # fmt: skip
    except Refused as refusal:
        return _confirmation(year, source, reading, refusal), 422
    flash(f"{year}年节假日安排已录入。顺延了 {matters.counted_words(moved)}的期限。", "success")
    return redirect(url_for("admin.calendar", year=year))


@admin.route("/calendar/years/<int:year>/withdrawal", methods=["GET", "POST"])
def withdraw_calendar_year(year: int) -> Response | tuple[str, int]:
    """Says, with the reason, that the year is not known after all."""
    form = ReasonForm()

    def deed() -> bool:
        operations.withdraw_year(current_user, year, reason=form.reason.data, after=matters.doubt_terms_again)
        return True

    if attempt(form, deed):
        flash(f"{year}年已改回“尚未公布”，录入的各天还在。", "success")
        return redirect(url_for("admin.calendar", year=year))
    lead = "各天保留；涉及这一年的期限改为暂算，重新录入后再定。"
    words = {"title": f"{year}年改回尚未公布", "submit": "改回", "lead": lead, "is_danger": True}
    return form_page(form, back=url_for("admin.calendar", year=year), **words, **_WORDS)


def _year_page(year: int) -> str:
    entries, days = queries.entries_of(year), queries.working_days()
    return render_template(
        "admin/calendar/year.html",
        year=year,
        entries=entries,
        months=months_of(year, entries, days),
        is_known=year in days.known_years,
        row=queries.year_row(year),
        kinds=rules.KINDS,
    )


def _confirmation(year: int, source: str, reading: notices.Reading, refusal: Refused | None = None) -> str:
    known = {entry.announced.day: entry.announced for entry in queries.entries_of(year)}
    return render_template(
        "admin/calendar/confirm.html",
        year=year,
        source=source,
        reading=reading,
        known=known,
        lines="\n".join(map(notices.line_of, reading.days)),
        refusal=refusal,
        kinds=rules.KINDS,
    )


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        abort(404)
