"""Every page of the administrators' door, imported so that its routes are known."""

from fieldapp.web.admin import (  # noqa: F401
    audit,
    calendar,
    certificates,
    checklists,
    contact_points,
    dashboard,
    devices,
    groups,
    jobs,
    organisations,
    people,
    rating_codes,
    rescue,
    visits,
)
from fieldapp.web.admin.door import admin

__all__ = ["admin"]
