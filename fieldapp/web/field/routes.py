"""The whole door: importing this connects every address of the phone app."""

from fieldapp.web.field import pages, precache, preloading, stylesheet, worker  # noqa: F401  (importing them connects their addresses)
from fieldapp.web.field.door import field

__all__ = ["field"]
