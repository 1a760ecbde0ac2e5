"""An interview laid out for reading: every question with its answer, the proofs, who filled it in, what was changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.errors import NotFound
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.filing import erasures, records
from fieldapp.filing.persons import erased_at, person_of
from fieldapp.filing.signatures import Signed, signatures_of
from fieldapp.filing.unmasking import mask_phone
from fieldapp.interviews import queries, rules
from fieldapp.interviews.models import RESPONDENT_KINDS, Interview, InterviewRevision


@dataclass(frozen=True)
class Contact:
    """What may be shown of the party's telephone before anybody asks for it. `is_wanted`: the party wants a call."""

    is_wanted: bool
    has_contact: bool
    contact_mask: str
    contact_erased_at: datetime | None


@dataclass(frozen=True)
class Reading:
    """Everything that a reviewer's page shows of one submitted interview.

    `answers`: every question with its words, empty where nothing was answered. `lacks`: what it should have and has
    not, in words. `erased_recordings`: how many went by law. `checked`: when the words of a recording were
    checked, by its id. `signed`: how it was confirmed, and whether over these words. `changed`: what the party had
    filled in alone and stands otherwise now. `intact`: ids of files whose bytes are still those that arrived.
    `kind`: who was asked; None once erased.
    """

    interview: Interview
    body: dict[str, Any]
    kind: str | None
    facts: list[tuple[str, str]]
    answers: list[tuple[str, str]]
    recordings: list[Evidence]
    missing_recordings: int
    erased_recordings: int
    checked: dict[str, datetime]
    signature: Evidence | None
    signed: Signed | None
    intact: frozenset[str]
    lacks: list[str]
    way: str
    was_handed_over: bool
    changed: list[str]
    consented_at: datetime | None
    contact: Contact
    revisions: list[InterviewRevision]

    @property
    def refusal(self) -> str | None:
        """Why nobody was asked; None when somebody was."""
        refused = self.body.get("refused")
        return (str(refused.get("reason") or "").strip() or "没有写理由") if isinstance(refused, dict) else None

    @property
    def consent_version(self) -> str:
        """Which text was agreed to, in words: its edition and the mark that stands in the proofs."""
        version = str((self.body.get("consent") or {}).get("version") or "").strip()
        words = rules.CONSENT_WORDS.get(version, "本系统没有的一版")
        return f"{words}（{version}）" if version else "没有注明哪一版"

    @property
    def consent_text(self) -> str | None:
        """The text that was agreed to, word for word; None when its version is not known here."""
        return rules.CONSENT_TEXTS.get((self.body.get("consent") or {}).get("version", ""))


def read(interview: Interview) -> Reading:
    """The reading of one submitted interview. The caller has checked the scope. Raises NotFound for a draft."""
    if interview.state != "submitted":
        raise NotFound("没有这份访谈，或您无权查看。")
    revisions = queries.revisions_of(interview.id)
    bodies = [records.body_of(one) for one in revisions]
    body = bodies[-1]
    person = person_of(interview.id, interview.head_revision)
    stored = {row.id: row for row in evidence.of_owner("interview", interview.id, author_id=interview.author_id)}
    recordings = list(dict.fromkeys(body.get("recordings") or []))
    signature = stored.get((body.get("signature") or {}).get("evidence") or "")
    arrived = [stored[one] for one in recordings if one in stored]
    gone = erasures.among(recordings) if len(arrived) < len(recordings) else set()
    ways = [one.get("conducted") for one in bodies]
    return Reading(
        interview=interview,
        body=body,
        kind=RESPONDENT_KINDS.get(str((person or {}).get("kind"))),
        facts=_facts(body),
        answers=_answers(body),
        recordings=arrived,
        missing_recordings=len(recordings) - len(arrived) - len(gone),
        erased_recordings=len(gone),
        checked=queries.checked([one.id for one in arrived]),
        signature=signature,
        signed=next(iter(signatures_of(body, {"respondent": "受访人"})), None),
        intact=evidence.intact([*arrived, *([signature] if signature else [])]),
        lacks=[rules.MISSING[one] for one in rules.missing(body, person)],
        way=rules.WAYS.get(body.get("conducted") or "in_person", "其他方式"),
        was_handed_over="handed_over" in ways,
        changed=rules.changed_after_handing_over(bodies),
        consented_at=_consented_at(interview, body),
        contact=_contact(interview, person),
        revisions=revisions,
    )


def of_visit(interviews: Iterable[Interview]) -> list[Reading]:
    """The readings of the interviews of one visit, in their order."""
    return [read(one) for one in interviews]


def _facts(body: dict[str, Any]) -> list[tuple[str, str]]:
    said = body.get("facts") or {}
    return [(words, rules.FACT_ANSWERS[said[fact]]) for fact, words in rules.FACTS.items() if said.get(fact)]


def _answers(body: dict[str, Any]) -> list[tuple[str, str]]:
    given = body.get("answers") or {}
    known = [(words, str(given.get(name) or "").strip()) for name, words in rules.QUESTIONS.items()]
    newer = [(rules.OTHER_QUESTION, text.strip()) for name, text in given.items() if name not in rules.QUESTIONS]
    return known + [(words, text) for words, text in newer if text]


def _consented_at(interview: Interview, body: dict[str, Any]) -> datetime | None:
    consent = body.get("consent") or {}
    if consent.get("given") is not True or consent.get("at_ms") is None:
        return None
    return interview.started_at + timedelta(milliseconds=consent["at_ms"])


def contact_of(interview: Interview) -> Contact:
    """What may be shown of the party's telephone beforehand. The caller has checked the scope."""
    return _contact(interview, person_of(interview.id, interview.head_revision))


def _contact(interview: Interview, person: dict[str, Any] | None) -> Contact:
    gone = erased_at(interview.id, interview.head_revision)
    number = str((person or {}).get("contact") or "").strip()
    return Contact(interview.wants_call, bool(number), mask_phone(number), gone)
