"""The reviewer's door: leads decide, admins read."""

from fieldapp.access import door

review = door("review", __name__, admits={"lead", "admin"}, url_prefix="/review")
