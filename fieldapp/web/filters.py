"""How values are written on pages."""

from collections.abc import Iterable
from datetime import datetime

from flask import Flask

from fieldapp.clock import china, day_and_time


def register(app: Flask) -> None:
    """Makes the filters known to Jinja: `{{ moment | day_and_time }}` and so on."""
    app.add_template_filter(day_and_time)
    app.add_template_filter(day)
    app.add_template_filter(month)
    app.add_template_filter(time_of_day)
    app.add_template_filter(short_hash)
    app.add_template_filter(sentences)


def day(moment: datetime | None) -> str:
    """2026年11月24日 on a Chinese calendar; a dash for none."""
    if not moment:
        return "—"
    local = china(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def month(moment: datetime) -> str:
    """2026年11月 on a Chinese calendar."""
    local = china(moment)
    return f"{local.year}年{local.month}月"


def time_of_day(moment: datetime | None) -> str:
    """09:05 on a Chinese clock; a dash for none."""
    return china(moment).strftime("%H:%M") if moment else "—"


def short_hash(digest: str) -> str:
    """The first and last hex digits of a digest, enough for two people to compare by eye."""
    return f"{digest[:8]}…{digest[-8:]}" if digest else "—"


def sentences(said: Iterable[object]) -> str:
    """Several faults as one sentence, its parts held apart by ； and ended by one 。"""
    parts = [str(one).rstrip("。；;,，. ") for one in said]
    return "；".join(part for part in parts if part) + "。" if any(parts) else ""
