"""One revision as it was sent, on its way in: its shape checked, its person sealed off, its digest made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldapp.filing import canonical
from fieldapp.filing.sealing import commitment
from fieldapp.filing.shapes import check, instant

if TYPE_CHECKING:
    from fieldapp.filing.kinds import Kind


@dataclass(frozen=True)
class Filed:
    """A revision as it was sent, parsed. `kind`: the name of its kind.

    `body`: the JSON that was sent, with the person replaced by a commitment; `canonical_body` the same in RFC 8785;
    `digest` its SHA-256. `person`: the person in clear, to be sealed apart; None when there was none. `sign_in`: the
    hash of the token it came with, when whoever filed it was not asked for anew; filing asks whether it still counts.
    `visit_id`: None for what is of no visit, where the kind's shape allows that.
    """

    kind: str
    id: str
    revision: int
    base_revision: int
    visit_id: str | None
    state: str
    started_at: datetime
    body: dict[str, Any]
    canonical_body: str
    digest: str
    person: dict[str, Any] | None
    device_id: str | None
    sign_in: str | None = None


def parse(
    kind: Kind, record_id: str, sent: dict[str, Any], *, device_id: str | None = None, sign_in: str | None = None
) -> Filed:
    """One revision of a record of this kind. Raises Refused with every fault by pointer."""
    shape = check(kind.shape, sent)
    body, person, text, digest = sealed_off(sent, kind.person_field)
    return Filed(
        kind=kind.name,
        id=record_id,
        revision=shape.revision,
        base_revision=shape.base_revision,
        visit_id=shape.visit,
        state=shape.state,
        started_at=instant(shape.started_at),
        body=body,
        canonical_body=text,
        digest=digest,
        person=person,
        device_id=device_id,
        sign_in=sign_in,
    )


def sealed_off(
    body: dict[str, Any], person_field: str | None
) -> tuple[dict[str, Any], dict[str, Any] | None, str, str]:
    """The body without its person: (body with a commitment instead, the person, canonical text, digest)."""
    person = body.get(person_field) if person_field else None
    if person_field and isinstance(person, dict):
        body = {**body, person_field: commitment(person)}
    text = canonical.canonical(body)
    return body, person if isinstance(person, dict) else None, text.decode(), canonical.sha256_hex(text)
