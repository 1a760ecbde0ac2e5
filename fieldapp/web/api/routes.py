"""All of /api/v1: importing this module attaches every call to the door."""

from fieldapp.web.api import (  # noqa: F401  imported for their routes
    devices,
    evidence,
    evidence_views,
    filings,
    openapi,
    pack,
    receipts,
    session,
    slips,
    visits,
)
from fieldapp.web.api.door import api

__all__ = ["api"]
