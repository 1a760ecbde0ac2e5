"""Whether a name is taken: by what a person would call the same, not by its characters."""

from typing import Any

from sqlalchemy import select

from fieldapp.extensions import db
from fieldapp.folding import folded


def is_taken(column: Any, name: str, *, but_id: str | None = None) -> bool:
    """Whether a row of the table of `column` (some hundred rows) has this name; the row `but_id` is left out.

    Width, blanks, marks without a shape and case do not make another name (`folding.folded`). Compared here, so that
    both databases agree; who asks inside a unit of work has no rival.
    """
    wanted, row_id = folded(name), column.class_.id
    rows = db.session.execute(select(row_id, column))
    return any(folded(stored) == wanted for found_id, stored in rows if found_id != but_id)


def is_blank(name: str) -> bool:
    """Whether nothing of a name would be seen: blanks and marks without a shape only."""
    return not folded(name)
