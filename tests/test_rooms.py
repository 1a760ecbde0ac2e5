"""How the rooms and doors lean on each other, beyond the direction of imports: see docs/architecture.md."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rules_of_house import ROOT, name_of, of_each
from test_house import DOORS, FLOW, MODULES, PACKAGE, imports_of, tree_of

ROOMS = [room for room in FLOW if room not in DOORS and (PACKAGE / room).is_dir()]
WEB_DOORS = sorted(path.parent.name for path in (PACKAGE / "web").glob("*/__init__.py"))
LIST_OF_DOORS = PACKAGE / "web" / "doors.py"
COMMANDS = [path for path in MODULES if path.is_relative_to(PACKAGE / "commands")]
IN_A_ROOM = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in ROOMS]

# (who, what it may import of a door all the same): why.
LEANS = {}
# One transaction around all that the demonstration does, each deed an operation of its own.
ONE_TRANSACTION = {PACKAGE / "commands" / "demo.py"}

# A file name that stands in more than one room: what it means there, what it must hold, what it must not.
VOCABULARY = {
    "models": ("tables", r"\(db\.Model\)|Mapped\[", r"unit_of_work|db\.session"),
    "rules": ("pure functions", r"Pure", r"db\.|current_app"),
    "operations": ("what somebody does", r"unit_of_work|session", r"render_template|request\."),
    "queries": ("reads", r"select\(|session", r"unit_of_work|session\.(add|delete|merge)\("),
    "wire": (
        "how it travels to and from the phones",
        r"dict|dataclass|NamedTuple|BaseModel|FilingShape",
        r"unit_of_work",
    ),
    "inbox": ("what waits at a desk, filtered and in pages", r"select\(", r"unit_of_work"),
    "listing": ("what a desk searches, in pages", r"paging|select\(", r"unit_of_work"),
    "reading": ("one filed thing laid out for who reads it", r"dataclass", r"unit_of_work"),
    "importing": (
        "a file that people edited, every mistake in it said at once",
        r"(?i)fault|mistake",
        r"render_template",
    ),
    "spelling": ("between how people write a thing and how it is kept", r"def ", r"unit_of_work|db\.session"),
    "kinds": (
        "what differs between kinds, as values, and their register",
        r"class \w*Kind\b",
        r"unit_of_work|db\.session",
    ),
    "retention": ("what must not be kept for ever", r"Removed", r"render_template"),
    "kind": ("its kind of filing, for filing.kinds", r"Kind", r"render_template"),
    "batch_parts": ("what judging a batch of filings asks of it", r"Part\(", r"unit_of_work|db\.session"),
}


def leans_on(path: Path, door: str) -> bool:
    return (str(path.relative_to(PACKAGE)), door) in LEANS


@of_each([path for path in MODULES if path != LIST_OF_DOORS], name_of)
def test_no_door_leans_on_another(path: Path):
    parts = path.relative_to(PACKAGE).parts
    for name in imports_of(path):
        asked = name.split(".")
        if asked[:2] == ["fieldapp", "web"] and len(asked) > 3 and asked[2] in WEB_DOORS:
            own = parts[:2] == ("web", asked[2])
            assert own or leans_on(path, asked[2]), (
                f"{name} is another door's: what both need lies in web/ or in a room"
            )
        if asked[:2] == ["fieldapp", "web"] and parts[0] == "commands":
            assert leans_on(path, ".".join(asked[1:3])), f"{name}: the command line asks rooms, as the web does"
        assert asked[:2] != ["fieldapp", "commands"] or parts[0] != "web", (
            f"{name}: the web asks rooms, as the command line does"
        )


@of_each([path for path in IN_A_ROOM if path.stem in ("queries", "rules")], name_of)
def test_who_reads_does_not_lean_on_who_writes(path: Path):
    writers = [name for name in imports_of(path) if re.search(r"^fieldapp\.\w+\.operations\b|\.unit_of_work$", name)]

    assert writers == [], "a read that needs an operation's function: it belongs into rules or queries"


@of_each([path for path in COMMANDS if path not in ONE_TRANSACTION], name_of)
def test_the_command_line_is_a_door_and_asks_the_database_nothing_itself(path: Path):
    writes = re.findall(
        r"unit_of_work|session\.(?:add|commit|flush|execute|scalars?|delete|merge|get)\(", path.read_text()
    )
    queries = [name for name in imports_of(path) if re.match(r"sqlalchemy\.(select|insert|update|delete|text)$", name)]

    assert (writes, queries) == ([], []), "that is for operations and queries"


def test_a_file_name_that_stands_in_two_rooms_means_the_same_in_both():
    rooms = Counter(path.stem for path in IN_A_ROOM if path.stem != "__init__")

    unexplained = {name for name, count in rooms.items() if count > 1 and name not in VOCABULARY}
    assert unexplained == set(), "one word, two meanings? Either rename one, or say in VOCABULARY what it means"


@of_each([path for path in IN_A_ROOM if path.stem in VOCABULARY], name_of)
def test_a_file_holds_what_its_name_says(path: Path):
    meaning, holds, holds_not = VOCABULARY[path.stem]
    text = path.read_text()

    assert re.search(holds, text), f"{path.stem}: {meaning}"
    assert not re.search(holds_not, text), f"{path.stem}: {meaning}"


def test_every_public_function_of_a_room_has_a_caller_outside_the_tests():
    called = references()
    words = words_of_templates()

    idle = [
        f"{module}.{function.name}"
        for path in IN_A_ROOM
        for module in [module_of(path)]
        for function in public_functions(path)
        if f"{module}.{function.name}" not in called and function.name not in words
    ]
    assert idle == [], "a promise that nobody keeps: give it a caller, or take it away"


def test_a_function_that_nobody_calls_would_be_found():
    called = references()

    assert "fieldapp.filing.persons.erase" in called
    assert "fieldapp.filing.persons.nobody_calls_this" not in called


def module_of(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Those that somebody has to call; one under a decorator that is not of the standard library is called by it."""
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            decorators = {ast.unparse(one).partition("(")[0] for one in node.decorator_list}
            if decorators <= {"cache", "lru_cache", "contextmanager", "staticmethod"}:
                yield node


@cache
def references() -> frozenset[str]:
    """The full names of all functions that the program uses: by `module.name` or by a name that was imported."""
    found: set[str] = set()
    for path in [*MODULES, *(ROOT / "deploy").glob("*.py"), ROOT / "wsgi.py"]:
        meant = meaning_of_names(path)
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Name):
                found |= meant[node.id]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= {f"{module}.{node.attr}" for module in meant[node.value.id]}
    return frozenset(found)


def meaning_of_names(path: Path) -> defaultdict[str, set[str]]:
    """What each name of a file may stand for; a local import may give one name two meanings."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                meant[alias.asname or alias.name].add(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.FunctionDef) and node in tree_of(path).body:
            meant[node.name].add(f"{module_of(path)}.{node.name}")
    return meant


def words_of_templates() -> set[str]:
    return {
        word
        for path in (PACKAGE / "templates").rglob("*.*")
        if path.suffix in (".html", ".js", ".xml", ".txt")
        for word in re.findall(r"\b\w+\b", path.read_text())
    }
