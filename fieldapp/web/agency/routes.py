"""Every page of the agencies' door, imported so that its routes are known."""

from fieldapp.web.agency import pages, scores
from fieldapp.web.agency.door import agency

__all__ = ["agency", "pages", "scores"]
