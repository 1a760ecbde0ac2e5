"""A phone that keeps its pack as docs/sync.md says: it asks for what is new since its cursor, and puts it together."""

from typing import Any


def put_together(before: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The pack after `answer` to `?since=CURSOR&rows=1`, where `before` is the one that the cursor came with."""
    return before | {name: _section(before.get(name), said) for name, said in answer.items()}


def _section(before: Any, said: Any) -> Any:
    if not (isinstance(said, dict) and "rows" in said):
        return said
    made: list[Any] = []
    for one in said["rows"]:
        made += before[one[0] : one[1]] if isinstance(one, list) else [one]
    assert len(made) == said["count"]
    return made
