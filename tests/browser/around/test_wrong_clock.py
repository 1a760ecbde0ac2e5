"""A phone whose clock is wrong says so, and what people read of its times is right all the same."""

import re
from datetime import timedelta
from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

from fieldapp import clock

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
FAST = timedelta(hours=3, minutes=5)


def test_a_clock_three_hours_fast_is_said_and_the_time_line_is_written_by_the_server_s(tab: Driver, scene: Any) -> None:
    warning = tab.page.locator("[data-module=clock-warning]")
    expect(warning).to_be_hidden()
    record = tab.new_observation(scene.today)
    tab.ready_offline()
    tab.page.route("**/api/v1/**", _three_hours_ago)
    tab.open(f"/field/record?id={record}").sync()
    expect(warning).to_contain_text("这部手机的时钟比服务器快 3 小时 5 分钟。请在手机“设置”里打开“自动设置时间”")

    tab.page.get_by_role("button", name="到达现场", exact=True).click()
    (line,) = tab.until(lambda: tab.record(record)["body"].get("timeline"), "no line of the time line")
    meant = clock.now().astimezone(clock.CHINA) - FAST
    moments = [(meant - timedelta(minutes=past)).strftime("%H:%M") for past in range(-1, 5)]
    assert line["text"] in [f"{moment} 到达现场" for moment in moments]

    tab.open("/field/me")
    expect(tab.page.locator(".certificate__pulse")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    tab.page.context.set_offline(True)
    tab.page.unroute_all(behavior="ignoreErrors")  # one that is still being answered
    tab.open("/field/new-visit")
    expect(warning).to_contain_text("上次联网时，这部手机的时钟比服务器快 3 小时 5 分钟")


def test_how_far_a_clock_is_off_is_said_in_words_and_a_minute_is_not(tab: Driver, scene: Any) -> None:
    told = tab.page.evaluate("""async () => {
      const { clockWords } = await import('/static/js/field/parts/clock-warning.js');
      return [null, 59000, -59000, 90000, 7200000, -90000000].map((ms) => (
        clockWords(ms === null ? null : { ms, isOld: false }).split('。')[0]));
    }""")

    assert told == [
        "",
        "",
        "",
        "这部手机的时钟比服务器慢 2 分钟",
        "这部手机的时钟比服务器慢 2 小时",
        "这部手机的时钟比服务器快 1 天 1 小时",
    ]


def _three_hours_ago(route: Any) -> None:
    answer = route.fetch()
    if "json" not in answer.headers.get("content-type", "") or "server_time" not in answer.json():
        route.fulfill(response=answer)
        return
    route.fulfill(response=answer, json={**answer.json(), "server_time": (clock.now() - FAST).isoformat()})
