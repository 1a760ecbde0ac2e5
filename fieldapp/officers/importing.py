"""The register from a spreadsheet: all of it, or every mistake in it at once and none of it.

A row says how an officer stands: a number that is not known yet is entered, one that is known is made what its row
says. Whoever stands in no row stays as they are.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldapp.access import require
from fieldapp.bulk import among
from fieldapp.cells import Cell, line_fault, shown
from fieldapp.errors import NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.officers import operations, rules
from fieldapp.officers.models import Officer
from fieldapp.officers.operations import OfficerDraft
from fieldapp.officers.register_sheet import COLUMNS
from fieldapp.people import bounds
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.workbooks import Mistake, Table, in_order, leave_out_examples, read_sheets, table_of

FILE_LIMIT_BYTES = 2 * 1024 * 1024
_UNPACKED_LIMIT_BYTES = 16 * 1024 * 1024
_EXACT_DIGITS = 15  # of a number that a spreadsheet keeps as one
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_AT_FIELD = {"organisation_id": "organisation"}
_A_DAY = "日期，如 2027-12-31"


@dataclass(frozen=True)
class Imported:
    """What came of a file: how many were entered, changed and left as they are; or its mistakes, and then nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Row:
    """One officer of the file: the draft that the words mean, and the words."""

    number: int
    cells: Mapping[str, Cell]
    draft: OfficerDraft
    mistakes: tuple[Mistake, ...]


def import_officers(actor: User | None, content: bytes, *, name: str = "officers.xlsx") -> Imported:
    """Makes the register what an .xlsx or .csv with COLUMNS says, or says everything that is wrong with it."""
    require(actor, "registers.edit")
    try:
        table = _table(name, content)
    except Refused as refusal:
        return Imported(mistakes=(Mistake("", None, "", shown(name), refusal.title),))
    with unit_of_work():
        rows = _rows_of(table)
        known = _known(rows)
        mistakes = table.mistakes or list(_mistakes_of(actor, table.sheet, rows, known))
        if mistakes:
            return Imported(mistakes=tuple(in_order(mistakes, [table.sheet], list(COLUMNS.values()))))
        done = _apply(rows, known)
        if done.added or done.changed:
            db.session.flush()
            digest = hashlib.sha256(content).hexdigest()
            operations.note_import(actor, digest=digest, added=done.added, changed=done.changed)
    return done


def _apply(rows: list[Row], known: Mapping[str, Officer]) -> Imported:
    added = changed = 0
    for row in rows:
        officer = known.get(rules.key_of(row.draft.number))
        if officer is None:
            operations.enter(row.draft)
            added += 1
        elif any(getattr(officer, name) != value for name, value in row.draft.columns.items()):
            operations.write_over(officer, row.draft)
            changed += 1
    return Imported(added, changed, len(rows) - added - changed)


def _table(name: str, content: bytes) -> Table:
    """The table of officers. Raises Refused for a file that is none, or one made to harm."""
    sheets = read_sheets(
        name, content, limit_bytes=FILE_LIMIT_BYTES, unpacked_bytes=_UNPACKED_LIMIT_BYTES, with_csv=True
    )
    table = table_of(sheets, COLUMNS, what="执法人员", optional={"ended_on"})
    leave_out_examples(table, "name")
    if not table.rows and not table.mistakes:
        raise Refused("表里没有执法人员，没有导入。请在列名下面一行一人地填写（示例行不算）。")
    return table


def _rows_of(table: Table) -> list[Row]:
    listed = people.agencies()
    agencies = {folded(one.short_name): one.id for one in listed} | {folded(one.name): one.id for one in listed}
    return [_row(table.sheet, number, cells, agencies) for number, cells in table.rows]


def _row(sheet: str, number: int, cells: Mapping[str, Cell], agencies: Mapping[str, str]) -> Row:
    """What a row means; a word that means nothing is a mistake of its own."""
    wrong: dict[str, str] = {}
    for key in COLUMNS:
        if expected := line_fault(cells[key], {"error"}):
            wrong[key] = expected
    if cells["name"].kind in ("number", "date", "yes_no"):
        wrong["name"] = "姓名，不是数字或日期"
    if cells["number"].kind == "number" and len(cells["number"]) > _EXACT_DIGITS:
        wrong["number"] = "文本格式的证号：数字格式只保留 15 位，后面的已经丢失"
    if folded(cells["organisation"]) not in agencies:
        wrong.setdefault("organisation", "机构名册里在用的行政执法机关的全称或简称")
    valid_until, ended_on = _day_in(cells["valid_until"]), _day_in(cells["ended_on"])
    if valid_until is None:
        wrong.setdefault("valid_until", _A_DAY)
    if cells["ended_on"] and ended_on is None:
        wrong.setdefault("ended_on", _A_DAY + "；没有注销的不填")
    draft = OfficerDraft(
        cells["name"],
        agencies.get(folded(cells["organisation"]), ""),
        cells["number"],
        valid_until or date.min,
        ended_on,
    )
    mistakes = tuple(Mistake(sheet, number, COLUMNS[key], shown(cells[key]), words) for key, words in wrong.items())
    return Row(number, cells, draft, mistakes)


def _day_in(cell: Cell) -> date | None:
    """The day that a cell says; None for none, and for what is no day."""
    found = _DAY.fullmatch(folded(cell))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _known(rows: list[Row]) -> dict[str, Officer]:
    """The officers of the register whose numbers stand in the file, by number_key."""
    found = db.session.scalars(
        select(Officer).where(among(Officer.__table__.c.number_key, "keys")),
        {"keys": list({rules.key_of(row.draft.number) for row in rows})},
    )
    return {one.number_key: one for one in found}


def _mistakes_of(
    actor: User | None, sheet: str, rows: list[Row], known: Mapping[str, Officer]
) -> Iterator[Mistake]:  # fmt: skip
    first_row: dict[str, int] = {}
    for row in rows:
        yield from row.mistakes
        named = {one.column for one in row.mistakes}
        for fault in operations.faults_of(actor, row.draft):
            name = fault.pointer.lstrip("/")
            key = _AT_FIELD.get(name, name)
            if COLUMNS[key] not in named:  # a word without meaning has been named already
                yield Mistake(sheet, row.number, COLUMNS[key], shown(row.cells[key]), fault.detail)
        number_key = rules.key_of(row.draft.number)
        earlier = first_row.setdefault(number_key, row.number)
        if number_key and earlier != row.number:
            yield Mistake(
                sheet, row.number, COLUMNS["number"], shown(row.cells["number"]), f"与第 {earlier} 行不同的证号"
            )
        if number_key in known and not _is_within(actor, known[number_key]):
            yield Mistake(
                sheet, row.number, COLUMNS["number"], shown(row.cells["number"]),
                "这个证号属于别的区镇的机关，请联系全市的管理员",
            )  # fmt: skip


def _is_within(actor: User | None, officer: Officer) -> bool:
    try:
        bounds.require_within(actor, organisation_id=officer.organisation_id)
    except NotFound:
        return False
    return True
