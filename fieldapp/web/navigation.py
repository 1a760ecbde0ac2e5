"""Where each person may go, and what every page knows about the house: its name and the words of the roles."""

from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app
from flask_login import current_user

from fieldapp.access import ADMINISTRATORS, ROLES, forbidden_together, may, opens, ordered
from fieldapp.people.models import User

FEW = 6  # so many places stand beside each other; more of them lie in menus


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `key` is what a template sets as `nav` to mark where the reader stands.

    `act` is what opens it (access.ACTS); the pages of the administrators say so themselves (access.ADMIN_PAGES).
    `group` is the menu that it lies in when somebody has many places.
    """

    key: str
    words: str
    path: str
    group: str
    act: str = ""


# Where somebody begins: the first of their roles in the order of access.ROLES decides.
HOME: dict[str, str] = {
    "lead": "/review/",
    "bureau": "/review/",
    "system": "/admin/",
    "security": "/admin/people",
    "auditor": "/admin/audit",
    "supervisor": "/field/",
    "invited": "/field/",
    "liaison": "/agency/",
    "": "/account/sign-ins",
}
PLACES: tuple[Place, ...] = (
    Place("dashboard", "看板", "/admin/", "工作"),
    Place("records", "监督记录", "/review/", "工作", "desk.read"),
    Place("interviews", "访谈", "/review/interviews/", "工作", "desk.read"),
    Place("roundtables", "座谈", "/review/roundtables/", "工作", "desk.read"),
    Place("ratings", "好差评", "/review/ratings", "工作", "desk.read"),
    Place("visits", "监督活动", "/admin/visits", "工作"),
    Place("field", "手机端", "/field/", "工作", "field.file"),
    Place("agency", "本单位", "/agency/", "工作", "agency.read"),
    Place("scores", "群众评价", "/agency/scores", "工作", "agency.read"),
    Place("people", "人员", "/admin/people", "名册"),
    Place("groups", "工作组", "/admin/groups", "名册"),
    Place("certificates", "监督证", "/admin/certificates", "名册"),
    Place("organisations", "单位", "/admin/organisations", "名册"),
    Place("officers", "执法人员", "/admin/officers", "名册"),
    Place("contact-points", "联系点", "/admin/contact-points", "名册"),
    Place("rating-codes", "群众码", "/admin/rating-codes", "名册"),
    Place("checklists", "清单", "/admin/checklists", "系统"),
    Place("devices", "设备", "/admin/devices", "系统"),
    Place("rescue", "救援包", "/admin/rescue", "系统"),
    Place("jobs", "后台任务", "/admin/jobs/", "系统"),
    Place("audit", "审计", "/admin/audit", "系统"),
)


def register(app: Flask) -> None:
    """Makes `desk_places()`, `may(act)`, `opens(path)`, `duty_words()`, `organisation_name` and
    `is_demo` known to every template.
    """
    app.add_template_global(desk_places)
    app.add_template_global(duty_words)
    app.add_template_global(lambda act: may(current_user, act), "may")
    app.add_template_global(lambda path: opens(current_user, path), "opens")
    app.jinja_env.globals["organisation_name"] = app.config["SETTINGS"].organisation_name
    app.jinja_env.globals["is_demo"] = app.config["SETTINGS"].demo


def places_of(user: User) -> list[Place]:
    """The places that open for `user`; only those that exist."""
    addresses = current_app.url_map.bind("")
    return [place for place in PLACES if _is_open(user, place) and addresses.test(place.path, "GET")]


def desk_places() -> list[tuple[str, list[Place]]]:
    """(name of the menu, its places) for the signed-in person; "" for few places, which need no menu."""
    if not current_user.is_authenticated:
        return []
    there = places_of(current_user)
    if len(there) <= FEW:
        return [("", there)] if there else []
    return [(group, list(places)) for group, places in groupby(there, key=lambda place: place.group)]


def home_of(user: User) -> str:
    """The path where this person begins: by the first of their roles."""
    return HOME[next(iter(ordered(user.roles)), "")]


_SIGNER = "签发文书的页面还没有。目前可以看全市的记录、访谈、座谈和评价，记座谈，通过没有标记的记录，或退回。"


def duty_words() -> list[str]:
    """What every desk page says about the roles of who reads it: nothing to most.

    Source: GB/T 22239-2019 8.1.5 (系统管理、审计管理、安全管理).
    """
    if not current_user.is_authenticated:
        return []
    if not current_user.roles:
        return ["您的账号还没有角色，暂时没有可办的事。请联系安全管理员授予。"]
    if set(ADMINISTRATORS).isdisjoint(current_user.roles):
        return [_SIGNER] if current_user.roles == {"bureau"} else []
    is_small = current_app.config["SETTINGS"].separation == "small-county"
    held = forbidden_together(current_user.roles)
    pairs = "、".join(f"{ROLES[one]}和{ROLES[other]}" for one, other in held)
    if is_small:
        return ["本系统未实行三员分离（小县模式）。" + (f"您的账号兼任{pairs}。" if held else "")]
    return [f"您的账号兼任{pairs}，三员分离不允许。可以继续使用，请尽快由另一位安全管理员拆分。"] if held else []


def _is_open(user: User, place: Place) -> bool:
    return may(user, place.act) if place.act else opens(user, place.path)
