"""Filing together: shared waits, separate outcomes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldapp.filing.batches import Batches

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


def file_behind_one(work, items, **options):
    """Files a first item, and `items` while it is under way; gives the outcomes of `items` and the batches that ran."""
    held, entered, go_on, calls = hold_first(work)
    batches = Batches(held, **options)
    with ThreadPoolExecutor(len(items) + 1) as pool:
        first = pool.submit(outcome_of, batches, 0)
        assert entered.wait(10)
        waiting = [pool.submit(outcome_of, batches, item) for item in items]
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
