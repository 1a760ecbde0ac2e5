"""The kinds of filings: what differs between them, as values. Everything else about filing is the same for all.

A room registers its kinds in its module `kind.py`, which is loaded wherever there is one (so nothing names the rooms
here). Doors, verification, rescue, erasure and the public check go through `every()`; nothing asks which kind it has
before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Select

from fieldapp.audit.events import declare
from fieldapp.errors import Fault
from fieldapp.filing import bearers
from fieldapp.filing.parts import Held, Part
from fieldapp.filing.shapes import AnyFilingShape
from fieldapp.filing.wire import Filed
from fieldapp.people.models import User

Body = Mapping[str, Any]
# What an author does by filing a revision in a state.
ACTIONS = {"draft": "save", "submitted": "submit", "discarded": "discard"}
Transitions = Mapping[tuple[str | None, str], str]


@dataclass
class Accepted:
    """A new revision on its way into the tables. `before`: the record's row as it was; None for a first filing.

    `also`: columns of the record's row that the kind has decided for itself.
    """

    kind: "Kind"
    author_id: str
    filed: Filed
    next_state: str
    before: Any
    number: str | None
    submitted_at: datetime | None
    named: list[str]
    arrived: list[str]
    also: dict[str, Any] = field(default_factory=dict)

    @property
    def is_submitted(self) -> bool:
        return self.filed.state == "submitted"


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """One kind of filing.

    `name`: in receipts, in the chain and of files; `address`: its plural in /api/v1/…; `words`: what people call it;
    `place`: where it stands in lists.
    `row`, `revision`: its two tables. The row has id, author_id, visit_id, state, head_revision, started_at,
    submitted_at, changed_at, evidence_named, evidence_arrived (number and created_at, where it wants them) and `visit`,
    which is none where the shape allows a filing of no visit (then it has `place`); the revision has ROW_id, revision,
    base_revision, state, body, digest, device_id, received_at.
    `shape`: how it is sent. `person_field`: where the person stands that is sealed apart, `person_words` who that is;
    `person_is_open`: for everybody who may read the record, not for its author alone.
    `filers`: roles that may file, `filers_words` the refusal for others. `states`: with their words. `transitions`:
    (state, save | submit | discard | …) → next state; what is not there cannot happen, and is refused with
    `locked_words`.
    `is_reviewed`: whether leads decide on it. `number_prefix`: of its yearly series; None for no numbers.
    `parts`: what of other rooms judging needs; `looked_for`: the words of a body by which these ask.
    `evidence_named`: the ids of files that a body names, where it has items with the item of each.
    `faults`: what is wrong beyond the shape (held, author id, filing). `repeats`: what the row repeats of the words, by
    column, `taken_over`: what it takes from elsewhere (held, filing). `decide`: sets `also` of accepted filings that
    depend on one another. `follows`: what else changes with accepted filings, in their transaction.
    `told`: the fields that its audit event has beside revision, digest, state and visit, which `details` fills.
    `visible_to`: its rows in a user's reach. `described`: what the API says of a record beside what all kinds have.
    `is_sealed`: whether its words lie encrypted, each revision under a key of its own, and can be erased by law;
    `blanked`: what the columns that repeat its words then hold.
    `is_on_phones`: whether the pack tells phones of it; False for what no phone of today knows how to show.
    """

    name: str
    address: str
    words: str
    place: int
    row: type[Any]
    revision: type[Any]
    shape: type[AnyFilingShape]
    person_field: str | None
    person_words: str
    person_is_open: bool
    filers: frozenset[str]
    filers_words: str
    states: Mapping[str, str]
    transitions: Transitions
    locked_words: str
    is_reviewed: bool
    number_prefix: str | None
    parts: tuple[Part, ...]
    evidence_named: Callable[[Body], Iterable[str]]
    faults: Callable[[Held, str, Filed], list[Fault]]
    repeats: Callable[[Body], dict[str, Any]]
    visible_to: Callable[[User], Select[Any]]
    looked_for: Callable[[Body], Iterable[str]] = lambda body: ()
    taken_over: Callable[[Held, Filed], dict[str, Any]] = lambda held, filed: {}
    decide: Callable[[Held, Sequence[Accepted]], None] = lambda held, accepted: None
    follows: Callable[[Connection, Held, Sequence[Accepted]], None] = lambda connection, held, accepted: None
    told: tuple[str, ...] = ()
    details: Callable[[Accepted], dict[str, Any]] = lambda accepted: {}
    described: Callable[[Any], dict[str, Any]] = lambda record: {}
    is_on_phones: bool = True
    is_sealed: bool = False
    blanked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """What its filing is called in the audit chain."""
        return f"{self.name}.filed"

    def files_of(self, body: Body) -> list[str]:
        """The ids of the files that belong to a revision: those that it names; none for a discarded draft, from which
        nothing is missing any more.
        """
        return [] if body.get("state") == "discarded" else list(self.evidence_named(body))

    def places_of(self, body: Body) -> Mapping[str, str | None]:
        """Each file that a body names, with the item it is filed under; None where the kind or the body knows none."""
        named = self.evidence_named(body)
        return named if isinstance(named, Mapping) else dict.fromkeys(named)

    @property
    def owner(self) -> Column[str]:
        """The column of a revision that names its record."""
        found: Column[str] = self.revision.__table__.c[f"{self.row.__tablename__}_id"]
        return found


_KINDS: dict[str, Kind] = {}
ID_IS_BORNE = "编号已被占用，未保存到服务器，本机内容不受影响。请导出救援包，交管理员处理。"


def register(kind: Kind) -> Kind:
    """Adds a kind. Raises ValueError for a name or an address that another one has."""
    if kind.name in {**_KINDS, **_not_kinds()} or any(kind.address == one.address for one in _KINDS.values()):
        raise ValueError(f"there is a kind {kind.name} or an address {kind.address} already")
    declare(kind.event, ("revision", "digest", "state", "visit", *kind.told))
    _KINDS[kind.name] = kind
    return kind


@cache
def load() -> None:
    """Loads the module `kind` of every room that has one, once: nobody can ask before all kinds are here.

    Raises ValueError for a name or an address that two have.
    """
    for path in sorted(Path(__file__).parents[1].glob("*/kind.py")):
        import_module(f"fieldapp.{path.parent.name}.kind")


def of(name: str) -> Kind:
    """The kind of this name. Raises KeyError."""
    load()
    return _KINDS[name]


def find(name: str) -> Kind | None:
    """The kind of this name; None for a name of something else."""
    load()
    return _KINDS.get(name)


def every() -> list[Kind]:
    """Every kind, in their order."""
    load()
    return sorted(_KINDS.values(), key=lambda kind: kind.place)


def words() -> dict[str, str]:
    """What people call each kind, by name."""
    return {kind.name: kind.words for kind in every()}


def words_of(name: str) -> str:
    """What people call a thing that bears an id: a kind, a file, or what `bearers` knows."""
    kind = find(name)
    return kind.words if kind else _not_kinds().get(name, name)


def _not_kinds() -> dict[str, str]:
    return bearers.words() | {"evidence": "证据文件"}
