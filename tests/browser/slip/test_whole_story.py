"""好差评 from the kerb to the lead's desk: shown offline, rated, joined, followed up, closed, set beside the record."""

from typing import Any

import pytest
from browsers import DESK, opened, shows, sign_in_at_desk
from factories import PASSWORD, observation_body
from phone_driver import Driver
from playwright.sync_api import expect
from sqlalchemy import select

from fieldapp import ids
from fieldapp.checklists.models import ChecklistVersion
from fieldapp.extensions import db
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import rules
from fieldapp.ratings.models import Rating
from fieldapp.visits.models import Visit

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
CITIZEN = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}


@pytest.mark.parametrize(
    "has_script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with script", "without script"]
)
def test_what_a_citizen_says_reaches_the_lead_and_the_answer_reaches_the_citizen(
    tab: Driver, scene: Any, phone: Any, browser: Any, live_server: Any, live_app: Any, has_script: bool
) -> None:
    record_id = _filed_with_papers_shown(live_app, scene)

    # Without a network the supervisor shows a slip; the citizen, who has one, rates before the binding arrives.
    phone.set_offline(True)
    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("text=出示评价码")
    tab.page.wait_for_selector("[data-place=number]:not(:empty)")
    slip = _one(select(RatingCode).where(RatingCode.number == tab.page.inner_text("[data-place=number]").strip()))
    with opened(browser.new_context(base_url=live_server.url, java_script_enabled=has_script, **CITIZEN)) as pocket:
        citizen = pocket.new_page()
        citizen.goto(f"/r/{slip.code}")
        shows(citizen, "main", "本次执法")
        citizen.locator("label[for=level-1]").click()
        citizen.locator("label[for=reason-bad-no_credentials]").click()
        citizen.locator("label[for=show_credentials-no]").click()
        citizen.wait_for_timeout(rules.LEAST_SECONDS * 1000)  # a person reads before sending; who does not is marked
        citizen.get_by_role("button", name="提交评价").click()
        citizen.wait_for_url("**/r/status/*")
        assert _one(select(Rating)).visit_id is None

        # The network is back: the binding goes up, and the rating belongs to the visit.
        phone.set_offline(False)
        tab.sync()
        assert _one(select(Rating)).visit_id == scene.today

        with opened(browser.new_context(base_url=live_server.url, **DESK)) as office:
            lead = _signed_in(office, "qian")
            _follow_up(lead, scene)
            live_server.flask("worker", "--once")
            lead.goto(f"/review/records/{record_id}")
            line = lead.locator(".voices tr", has_text="出示执法证件")
            expect(line).to_contain_text("矛盾")

        citizen.reload()
        shows(citizen, "h1", "评价已办结")
        shows(citizen, "main", "已批评教育并重新培训")


def _follow_up(lead: Any, scene: Any) -> None:
    """The lead finds the bad rating and leads it to its end, step by step, as the page offers them."""
    lead.goto("/review/ratings")
    lead.locator(".list__row", has_text="云川市应急管理局").click()
    lead.select_option("#owner", scene.county.qian.id)
    _press(lead, "分派")
    _unfold(lead, "下核查结论")
    lead.locator("label.chip", has_text="属实").first.click()
    lead.fill("#conclude-words", "执法记录仪显示进门时未出示证件")
    _press(lead, "保存结论")
    lead.fill("#rectify-words", "对两名执法人员批评教育")
    _press(lead, "保存整改")
    lead.fill("#reply-words", "您反映的情况属实，已批评教育并重新培训。")
    _press(lead, "保存答复")
    _press(lead, "确认办结")
    lead.wait_for_selector("text=核查结论：属实")


def _press(page: Any, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def _unfold(page: Any, summary: str) -> None:
    fold = page.locator("details", has_text=summary).first
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def _signed_in(context: Any, username: str) -> Any:
    page = context.new_page()
    page.goto("/sign-in")
    sign_in_at_desk(page, username, PASSWORD)
    return page


def _filed_with_papers_shown(live_app: Any, scene: Any) -> str:
    """A record of the visit of today by 李四, who saw the officers show their papers."""
    other = live_app.test_client()
    assert other.sign_in("lisi").status_code == 200
    record_id = ids.mint()
    body = observation_body(db.session.get(Visit, scene.today), db.session.scalars(select(ChecklistVersion)).one())
    answer = other.api_put(f"/api/v1/observations/{record_id}", body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return record_id


def _one(query: Any) -> Any:
    db.session.rollback()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
