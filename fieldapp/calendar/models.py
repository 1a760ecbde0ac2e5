"""The days that people entered, and the years whose notice they entered as a whole."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db


class CalendarYear(db.Model):
    """A year whose arrangement has been entered as a whole. `source`: the notice, e.g. 国办发明电〔2026〕9号."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(120))
    entered_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class CalendarDay(db.Model):
    """A day that is not as its day of the week says. `kind`: a key of rules.KINDS. Wins over the program's table."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(120))
    entered_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
