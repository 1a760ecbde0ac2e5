"""Cutting a long list into pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from fieldapp.extensions import db

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of rows. `number` from 1; `pages` at least 1; `total` rows in all."""

    rows: list[Any]
    number: int
    pages: int
    total: int


def page_from(args: Mapping[str, str]) -> int:
    """The page number that the fields of an address ask for, 1 when it cannot be read."""
    digits = args.get("page", "")
    return int(digits) if digits.isdecimal() and len(digits) < 8 else 1


def page_of(query: Select[Any], number: int, *, rows_per_page: int = ROWS_PER_PAGE) -> Page:
    """Page `number` of what `query` selects, in its order; the nearest one that exists when there is no such page."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // rows_per_page))
    number = min(max(1, number), pages)
    rows = db.session.scalars(query.limit(rows_per_page).offset((number - 1) * rows_per_page)).unique().all()
    return Page(list(rows), number, pages, total)
