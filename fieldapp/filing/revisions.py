"""What to do with a revision that arrives: the rule that makes retries harmless and conflicts visible. Pure."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["new", "same", "conflict"]


@dataclass(frozen=True)
class Stored:
    """What the server holds of a record: its newest revision, and the digest of the revision now being filed, if it
    has it.
    """

    head_revision: int
    digest_of_filed: str | None


def judge(stored: Stored | None, *, revision: int, base_revision: int, digest: str) -> Verdict:
    """Whether a filing is new, a repetition of one that is stored, or in conflict with what is stored.

    `revision` ≥ 1; `base_revision` 0 for the first. Numbers may skip (a phone that edits offline counts on), but a
    filing must stand on the stored head: otherwise two people or two phones have written, and neither may be lost.
    """
    if stored is None:
        return "new" if base_revision == 0 else "conflict"
    if stored.digest_of_filed is not None:
        return "same" if stored.digest_of_filed == digest else "conflict"
    if base_revision == stored.head_revision and revision > stored.head_revision:
        return "new"
    return "conflict"
