"""Accounts from a spreadsheet: all of them, or every mistake in it at once and none of them.

The file is read twice, by whoever looks first (`check`) and by whoever makes (`import_users`): nothing lies in between.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from fieldapp.access import ROLES, may, require
from fieldapp.audit.operations import record
from fieldapp.capacity import characters_of
from fieldapp.cells import Cell, line_fault, plain, shown, tidied_name
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.folding import folded
from fieldapp.people import accounts, bounds, passwords, queries
from fieldapp.people.accounts import Account
from fieldapp.people.import_template import COLUMNS, WHOLE_COUNTY
from fieldapp.people.models import MEMBER_ORIGINS, Organisation, User
from fieldapp.workbooks import Mistake, Table, in_order, leave_out_examples, read_sheets, table_of

FILE_LIMIT_BYTES = 2 * 1024 * 1024
_UNPACKED_LIMIT_BYTES = 8 * 1024 * 1024  # 500 people are some 100 KB
ROWS_LIMIT = 500
_AT_FIELD = {"organisation_id": "organisation", "locality_id": "locality", "roles": "role"}


@dataclass(frozen=True)
class Imported:
    """What came of a file: who was made, each with a first password; or the mistakes, and then nobody was made.

    `county_wide`: the names of those who see the whole county, because their row says so. `without_roles`: of those
    whose roles somebody else has to grant, because whoever imports may not.
    """

    made: list[tuple[User, str]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    county_wide: tuple[str, ...] = ()
    without_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One person of the file: the account that the words mean, and the words."""

    number: int
    cells: Mapping[str, Cell]
    account: Account
    mistakes: tuple[Mistake, ...]


def import_users(actor: User | None, content: bytes, *, name: str = "people.xlsx") -> Imported:
    """Makes an account for every row of an .xlsx or .csv with COLUMNS, or says everything that is wrong with it."""
    require(actor, "accounts.edit")
    try:
        table = _table(name, content)
    except Refused as refusal:
        return Imported(mistakes=[Mistake("", None, "", shown(name), refusal.title)])
    rows = _rows_of(table)
    mistakes = table.mistakes or _mistakes_of(actor, table, rows)
    if mistakes:
        return Imported(mistakes=in_order(mistakes, [table.sheet], list(COLUMNS.values())))
    grants = actor is None or may(actor, "accounts.grant")
    ready = [
        (row.account if grants else _without_roles(row.account), passwords.invent(username=row.account.username))
        for row in rows
    ]
    hashes = [passwords.hash_password(password) for _, password in ready]
    with unit_of_work():
        mistakes = _mistakes_of(actor, table, rows)  # once more, as the only writer
        if mistakes:
            return Imported(mistakes=in_order(mistakes, [table.sheet], list(COLUMNS.values())))
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
    wide = tuple(user.name for user, _ in made if bounds.sees(user) and not user.locality_id)
    waiting = () if grants else tuple(user.name for user, _ in made)
    return Imported(made=made, county_wide=wide, without_roles=waiting)


def _without_roles(account: Account) -> Account:
    return replace(account, roles=(), locality_id=None)


def _table(name: str, content: bytes) -> Table:
    """The table of people. Raises Refused for a file that is none, or one made to harm."""
    sheets = read_sheets(
        name, content, limit_bytes=FILE_LIMIT_BYTES, unpacked_bytes=_UNPACKED_LIMIT_BYTES, with_csv=True
    )
    table = table_of(sheets, COLUMNS, what="人员", optional={"locality"}, earlier={"用户名": COLUMNS["username"]})
    leave_out_examples(table, "name")
    if len(table.rows) > ROWS_LIMIT:
        raise Refused(f"一次最多导入 {ROWS_LIMIT} 人，这个文件有 {len(table.rows)} 人，没有导入。请分批。")
    if not table.rows and not table.mistakes:
        raise Refused("表里没有人员，没有导入。请在列名下面一行一人地填写（示例行不算）。")
    return table


def _rows_of(table: Table) -> list[Row]:
    # 管理员 is what files of before call who now holds both.
    roles: dict[str, tuple[str, ...]] = {word: (role,) for word, role in _keys(ROLES).items()}
    roles |= {folded("联络员"): ("liaison",), folded("管理员"): ("system", "security"), "admin": ("system", "security")}
    origins = _keys(MEMBER_ORIGINS)
    known: dict[str, Organisation] = {}
    for row in queries.organisations():
        if row.kind not in ("county", "locality"):
            known.setdefault(folded(row.short_name), row)
    known |= {folded(row.name): row for row in queries.organisations() if row.kind not in ("county", "locality")}
    localities = {folded(word): row.id for row in queries.localities() for word in (row.short_name, row.name)}
    return [_row(table.sheet, number, cells, roles, origins, known, localities) for number, cells in table.rows]


def _row(
    sheet: str, number: int, cells: Mapping[str, Cell],
    roles: dict[str, tuple[str, ...]], origins: dict[str, str], known: dict[str, Organisation],
    localities: dict[str, str],
) -> Row:  # fmt: skip
    """What a row means; a word that means nothing is a mistake of its own and stands for nothing in the account."""
    wrong: list[Mistake] = []

    def meaning(key: str, words: Mapping[str, str], expected: str) -> str:
        said = folded(cells[key])
        if said and said not in words:
            wrong.append(Mistake(sheet, number, COLUMNS[key], shown(cells[key]), expected))
        return words.get(said, "")

    for key in COLUMNS:
        if expected := line_fault(cells[key]):
            wrong.append(Mistake(sheet, number, COLUMNS[key], shown(cells[key]), expected))
    if cells["name"].kind == "number":
        wrong.append(Mistake(sheet, number, COLUMNS["name"], shown(cells["name"]), "姓名，不是数字"))
    organisations = {word: row.id for word, row in known.items()}
    organisation_id = meaning("organisation", organisations, "机构名册里在用的机构的全称或简称")
    scopes = localities | {folded(WHOLE_COUNTY): ""}
    said_scope = folded(cells["locality"])
    locality_id = meaning("locality", scopes, f"一个区镇的名称，或“{WHOLE_COUNTY}”；不填则按所属机构")
    office = known.get(folded(cells["organisation"]))
    locality = (locality_id or None) if said_scope else office and office.locality_id
    held = {role for word in _words_in(cells["role"]) for role in roles.get(word, ())}
    if any(word not in roles for word in _words_in(cells["role"])):
        expected = "以下之一，兼任的用顿号隔开：" + "、".join(ROLES.values())
        wrong.append(Mistake(sheet, number, COLUMNS["role"], shown(cells["role"]), expected))
    if office and not held.isdisjoint(bounds.SEEING) and not said_scope and locality is None:
        expected = f"所属机构不在某个区镇，请写明一个区镇，或“{WHOLE_COUNTY}”"
        wrong.append(Mistake(sheet, number, COLUMNS["locality"], "（空）", expected))
    account = Account(
        username=folded(plain(cells["username"])),
        name=tidied_name(cells["name"]),
        roles=frozenset(held),
        organisation_id=organisation_id,
        origin=meaning("origin", origins, "以下之一：" + "、".join(MEMBER_ORIGINS.values()) + "；联络员不填") or None,
        locality_id=locality,
    )
    return Row(number, cells, account, tuple(wrong))


def _words_in(cell: Cell) -> list[str]:
    """The roles that a cell names, folded: one, or several between commas, blanks or the like."""
    return [word for word in re.split(r"[、，,；;/\s]+", folded(cell)) if word]


def _mistakes_of(actor: User | None, table: Table, rows: list[Row]) -> list[Mistake]:
    first_row: dict[str, int] = {}
    return [one for row in rows for one in _mistakes_of_row(actor, table.sheet, row, first_row)]


def _mistakes_of_row(actor: User | None, sheet: str, row: Row, first_row: dict[str, int]) -> Iterator[Mistake]:
    yield from row.mistakes
    named = {one.column for one in row.mistakes}
    faults = [*accounts.account_faults(row.account), *bounds.account_faults(actor, row.account)]
    if not row.account.roles:
        faults.append(Fault("/roles", "请填写角色。"))
    for fault in [*_length_faults(row.account), *faults]:
        name = fault.pointer.lstrip("/")
        key = _AT_FIELD.get(name, name)
        if COLUMNS.get(key, "") not in named:  # a word without meaning has been named already
            yield Mistake(sheet, row.number, COLUMNS.get(key, ""), shown(row.cells.get(key, Cell())), fault.detail)
    earlier = first_row.setdefault(row.account.username, row.number)
    if row.account.username and earlier != row.number:
        words = f"与第 {earlier} 行不同的账号"
        yield Mistake(sheet, row.number, COLUMNS["username"], shown(row.cells["username"]), words)


def _length_faults(account: Account) -> Iterator[Fault]:
    most = characters_of(User, "name") or 0
    if len(account.name) > most:
        yield Fault("/name", f"1–{most} 个字的姓名")


def _keys(words: Mapping[str, str]) -> dict[str, str]:
    return {folded(word): key for key, word in words.items()} | {key: key for key in words}
