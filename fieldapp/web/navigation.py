"""Where each role may go, and what every page knows about the house: its name and the words of the roles."""

from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app
from flask_login import current_user

from fieldapp.access import ROLES


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `key` is what a template sets as `nav` to mark where the reader stands.

    `group` is the menu that it lies in; entries without one stand beside each other.
    """

    key: str
    words: str
    path: str
    group: str = ""


HOME: dict[str, str] = {"supervisor": "/field/", "lead": "/review/", "admin": "/admin/", "liaison": "/agency/"}
PLACES: dict[str, tuple[Place, ...]] = {
    "supervisor": (Place("field", "现场记录", "/field/"),),
    "lead": (
        Place("records", "监督记录", "/review/"),
        Place("interviews", "访谈", "/review/interviews/"),
        Place("ratings", "好差评", "/review/ratings"),
        Place("field", "手机端", "/field/"),
    ),
    "admin": (
        Place("dashboard", "看板", "/admin/", "工作"),
        Place("records", "监督记录", "/review/", "工作"),
        Place("interviews", "访谈", "/review/interviews/", "工作"),
        Place("ratings", "好差评", "/review/ratings", "工作"),
        Place("visits", "监督活动", "/admin/visits", "工作"),
        Place("people", "人员", "/admin/people", "名册"),
        Place("groups", "工作组", "/admin/groups", "名册"),
        Place("certificates", "监督证", "/admin/certificates", "名册"),
        Place("organisations", "单位", "/admin/organisations", "名册"),
        Place("contact-points", "联系点", "/admin/contact-points", "名册"),
        Place("rating-codes", "群众码", "/admin/rating-codes", "名册"),
        Place("checklists", "清单", "/admin/checklists", "系统"),
        Place("devices", "设备", "/admin/devices", "系统"),
        Place("rescue", "救援包", "/admin/rescue", "系统"),
        Place("jobs", "后台任务", "/admin/jobs/", "系统"),
        Place("audit", "审计", "/admin/audit", "系统"),
    ),
    "liaison": (Place("agency", "本单位", "/agency/"), Place("scores", "群众评价", "/agency/scores")),
}


def register(app: Flask) -> None:
    """Makes `desk_places()`, `role_name(role)`, `organisation_name` and `is_demo` known to every template."""
    app.add_template_global(desk_places)
    app.add_template_global(role_name)
    app.jinja_env.globals["organisation_name"] = app.config["SETTINGS"].organisation_name
    app.jinja_env.globals["is_demo"] = app.config["SETTINGS"].demo


def desk_places() -> list[tuple[str, list[Place]]]:
    """(name of the menu, its places) for the signed-in person, "" for places without a menu; only places that exist."""
    if not current_user.is_authenticated:
        return []
    addresses = current_app.url_map.bind("")
    there = [place for place in PLACES.get(current_user.role, ()) if addresses.test(place.path, "GET")]
    return [(group, list(places)) for group, places in groupby(there, key=lambda place: place.group)]


def home_of(role: str) -> str:
    """The path where a person of this role begins. Raises KeyError for no role of ours."""
    return HOME[role]


def role_name(role: str) -> str:
    """The role in Chinese; the role itself when it is none of ours."""
    return ROLES.get(role, role)
