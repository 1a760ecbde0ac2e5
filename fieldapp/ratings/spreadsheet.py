"""Ratings as a table for a spreadsheet: without contacts, and without anything that a spreadsheet would calculate."""

import csv
import io
from collections.abc import Iterable

from fieldapp.audit import operations as audit
from fieldapp.cells import guarded, undirected
from fieldapp.checklists.labels import domain_label
from fieldapp.clock import china, now
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import User
from fieldapp.rating_codes.models import CODE_KINDS
from fieldapp.ratings import choices, inbox, personal_data, rules
from fieldapp.ratings.models import FollowUp, Rating

MOST_ROWS = 50_000
_HEADINGS = (
    "查询码", "提交时间", "码", "单位", "区镇", "领域", "满意度", *rules.FACTS.values(), "原因", "评语", "可疑原因",
    "误评", "办理状态", "核查结论", "办结时间",
)  # fmt: skip
_OUTCOMES = {"verified": "属实", "unfounded": "不属实", "misrated": "误评"}


def export(actor: User, wanted: inbox.RatingFilter) -> list[list[str]]:
    """The ratings in the actor's reach that fit, under a heading row, MOST_ROWS at most; the audit chain remembers."""
    found = list(db.session.scalars(inbox.ratings(actor, wanted).limit(MOST_ROWS)).unique())
    states = _states([rating.id for rating in found])
    table = [list(_HEADINGS), *(_row(rating, states.get(rating.id)) for rating in found)]
    with unit_of_work():
        audit.record(
            "ratings.exported", actor_id=actor.id, subject_kind="user", subject_id=actor.id, at=now(), rows=len(found)
        )
    return table


def as_csv(table: Iterable[list[str]]) -> bytes:
    """The table as CSV in UTF-8 with its mark, as Excel reads it; no cell begins a formula.

    Source: OWASP, CSV Injection.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([plain(cell) for cell in row] for row in table)
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(table: Iterable[list[str]]) -> bytes:
    """The table as a workbook whose every cell is text."""
    from openpyxl import Workbook  # late: it takes as long to load as the rest of the room, and few ask for it
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("评价")
    for place, row in enumerate(table):
        cells = [WriteOnlyCell(sheet, undirected(ILLEGAL_CHARACTERS_RE.sub("", words))) for words in row]
        for cell in cells:
            cell.data_type = "s"  # whatever it begins with
            cell.font = Font(bold=place == 0)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def plain(words: str) -> str:
    """`words` as a cell may hold them: no formula, also in full width, and nothing that reads backwards."""
    return guarded(undirected(words))


def _row(rating: Rating, follow_up: FollowUp | None) -> list[str]:
    reasons = choices.reasons_of(rating.reasons_version).words_of(rating.reasons.split())
    return [
        personal_data.masked_receipt(rating.receipt_code),
        china(rating.submitted_at).strftime("%Y-%m-%d %H:%M"),
        CODE_KINDS[rating.kind],
        rating.agency.name if rating.agency else "",
        rating.locality.name if rating.locality else "",
        domain_label(rating.domain) if rating.domain else "",
        rules.LEVELS[rating.level],
        *(rules.FACT_ANSWERS.get(getattr(rating, fact) or "", "") for fact in rules.FACTS),
        "、".join(reasons),
        rating.comment,
        "、".join(rules.SUSPICIONS.get(one, one) for one in rating.suspect_reasons.split()),
        "是" if rating.misrated_at else "",
        rules.STATES[follow_up.state] if follow_up else "",
        _OUTCOMES.get(follow_up.outcome or "", "") if follow_up else "",
        china(follow_up.closed_at).strftime("%Y-%m-%d %H:%M") if follow_up and follow_up.closed_at else "",
    ]


def _states(rating_ids: list[str]) -> dict[str, FollowUp]:
    found = {}
    for start in range(0, len(rating_ids), 500):
        chunk = rating_ids[start : start + 500]
        for row in db.session.scalars(inbox.follow_ups_of(chunk)):
            found[row.rating_id] = row
    return found
