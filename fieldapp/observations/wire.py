"""One observation as it was sent, already parsed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FiledObservation:
    """A revision as a phone sent it.

    `body`: the JSON that was sent, with `party` replaced by its commitment; `canonical_body` the same in RFC 8785;
    `digest` its SHA-256. `person`: the party in clear, to be sealed apart; None when there was none. `sign_in`: the
    hash of the token it came with, when whoever filed it was not asked for anew; filing asks whether it still counts.
    """

    id: str
    revision: int
    base_revision: int
    visit_id: str
    checklist_version_id: str
    state: str
    started_at: datetime
    body: dict[str, Any]
    canonical_body: str
    digest: str
    person: dict[str, Any] | None
    device_id: str | None
    sign_in: str | None = None
