"""Deciding on a submitted record."""

from collections.abc import Mapping

from flask import current_app

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.confirmations import queries as confirmations
from fieldapp.confirmations import rules as confirming
from fieldapp.errors import Conflict, Fault, Locked, NotAllowed, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.ids import mint
from fieldapp.observations import marks
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.observations.rules import STATES, next_state, refusal
from fieldapp.people.models import User
from fieldapp.people.scope import may_review
from fieldapp.reviews.models import ItemComment, Review

COMMENT_LIMIT_CHARACTERS = 2000


def approve(reviewer: User, observation_id: str, *, revision: int, comment: str = "") -> Review:
    """Approves the record at the revision that the reviewer read.

    Raises NotFound outside the reviewer's reach (a record of the reviewer's own agency is), NotAllowed for an own
    record, Locked when it does not wait for review, a mark stands against it (observations.marks), its agency is not
    one of the register, its files have not all arrived, or a confirmation is required (Settings.confirmation) and there
    is none; Conflict when a newer revision has come.
    """
    return _decide(reviewer, observation_id, "approve", revision, comment.strip(), {})


def return_to_author(
    reviewer: User, observation_id: str, *, revision: int, comment: str, items: Mapping[str, str]
) -> Review:
    """Gives the record back with a comment on the whole, on single items, or both. `items`: code → comment.

    Raises as `approve`, and Refused when there is no comment at all or an item is not in the record.
    """
    given = {code: text.strip() for code, text in items.items() if text.strip()}
    if not given and not comment.strip():
        raise Refused("退回要写明原因：在总评或某一指标下写一句。", faults=[Fault("/comment", "请写明退回原因")])
    return _decide(reviewer, observation_id, "return", revision, comment.strip(), given)


def _decide(
    reviewer: User, observation_id: str, decision: str, revision: int, comment: str, items: dict[str, str]
) -> Review:
    with unit_of_work() as session:
        observation = observations.find(reviewer, observation_id)
        session.refresh(observation)
        _check(reviewer, observation, decision, revision)
        _check_words(observation, comment, items)
        at = now()
        review = Review(
            id=mint(),
            observation_id=observation.id,
            revision=revision,
            decision=decision,
            comment=comment,
            reviewer_id=reviewer.id,
            decided_at=at,
            comments=[ItemComment(item=code, comment=text) for code, text in items.items()],
        )
        session.add(review)
        observation.state = next_state(observation.state, decision) or observation.state
        observation.changed_at = at
        session.flush()
        details = {"revision": revision, "review": review.id}
        if decision == "return":
            details["items"] = sorted(items)
        audit.record(
            f"review.{decision}",
            actor_id=reviewer.id,
            subject_kind="observation",
            subject_id=observation.id,
            at=at,
            **details,
        )
        return review


def _check(reviewer: User, observation: Observation, decision: str, revision: int) -> None:
    if observation.author_id == reviewer.id:
        raise NotAllowed("不能审核自己的记录，请由其他组长审核。")
    if not may_review(
        reviewer,
        author_id=observation.author_id,
        group_id=observation.group_id,
        locality_id=observation.locality_id,
        agency_id=observation.visit.agency_id,
    ):
        raise NotAllowed("您没有审核这份记录的权限。")
    if next_state(observation.state, decision) is None:
        raise Locked(
            f"记录现在是“{STATES[observation.state]}”，不能再{'通过' if decision == 'approve' else '退回'}。请刷新。"
        )
    if observation.head_revision != revision:
        raise Conflict("您看的不是最新一版：提交人刚刚重新提交。请刷新后再审。")
    if decision == "approve":
        _check_approvable(observation)


def _check_approvable(observation: Observation) -> None:
    standing = marks.of(observation)
    if standing:
        raise Locked(refusal(standing))
    _check_confirmed(observation)
    if observation.visit.agency_id is None:
        raise Locked(
            f"这次临时监督的行政执法机关“{observation.visit.agency_name}”是手填的，还没有对应到名册："
            "请先在本页“对应行政执法机关”里选定，再通过；也可以先退回。"
        )
    if not observation.is_complete:
        raise Locked(
            f"证据还没到齐（{observation.evidence_arrived}/{observation.evidence_named}），到齐后才能通过；可以先退回。"
        )


def _check_confirmed(observation: Observation) -> None:
    """Where the bureau asks for it, another supervisor must have said something of these very words."""
    if current_app.config["SETTINGS"].confirmation != "required":
        return
    said = confirmations.of_observations([observation.id]).get(observation.id, [])
    found = confirming.standing(said, is_paired=True)
    if found not in confirming.SETTLED:
        raise Locked(confirming.refusal(found))


def _check_words(observation: Observation, comment: str, items: dict[str, str]) -> None:
    faults = []
    if len(comment) > COMMENT_LIMIT_CHARACTERS:
        faults.append(Fault("/comment", f"最多 {COMMENT_LIMIT_CHARACTERS} 字"))
    answered = observations.body_of(observations.revision_of(observation)).get("answers") or {}
    for code, text in items.items():
        if code not in answered:
            faults.append(Fault(f"/items/{code}", "记录里没有这一指标"))
        elif len(text) > COMMENT_LIMIT_CHARACTERS:
            faults.append(Fault(f"/items/{code}", f"最多 {COMMENT_LIMIT_CHARACTERS} 字"))
    if faults:
        raise Refused(faults=faults)
