"""Jobs, and the workers that do them."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db

PROGRESS_CHARACTERS, ERROR_CHARACTERS = 120, 300


class Job(db.Model):
    """One thing to do. `kind`: a name of kinds.py. `payload`: JSON. `key`: of one kind and key there is one job, ever.

    `attempts`: how often it was begun. `leased_by` does it, and is thought alive until `leased_until`. `progress`: how
    far it is, or what came of it, in words. `dead_at`: given up after so many attempts.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_job_done_at_dead_at_run_after", "done_at", "dead_at", "run_after"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str | None] = mapped_column(String(120))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    run_after: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    progress: Mapped[str] = mapped_column(String(PROGRESS_CHARACTERS), default="")
    last_error: Mapped[str] = mapped_column(String(ERROR_CHARACTERS), default="")
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)


class JobWorker(db.Model):
    """A worker process, as long as it lives. `seen_at`: its last sign of life."""

    __tablename__ = "job_worker"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
