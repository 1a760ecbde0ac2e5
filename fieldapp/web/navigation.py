"""Where each role may go, and what every page knows about the house: its name and the words of the roles."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_login import current_user

from fieldapp.access import ROLES


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `key` is what a template sets as `nav` to mark where the reader stands."""

    key: str
    words: str
    path: str


HOME: dict[str, str] = {"supervisor": "/field/", "lead": "/review/", "admin": "/admin/", "liaison": "/agency/"}
PLACES: dict[str, tuple[Place, ...]] = {
    "supervisor": (Place("field", "现场记录", "/field/"),),
    "lead": (
        Place("records", "监督记录", "/review/"),
        Place("ratings", "好差评", "/review/ratings"),
        Place("field", "手机端", "/field/"),
    ),
    "admin": (
        Place("dashboard", "看板", "/admin/"),
        Place("records", "监督记录", "/review/"),
        Place("ratings", "好差评", "/review/ratings"),
        Place("visits", "监督活动", "/admin/visits"),
        Place("people", "人员", "/admin/people"),
        Place("groups", "工作组", "/admin/groups"),
        Place("certificates", "监督证", "/admin/certificates"),
        Place("organisations", "单位", "/admin/organisations"),
        Place("contact-points", "联系点", "/admin/contact-points"),
        Place("rating-codes", "群众码", "/admin/rating-codes"),
        Place("checklists", "清单", "/admin/checklists"),
        Place("devices", "设备", "/admin/devices"),
        Place("rescue", "救援包", "/admin/rescue"),
        Place("audit", "审计", "/admin/audit"),
    ),
    "liaison": (Place("agency", "本单位", "/agency/"), Place("scores", "群众评价", "/agency/scores")),
}


def register(app: Flask) -> None:
    """Makes `desk_places()`, `role_name(role)` and `organisation_name` known to every template."""
    app.add_template_global(desk_places)
    app.add_template_global(role_name)
    app.jinja_env.globals["organisation_name"] = app.config["SETTINGS"].organisation_name


def desk_places() -> list[tuple[str, str, str]]:
    """(key, words, path) of each place that the signed-in person may go to; only places that exist."""
    if not current_user.is_authenticated:
        return []
    addresses = current_app.url_map.bind("")
    places = PLACES.get(current_user.role, ())
    return [(place.key, place.words, place.path) for place in places if addresses.test(place.path, "GET")]


def home_of(role: str) -> str:
    """The path where a person of this role begins. Raises KeyError for no role of ours."""
    return HOME[role]


def role_name(role: str) -> str:
    """The role in Chinese; the role itself when it is none of ours."""
    return ROLES.get(role, role)
