"""What is known of an agency before going there: counted, within reach, once an agency, and small."""

import gzip
import json
from typing import Any

from factories import filed_observation, make_checklist_version, make_visit, observation_body
from personas import County

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.facts.projection import PROJECTION
from fieldapp.filing.operations import file_revision
from fieldapp.reviews import operations as reviews

SECRET = "当事人说的一句话"
NO = {"value": "no", "note": SECRET}
MOST_BYTES_AN_AGENCY = 120  # as it travels beside the others


def test_the_pack_counts_what_was_often_no_at_an_agency_in_ones_own_approved_records(
    county: County, signed_in: Any
) -> None:
    version = make_checklist_version()
    visits = [make_visit(group=county.first_group, agency=county.work_safety_agency) for _ in range(2)]
    for visit, codes in zip(visits, (("B01", "B03"), ("B01",)), strict=True):
        mine, theirs = ids.mint(), ids.mint()
        body = observation_body(visit, version, answers=dict.fromkeys(codes, NO))
        file_revision(county.zhang_san, filed_observation(mine, body))
        file_revision(county.li_si, filed_observation(theirs, observation_body(visit, version, answers={"C01": NO})))
        reviews.approve(county.qian, mine, revision=1)
    list(projections.until_caught_up(PROJECTION))

    pack = signed_in(county.zhang_san).api_get("/api/v1/pack").json

    [brief] = pack["briefs"]
    assert (brief["id"], brief["records"]) == (county.work_safety_agency.id, 2)
    assert [(row["code"], row["count"]) for row in brief["no"]] == [("B01", 2), ("B03", 1)]
    assert all(row["title"] for row in brief["no"])
    assert SECRET not in json.dumps(brief, ensure_ascii=False)
    assert signed_in(county.li_si).api_get("/api/v1/pack").json["briefs"] == []
    assert signed_in(county.qian).api_get("/api/v1/pack").json["briefs"] == [brief]


def test_three_hundred_agencies_add_little_to_a_pack() -> None:
    briefs = [
        {"id": ids.mint(), "records": 12, "no": [
            {"code": f"B{place:02}", "title": "告知权利义务", "count": 12 - place} for place in (1, 3, 7)
        ]}
        for _ in range(300)
    ]  # fmt: skip

    assert len(gzip.compress(json.dumps(briefs, ensure_ascii=False).encode())) <= 300 * MOST_BYTES_AN_AGENCY
