"""What an author answers to the comments of a return: changed, or explained in words. Pure.

A comment that nobody answers refuses no filing; the reviewer sees that it was not answered.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.reviews.models import Review

HOW = {"changed": "已改", "explained": "说明"}
CLAIMED = "claimed"  # said to be changed while the item is as it was: never sent, found here
_LABELS = {**HOW, CLAIMED: "写了已改、这一项没有变化", "": "没有答复"}


@dataclass(frozen=True)
class Reply:
    """One comment and its answer. `item`: where it stands; None for the whole. `how`: a key of HOW, CLAIMED, or "" for
    none.
    """

    item: str | None
    comment: str
    how: str
    words: str

    @property
    def label(self) -> str:
        """How it was answered, in words."""
        return _LABELS[self.how]

    @property
    def is_answered(self) -> bool:
        """Whether it was, by a change that is one or in words."""
        return self.how in HOW


def comment_id(review_id: str, item: str | None) -> str:
    """Under which name a comment is answered: the review's id alone for the whole."""
    return f"{review_id}:{item}" if item else review_id


def comments_of(review: Review) -> list[tuple[str | None, str]]:
    """Every comment of one decision, with its item: the one on the whole first."""
    whole = [(None, review.comment)] if review.comment else []
    return [*whole, *((one.item, one.comment) for one in review.comments)]


def replies_to(review: Review, body: Mapping[str, Any], changed: Collection[str]) -> list[Reply]:
    """Each comment of a return with its answer in the body of a later revision.

    `changed`: items whose answers are others now: an older phone says nothing, and has changed them all the same.
    """
    given = body.get("replies") or {}
    found = []
    for item, comment in comments_of(review):
        reply = given.get(comment_id(review.id, item)) or {}
        words = str(reply.get("words") or "").strip()
        how = str(reply.get("how") or "")
        if how not in HOW or (how == "explained" and not words):
            how = "changed" if item in changed else ""
        if how == "changed" and item and item not in changed:
            how = CLAIMED
        found.append(Reply(item, comment, how, words))
    return found


def summary(replies: Iterable[Reply]) -> str:
    """3 条意见：2 条已改，1 条说明。 Empty without comments."""
    labels = [reply.label for reply in replies]
    counts = [(label, labels.count(label)) for label in _LABELS.values()]
    said = "，".join(f"{count} 条{label}" for label, count in counts if count)
    return f"{len(labels)} 条意见：{said}" if labels else ""
