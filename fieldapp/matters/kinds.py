"""The registry of kinds of matters: one value says everything that the machine and the pages must know of a kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fieldapp.config import Settings
from fieldapp.matters.models import Matter
from fieldapp.matters.rules import LADDER, Course, Rung, TermLengths
from fieldapp.people.models import User


@dataclass(frozen=True)
class Deed:
    """What somebody did in a step, for the effects of a kind. `words`: stripped."""

    actor: User
    words: str
    choice: str
    at: datetime


@dataclass(frozen=True)
class Events:
    """The names of a kind's events in the audit chain, all of them declared in audit.events."""

    opened: str = "matter.opened"
    moved: str = "matter.moved"
    term_moved: str = "matter.term_moved"
    rung_reached: str = "matter.rung_reached"


def _itself(matter: Matter) -> tuple[str, str]:
    return matter.kind, matter.id


def _nobody(matter: Matter) -> Sequence[User]:
    return ()


def _anybody(matter: Matter, owner: User) -> str | None:
    return None


@dataclass(frozen=True)
class MatterKind:
    """One kind of matter. `name`: the polymorphic identity of `model`; `words`: Chinese, after a number and 件.

    `terms`: its lengths, from the settings. `effects`: by act, what a step writes into the kind's own columns, in the
    step's unit of work. `subject`: what the audit chain names, as (kind, id). `owner_fault`: why somebody cannot be the
    owner, as a sentence. `ladder`: highest rung last; its noted rungs stand among the acts of the course. `superiors`:
    who gets to know of a matter that is raised.
    """

    name: str
    words: str
    model: type[Matter]
    course: Course
    terms: Callable[[Settings], TermLengths]
    effects: Mapping[str, Callable[[Any, Deed], None]] = field(default_factory=dict)
    subject: Callable[[Any], tuple[str, str]] = _itself
    owner_fault: Callable[[Any, User], str | None] = _anybody
    events: Events = Events()
    ladder: tuple[Rung, ...] = LADDER
    superiors: Callable[[Any], Sequence[User]] = _nobody


_KINDS: dict[str, MatterKind] = {}


def register(kind: MatterKind) -> MatterKind:
    """Makes a kind known. Raises ValueError when another one has its name, `model` is mapped to another name, or the
    log would have no words for a rung.
    """
    if kind.name in _KINDS:
        raise ValueError(f"there is a kind {kind.name} already")
    if kind.model.__mapper__.polymorphic_identity != kind.name:
        raise ValueError(f"{kind.model.__name__} is not mapped to {kind.name}")
    wordless = {rung.name for rung in kind.ladder if rung.is_noted} - set(kind.course.acts)
    if wordless:
        raise ValueError(f"no words for {', '.join(sorted(wordless))} among the acts of {kind.name}")
    _KINDS[kind.name] = kind
    return kind


def of(matter: Matter) -> MatterKind:
    """The kind of a matter."""
    return _KINDS[matter.kind]


def every() -> tuple[MatterKind, ...]:
    """Every kind, in the order in which they were made known."""
    return tuple(_KINDS.values())
