"""What a test run costs, in seconds of CPU: wall time says more about the neighbours than about the tests.

A run closes with one line: what all its processes used, and the budget of a whole `make test` in docs/reliability.md.
With FIELDAPP_TEST_CPU=1 there is one line for each file, too. Source: times(2), proc(5).
"""

import os
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

RELIABILITY = Path(__file__).parents[1] / "docs" / "reliability.md"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_NAME = "CPU seconds"


class CpuByFile:
    """Asks at the end of each test what the process that runs it, and all that it has started, used since the last."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.of_file: Counter[str] = Counter()

    def begin(self) -> None:
        """In the process that runs the tests: what was used so far is no test's."""
        self.spent = of_tree(os.getpid())

    def note(self, report: Any) -> None:
        """In the process that runs the tests: writes down what one test used."""
        now = of_tree(os.getpid())
        report.user_properties.append((_NAME, max(0.0, now - self.spent)))  # a killed grandchild takes its share along
        self.spent = now

    def hear(self, report: Any) -> None:
        """In the process that prints: adds it to its file."""
        used = sum(value for name, value in report.user_properties if name == _NAME)
        self.of_file[report.nodeid.partition("::")[0]] += used


class CpuOfRun:
    """Adds up what this process and all below it use, looking every two seconds: a browser that is killed takes the
    half of what it used along, and nobody is told of it afterwards.
    """

    def __init__(self) -> None:
        self.total, self.last, self.looked_at = 0.0, 0.0, 0.0

    def look(self, *, at_once: bool = False) -> None:
        """Adds what was used since the last look."""
        if at_once or time.monotonic() - self.looked_at > 2:
            now = of_tree(os.getpid())
            self.total += max(0.0, now - self.last)
            self.last, self.looked_at = now, time.monotonic()


def of_tree(root: int) -> float:
    """The CPU seconds of a process and of all below it, those that have ended and were waited for included."""
    used: dict[int, int] = {}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(path.parent.name)
        children[int(fields[1])].append(pid)
        used[pid] = sum(map(int, fields[11:15]))
    tree = [root]
    for pid in tree:
        tree += children[pid]
    return sum(used.get(pid, 0) for pid in tree) / TICKS_PER_SECOND


def budget() -> int:
    """The CPU seconds that a whole `make test` may use, as docs/reliability.md says them."""
    found = re.search(r"预算：([\d,]+) 秒 CPU", RELIABILITY.read_text())
    assert found, "docs/reliability.md says the budget of a test run"
    return int(found[1].replace(",", ""))


def closing_line(used: float) -> str:
    """What this run used, beside what a whole one may."""
    return f"used {used:.0f} s CPU, budget {budget()}"
