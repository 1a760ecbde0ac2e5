"""The house rules that a machine can check. When one fails, read docs/architecture.md first."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rules_of_house import ROOT, name_of, of_each

from fieldapp import create_app
from fieldapp.commands import groups as command_groups
from fieldapp.config import read_settings

PACKAGE = ROOT / "fieldapp"
# Data flows to the right; imports point to the left. A new room is a folder, its name here, and a docstring.
FLOW = [
    "guide", "audit", "jobs", "people", "calendar", "filing", "checklists", "evidence", "visits", "officers",
    "observations", "confirmations", "officer_words", "interviews", "roundtables", "matters", "callbacks",
    "rating_codes", "ratings", "reviews", "findings", "facts", "insight", "keeping", "web", "commands",
]  # fmt: skip
DOORS = {"web", "commands"}
NOT_ROOMS = {"static", "templates", "__pycache__"}
VAGUE_NAMES = {"utils", "helpers", "manager", "data", "info", "process", "misc", "common"}

MODULES = sorted(PACKAGE.rglob("*.py"))
CONTENTS = PACKAGE / "__init__.py"  # create_app: may name everything
UNIT_OF_WORK = PACKAGE / "extensions.py"
CLOCK = PACKAGE / "clock.py"
# A process of its own, fed with bytes made to confuse decoders; and one that goes on when somebody's job fails.
LAST_HANDLERS = {PACKAGE / "evidence" / "renderer.py", PACKAGE / "jobs" / "worker.py"}
RULES = [path for path in MODULES if path.name == "rules.py"]
WEB = [path for path in MODULES if path.is_relative_to(PACKAGE / "web")]
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
SCRIPTS = sorted(path for path in (PACKAGE / "static" / "js").rglob("*.js"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

# Who alone may say the word: everybody else goes through them.
ONLY_IN = {
    r"\bfetch\(": {"field/server/api.js"},
    r"\bXMLHttpRequest\b": {"field/server/api.js"},
    r"\bindexedDB\b": {"field/storage/store.js"},
    r"\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write": set(),
    r"\beval\(|new Function\(": set(),
    r"^export default\b": set(),
}
PURE = {
    "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
    "hashlib", "hmac", "itertools", "math", "operator", "re", "statistics", "string", "typing", "unicodedata",
}  # fmt: skip
PURE_FRAME = {"fieldapp.access.FIELD_ROLES", "fieldapp.clock.CHINA", "fieldapp.errors.Fault", "fieldapp.folding.folded",
              "fieldapp.promises.days_of", "fieldapp.promises.said"}  # fmt: skip


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == "fieldapp" and len(parts) > 1 and parts[1] in FLOW else None


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory):
    return create_app(read_settings({"FIELDAPP_INSTANCE": str(tmp_path_factory.mktemp("house"))}))


@of_each([path for path in MODULES if path != CONTENTS], name_of)
def test_imports_point_against_the_flow(path: Path):
    here = path.relative_to(PACKAGE).parts[0]
    for name in imports_of(path):
        there = room_of(name)
        if there is None:
            continue
        assert here in FLOW, f"{here} is frame: it must not import {name}"
        assert FLOW.index(there) <= FLOW.index(here), f"{here} must not import {name}: {there} is downstream of it"


def test_every_folder_has_its_place_in_the_flow():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - NOT_ROOMS

    assert folders <= set(FLOW)


@of_each(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_every_room_says_what_it_is_for_and_holds_nothing_in_its_init(room: str):
    tree = tree_of(PACKAGE / room / "__init__.py")

    assert ast.get_docstring(tree), f"{room}/__init__.py: what the room is for, its Chinese words, what it promises"
    assert room in DOORS or len(tree.body) == 1, f"{room}/__init__.py holds code"


@of_each(MODULES, name_of)
def test_a_module_has_one_subject_and_says_which(path: Path):
    assert path.stem not in VAGUE_NAMES, "a name that says nothing: whose subject is it?"
    assert len(path.read_text().splitlines()) <= 300, "longer than 300 lines: what second thing does it do?"
    assert ast.get_docstring(tree_of(path)), "the first line says what the module gives"


@of_each(RULES, name_of)
def test_rules_are_pure(path: Path):
    room = path.parent.name
    for name in imports_of(path):
        own = name.startswith(f"fieldapp.{room}.") and not name.startswith(
            (f"fieldapp.{room}.models", f"fieldapp.{room}.queries", f"fieldapp.{room}.operations")
        )
        left = re.match(r"fieldapp\.\w+\.(rules|content)\b", name)
        allowed = name.split(".")[0] in PURE or own or left or name in PURE_FRAME
        assert allowed, f"{name_of(path)} imports {name}: rules know no clock, no database, no Flask"
    assert not re.search(r"\bopen\(|\bnow\(|\btoday\(", path.read_text()), "time and files come in as parameters"


@of_each(WEB, name_of)
def test_doors_only_parse_call_and_answer(path: Path):
    text = path.read_text()

    writes = re.findall(r"unit_of_work|session\.(?:add|commit|flush|execute|scalars?|delete|merge)\(", text)
    queries = [
        name for name in imports_of(path) if re.fullmatch(r"sqlalchemy\.(select|insert|update|delete|text|func)", name)
    ]

    assert not writes, f"a door writes or asks the database itself: {writes}; that is for operations and queries"
    assert not queries, f"a door makes SQL: {queries}; that is for queries.py"


@of_each(WEB, name_of)
def test_a_view_is_short(path: Path):
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.FunctionDef) or not _is_view(node):
            continue
        statements = node.body[1:] if ast.get_docstring(node) else node.body
        # As unparsed: a call that the formatter spreads over many lines is still one thing that is done.
        lines = sum(len(ast.unparse(statement).splitlines()) for statement in statements)
        assert lines <= 15, f"{node.name} has {lines} lines: what belongs into an operation or a query?"


@of_each([path for path in MODULES if path != UNIT_OF_WORK], name_of)
def test_only_a_unit_of_work_commits(path: Path):
    assert not re.search(r"\.commit\(\)", path.read_text()), "no commit anywhere else"


@of_each([path for path in MODULES if path not in LAST_HANDLERS], name_of)
def test_only_the_last_handler_catches_everything(path: Path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception"), f"line {node.lineno}: catch only what you can answer"


@of_each([path for path in MODULES if path != CLOCK], name_of)
def test_only_the_clock_reads_the_time(path: Path):
    assert not re.search(r"datetime\.(utc)?now\(|date\.today\(|\btime\.time\(", path.read_text()), "use clock.now()"


def test_every_route_belongs_to_a_door(routes):
    for rule in routes.url_map.iter_rules():
        if rule.endpoint != "static":
            assert hasattr(routes.blueprints[rule.endpoint.rpartition(".")[0]], "admits"), rule


def test_addresses_are_in_kebab_case_and_their_parameters_are_words(routes):
    for rule in routes.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        fixed = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"(/[a-z0-9.-]*)+", fixed), f"{rule.rule}: small letters, digits and hyphens"
        for parameter in rule.arguments:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", parameter), f"{rule.rule}: {parameter}"


@of_each(TEMPLATES, name_of)
def test_a_template_holds_no_script_no_style_and_computes_nothing(path: Path):
    text = path.read_text()

    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", text), "style and behaviour live in static/"
    assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", text), "a script in the page"
    assert not re.search(r"\|\s*safe\b", text), "what is marked safe is not escaped"
    assert len(text.splitlines()) <= 100, "longer than 100 lines: which part is a macro?"


@of_each(SCRIPTS, name_of)
def test_a_script_keeps_to_its_layer(path: Path):
    text = re.sub(r"(?<!\w)/\*[\s\S]*?\*/|^\s*//.*$", "", path.read_text(), flags=re.M)
    here = str(path.relative_to(PACKAGE / "static" / "js"))

    for word, places in ONLY_IN.items():
        if here not in places:
            assert not re.search(word, text, flags=re.M), f"{word} belongs to {sorted(places) or 'nobody'}"
    assert len(path.read_text().splitlines()) <= 150, "longer than 150 lines: what second thing does it do?"


def test_every_setting_is_explained():
    explained = (ROOT / "docs" / "operations.md").read_text()
    used = {
        name
        for path in [*MODULES, *(ROOT / "deploy").glob("*.*")]
        for name in re.findall(r"\bFIELDAPP_[A-Z_]+\b", path.read_text())
    }

    assert used
    assert sorted(name for name in used if f"`{name}`" not in explained) == []


def test_every_command_is_explained_and_has_words_of_its_own():
    explained = (ROOT / "docs" / "operations.md").read_text()

    for group in command_groups.ALL:
        assert group.help, f"flask {group.name} has no help"
        assert f"`{group.name}`" in explained, f"docs/operations.md does not name flask {group.name}"
        for command in group.commands.values():
            assert command.help, f"flask {group.name} {command.name} has no help"


@of_each(TESTS, name_of)
def test_no_test_is_lost(path: Path):
    tree = tree_of(path)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_") and not _is_fixture(node):
            assert node.name in used or node.name.startswith("pytest_"), (
                f"{node.name} is neither test nor fixture nor used"
            )
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(names) == len(set(names)), "a later function of the same name hides an earlier test"


def test_the_code_is_clean():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def _is_fixture(node: ast.FunctionDef) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def _is_view(node: ast.FunctionDef) -> bool:
    return any(
        re.search(r"\.(get|post|put|patch|delete|route)\(", ast.unparse(decorator)) for decorator in node.decorator_list
    )
