"""Signatures: who signed over which words, and whether the words are still those. Pure.

A signature never refuses a filing. It holds the digest of what was shown when it was made; where that is no longer
what stands in the revision, whoever reads it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.filing.canonical import digest_of

PLACES = {"recorder": "记录人", "second": "第二名监督人员", "officers": "执法人员", "party": "当事人"}
# What of a body nobody signs: how it was sent, what became of it, the signatures themselves; of an interview also who
# was asked and may be called, which is noted apart, often after the signing, and may be erased by law.
NOT_SIGNED = (
    "revision",
    "base_revision",
    "state",
    "discard_reason",
    "ended_at",
    "clock_offset_ms",
    "signature",
    "signatures",
    "replies",
    "respondent",
    "anonymous",
    "callback",
)


@dataclass(frozen=True)
class Signed:
    """What stands in one place. `who`: in words. `evidence`: the id of the picture. `refusal`: why nobody signed.

    `fits`: whether it was made over the words of this revision; None where it says over nothing (phones of before).
    """

    who: str
    evidence: str | None
    is_oral: bool
    refusal: str | None
    witness: str
    at_ms: int | None
    fits: bool | None


def words_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 over what of a filed body is signed, its person a commitment already. 64 hex digits."""
    return digest_of({name: value for name, value in body.items() if name not in NOT_SIGNED})


def signatures_of(body: Mapping[str, Any], places: Mapping[str, str] = PLACES) -> list[Signed]:
    """What stands in each place of a filed body, in their order; empty places left out.

    `places`: which there are, with their words; the first is that of `signature`. A refusal of an older phone did not
    say whose it was.
    """
    own, *others = places
    given = {own: body.get("signature"), **{place: (body.get("signatures") or {}).get(place) for place in others}}
    found: list[Signed] = []
    now = ""
    for place, signature in given.items():
        if not signature or not (signature.get("evidence") or signature.get("oral") or signature.get("refused")):
            continue
        over = signature.get("digest")
        now = now or words_digest(body)
        is_older_refusal = len(places) > 1 and place == own and not over and not signature.get("evidence")
        found.append(_signed("现场人员" if is_older_refusal else places[place], signature, over and over == now))
    return found


def _signed(who: str, signature: Mapping[str, Any], fits: Any) -> Signed:
    evidence = signature.get("evidence")
    is_oral = bool(signature.get("oral")) and not evidence
    return Signed(
        who=who,
        evidence=evidence,
        is_oral=is_oral,
        refusal=signature.get("refused") if not (evidence or is_oral) else None,
        witness=str(signature.get("witness") or ""),
        at_ms=signature.get("at_ms"),
        fits=fits if isinstance(fits, bool) else None,
    )
