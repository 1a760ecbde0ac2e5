"""Every page of the administrators' door, imported so that its routes are known."""

from fieldapp.web.admin import checklists  # noqa: F401
from fieldapp.web.admin.door import admin

__all__ = ["admin"]
