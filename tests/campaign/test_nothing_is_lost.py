"""M1: no acknowledged record or photo is lost, duplicated or altered by a bad network, kill -9, a locked database, a
full disk or a commit that fails.
"""

import shutil

import pytest
from campaign.place import standing
from campaign.proxy import FAULTS
from campaign.run import Campaign
from seeds import seed_of_this_run

TROUBLES = ({"worker"}, {"server"}, {"lock"}, {"disk"}, {"refused"}, {"killed_before", "killed_after"})


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """A server on an empty database and on a disk of its own, with people in it."""

    def lay_tables(instance):
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("sqlite_template"), instance / "fieldapp.sqlite3")
            return f"sqlite:///{instance / 'fieldapp.sqlite3'}"
        cluster = request.getfixturevalue("postgres_cluster")
        cluster.create("campaign", template=request.getfixturevalue("postgres_template"))
        request.addfinalizer(lambda: cluster.drop("campaign"))
        return cluster.url("campaign")

    with standing(tmp_path, lay_tables) as place:
        yield place


@pytest.mark.parametrize("sessions", [250, pytest.param(10_000, marks=pytest.mark.long)])
def test_phones_on_a_bad_network_lose_nothing_while_server_disk_and_commits_fail(place, tmp_path, sessions):
    outcome = Campaign(*place, tmp_path / "history.jsonl", seed_of_this_run(), sessions).run()

    words, log = outcome.words(), place.server.log
    assert outcome.verdict.is_clean, f"{words}\n{log[-3000:]}"
    assert outcome.verdict.counts["acknowledged"] >= outcome.sessions, words
    assert sum(outcome.faults.values()) - outcome.faults["none"] > outcome.faults["none"], words  # over half are hit
    assert all(outcome.troubles.keys() & kind for kind in TROUBLES), words
    assert all(outcome.faults.get(fault) for fault in FAULTS), words
    assert outcome.reloads, words
    assert "Traceback" not in log, log[-3000:]
    print(words)
