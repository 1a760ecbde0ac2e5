"""Reading records of whatever kind: what an author has, what a reader may read, how a record stands."""

from datetime import timedelta

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from sqlalchemy import update

from fieldapp import ids
from fieldapp.clock import as_if_at, now
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing import kinds, records
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation

KIND = kinds.of("observation")


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group)


@pytest.fixture
def file(county, visit):
    """Files one revision of 张三's and gives the id of its record."""
    version = make_checklist_version()

    def filed(record=None, *, at=None, author=county.zhang_san, **said):
        record = record or ids.mint()
        with as_if_at(at or now()):
            file_revision(author, filed_observation(record, observation_body(visit, version, **said)))
        return record

    return filed


def test_a_record_is_found_in_reach_by_id_or_number_and_read_word_by_word(county, file):
    record = file(state="draft", remark="初稿")
    file(record, revision=2, remark="定稿")
    row = records.find(KIND, county.qian, record)

    assert (row.id, records.state_of(KIND, record)) == (record, row.state)
    assert row.state == "submitted"
    assert [records.body_of(one)["remark"] for one in records.revisions_of(KIND, record)] == ["初稿", "定稿"]
    assert records.find_by_number(KIND, row.number) is records.find_by_number(KIND, record) is row
    assert records.find_by_number(KIND, "JD-1999-000001") is None
    assert records.find_by_number(kinds.of("interview"), record) is None
    with pytest.raises(NotFound, match="没有这份监督记录"):
        records.find(KIND, county.sun, record)
    assert records.state_of(KIND, ids.mint()) is None


def test_what_an_author_types_after_a_return_is_nobody_elses_until_it_is_submitted(county, file):
    record = file(state="draft")
    row = records.find(KIND, county.zhang_san, record)

    def read(reader):
        return [one.revision for one in records.revisions_for(KIND, reader, row)]

    assert (read(county.zhang_san), read(county.qian)) == ([1], [])
    file(record, revision=2)
    assert (read(county.zhang_san), read(county.qian)) == ([1, 2], [1, 2])
    db.session.execute(update(Observation).where(Observation.id == record).values(state="returned"))
    db.session.commit()
    file(record, revision=3, state="draft")
    assert (read(county.zhang_san), read(county.qian)) == ([1, 2, 3], [1, 2])


def test_an_author_gets_what_changed_since_then_and_what_waits_to_be_corrected_whatever_its_age(county, file):
    at = now()
    old, returned, edge, new = (
        file(at=at - timedelta(days=days), author=county.zhang_san) for days in (40, 30, 10, 1)
    )  # fmt: skip
    db.session.execute(update(Observation).where(Observation.id == returned).values(state="returned"))
    db.session.commit()

    def mine(user, since):
        return [row.id for row in records.mine_since(KIND, user, since)]

    assert mine(county.zhang_san, at - timedelta(days=10)) == [new, edge, returned], "newest first, the edge included"
    assert mine(county.zhang_san, at - timedelta(days=10) + timedelta(microseconds=1)) == [new, returned]
    assert mine(county.zhang_san, at - timedelta(days=50)) == [new, edge, returned, old]
    assert mine(county.li_si, at - timedelta(days=50)) == []


def test_the_words_of_a_revision_stand_while_they_give_their_digest(county, file):
    record = file(state="draft", remark="甲")
    file(record, revision=2, remark="乙")
    first, second = (one.digest for one in records.revisions_of(KIND, record))

    assert records.words_stand(KIND, record, 1, first)
    assert records.words_stand(KIND, record, 2, second)
    assert not records.words_stand(KIND, record, 2, first)
    assert not records.words_stand(KIND, record, 3, second)
    assert not records.words_stand(KIND, ids.mint(), 1, first)
