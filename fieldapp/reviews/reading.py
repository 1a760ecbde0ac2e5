"""A record laid out for reading: problems first, what changed marked, who did what in one feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fieldapp.checklists import queries as checklists
from fieldapp.checklists.content import Category, Item
from fieldapp.checklists.rules import Score, items_for, score
from fieldapp.errors import NotFound
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.filing import persons
from fieldapp.filing.signatures import Signed, signatures_of
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.rules import changed_fields, evidence_named
from fieldapp.people.models import User
from fieldapp.reviews import queries as reviews
from fieldapp.reviews.models import Review
from fieldapp.reviews.replies import Reply, replies_to, summary

RETURNED = "退回补充"
WORDS = ("summary", "officers_statement", "officers", "case_no", "timeline", "circumstances", "location")


@dataclass(frozen=True)
class Line:
    """One item as it was answered. `before`: its answer one revision earlier, when that differs; `asked`: the comment
    of the last return at this item, `reply` the answer to it."""

    item: Item
    answer: dict[str, Any]
    evidence: list[Evidence]
    missing_evidence: int
    before: dict[str, Any] | None
    has_changed: bool
    asked: str
    reply: Reply | None

    @property
    def value(self) -> str:
        return str(self.answer.get("value") or "")


@dataclass(frozen=True)
class Happened:
    """One line of the feed."""

    at: datetime
    who: str
    what: str
    words: str
    items: dict[str, str]
    revision: int | None


@dataclass(frozen=True)
class Reading:
    """Everything that the page of one record shows, at one revision. `intact`: ids of the files shown whose bytes are
    still those that arrived. `copies`: what came ahead of originals that are not here, by the original's id.
    """

    observation: Observation
    revision: ObservationRevision
    is_head: bool
    body: dict[str, Any]
    party: dict[str, Any] | None
    party_erased_at: datetime | None
    score: Score
    is_draft_checklist: bool
    problems: list[Line]
    sections: list[tuple[Category, list[Line]]]
    changed_words: list[str]
    replies: list[Reply]
    loose_evidence: list[Evidence]
    missing_loose: int
    copies: dict[str, Evidence]
    signed: list[Signed]
    signature_pictures: dict[str, Evidence]
    intact: frozenset[str]
    revisions: list[ObservationRevision]
    feed: list[Happened]

    def copies_of(self, ids: Iterable[str] | None) -> list[Evidence]:
        """The copies of those of `ids` whose originals are not here."""
        return [self.copies[one] for one in ids or () if one in self.copies]

    @property
    def reply_words(self) -> str:
        """How the comments of the last return were answered, in one line; empty before a new submission."""
        decided_on = {one.revision for one in self.feed if one.what == RETURNED}
        return "" if self.revision.revision in decided_on else summary(self.replies)

    @property
    def signed_before_changes(self) -> list[str]:
        """Whose signatures were made over other words than these."""
        return [one.who for one in self.signed if one.fits is False]


def read(observation: Observation, revision: int | None = None) -> Reading:
    """The reading of one record, at its newest filed revision when none is named. The caller has checked the scope.

    Raises NotFound for a revision that does not exist or is not filed yet.
    """
    revisions = observations.filed_revisions_of(observation.id)
    shown = next((one for one in reversed(revisions) if revision in (None, one.revision)), None)
    if shown is None:
        raise NotFound("没有这一版。")
    body = observations.body_of(shown)
    decisions = reviews.of_observation(observation.id)
    before = _compared_with(revisions, shown, decisions)
    changed = _changed_items(before, body)
    replies = _replies(shown, body, changed, decisions)
    lines = _lines(observation, body, before, changed, {one.item: one for one in replies if one.item})
    content = checklists.content_of(observation.checklist_version_id)
    named = evidence_named(body)
    stored = {row.id: row for row in evidence.of_owner("observation", observation.id, author_id=observation.author_id)}
    signed = signatures_of(body)
    pictures = {one.evidence: stored[one.evidence] for one in signed if one.evidence in stored}
    signatures = {one.evidence for one in signed}
    unfiled = [one for one, item in named.items() if item is None and one not in signatures]
    loose = [stored[one] for one in unfiled if one in stored]
    absent = [one for one in named if one not in stored]
    return Reading(
        observation=observation,
        revision=shown,
        is_head=shown is revisions[-1],
        body=body,
        party=persons.person_of(observation.id, shown.revision),
        party_erased_at=persons.erased_at(observation.id, shown.revision),
        score=score(content, body.get("answers") or {}),
        is_draft_checklist=checklists.is_draft(observation.checklist_version_id),
        problems=[line for line in lines if line.value == "no"],
        sections=[
            (category, [line for line in lines if line.item.category == category.code])
            for category in content.categories
        ],
        replies=replies,
        changed_words=changed_fields(before, body, fields=WORDS) if before else [],
        loose_evidence=loose,
        missing_loose=len(unfiled) - len(loose),
        copies=evidence.copies_of(absent, author_id=observation.author_id) if absent else {},
        signed=signed,
        signature_pictures=pictures,
        intact=evidence.intact([*loose, *pictures.values(), *(file for line in lines for file in line.evidence)]),
        revisions=revisions,
        feed=_feed(observation, revisions, decisions),
    )


def _compared_with(
    revisions: list[ObservationRevision], shown: ObservationRevision, decisions: list[Review]
) -> dict[str, Any] | None:
    """The body that a reviewer read before: that of the last decision earlier than `shown`; None for a first
    reading.
    """
    decided = [one.revision for one in decisions if one.revision < shown.revision]
    if not decided:
        return None
    earlier = next(one for one in revisions if one.revision == max(decided))
    return observations.body_of(earlier)


def _lines(
    observation: Observation,
    body: dict[str, Any],
    before: dict[str, Any] | None,
    changed: set[str],
    replies: dict[str, Reply],
) -> list[Line]:
    content = checklists.content_of(observation.checklist_version_id)
    answers = body.get("answers") or {}
    named = [one for answer in answers.values() for one in answer.get("evidence") or []]
    found = {
        key: row
        for key, row in evidence.named(named).items()
        if row.is_stored and row.author_id == observation.author_id
    }
    in_scope = {item.code for item in items_for(content, observation.mode, observation.domain)}
    lines = []
    for item in content.items:
        answer = answers.get(item.code)
        if answer is None and item.code not in in_scope:
            continue
        answer = answer or {}
        earlier = ((before or {}).get("answers") or {}).get(item.code)
        has_changed = item.code in changed
        ids = answer.get("evidence") or []
        lines.append(
            Line(
                item,
                answer,
                [found[one] for one in ids if one in found],
                sum(one not in found for one in ids),
                earlier if has_changed else None,
                has_changed,
                replies[item.code].comment if item.code in replies else "",
                replies.get(item.code),
            )
        )
    return lines


def _replies(
    shown: ObservationRevision, body: dict[str, Any], changed: set[str], decisions: list[Review]
) -> list[Reply]:
    """The comments of the last return up to `shown` with their answers; the return itself has none yet."""
    returned = [one for one in decisions if one.decision == "return" and one.revision <= shown.revision]
    if not returned:
        return []
    return replies_to(returned[-1], body, changed)


def _changed_items(before: dict[str, Any] | None, body: dict[str, Any]) -> set[str]:
    """Items that are answered otherwise than in what the reviewer read before. Whoever taps the same answer again has
    changed nothing but its moment.
    """
    if before is None:
        return set()
    earlier, answers = before.get("answers") or {}, body.get("answers") or {}
    return {code for code in {*earlier, *answers} if _said(earlier.get(code)) != _said(answers.get(code))}


def _said(answer: dict[str, Any] | None) -> dict[str, Any] | None:
    return answer and {name: value for name, value in answer.items() if name != "at_ms"}


def _feed(observation: Observation, revisions: list[ObservationRevision], decisions: list[Review]) -> list[Happened]:
    """Who did what and when: filings and decisions in order; drafts that went up between them are left out."""
    names = _names({observation.author_id, *(one.reviewer_id for one in decisions)})
    happened = [
        Happened(
            one.received_at,
            names.get(observation.author_id, ""),
            "提交" if number == 0 else "重新提交",
            "",
            {},
            one.revision,
        )
        for number, one in enumerate(one for one in revisions if one.state == "submitted")
    ]
    happened += [
        Happened(
            one.decided_at,
            names.get(one.reviewer_id, ""),
            "审核通过" if one.decision == "approve" else RETURNED,
            one.comment,
            {comment.item: comment.comment for comment in one.comments},
            one.revision,
        )
        for one in decisions
    ]
    return sorted(happened, key=lambda one: one.at)


def _names(user_ids: set[str]) -> dict[str, str]:
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))}
