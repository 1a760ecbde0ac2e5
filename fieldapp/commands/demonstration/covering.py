"""A photo as a lead makes it ready for outside: what identifies somebody is covered, then it is checked."""

from typing import Any

from fieldapp.evidence import layers, releasing
from fieldapp.people.models import User

# The strip with time and number, where a licence plate or a face would be; an arrow to what the photo is about.
MARKS: list[dict[str, Any]] = [
    {"kind": "cover", "from": [0.0, 0.93], "to": [0.62, 1.0], "how": "opaque"},
    {"kind": "cover", "from": [0.1, 0.38], "to": [0.32, 0.58], "how": "mosaic"},
    {"kind": "arrow", "from": [0.82, 0.2], "to": [0.62, 0.42]},
]


def cover_and_check(lead: User, photo_id: str) -> None:
    """Draws over one photo, and notes that the lead has looked at it."""
    receipt = releasing.draw(lead, photo_id, layers.checked(MARKS), over=None)
    releasing.check(lead, photo_id, layer_id=receipt.subject_id)
