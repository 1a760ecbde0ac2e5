"""The matter of a party who wants to be called back."""

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.interviews.models import Interview
from fieldapp.matters.models import Matter


class Callback(Matter):
    """回访. `state`: a key of rules.STATES; `outcome`: reached or unreached, of the last call; `calls`: how many.

    `is_callable`: a telephone was left, and is still there.
    """

    __tablename__ = "callback"
    __mapper_args__ = {"polymorphic_identity": "callback"}

    id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    interview_id: Mapped[str] = mapped_column(String(36), ForeignKey("interview.id"), unique=True)
    is_callable: Mapped[bool] = mapped_column(default=True)
    calls: Mapped[int] = mapped_column(Integer, default=0)

    interview: Mapped[Interview] = relationship(lazy="joined", innerjoin=True)
