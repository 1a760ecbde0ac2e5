"""The whole story of a rating, once: a slip shown at the kerb, a bad rating before the binding has come, followed up to
its closing, and seen beside what the supervisor recorded.
"""

import re

from citizens import Citizen, later, receipt_in
from factories import make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.clock import now, rfc3339
from fieldapp.ratings import queries

NUMBER = "000-0000-0033"


def test_what_a_citizen_says_reaches_the_lead_and_comes_back(app, county, signed_in, worker_caught_up):
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency, locality=county.liuwan)
    version = make_checklist_version()
    supervisor, lead, citizen = signed_in(county.zhang_san), signed_in(county.qian), Citizen(app)

    # The phone keeps slips with their pictures; one is shown while there is no network.
    slip = supervisor.api_get("/api/v1/pack").json["slips"][0]
    assert slip["qr_svg"].startswith("<svg")
    shown_at = now()

    # The citizen rates before anything of that has come to the server.
    with later(seconds=-40):
        token = citizen.scan(slip["code"])
    sent = citizen.send(
        slip["code"], token, level="1", reason=["no_credentials"], show_credentials="no", inform_rights="yes",
        comment=f"没有亮证，打我电话 {NUMBER}", name="王五", phone=NUMBER, may_call="1",
    )  # fmt: skip
    receipt = receipt_in(sent)
    rating = queries.by_receipt(receipt)
    assert (rating.visit_id, rating.follow_up.state) == (None, "received")
    assert citizen.open(f"/r/{slip['code']}").status_code == 410  # used, and says so

    # The phone comes home: the record, then the binding, twice because the answer was lost.
    record_id = ids.mint()
    filed = supervisor.api_put(f"/api/v1/observations/{record_id}", observation_body(visit, version))
    assert filed.status_code in (200, 201), filed.get_data(as_text=True)
    binding = {"visit": visit.id, "bound_at": rfc3339(shown_at)}
    for _ in range(2):
        assert supervisor.api_put(f"/api/v1/slips/{slip['id']}/binding", binding).status_code == 200
    rating = queries.by_receipt(receipt)
    assert (rating.visit_id, rating.agency_id) == (visit.id, county.work_safety_agency.id)

    # The lead finds it, calls, concludes, closes.
    assert rating.id in lead.get("/review/ratings").get_data(as_text=True)
    page = f"/review/ratings/{rating.id}"
    assert NUMBER not in re.sub("打我电话 " + NUMBER, "", lead.get(page).get_data(as_text=True))
    for step in (
        {"action": "triage", "owner": county.qian.id},
        {"action": "call", "words": "打通，说法与评语一致"},
        {"action": "conclude", "outcome": "verified", "words": "调看录像属实"},
        {"action": "rectify", "words": "已谈话提醒"},
        {"action": "reply", "words": "情况属实，已整改，谢谢监督"},
        {"action": "close"},
    ):
        assert lead.post_form(f"{page}/steps", step).status_code == 302, step

    # The citizen reads what came of it.
    status = citizen.open(f"/r/status/{receipt}").get_data(as_text=True)
    assert "情况属实，已整改，谢谢监督" in status

    # The supervisor had recorded 是: the contradiction stands in the list and on the record.
    worker_caught_up()
    listed = lead.get("/review/?state=all&voices=1").get_data(as_text=True)
    assert record_id in listed
    record = lead.get(f"/review/records/{record_id}").get_data(as_text=True)
    assert "三方说法矛盾：出示执法证件" in record

    # The agency sees neither the person nor, with one rating, any figure.
    scores = signed_in(county.zheng).get("/agency/scores").get_data(as_text=True)
    assert "还没有结算过的月份" in scores
    assert NUMBER not in scores
