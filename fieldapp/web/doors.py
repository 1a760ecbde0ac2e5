"""The list of doors. Every module of a door is loaded with it, so that no page is forgotten."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fieldapp.web import admin, agency, api, desk_forms, field, public, review, sign_in
from fieldapp.web.api.receipts import well_known


def _load(door: ModuleType) -> None:
    for found in iter_modules(door.__path__):
        import_module(f"{door.__name__}.{found.name}")


for one in (admin, agency, api, field, public, review, sign_in):
    _load(one)
for desk in (admin.admin, agency.agency, review.review):
    desk_forms.watch(desk)

ALL = [
    sign_in.account, admin.admin, agency.agency, api.api, field.field, public.public, review.review, sign_in.sign_in,
    well_known,
]  # fmt: skip
