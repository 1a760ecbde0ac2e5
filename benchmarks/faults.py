"""The small faults that can be planted into a module: one comparison, connective, number, truth, sign or answer."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

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

    `is_inside`: in the body of a function. `lines`: first and last line of its statement, without those it rules.
    """

    place: int
    line: int
    words: str
    change: Callable[[ast.AST], None]
    is_inside: bool
    lines: tuple[int, int]


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
    lines = dict(_lines(tree, (0, 0)))
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in silent:
            for words, change in _faults(node):
                line = getattr(node, "lineno", 0)
                yield Mutant(place, line, words, change, id(node) in inside, lines[id(node)])


def _lines(node: ast.AST, around: tuple[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Of every node (by its id) the lines of the statement it stands in."""
    if isinstance(node, ast.stmt):
        ruled = getattr(node, "body", None) or getattr(node, "cases", None)
        last = (getattr(ruled[0], "lineno", node.lineno + 1) - 1) if ruled else node.end_lineno or node.lineno
        around = node.lineno, max(node.lineno, last)
    yield id(node), around
    for child in ast.iter_child_nodes(node):
        yield from _lines(child, around)


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
