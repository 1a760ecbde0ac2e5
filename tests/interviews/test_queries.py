"""Reading interviews: who sees which, and in what order."""

from datetime import timedelta

import pytest
from factories import interview_body, make_visit

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.errors import NotFound
from fieldapp.filing import records
from fieldapp.interviews import queries
from fieldapp.interviews.kind import INTERVIEW


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group)


@pytest.fixture
def file_interview(county, visit, signed_in):
    def file(author=None, **changes):
        interview = ids.mint()
        answer = signed_in(author or county.zhang_san).api_put(
            f"/api/v1/interviews/{interview}", interview_body(visit, **changes)
        )
        assert answer.status_code == 200, answer.json
        return interview

    return file


def test_the_interviews_of_a_visit_are_listed_for_who_may_see_them(county, visit, file_interview):
    first, second = file_interview(), file_interview(county.li_si, opinion="二")
    file_interview(state="draft")

    seen = {
        name: [row.id for row in queries.of_visit(getattr(county, name), visit.id)]
        for name in ("qian", "zhou", "wu", "zhang_san", "li_si", "sun", "chen", "zheng")
    }

    both = [first, second]
    assert seen == {
        "qian": both, "zhou": both, "wu": both, "zhang_san": [first], "li_si": [second], "sun": [], "chen": [],
        "zheng": [],
    }  # fmt: skip


def test_one_interview_is_found_inside_the_reach_only(county, file_interview):
    interview = file_interview()

    assert queries.find(county.qian, interview).level == 4
    for stranger in (county.li_si, county.sun, county.chen, county.zheng):
        with pytest.raises(NotFound):
            queries.find(stranger, interview)


def test_the_phone_is_reminded_of_its_own_newest_first(county, file_interview):
    first, second = file_interview(), file_interview(opinion="二")
    file_interview(county.li_si)

    assert [row.id for row in records.mine_since(INTERVIEW, county.zhang_san, now() - timedelta(hours=1))] == [
        second,
        first,
    ]
    assert records.mine_since(INTERVIEW, county.zhang_san, now() + timedelta(hours=1)) == []


def test_what_was_said_is_read_back_with_the_respondent_as_a_commitment(county, file_interview):
    interview = file_interview(opinion="态度𠮷")

    body = queries.bodies_of([queries.find(county.qian, interview)])[interview]

    assert body["opinion"] == "态度𠮷"
    assert set(body["respondent"]) == {"commitment"}
    assert [row.revision for row in queries.revisions_of(interview)] == [1]
