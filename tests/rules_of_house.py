"""One test for one rule over many files: it looks at each of them and names all that break it."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Check = Callable[[Any], None]


def name_of(path: Path) -> str:
    """A file as its readers call it: from the root of the project."""
    return str(path.relative_to(ROOT))


def of_each(many: Sequence[Any], named: Callable[[Any], str] = str) -> Callable[[Check], Callable[[], None]]:
    """Turns a check of one into a test of `many`. Raises ValueError when there is nothing to look at.

    A parameter for each file would be thousands of tests that all three processes of a run have to collect.
    """
    if not many:
        raise ValueError("a rule that nothing is held to")

    def decorate(check: Check) -> Callable[[], None]:
        def test() -> None:
            faults = [f"{named(one)}: {fault}" for one in many for fault in _faults(check, one)]
            assert not faults, "\n".join(faults)

        wraps(check)(test)
        del test.__wrapped__  # type: ignore[attr-defined]  # pytest would ask for the parameters of the check
        return test

    return decorate


def _faults(check: Check, one: Any) -> list[AssertionError]:
    try:
        check(one)
    except AssertionError as fault:
        return [fault]
    return []
