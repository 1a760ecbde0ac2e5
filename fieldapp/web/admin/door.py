"""The administrators' door: only they come in."""

from fieldapp.access import door

admin = door("admin", __name__, admits={"admin"}, url_prefix="/admin")
