"""Every event that may enter the chain, with its exact fields. Fields hold ids, numbers, digests and codes: no personal data."""

EVENTS: dict[str, tuple[str, ...]] = {
    "observation.filed": ("revision", "digest", "state", "visit", "checklist_version"),
    "interview.filed": ("revision", "digest", "state", "visit"),
    "evidence.stored": ("revision", "digest", "length_bytes", "owner", "source"),
    "visit.filed": ("revision", "digest"),
    "person.erased": ("revision",),
    "receipt.missing": ("device",),
    "device.revoked": (),
    "review.approve": ("revision", "review"),
    "review.return": ("revision", "review", "items"),
    "record.viewed": (),
    "rescue.imported": ("digest", "records", "evidence"),
}
