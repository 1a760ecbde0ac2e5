"""The register of officers."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import db
from fieldapp.officers import rules
from fieldapp.people.models import Organisation


class Officer(db.Model):
    """One 执法证 and its holder. `number_key`, `tail`: rules.key_of of the number and its last four, to find it by.

    `ended_on`: since which day it no longer counts (调离、注销), whatever it says itself.
    """

    __tablename__ = "officer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    tail: Mapped[str] = mapped_column(String(4), index=True)
    valid_until: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def last_day(self) -> date:
        return rules.last_day(self.valid_until, self.ended_on)
