"""What filing has to know of evidence: asked together with everything else that a batch touches."""

from sqlalchemy import select

from fieldapp.bulk import among
from fieldapp.evidence.models import Evidence
from fieldapp.filing.parts import ARRIVED, Part

_evidence = Evidence.__table__.c
PARTS = (
    Part(
        ARRIVED,
        select(_evidence.id, _evidence.author_id.label("author")).where(
            among(_evidence.id, "named"), _evidence.stored_at.is_not(None)
        ),
    ),
)
