"""The list of doors."""

from fieldapp.web.api.session import api
from fieldapp.web.field.pages import field
from fieldapp.web.public.health import public

ALL = [api, field, public]
