"""What would be marked is said with the pack, before anybody begins."""

from datetime import timedelta

import pytest
from factories import make_certificate, make_checklist_version, make_group, make_user, make_visit

from fieldapp.clock import now
from fieldapp.people import certificates, declared_recusals, queries

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pack_of(signed_in, user):
    return signed_in(user).api_get("/api/v1/pack").json


def test_pair_certificate_and_own_agency_are_said_of_each_visit_ahead(county, signed_in):
    make_checklist_version()
    lawyer = make_user("法制科", organisation=county.environment_agency, origin="legal_unit")
    make_certificate(lawyer, kind="invited")
    both = make_group(county.qian, [county.zhang_san, lawyer])
    visits = {
        "fine": make_visit(group=both, agency=county.work_safety_agency),
        "own": make_visit(group=both, agency=county.environment_agency),
        "past": make_visit(group=both, agency=county.environment_agency, starts_at=now() - timedelta(days=3)),
        "alone": make_visit(created_by=lawyer, agency=county.work_safety_agency, is_ad_hoc=True),
    }

    pack = pack_of(signed_in, lawyer)
    said = {one["id"]: "".join(one["cautions"]) for one in pack["visits"]}

    assert said[visits["fine"].id] == said[visits["past"].id] == ""
    assert "回避" in said[visits["own"].id]
    assert "不足两人" in said[visits["alone"].id]
    assert list(pack["user"]["own_agencies"]) == [county.environment_agency.id]
    assert pack["user"]["cautions"] == []

    declared_recusals.declare(county.wu, lawyer.id, [county.work_safety_agency.id], reason="曾任职")
    assert "回避" in "".join(
        next(one for one in pack_of(signed_in, lawyer)["visits"] if one["id"] == visits["fine"].id)["cautions"]
    )


@pytest.mark.parametrize("state", ["suspended", "revoked"])
def test_who_holds_no_valid_certificate_is_told_so_before_beginning(county, signed_in, state):
    make_checklist_version()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    card = queries.certificate_of(county.zhang_san)
    assert pack_of(signed_in, county.zhang_san)["user"]["cautions"] == []

    certificates.change_state(county.wu, card.id, state=state, reason="调查")

    pack = pack_of(signed_in, county.zhang_san)
    assert pack["user"]["certificate"]["state"] == state
    assert "没有有效的监督证" in pack["user"]["cautions"][0]
    assert "没有有效的监督证" in "".join(
        one for row in pack["visits"] if row["id"] == visit.id for one in row["cautions"]
    )
