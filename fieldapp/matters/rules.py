"""The course of a matter as one table (state × act × role → state), and the ladder of its terms. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

STAY = ""
DESK = frozenset({"lead", "system"})
LEADS = frozenset({"lead"})
MOST_CHARACTERS = 2000
OPENED, TERM_MOVED = "opened", "term"  # lines of the log that the machine itself writes


@dataclass(frozen=True)
class Need:
    """What must be so before a step, and can be made so: `fault(matter)` says what is missing, None for nothing.

    `pointer`: the field at which it is said.
    """

    pointer: str
    fault: Callable[[Any], str | None]


@dataclass(frozen=True)
class Transition:
    """One row: in each state of `before`, each of `roles` may do `act`; then the state is `after` (STAY: the same).

    `choice`: rows that share an act are told apart by it (a conclusion has an outcome). `only`: the sentence for who
    may not. `words`: the sentence when nothing was written; empty when nothing need be. `once`: the sentence for the
    second time; empty when it may be done again. `need`: what must be so before. `gives_owner`: names who handles it;
    the first time it is accepted. `extends`: sets the longer term. `closes`: ends the matter.
    """

    act: str
    before: tuple[str, ...]
    after: str = STAY
    choice: str = ""
    roles: frozenset[str] = DESK
    only: str = ""
    words: str = ""
    once: str = ""
    need: Need | None = None
    gives_owner: bool = False
    extends: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a step cannot be done, as a sentence for the person. `why`: what kind of reason; `pointer`: the field."""

    why: Literal["role", "state", "words", "choice", "once", "need"]
    sentence: str
    pointer: str = ""


@dataclass(frozen=True)
class Course:
    """How matters of one kind go. `states`, `acts`: Chinese words by key, in their order; `acts` also names what stands
    in the log without being a step. `first`: the state at the opening. `choose`: for an act with choices, the field and
    the sentence for none. Raises ValueError for a table that contradicts itself or names what it does not know.
    """

    states: Mapping[str, str]
    acts: Mapping[str, str]
    first: str
    transitions: tuple[Transition, ...]
    choose: Mapping[str, tuple[str, str]]

    def __post_init__(self) -> None:
        wrong = list(_wrongs(self))
        if wrong:
            raise ValueError("; ".join(wrong))

    def possible(self, state: str, roles: Collection[str], done: Collection[str] = ()) -> list[str]:
        """The acts that one of `roles` may do now, each once, in the order of the table. `done`: acts done before."""
        found = [
            row.act
            for row in self.transitions
            if state in row.before and row.roles & set(roles) and not (row.once and row.act in done)
        ]
        return list(dict.fromkeys(found))

    def step(
        self, matter: Any, act: str, roles: Collection[str], *, choice: str = "", words: str = "",
        done: Collection[str] = (),
    ) -> Transition | Refusal:  # fmt: skip
        """The row by which `act` is done to `matter` now, or why it is not. `matter`: has a `state`, and what the needs
        of the table look at; `words`: stripped. Raises KeyError for an act that the course does not know.
        """
        named = [row for row in self.transitions if row.act == act]
        allowed = [row for row in named if row.roles & set(roles)]
        if not allowed:
            return Refusal("role", next((row.only for row in named if row.only), "您没有这项权限。"))
        here = [row for row in allowed if matter.state in row.before]
        chosen = [row for row in here or allowed if row.choice == choice]
        if not chosen:
            pointer, sentence = self.choose.get(act, ("", "请选择。"))
            return Refusal("choice", sentence, pointer)
        row = chosen[0]
        unwritten = _unwritten(row, words)
        if unwritten:
            return unwritten
        if not here:
            now, what = self.states[matter.state], self.acts[act]
            return Refusal("state", f"现在是“{now}”，不能做“{what}”。页面可能已过时，请刷新。")
        if row.once and act in done:
            return Refusal("once", row.once)
        fault = row.need.fault(matter) if row.need else None
        return Refusal("need", fault, row.need.pointer) if row.need and fault else row


def _unwritten(row: Transition, words: str) -> Refusal | None:
    if row.words and not words:
        return Refusal("words", row.words, "/words")
    return Refusal("words", f"最多 {MOST_CHARACTERS} 字", "/words") if len(words) > MOST_CHARACTERS else None


def _wrongs(course: Course) -> Iterator[str]:
    if course.first not in course.states:
        yield f"the first state {course.first} is none"
    seen: set[tuple[str, ...]] = set()
    for row in course.transitions:
        if row.act not in course.acts or row.act in (OPENED, TERM_MOVED):
            yield f"{row.act} is no act of this course"
        if not row.before or not row.roles or {*row.before, row.after} - {*course.states, STAY}:
            yield f"{row.act} leads from or to what is no state, or is for nobody"
        if bool(row.choice) != (row.act in course.choose):
            yield f"{row.act} is chosen by what nobody is asked for"
        for place in product((row.act,), (row.choice,), row.before, row.roles):
            if place in seen:
                yield f"{' '.join(place)} stands in two rows"
            seen.add(place)


# ---- terms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TermLengths:
    """How long a matter has, in `unit` (a key of calendar.rules.UNITS): until it is accepted, until it is closed, and
    until it is closed when it was extended; all counted from the opening.
    """

    accept: int
    close: int
    extended: int
    unit: str = "workdays"


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder of a term: reached when `left` days are left, negative for days over. `words`: with the
    places {what}, {left}, {late} and {unit}. `is_noted`: that it was reached is a line of the log, whose action is
    `name`. `is_raised`: then the matter goes to who stands above those who handle it.
    """

    name: str
    left: int
    words: str
    is_noted: bool = False
    is_raised: bool = False


# Highest rung last. A kind that wants other ones has a tuple of its own.
RAISED = "raised"
LADDER = (
    Rung("running", 366, "{what}还剩 {left} {unit}"),
    Rung("soon", 2, "{what}还剩 {left} {unit}", is_noted=True),
    Rung("due", 0, "今天须{what}", is_noted=True),
    Rung("overdue", -1, "{what}超期 {late} {unit}", is_noted=True),
    Rung(RAISED, -3, "{what}超期 {late} {unit}", is_noted=True, is_raised=True),
)
LADDER_ACTS = {"soon": "期限将至", "due": "今天到期", "overdue": "已超期", RAISED: "报上级"}  # for Course.acts


def rung_of(left: int, ladder: tuple[Rung, ...]) -> Rung:
    """The highest rung that is reached with `left` days left; the first one when none is."""
    return next((rung for rung in reversed(ladder) if left <= rung.left), ladder[0])


def is_higher(rung: Rung, noted: str | None, ladder: tuple[Rung, ...]) -> bool:
    """Whether `rung` is above the one named `noted`; always when none is noted, or one that the ladder has no more."""
    names = [one.name for one in ladder]
    return noted not in names or names.index(rung.name) > names.index(noted)
