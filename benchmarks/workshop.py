"""Tries mutants with tests that are collected once: a plugin of pytest that runs them in its own way."""

import ast
import os
import pickle
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from benchmarks.children import succeeds
from benchmarks.faults import Mutant, compiled
from benchmarks.mutants import MOST_SECONDS
from benchmarks.planting import ROOT, forget, give_other_code

PATIENCE = 5  # a mutant that takes so many times longer than the unharmed module hangs, and counts as noticed

Lines = set[tuple[str, int]]


class Workshop:
    """`work`: by module its file, the files of its tests, its mutants. Afterwards `survivors` (line, words) of those
    inside functions.
    """

    def __init__(self, work: dict[str, tuple[Path, list[str], list[Mutant]]]) -> None:
        self._work = work
        self._is_child = False
        self._failed: set[str] = set()
        self._reached: dict[str, tuple[float, Lines]] = {}
        self.survivors: dict[str, list[tuple[int, str]]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> None:
        """The first failure in a child is its answer: no report of it is needed."""
        if self._is_child and call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            print(f"  fails: {call.excinfo.value!r:.300}", flush=True)
            os._exit(1)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remembers what fails without any mutant."""
        if report.failed:
            self._failed.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running each test once."""
        if session.testsfailed:
            raise session.Interrupted("tests cannot be collected")
        _run(next((item for item in session.items if "app" in getattr(item, "fixturenames", ())), session.items[0]))
        self._reached = _in_child(partial(self._look, session.items))
        for module in self._work:
            self._try(module, session.items)
        return True

    def _look(self, items: Sequence[pytest.Item]) -> dict[str, tuple[float, Lines]]:
        """By test: how many seconds of CPU it takes, and the lines it reaches. What fails is left out, and printed."""
        files = {str(path) for path, _, _ in self._work.values()}
        reached = {}
        for item in items:
            forget()
            lines: Lines = set()
            before = _seconds()
            with _traced(files, lines):
                _run(item)
            if item.nodeid in self._failed:
                print(f"  fails without any mutant: {item.nodeid}", flush=True)
            else:
                reached[item.nodeid] = (_seconds() - before, lines)
        return reached

    def _try(self, module: str, items: Sequence[pytest.Item]) -> None:
        path, tests, mutants = self._work[module]
        own = [(item, *self._reached[item.nodeid]) for item in items
               if item.nodeid in self._reached and str(item.path.relative_to(ROOT)) in tests]  # fmt: skip
        name = f"test_{module.rpartition('.')[2]}"
        own.sort(key=lambda one: (not one[0].path.stem.startswith(name), one[1]))
        reaching = [(item, seconds) for item, seconds, lines in own if any(file == str(path) for file, _ in lines)]
        self.survivors[module] = []
        tree = ast.parse(path.read_text())
        print(f"{module}: {len(mutants)} mutants, {len(reaching)} tests", flush=True)
        unharmed = partial(give_other_code, module, compile(tree, str(path), "exec"))
        if not self._passes(unharmed, _affordable(reaching), is_silent=False)[0]:
            print(f"  {module} cannot be planted: its tests fail on the same code", flush=True)
            self.survivors[module] = [(mutant.line, mutant.words) for mutant in mutants if mutant.is_inside]
            return
        for mutant in (one for one in mutants if one.is_inside):
            first, last = mutant.lines
            those = [(item, seconds) for item, seconds, lines in own
                     if any(file == str(path) and first <= line <= last for file, line in lines)]  # fmt: skip
            plant = partial(give_other_code, module, compiled(tree, mutant, path))
            passes, hangs = self._passes(plant, _affordable(those)) if those else (True, False)
            if passes or hangs:
                verdict = "hangs" if hangs else "survives" if those else "survives, reached by no test"
                print(f"  {verdict}: {module}:{mutant.line} {mutant.words}", flush=True)
            if passes:
                self.survivors[module].append((mutant.line, mutant.words))

    def _passes(
        self, plant: Callable[[], None], tests: list[tuple[pytest.Item, float]], *, is_silent: bool = True
    ) -> tuple[bool, bool]:
        def work() -> None:
            self._is_child = True
            plant()
            for item, _ in tests:
                _run(item)
            os._exit(0)

        cost = sum(seconds for _, seconds in tests)
        return succeeds(work, seconds=max(4.0, PATIENCE * cost), is_silent=is_silent)


class _Nobody:
    """What comes after a test when nobody knows yet: it needs what is for the whole session, and nothing else."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        """As of a test: what it stands in."""
        return [self._session]


def _run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=_Nobody(item.session))


def _affordable(tests: list[tuple[pytest.Item, float]]) -> list[tuple[pytest.Item, float]]:
    taken: list[tuple[pytest.Item, float]] = []
    for item, seconds in tests:
        if taken and sum(cost for _, cost in taken) + seconds > MOST_SECONDS:
            continue
        taken.append((item, seconds))
    return taken


def _in_child(work: Callable[[], Any]) -> Any:
    """What `work` gives, done in a child, so that it leaves nothing behind here."""
    with tempfile.NamedTemporaryFile() as file:
        succeeds(lambda: Path(file.name).write_bytes(pickle.dumps(work())) and None, seconds=3600)
        return pickle.loads(Path(file.name).read_bytes())  # noqa: S301 written by our own child


def _seconds() -> float:
    """CPU of this process and of the children that it has waited for."""
    return sum(os.times()[:4])


class _traced:  # noqa: N801 reads as a word
    """While it lasts, the lines of `files` that any thread reaches are put into `lines`."""

    def __init__(self, files: set[str], lines: Lines) -> None:
        self._files, self._lines = files, lines

    def __enter__(self) -> None:
        sys.settrace(self._called)
        threading.settrace(self._called)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]

    def _called(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._reached if frame.f_code.co_filename in self._files else None

    def _reached(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self._lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._reached
