"""What a new code is called: the secret at random, and the number that people say, one series a year without gaps."""

import secrets
from datetime import datetime

from fieldapp.clock import china
from fieldapp.extensions import unit_of_work
from fieldapp.filing.models import NumberSeries
from fieldapp.rating_codes.spelling import ALPHABET, CODE_CHARACTERS, RECEIPT_CHARACTERS

SLIP, POSTER, OPINION = "PJ", "CM", "YJ"  # 评价, 长码, 意见
_DIGITS = {SLIP: 6, POSTER: 4, OPINION: 5}


def mint_code() -> str:
    """A new code of 80 random bits."""
    return _random(CODE_CHARACTERS)


def mint_receipt_code() -> str:
    """A new 查询码 of 60 random bits."""
    return _random(RECEIPT_CHARACTERS)


def next_numbers(prefix: str, at: datetime, count: int = 1) -> list[str]:
    """`count` new numbers, e.g. PJ-2026-000123, in the caller's unit of work."""
    name = f"{prefix}-{china(at).year}"
    with unit_of_work() as session:
        series = session.get(NumberSeries, name, populate_existing=True)
        if series is None:
            series = NumberSeries(name=name, last=0)
            session.add(series)
        first = series.last + 1
        series.last += count
        session.flush()
    return [f"{name}-{number:0{_DIGITS[prefix]}d}" for number in range(first, first + count)]


def _random(characters: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))
