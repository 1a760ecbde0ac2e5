"""M4: PostgreSQL goes down and comes up again under load: nothing that was receipted is lost, nothing is a 500."""

import os
import signal
import time

import pytest
from durability.load import Crowd, Sender
from servers import child_processes
from sqlalchemy import func, select

from fieldapp.extensions import db
from fieldapp.filing import receipts
from fieldapp.observations.models import Observation, ObservationRevision

pytestmark = pytest.mark.parametrize("live_server", ["postgresql"], indirect=True)
HEALS_WITHIN_S = 5
PHONES = 4


def crowd_at(live_server, new_body) -> Crowd:
    return Crowd([Sender(live_server.url) for _ in range(PHONES)], new_body)


def assert_kept(crowd: Crowd) -> None:
    """Every receipt stands in the database, no record is there twice, every refusal said when to try again."""
    db.session.remove()
    db.engine.dispose()
    for subject_id, receipt in crowd.receipts.items():
        assert receipts.wire(receipts.find(subject_id)) == receipt
    rows = db.session.scalar(select(func.count()).select_from(Observation))
    assert rows == db.session.scalar(select(func.count(Observation.number.distinct())))
    assert rows == db.session.scalar(select(func.count(ObservationRevision.digest.distinct())))
    assert rows == len(crowd.receipts)
    assert {told.status for told in crowd.told} <= {200, 503}, [t for t in crowd.told if t.status not in (200, 503)]
    assert all(told.retry_after and "自动重试" in told.words for told in crowd.told if told.status == 503)


def restart_again_and_again(crowd: Crowd, cluster, times: int) -> None:
    with crowd:
        for _ in range(times):
            crowd.wait_for_more(PHONES * 3, seconds=30)
            cluster.crash()
            cluster.serve()
            assert crowd.wait_for_more(1, seconds=30) < HEALS_WITHIN_S


def test_five_immediate_restarts_under_load_lose_nothing_and_heal_by_themselves(
    live_server, new_body, postgres_cluster
):
    crowd = crowd_at(live_server, new_body)

    restart_again_and_again(crowd, postgres_cluster, 5)

    assert_kept(crowd)
    assert any(told.status == 503 for told in crowd.told)  # it was down while phones were sending
    assert "Traceback" not in live_server.log


@pytest.mark.long
def test_a_hundred_immediate_restarts_under_load_lose_nothing(live_server, new_body, postgres_cluster):
    crowd = crowd_at(live_server, new_body)

    restart_again_and_again(crowd, postgres_cluster, 100)

    assert_kept(crowd)


@pytest.mark.parametrize("seconds", [2, pytest.param(30, marks=pytest.mark.long)])
def test_a_database_that_stands_still_and_goes_on_loses_nothing(live_server, new_body, postgres_cluster, seconds):
    crowd = crowd_at(live_server, new_body)
    server = postgres_cluster.process.pid

    with crowd:
        crowd.wait_for_more(PHONES, seconds=30)
        frozen = [server, *child_processes(server)]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        assert crowd.wait_for_more(1, seconds=30) < HEALS_WITHIN_S

    assert_kept(crowd)
