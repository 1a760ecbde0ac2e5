"""管理员: only the three administrators come in, each to the pages of their duty (access.ADMIN_PAGES), and an
administrator of one 区镇 only to its rows.
"""

from flask import request
from flask_login import current_user

from fieldapp.access import ADMIN_PAGES, ADMINISTRATORS, door, guard_pages
from fieldapp.people import bounds

admin = door("admin", __name__, admits=ADMINISTRATORS, url_prefix="/admin")
guard_pages(admin, ADMIN_PAGES)


@admin.before_request
def _refuse_other_localities() -> None:
    """404 for a row of the registers that is not of the administrator's 区镇, whatever page asks for it."""
    named = request.view_args or {}
    bounds.require_within(current_user, **{name: named[name] for name in bounds.REGISTERS & named.keys()})
