"""Which tests on PostgreSQL say again what others have said: they belong to `make test-long`.

A property is held on both engines. What repeats it there is left out of the short run: further examples of one test.
No whole test is: a statement that only one page asks would then be unknown to PostgreSQL.
"""

import re
from collections.abc import Iterator

import pytest

# Here the engine is the point, or what is sent is what one engine takes and the other does not.
WHOLE = re.compile(r"/(durability|campaign|audit|access|deploy)/|test_(migrations|roles_migration|bad_input|capacity)")


def repeats(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Those of `items` that run on PostgreSQL what runs on SQLite too, and are not the first of their kind there."""
    known = {item.nodeid for item in items}
    seen: set[str] = set()
    for item in items:
        if not _is_on_postgres(item) or WHOLE.search(item.nodeid):
            continue
        kind = item.nodeid.partition("[")[0]
        if kind in seen and item.nodeid.replace("postgresql", "sqlite") in known:
            yield item
        seen.add(kind)


def _is_on_postgres(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    return given is not None and any(value == "postgresql" for value in given.params.values())
