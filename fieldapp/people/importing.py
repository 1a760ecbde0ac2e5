"""Accounts from a spreadsheet: all of them, or every mistake in it at once and none of them."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from fieldapp.access import ROLES
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.people import accounts, passwords, queries
from fieldapp.people.accounts import Account
from fieldapp.people.models import MEMBER_ORIGINS, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_LIMIT_BYTES = 2 * 1024 * 1024
ROWS_LIMIT = 500
COLUMNS = ("姓名", "用户名", "角色", "所属机构", "组成来源")
_FIELD_COLUMNS = {
    "name": "姓名",
    "username": "用户名",
    "role": "角色",
    "organisation_id": "所属机构",
    "origin": "组成来源",
}


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong. `row`: as the spreadsheet counts, from 1; 0 for the file as a whole."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Imported:
    """What came of a file: who was made, each with a first password; or the mistakes, and then nobody was made."""

    made: list[tuple[User, str]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def import_users(actor: User | None, content: bytes) -> Imported:
    """Makes an account for every row of an .xlsx with COLUMNS, or says everything that is wrong with it."""
    accounts.require_admin(actor)
    rows = _rows_of(content)
    if isinstance(rows, Mistake):
        return Imported(mistakes=[rows])
    ready = [(account, passwords.invent(username=account.username)) for _, account in rows]
    hashes = [passwords.hash_password(password) for _, password in ready]
    with unit_of_work():
        mistakes = list(_mistakes_of(rows))
        if mistakes:
            return Imported(mistakes=mistakes)
        made = [
            (accounts.add_user(actor, account, hashed=hashed, must_change=True), password)
            for (account, password), hashed in zip(ready, hashes, strict=True)
        ]
        digest = hashlib.sha256(content).hexdigest()
        record(
            "user.imported",
            actor_id=actor.id if actor else None,
            subject_kind="users",
            subject_id=digest[:36],
            at=now(),
            digest=digest,
            users=len(made),
        )
        return Imported(made=made)


def template() -> bytes:
    """An .xlsx with the columns and a second sheet that lists what may stand in them."""
    from openpyxl import Workbook  # late: few ever ask for it, and every start would wait for it
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "人员"
    sheet.append(COLUMNS)
    words = book.create_sheet("可填的内容")
    words.append(("角色", "组成来源", "所属机构"))
    names = [row.name for row in queries.organisations() if row.kind not in ("county", "locality")]
    columns = (list(ROLES.values()), list(MEMBER_ORIGINS.values()), names)
    for place in range(max(map(len, columns))):
        words.append([column[place] if place < len(column) else None for column in columns])
    for page in (sheet, words):
        for cell in page[1]:
            cell.font = Font(bold=True)
        for letter, width in zip("ABCDE", (14, 18, 16, 34, 18), strict=True):
            page.column_dimensions[letter].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _rows_of(content: bytes) -> list[tuple[int, Account]] | Mistake:
    if len(content) > FILE_LIMIT_BYTES:
        return Mistake(0, "", "文件超过 2 MB，没有导入。")
    from openpyxl import load_workbook  # late, as above
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        lines = [["" if cell is None else str(cell).strip() for cell in line[:20]]
                 for line in sheet.iter_rows(max_row=ROWS_LIMIT + 2, values_only=True)]  # fmt: skip
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, EOFError):
        return Mistake(0, "", "这不是能读的 Excel 文件（.xlsx）。请用下载的模板填写后再传。")
    head = lines[0] if lines else []
    missing = [column for column in COLUMNS if column not in head]
    if missing:
        return Mistake(1, "、".join(missing), "第一行缺少这些列名。请用下载的模板填写。")
    places = [head.index(column) for column in COLUMNS]
    rows = [(number, _account([line[place] if place < len(line) else "" for place in places]))
            for number, line in enumerate(lines[1:], start=2) if any(line)]  # fmt: skip
    if len(rows) > ROWS_LIMIT:
        return Mistake(0, "", f"一次最多导入 {ROWS_LIMIT} 人，请分批。")
    return rows or Mistake(0, "", "表里没有人员。请从第二行起填写。")


def _account(cells: list[str]) -> Account:
    name, username, role, organisation, origin = cells
    roles = {words: key for key, words in ROLES.items()} | {key: key for key in ROLES}
    origins = {words: key for key, words in MEMBER_ORIGINS.items()} | {key: key for key in MEMBER_ORIGINS}
    known = {row.name: row.id for row in queries.organisations()}
    return Account(
        username=username.lower(),
        name=name,
        role=roles.get(role, role),
        organisation_id=known.get(organisation, ""),
        origin=origins.get(origin, origin) or None,
    )


def _mistakes_of(rows: list[tuple[int, Account]]) -> Iterator[Mistake]:
    first_row: dict[str, int] = {}
    for number, account in rows:
        for fault in accounts.account_faults(account):
            column = _FIELD_COLUMNS.get(fault.pointer.lstrip("/"), "")
            yield Mistake(number, column, fault.detail)
        earlier = first_row.setdefault(account.username, number)
        if earlier != number:
            yield Mistake(number, "用户名", f"与第 {earlier} 行的用户名相同。")
