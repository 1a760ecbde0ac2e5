"""Filing together: shared waits, separate outcomes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest
from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fieldapp import ids
from fieldapp.filing import operations, receipts
from fieldapp.filing.batches import Batches, queue_of_application

CALLERS = 8


def hold_first(work):
    """`work`, but its first call waits until the test lets it go: meanwhile the others queue up."""
    entered, go_on, calls = threading.Event(), threading.Event(), []

    def held(items):
        calls.append(list(items))
        if len(calls) == 1:
            entered.set()
            assert go_on.wait(10)
        return work(items)

    return held, entered, go_on, calls


def all_queued(batches, count):
    """Waits until `count` callers stand in the queue."""
    end = time.monotonic() + 10
    while len(batches._waiting) < count:
        assert time.monotonic() < end, "the callers did not come"
        time.sleep(0.001)


def outcome_of(batches, item):
    try:
        return batches.file(item)
    except Exception as error:
        return error


def file_behind_one(work, items, *, make=Batches, within=nullcontext, **options):
    """Files a first item, and `items` while it is under way; gives the outcomes of `items` and the batches that ran."""
    held, entered, go_on, calls = hold_first(work)
    batches = make(held, **options)

    def caller(item):
        with within():
            return outcome_of(batches, item)

    with ThreadPoolExecutor(len(items) + 1) as pool:
        first = pool.submit(caller, 0)
        assert entered.wait(10)
        waiting = [pool.submit(caller, item) for item in items]
        all_queued(batches, len(items))
        go_on.set()
        first.result(20)
        return [one.result(20) for one in waiting], calls


def test_what_waits_is_filed_together_and_each_caller_gets_its_own_outcome():
    outcomes, calls = file_behind_one(lambda items: [item * 10 for item in items], range(1, CALLERS))

    assert outcomes == [item * 10 for item in range(1, CALLERS)]
    assert [len(call) for call in calls] == [1, CALLERS - 1]


def test_a_batch_is_no_larger_than_it_may_be():
    outcomes, calls = file_behind_one(lambda items: [item * 10 for item in items], range(1, 8), most=3)

    assert outcomes == [item * 10 for item in range(1, 8)]
    assert [len(call) for call in calls] == [1, 3, 3, 1]


def test_one_bad_item_takes_nobody_else_down():
    def work(items):
        if 3 in items:
            raise ValueError("three")
        return [item * 10 for item in items]

    outcomes, _ = file_behind_one(work, range(1, 6))

    assert isinstance(outcomes[2], ValueError)
    assert [one for one in outcomes if not isinstance(one, ValueError)] == [10, 20, 40, 50]


def test_when_the_database_is_away_nobody_waits_for_it_more_than_once():
    def work(items):
        if 0 not in items:
            raise TimeoutError("the database is away")
        return list(items)

    outcomes, calls = file_behind_one(work, range(1, 6), is_everyones=lambda error: isinstance(error, TimeoutError))

    assert all(isinstance(one, TimeoutError) for one in outcomes)
    assert len(calls) == 2


@pytest.mark.parametrize("fails", [False, True])
def test_nobody_is_answered_before_the_commit_that_holds_their_record(fails):
    """And when that commit fails (a lock, a full disk, a kill between the rows and it) nobody gets an outcome."""
    answered, commits = [], []

    @contextmanager
    def turn():
        yield
        time.sleep(0.05)  # whoever is answered too early is heard of by now
        commits.append(list(answered))
        if fails and len(commits) > 1:
            raise OperationalError("COMMIT", {}, Exception("disk full"))

    held, entered, go_on, _ = hold_first(lambda items: [item * 10 for item in items])
    batches = Batches(held, turn=turn, is_everyones=lambda error: isinstance(error, OperationalError))

    def caller(item):
        outcome = outcome_of(batches, item)
        answered.append(item)
        return outcome

    with ThreadPoolExecutor(CALLERS) as pool:
        first = pool.submit(outcome_of, batches, 0)
        assert entered.wait(10)
        waiting = [pool.submit(caller, item) for item in range(1, CALLERS)]
        all_queued(batches, CALLERS - 1)
        go_on.set()
        outcomes = [one.result(20) for one in waiting]

    assert first.result(20) == 0
    assert commits == [[], []], "somebody was answered before the commit"
    if fails:
        assert all(isinstance(one, OperationalError) for one in outcomes), "a receipt that no row stands behind"
    else:
        assert outcomes == [item * 10 for item in range(1, CALLERS)]


def test_a_commit_that_fails_gives_no_receipt_to_anybody_who_filed_with_it(county, monkeypatch):
    """The same with the rows of the database: injected between the last row and the commit."""
    from factories import filed_observation, make_checklist_version, make_visit, observation_body

    visit, version = make_visit(group=county.first_group), make_checklist_version()
    filings = [(county.zhang_san.id, filed_observation(ids.mint(), observation_body(visit, version))) for _ in range(3)]
    real = operations.issue_many

    def fail(*given, **options):
        real(*given, **options)
        raise OperationalError("COMMIT", {}, Exception("killed"))

    monkeypatch.setattr(operations, "issue_many", fail)
    outcomes, _ = file_behind_one(
        lambda items: items if items == [0] else operations.file_together([filings[item - 1] for item in items]),
        range(1, 4), turn=app_context_of(county), is_everyones=lambda error: isinstance(error, OperationalError),
    )  # fmt: skip

    assert [type(one) for one in outcomes] == [OperationalError] * 3
    assert [receipts.find(filed.id) for _, filed in filings] == [None] * 3


def app_context_of(_county):
    """A turn in an application context of its own, as a request's thread has."""
    return current_app._get_current_object().app_context


def test_after_a_failure_the_next_caller_is_served():
    failing = [True]

    def work(items):
        if failing.pop() if failing else False:
            raise ValueError
        return list(items)

    batches = Batches(work)
    with pytest.raises(ValueError):
        batches.file(1)

    assert batches.file(2) == 2


def test_a_batch_with_a_missing_outcome_leaves_nobody_waiting():
    outcomes, _ = file_behind_one(lambda items: list(items)[:1], range(1, 4))

    assert outcomes == [1, 2, 3]  # each tried alone


def test_an_application_has_one_queue_for_each_name(app):
    name, other = ids.mint(), ids.mint()
    queue = queue_of_application(name, list)

    assert queue_of_application(name, list) is queue
    assert queue_of_application(other, list) is not queue
    assert queue.file("a record") == "a record"


@pytest.mark.parametrize(
    ("error", "tried"),
    [
        (OperationalError("BEGIN", {}, Exception("database is locked")), [1, 3]),
        (PoolTimeout("no connection is free"), [1, 3]),
        (ValueError("one of them is wrong"), [1, 3, 1, 1, 1]),
    ],
)
def test_the_queue_of_an_application_tries_nobody_again_while_the_database_is_away(app, error, tried):
    def work(items):
        if 0 not in items:
            raise error
        return list(items)

    outcomes, calls = file_behind_one(
        work, range(1, 4), make=lambda held: queue_of_application(ids.mint(), held), within=app.app_context
    )

    assert outcomes == [error] * 3
    assert [len(call) for call in calls] == tried
