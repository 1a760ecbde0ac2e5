"""Filing together what arrives together: many records, one transaction, one wait for the disk.

A commit waits for the disk (1–5 ms), and there is one writer at a time. Requests that arrive during that wait are
taken together by whoever comes next, so the wait is shared; what arrives while that one waits for its turn among the
processes is taken too. Nobody is answered before the commit that holds their record.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fieldapp.extensions import unit_of_work

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class _Ticket(Generic[Item, Outcome]):
    """One caller's place in the queue: woken with an outcome, with an error, or to lead the next batch."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.woken = threading.Event()
        self.is_done = False
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None


class Batches(Generic[Item, Outcome]):
    """Runs `file_together` over the items of several threads at once.

    `file_together(items)` gives one outcome for each item, in order. It runs inside `turn()`, which waits until it may
    write and commits at its end. When one of them raises, each item is tried alone, so that one bad item takes nobody
    else down; but an error for which `is_everyones(error)` (the database is away or busy) goes to all at once, for
    trying again would keep them all waiting for the same.
    """

    def __init__(
        self,
        file_together: Callable[[Sequence[Item]], Sequence[Outcome]],
        *,
        turn: Callable[[], AbstractContextManager[object]] = nullcontext,
        most: int = 24,
        is_everyones: Callable[[BaseException], bool] = lambda _: False,
    ) -> None:
        self._file_together = file_together
        self._turn = turn
        self._most = most
        self._is_everyones = is_everyones
        self._lock = threading.Lock()
        self._waiting: list[_Ticket[Item, Outcome]] = []
        self._is_led = False

    def file(self, item: Item) -> Outcome:
        """Files `item`, alone or with others, and gives its outcome. Raises what filing it raised."""
        ticket: _Ticket[Item, Outcome] = _Ticket(item)
        with self._lock:
            self._waiting.append(ticket)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            ticket.woken.wait()
        if not ticket.is_done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.outcome  # type: ignore[return-value]

    def _lead(self) -> None:
        try:
            self._run()
        finally:
            with self._lock:
                successor = self._waiting[0] if self._waiting else None
                self._is_led = successor is not None
            if successor is not None:
                successor.woken.set()

    def _take(self) -> list[_Ticket[Item, Outcome]]:
        with self._lock:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return taken

    def _run(self) -> None:
        batch: list[_Ticket[Item, Outcome]] = []
        try:
            with self._turn():
                batch = self._take()
                outcomes = self._file_together([ticket.item for ticket in batch])
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.outcome = outcome
        except BaseException as error:  # each waiting thread must get its answer, whatever happened
            batch = batch or self._take()
            for ticket in batch:
                if len(batch) == 1 or self._is_everyones(error):
                    ticket.error = error
                else:
                    self._run_alone(ticket)
        for ticket in batch:
            ticket.is_done = True
            ticket.woken.set()

    def _run_alone(self, ticket: _Ticket[Item, Outcome]) -> None:
        try:
            with self._turn():
                outcome = self._file_together([ticket.item])[0]
            ticket.outcome = outcome
        except BaseException as error:  # handed to the thread that waits for it
            ticket.error = error


def queue_of_application(
    name: str, file_together: Callable[[Sequence[Item]], Sequence[Outcome]]
) -> Batches[Item, Outcome]:
    """The queue of this application for `name`, whose turn is a unit of work; what is done in it goes by keys.

    Each process has its own, and the database orders the processes.
    """
    queues: dict[str, Batches[Item, Outcome]] = current_app.extensions.setdefault("fieldapp.batches", {})
    if name not in queues:  # of two threads that come first, both get the one that was set
        queues.setdefault(name, Batches(file_together, turn=_turn, is_everyones=_is_of_the_database))
    return queues[name]


def _turn() -> AbstractContextManager[object]:
    return unit_of_work(by_keys=True)


def _is_of_the_database(error: BaseException) -> bool:
    return isinstance(error, OperationalError | PoolTimeout)
