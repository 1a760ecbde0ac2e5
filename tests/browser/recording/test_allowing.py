"""Place and microphone that are not allowed: why not, and where they are allowed, in words that stay to be read."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import ARGUMENTS, ENVIRONMENT, PHONE, chromium_path, opened, watching
from playwright.sync_api import Playwright
from recording_phone import RecordingPhone

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def refusing_phone(playwright: Playwright, live_server: Any) -> Iterator[Any]:
    """A phone on which this site may have neither place nor microphone."""
    arguments = [one for one in ARGUMENTS if "fake-ui" not in one]  # that one says yes to everything
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments, env=ENVIRONMENT)
    try:
        with opened(browser.new_context(base_url=live_server.url, **PHONE)) as context, watching(context):
            page = context.new_page()
            target = context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
            whole = browser.new_browser_cdp_session()
            for name in ("geolocation", "microphone"):
                asked = {"permission": {"name": name}, "setting": "denied", "origin": live_server.url}
                whole.send("Browser.setPermission", {**asked, "browserContextId": target["browserContextId"]})
            yield page
    finally:
        browser.close()


def test_a_place_or_microphone_that_is_refused_says_how_to_allow_it(refusing_phone: Any, scene: Any) -> None:
    recording = RecordingPhone(refusing_phone).arrive()
    record_id = recording.start_record()

    recording.shows("[data-place=facts-words]", "未定位")
    recording.page.click("[data-place=facts-fold] > summary")
    recording.shows("[data-place=location]", "未允许定位", "不影响记录", "允许“位置”")
    recording.page.click("[data-place=locate]")
    recording.shows(".toast", "还是没有取得定位")
    recording.tools("B07").locator("[data-action=audio]").click()
    recording.shows("dialog", "没有允许使用麦克风", "允许“麦克风”", "已填写的内容都在")
    recording.page.click("dialog [value=yes]")
    recording.answer("B07", "yes")

    recording.keeps(record_id, lambda body: body["answers"]["B07"]["value"], "yes")


def test_where_a_permission_is_given_is_said_for_the_browser_in_the_hand(recording: RecordingPhone) -> None:
    told = recording.page.evaluate(
        """async (agents) => {
          const { howToAllow } = await import('/static/js/field/parts/allowing.js');
          return agents.map((agent) => {
            Object.defineProperty(navigator, 'userAgent', { value: agent, configurable: true });
            return howToAllow('位置');
          });
        }""",
        [
            "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0",
            "Mozilla/5.0 (iPhone) Version/17.4 Mobile Safari/604.1",
            "Mozilla/5.0 (iPhone) CriOS/120.0 Mobile Safari/604.1",
            "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36",
        ],
    )

    expected = ["设置 → 应用 → 微信", "“Safari 浏览器”", "“您用的浏览器”", "地址栏左边的图标"]
    assert [words in said for words, said in zip(expected, told, strict=True)] == [True] * 4, told
    assert all(said.endswith("再回到本页重试。") for said in told)
