"""The kinds of jobs, and what recurs. Whoever has something to be done later registers it where it is imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fieldapp.jobs.rules import Daily, EveryHours, Retry


@dataclass(frozen=True)
class Task:
    """A job as its handler sees it. `say(words)` writes down how far it is, in Chinese, for whoever looks at the list;
    a transactional one is seen only when it is done.
    """

    id: str
    payload: Mapping[str, Any]
    attempts: int
    say: Callable[[str], None]


class Handler(Protocol):
    """Does a job; raises when it could not. What it says at last stays in the list as the outcome."""

    def __call__(self, task: Task, /) -> None: ...


@dataclass(frozen=True)
class Kind:
    """`words`: what it is called on a page. `is_transactional`: what the handler writes and that the job is done are
    committed together, so it is done exactly once; else it may begin again after a crash, and must bear that.
    """

    name: str
    words: str
    handler: Handler
    retry: Retry = field(default_factory=Retry)
    is_transactional: bool = False


@dataclass(frozen=True)
class Recurring:
    """A kind that is done again and again. `timetable`: asked when the next one is written down; None: not now."""

    kind: str
    timetable: Callable[[], Daily | EveryHours | None]


_KINDS: dict[str, Kind] = {}
_RECURRING: dict[str, Recurring] = {}


def register(kind: Kind) -> None:
    """Makes a kind known. Raises ValueError for a name twice."""
    if kind.name in _KINDS:
        raise ValueError(f"kind of job {kind.name} twice")
    _KINDS[kind.name] = kind


def recur(kind: Kind, timetable: Callable[[], Daily | EveryHours | None]) -> None:
    """Makes a kind known that is done by a timetable. Raises ValueError for a name twice."""
    register(kind)
    _RECURRING[kind.name] = Recurring(kind.name, timetable)


def find(name: str) -> Kind | None:
    """The kind of this name; None for one that this version of the program does not know."""
    return _KINDS.get(name)


def names() -> list[str]:
    """The names of all kinds."""
    return sorted(_KINDS)


def recurring() -> list[Recurring]:
    """What is done again and again."""
    return [_RECURRING[name] for name in sorted(_RECURRING)]


def words_of(name: str) -> str:
    """What a kind is called on a page."""
    kind = _KINDS.get(name)
    return kind.words if kind else "本版程序没有的任务"
