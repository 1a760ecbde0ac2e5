"""Plants one small fault at a time and looks whether the tests of the module notice: `make mutants`.

A mutant is the module with one comparison, connective, number, truth, sign or answer changed. Its own tests run in a
process of their own, in which only the import of that module is altered: the files stay as they are, so nothing that
runs beside it is disturbed. A mutant that no test fails on survives; each survivor is printed with its line. The score
is the share that did not survive.

A mutant inside a function is planted by giving the function other code, so that the program needs to be imported only
once; one outside takes another import of everything, and its time.
"""

import ast
import copy
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "fieldapp"
PATIENCE = 5  # a mutant that takes so many times longer than the unharmed module hangs, and counts as noticed
LEAST_SECONDS = 20.0
# What takes long to import and is no module of the program.
HEAVY = (
    "pytest", "hypothesis", "schemathesis.pytest.plugin", "xdist.plugin", "anyio.pytest_plugin", "playwright.sync_api",
    "time_machine", "html5lib", "psycopg", "requests",
)  # fmt: skip

# Tests that speak of a module besides those that bear its name.
ALSO = {
    "audit.operations": ["tests/audit/test_chain.py", "tests/audit/test_tampering.py"],
    "people.rules": ["tests/people/test_certificates.py", "tests/people/test_accounts.py"],
    "people.scope": ["tests/people/test_scope.py", "tests/access"],
    "ratings.rules": ["tests/ratings/test_follow_ups.py"],
    "visits.rules": ["tests/visits/test_planning.py"],
}

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Add,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault. `place`: the how manieth node of the tree it is in. `words`: what it does, for a person.

    `is_inside`: in the body of a function.
    """

    place: int
    line: int
    words: str
    change: Callable[[ast.AST], None]
    is_inside: bool


def main(names: Sequence[str]) -> int:
    """Tries the modules named (as `checklists.rules`), or all that the promise of the house is about."""
    sys.path.insert(0, str(ROOT / "tests"))
    for known in HEAVY:
        importlib.import_module(known)
    worst = 1.0
    for module in names or list(promised()):
        score = tried(module)
        worst = min(worst, score)
    return 0 if worst >= 0.9 else 1


def promised() -> Iterator[str]:
    """Every rules.py, the chain, who may see what, filing and matters, as far as they have tests of their own."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        room = module.partition(".")[0]
        is_meant = path.name == "rules.py" or room in ("audit", "filing", "matters") or module == "people.scope"
        if is_meant and path.name not in ("__init__.py", "models.py") and tests_of(module):
            yield module


def tests_of(module: str) -> list[str]:
    """The files that try this module."""
    room, _, stem = module.partition(".")
    own = sorted((ROOT / "tests" / room).glob(f"test_{stem}*.py"))
    return [*dict.fromkeys([*(str(path.relative_to(ROOT)) for path in own), *ALSO.get(module, [])])]


def tried(module: str) -> float:
    """The score of one module, its survivors printed."""
    path, tests = PACKAGE / f"{module.replace('.', '/')}.py", tests_of(module)
    tree = ast.parse(path.read_text())
    begin = time.monotonic()
    if not runs_well(lambda: None, tests, seconds=600.0):
        print(f"{module}: {' '.join(tests)} fail without any mutant", flush=True)
        return 0.0
    seconds = max(LEAST_SECONDS, PATIENCE * (time.monotonic() - begin))
    mutants = sorted(mutants_of(tree), key=lambda one: one.is_inside)
    survivors = []
    print(f"{module}: {len(mutants)} mutants", flush=True)
    for mutant in mutants:
        code = compiled(tree, mutant, path)
        if mutant.is_inside:
            _import_everything()
            plant = partial(_give_other_code, module, code)
        else:
            plant = partial(_import_instead, module, code)
        if runs_well(plant, tests, seconds=seconds):
            survivors.append(mutant)
            print(f"  survives: {path.relative_to(ROOT)}:{mutant.line} {mutant.words}", flush=True)
    score = 1 - len(survivors) / max(1, len(mutants))
    print(f"{module}: {len(mutants) - len(survivors)} of {len(mutants)} noticed, {score:.0%}", flush=True)
    return score


def runs_well(plant: Callable[[], None], tests: Sequence[str], *, seconds: float) -> bool:
    """Whether the tests pass in a process of their own, in which `plant` is called before them."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        _run(plant, tests)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(plant: Callable[[], None], tests: Sequence[str]) -> None:
    """In the child: never returns."""
    import pytest

    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        plant()
    except Exception:  # the module does not even load: everybody would notice
        os._exit(1)
    # One engine is enough for what is not about the engine, and one process for a second's work.
    arguments = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not browser and not long"]
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-k", "not postgresql"]
    os._exit(int(pytest.main([*arguments, *quiet, *tests])))


@cache
def _import_everything() -> None:
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        if "commands" not in name and not name.endswith("evidence.renderer"):  # a program of its own
            importlib.import_module(name)


def _give_other_code(module: str, code: CodeType) -> None:
    """Every function of the module, wherever it was imported to by now, does what the altered module says."""
    here = importlib.import_module(f"fieldapp.{module}")
    other = ModuleType(here.__name__)
    other.__file__ = here.__file__
    sys.modules[here.__name__] = other  # dataclasses look themselves up
    exec(code, other.__dict__)  # noqa: S102 our own module with one fault
    sys.modules[here.__name__] = here
    for name, old in vars(here).items():
        _take_code(old, vars(other).get(name), here.__name__)


def _take_code(old: object, new: object, module: str) -> None:
    if isinstance(old, type) and isinstance(new, type) and old.__module__ == module:
        for name, part in vars(old).items():
            _take_code(part, vars(new).get(name), module)
    for wrapped in ("__wrapped__", "__func__", "fget", "func"):  # caches, class methods, properties
        if hasattr(old, wrapped) and hasattr(new, wrapped):
            _take_code(getattr(old, wrapped), getattr(new, wrapped), module)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__module__ == module:
        old.__code__ = new.__code__


def _import_instead(module: str, code: CodeType) -> None:
    sys.meta_path.insert(0, _Planted(f"fieldapp.{module}", code))


class _Planted:
    """Gives one module its altered code when it is imported; every other module is found as always."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> object:
        """Source: importlib.abc.MetaPathFinder."""
        if name != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        loader = importlib.machinery.SourceFileLoader(name, spec.origin)
        loader.get_code = lambda _fullname: self._code  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(name, spec.origin, loader=loader)


def compiled(tree: ast.Module, mutant: Mutant, path: Path) -> CodeType:
    """The module with this one fault."""
    altered = copy.deepcopy(tree)
    mutant.change(list(ast.walk(altered))[mutant.place])
    return compile(ast.fix_missing_locations(altered), str(path), "exec")


def mutants_of(tree: ast.Module) -> Iterator[Mutant]:
    """Every fault that can be planted into a module."""
    silent = {id(part) for node in ast.walk(tree) for part in _unread(node)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(part) for function in functions for line in function.body for part in ast.walk(line)}
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in silent:
            for words, change in _faults(node):
                yield Mutant(place, getattr(node, "lineno", 0), words, change, id(node) in inside)


def _unread(node: ast.AST) -> Iterator[ast.AST]:
    """What a program does not act on: annotations, texts that stand alone, and that a dataclass is frozen."""
    for said in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        if said is not None:
            yield from ast.walk(said)
    for decorator in getattr(node, "decorator_list", ()):
        if ast.unparse(decorator).startswith("dataclass("):
            yield from ast.walk(decorator)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Assign) and "Literal" in ast.unparse(node.value):
        yield from ast.walk(node)


def _faults(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                other = _COMPARED[type(operator)]
                yield f"{ast.unparse(node)}: {other.__name__}", _replace_in("ops", at, other())
        case ast.BoolOp():
            other_connective = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield f"{ast.unparse(node)[:80]}: {type(other_connective).__name__}", _set("op", other_connective)
        case ast.BinOp() if type(node.op) in _RECKONED and not _is_text(node):
            sign = _RECKONED[type(node.op)]
            yield f"{ast.unparse(node)[:80]}: {sign.__name__}", _set("op", sign())
        case ast.UnaryOp(op=ast.Not()):
            yield f"{ast.unparse(node)[:80]}: without not", _twice
        case ast.Constant(value=bool()):
            yield f"{node.value}: {not node.value}", _set("value", not node.value)
        case ast.Constant(value=int() | float()):
            yield f"{node.value}: {node.value + 1}", _set("value", node.value + 1)
        case ast.IfExp() | ast.If() | ast.While():
            yield f"if {ast.unparse(node.test)[:80]}: the other way", _turn
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield f"return {ast.unparse(value)[:80]}: None", _set("value", ast.Constant(None))


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.JoinedStr | ast.Constant) and not isinstance(getattr(side, "value", 0), int | float)
               for side in (node.left, node.right))  # fmt: skip


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _set(name: str, value: object) -> Callable[[ast.AST], None]:
    return lambda node: setattr(node, name, value)


def _replace_in(name: str, at: int, value: object) -> Callable[[ast.AST], None]:
    return lambda node: getattr(node, name).__setitem__(at, value)


def _turn(node: ast.AST) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]


def _twice(node: ast.AST) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)  # type: ignore[attr-defined]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
