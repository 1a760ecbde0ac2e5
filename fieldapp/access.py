"""Who may do what: the one table of acts and roles, and the doors, which admit by it. What nobody is named for, nobody
may do, and an application with a door or a page of the administrators that is not in the table does not start.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, Protocol

from flask import Blueprint, Flask, request
from flask.sansio.blueprints import Blueprint as SansioBlueprint
from flask_login import current_user

from fieldapp.errors import NotAllowed, SignInNeeded

Role = Literal["supervisor", "lead", "bureau", "system", "security", "auditor", "liaison", "invited"]
# In the order in which a person's roles are named; the first of them is where the person begins.
ROLES: dict[str, str] = {
    "lead": "组长",
    "bureau": "司法局签发人",
    "system": "系统管理员",
    "security": "安全管理员",
    "auditor": "审计员",
    "supervisor": "监督员",
    "invited": "特邀监督员",
    "liaison": "行政执法机关联络员",
}
EVERYONE: frozenset[str] = frozenset()  # no sign-in asked
ANYONE_SIGNED_IN: frozenset[str] = frozenset({*ROLES, ""})  # also who has no role yet

# act: who may do it. tests/access/matrix.py holds the same, route by route.
ACTS: dict[str, tuple[Role, ...]] = {
    "field.file": ("supervisor", "lead", "invited"),  # 现场填报: records, interviews, evidence, own slips
    "roundtables.file": ("supervisor", "lead", "bureau"),  # 座谈: who holds it writes it down
    "desk.read": ("lead", "bureau", "system"),  # 审核台: records, interviews, ratings, in reach
    "review.decide": ("lead", "bureau"),  # 通过、退回
    "photos.check": ("lead", "bureau"),  # 照片标注、遮挡、已检查: what may leave the bureau
    "ratings.handle": ("lead", "system"),  # 差评办理、意见答复、评语公开、对应行政执法机关
    "ratings.close": ("lead",),  # what only a lead decides about a bad rating
    "contacts.unmask": ("lead", "system"),  # 查看联系方式, with a reason, into the chain
    "words.erase": ("lead", "system"),  # 依法删除 what a party said, and the mark from which a recording's term runs
    "codes.issue": ("lead", "system"),  # 群众码 for others, and ending one
    "codes.posters": ("system",),  # 海报码
    "visits.plan": ("lead", "system"),  # a lead: for the own groups only
    "registers.edit": ("system",),  # 单位、工作组、监督证、联系点、清单、节假日、救援包
    "accounts.read": ("system", "security"),
    "accounts.edit": ("system",),  # who a person is: new accounts, name, organisation
    "accounts.grant": ("security",),  # what a person may do and see: roles and reach
    "accounts.unlock": ("security",),  # one-time passwords, lock-outs
    "accounts.shut": ("system", "security"),  # stop an account or a sign-in: whoever learns of it first
    "devices.manage": ("system", "security"),
    "traces.read": ("security", "auditor"),  # 审计日志, and whether the chain holds
    "agency.read": ("liaison",),
}
FIELD_ROLES = ACTS["field.file"]  # who go along on visits and file what they saw


@dataclass(frozen=True)
class Page:
    """Who reads and who changes what lies under one address of the administrators' desk: acts of ACTS.

    `is_county_wide`: it concerns the whole county, so that who administers one 区镇 only is not let in.
    """

    reads: str
    changes: str
    is_county_wide: bool = False


_REGISTER = Page("registers.edit", "registers.edit")
_COUNTY = Page("registers.edit", "registers.edit", is_county_wide=True)
# The first word of the address behind /admin/, "" for the first page; two words where one page differs.
ADMIN_PAGES: dict[str, Page] = {
    "": _REGISTER,
    "visits": _REGISTER,
    "people": Page("accounts.read", "accounts.read"),  # which of them is asked by people.accounts, deed by deed
    "people/new": Page("accounts.edit", "accounts.edit"),
    "people/import": Page("accounts.edit", "accounts.edit"),
    "groups": _REGISTER,
    "certificates": _REGISTER,
    "organisations": _REGISTER,
    "contact-points": _REGISTER,
    "officers": _REGISTER,
    "rating-codes": Page("codes.posters", "codes.posters", is_county_wide=True),
    "checklists": _COUNTY,
    "calendar": _COUNTY,
    "jobs": _COUNTY,
    "rescue": _COUNTY,
    "devices": Page("devices.manage", "devices.manage", is_county_wide=True),
    "audit": Page("traces.read", "traces.read", is_county_wide=True),
}

# 三员分离: no one person holds two of these. Source: GB/T 22239-2019 8.1.5.1–8.1.5.3, 8.1.7.1 (岗位设置).
ADMINISTRATORS: tuple[Role, ...] = ("system", "security", "auditor")
# Who reads the traces leaves none of his own in the work, or he would audit himself.
_AUDITED: tuple[Role, ...] = ("lead", "bureau", "supervisor", "invited")
FORBIDDEN: frozenset[frozenset[str]] = frozenset(
    frozenset(pair) for pair in [*combinations(ADMINISTRATORS, 2), *(("auditor", one) for one in _AUDITED)]
)


class Person(Protocol):
    """Somebody with roles."""

    @property
    def roles(self) -> Collection[str]: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def locality_id(self) -> Any: ...


def may(person: Person, act: str) -> bool:
    """Whether one of the person's roles allows `act`. Raises KeyError for an act that is not in the table."""
    allowed = ACTS[act]
    return person.is_active and any(role in allowed for role in person.roles)


def require(person: Person | None, act: str, why: str | None = None) -> None:
    """Raises NotAllowed, with `why` as its sentence, unless `person` may; the shell (none) may everything."""
    if person is not None and not may(person, act):
        raise NotAllowed(why)


def ordered(roles: Iterable[str]) -> tuple[str, ...]:
    """The roles in the order of ROLES; what is none of ours is left out."""
    held = set(roles)
    return tuple(role for role in ROLES if role in held)


def forbidden_together(roles: Collection[str]) -> list[tuple[str, str]]:
    """The pairs among `roles` that 三员分离 forbids one person to hold, in the order of ROLES."""
    return [pair for pair in combinations(ordered(roles), 2) if frozenset(pair) in FORBIDDEN]


def door(name: str, import_name: str, *, admits: Iterable[str], url_prefix: str | None = None) -> Blueprint:
    """A blueprint that answers only to the roles in `admits`; EVERYONE admits strangers too."""
    blueprint = Blueprint(name, import_name, url_prefix=url_prefix)
    guard(blueprint, admits)
    return blueprint


def guard(blueprint: Blueprint, admits: Iterable[str]) -> None:
    """Makes `blueprint` refuse who is not in `admits`: 401 for a stranger, 403 for the wrong roles."""
    admitted = frozenset(admits)
    blueprint.admits = admitted  # type: ignore[attr-defined]
    if not admitted:
        return

    @blueprint.before_request
    def _refuse_others() -> None:
        if not current_user.is_authenticated:
            raise SignInNeeded
        if admitted.isdisjoint(current_user.roles or {""}):
            raise NotAllowed


def guard_pages(blueprint: Blueprint, pages: dict[str, Page]) -> None:
    """Makes `blueprint` ask, beneath its own address, for the acts that `pages` name; refuses what they do not name."""
    blueprint.pages = pages  # type: ignore[attr-defined]
    prefix = blueprint.url_prefix or ""

    @blueprint.before_request
    def _refuse_by_page() -> None:
        page = _page_of(request.path, prefix, pages)
        if page is None:
            raise NotAllowed
        require(current_user, page.reads if request.method in ("GET", "HEAD", "OPTIONS") else page.changes)
        if page.is_county_wide and current_user.locality_id:
            raise NotAllowed("这一项关系全市，请联系全市的管理员办理。")


def opens(person: Person, path: str) -> bool:
    """Whether a page of the administrators' desk lets the person read it; a path elsewhere is left to its own door."""
    page = _page_of(path.partition("?")[0], "/admin", ADMIN_PAGES) if path.startswith("/admin") else None
    if page is None:
        return not path.startswith("/admin")
    is_admitted = not set(ADMINISTRATORS).isdisjoint(person.roles)
    return is_admitted and may(person, page.reads) and not (page.is_county_wide and person.locality_id)


def refuse_unguarded(app: Flask) -> None:
    """Raises RuntimeError for a blueprint that was not made by `door`, and for a page that `guard_pages` would refuse
    to everybody because nobody has said who may open it.
    """
    for blueprint in app.blueprints.values():
        if not hasattr(blueprint, "admits"):
            raise RuntimeError(f"blueprint {blueprint.name} has no guard: make it with access.door()")
        pages = getattr(blueprint, "pages", None)
        if pages is not None:
            _refuse_unnamed(app, blueprint, pages)


def _refuse_unnamed(app: Flask, blueprint: SansioBlueprint, pages: Mapping[str, Page]) -> None:
    for rule in app.url_map.iter_rules():
        is_of_it = rule.endpoint.rpartition(".")[0] == blueprint.name
        if is_of_it and _page_of(rule.rule, blueprint.url_prefix or "", pages) is None:
            raise RuntimeError(f"{rule.rule} is in no table: say in access.ADMIN_PAGES who may open it")


def _page_of(path: str, prefix: str, pages: Mapping[str, Page]) -> Page | None:
    words = path.removeprefix(prefix).strip("/").split("/")
    return pages.get("/".join(words[:2])) or pages.get(words[0])
