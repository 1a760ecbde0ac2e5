"""Which modules of the phone app a module imports, read from its text."""

import re
from collections.abc import Iterable
from pathlib import Path

_STATIC = re.compile(r"""^(?:import|export)\b[^"';()]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def imported_by(script: Path) -> list[Path]:
    """The modules that `script` imports at its top, in its order. What it asks for later (`import(…)`) is left out."""
    return [(script.parent / path).resolve() for path in _STATIC.findall(script.read_text(encoding="utf-8"))]


def reached_from(scripts: Iterable[Path]) -> set[Path]:
    """`scripts` and every module that they import, directly or by others."""
    found: set[Path] = set()
    waiting = list(scripts)
    while waiting:
        script = waiting.pop()
        if script not in found:
            found.add(script)
            waiting += imported_by(script)
    return found
