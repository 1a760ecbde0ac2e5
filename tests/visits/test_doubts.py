"""Who plans is asked about what would later keep the records from being approved."""

from datetime import timedelta

import pytest
from factories import make_certificate, make_group, make_user

from fieldapp.clock import china, now
from fieldapp.people import certificates, queries
from fieldapp.visits import doubts
from fieldapp.visits.planning import VisitPlan

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_planner_is_asked_about_one_alone_and_about_certificates_of_the_day_of_the_visit(county):
    def asked(group, days=3):
        agency = county.work_safety_agency.id
        plan = VisitPlan("on_site", "work_safety", agency, group.id, now() + timedelta(days=days), "示例路1号")
        return "".join(doubts.doubts_about(plan, china(now()).date()))

    pair = make_group(county.qian, [county.zhang_san])
    assert asked(pair) == ""
    assert "钱组长、张三那天没有有效的监督证" in asked(pair, days=120), "they run out before"
    assert "没有人持有效的行政执法监督证" in asked(pair, days=120)
    assert "不足两人" in asked(make_group(county.qian))

    certificates.change_state(county.wu, queries.certificate_of(county.zhang_san).id, state="suspended", reason="调查")
    assert "张三那天没有有效的监督证" in asked(pair)

    lead = make_user("人大组长", role="lead", organisation=county.li_si.organisation, origin="congress")
    make_certificate(lead, kind="invited")
    assert "没有人持有效的行政执法监督证" in asked(make_group(lead, [county.li_si]))
