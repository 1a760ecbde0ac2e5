"""The figures of the house: how large its parts are, what they say of themselves, and which way they lean.

`make house` prints them in a second or two; needs nothing but Python. Lines are lines of the file, blank ones too; a
function is measured from its `def` to its last line.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "fieldapp"
LONG_LINES = 30
SHORT_LINES = 12
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    """What was counted over one folder of Python. `functions`: lines of each, by its full name."""

    modules: dict[str, int] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    public: int = 0
    explained: int = 0
    places: int = 0
    typed: int = 0


def main() -> None:
    """Prints the table."""
    code, tests = figures_of(PACKAGE), figures_of(ROOT / "tests")
    scripts = lines_of((PACKAGE / "static" / "js").rglob("*.js"))
    forward, back = arrows()
    long = {name: lines for name, lines in code.functions.items() if lines > LONG_LINES}
    code_lines = sum(code.modules.values()) + sum(scripts)
    test_lines = sum(tests.modules.values())
    rows = [
        ("Python: modules / lines", f"{len(code.modules)} / {sum(code.modules.values()):,}"),
        ("JavaScript: modules / lines", f"{len(scripts)} / {sum(scripts):,}"),
        ("module, lines: median / p90 / max", spread(list(code.modules.values()))),
        (f"modules with code and at most {SHORT_LINES} lines", f"{len(short_modules())}"),
        ("script, lines: median / p90 / max", spread(scripts)),
        ("function, lines: median / p90 / max", spread(list(code.functions.values()))),
        (f"functions over {LONG_LINES} lines", f"{len(long)} of {len(code.functions):,}"),
        ("public names with a docstring", share(code.explained, code.public)),
        ("parameters and results with a type", share(code.typed, code.places)),
        ("arrows between rooms: with the flow / back", f"{len(forward)} / {len(back)}"),
        ("modules with a test file of their own name", named_tests(code)),
        ("test functions", f"{sum(name.rpartition('.')[2].startswith('test_') for name in tests.functions):,}"),
        ("test lines / code lines", f"{test_lines:,} / {code_lines:,} = {test_lines / code_lines:.2f}"),
    ]
    width = max(len(words) for words, _ in rows)
    for words, figure in rows:
        print(f"{words:<{width}}  {figure}")
    for name, lines in sorted(long.items(), key=lambda one: -one[1])[:5]:
        print(f"{'longest':<{width}}  {lines} {name}")
    for arrow in sorted(back):
        print(f"{'BACK':<{width}}  {arrow}")
    print("\nroom: modules / lines")
    for room, (modules, lines) in rooms(code).items():
        print(f"  {room:<14}{modules:>4} {lines:>7,}")


def short_modules() -> list[Path]:
    """The modules of the application that hold something beside a docstring, in at most SHORT_LINES lines."""
    texts = {path: path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
    return [
        path
        for path, text in texts.items()
        if len(text.splitlines()) <= SHORT_LINES and any(not _is_words(node) for node in ast.parse(text).body)
    ]


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def figures_of(folder: Path) -> Figures:
    """Everything counted in the Python files under `folder`."""
    found = Figures()
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text()
        name = str(path.relative_to(folder.parent).with_suffix("")).replace("/", ".")
        found.modules[name] = len(text.splitlines())
        tree = ast.parse(text)
        for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
            found.functions[f"{name}.{function.name}"] = (function.end_lineno or 0) - function.lineno + 1
            parts = _typed_places(function)
            found.places += len(parts)
            found.typed += sum(parts)
        for node in _public_names(tree):
            found.public += 1
            found.explained += ast.get_docstring(node) is not None
    return found


def _typed_places(function: Function) -> list[bool]:
    """For the result and each parameter whether it has a type; `self` and `cls` need none."""
    said = function.args
    every = [*said.posonlyargs, *said.args, *said.kwonlyargs, *filter(None, (said.vararg, said.kwarg))]
    return [function.returns is not None, *(one.annotation is not None for one in every if one.arg not in _UNTYPED)]


_UNTYPED = {"self", "cls"}


def _public_names(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def arrows() -> tuple[set[str], set[str]]:
    """The imports from one room to another: those that point against the flow of the data, as they must, and those
    that point back. The order of the rooms is the one that tests/test_house.py holds.
    """
    flow = _flow()
    forward, back = set(), set()
    for path in PACKAGE.rglob("*.py"):
        here = path.relative_to(PACKAGE).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            for name in _imported(node):
                parts = name.split(".")
                there = parts[1] if len(parts) > 1 and parts[0] == "fieldapp" else ""
                if here in flow and there in flow and here != there:
                    kind = forward if flow.index(there) < flow.index(here) else back
                    kind.add(f"{here} → {there}")
    return forward, back


def _flow() -> list[str]:
    tree = ast.parse((ROOT / "tests" / "test_house.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLOW":
            return list(ast.literal_eval(node.value))
    raise SystemExit("tests/test_house.py names no FLOW")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def rooms(code: Figures) -> dict[str, tuple[int, int]]:
    """Modules and lines of each folder of the package, the frame's own files last."""
    modules: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for name, count in code.modules.items():
        parts = name.split(".")
        room = parts[1] if len(parts) > 2 else "(frame)"
        modules[room] += 1
        lines[room] += count
    order = [*_flow(), "(frame)"]
    return {room: (modules[room], lines[room]) for room in sorted(modules, key=order.index)}


def named_tests(code: Figures) -> str:
    """How many modules have a test_NAME.py somewhere in the tests."""
    named = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    stems = [name.rpartition(".")[2] for name in code.modules if not name.endswith("__init__")]
    return share(sum(stem in named for stem in stems), len(stems))


def lines_of(paths: Iterator[Path]) -> list[int]:
    """How long each file is."""
    return [len(path.read_text().splitlines()) for path in paths]


def spread(figures: Sequence[int]) -> str:
    """Median, 90th percentile and largest."""
    ordered = sorted(figures)
    return f"{ordered[len(ordered) // 2]} / {ordered[len(ordered) * 9 // 10]} / {ordered[-1]}"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in hundredths."""
    return f"{100 * part / whole:.1f} %  ({part:,} of {whole:,})"


if __name__ == "__main__":
    sys.exit(main())
