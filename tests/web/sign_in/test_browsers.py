"""Owners recognise their devices in the list."""

import pytest

from fieldapp.web.sign_in.browsers import browser_words, is_phone

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "安卓手机 · Chrome"),
        (ANDROID + " MicroMessenger/8.0.50", "安卓手机 · 微信"),
        (IPHONE, "iPhone · Safari"),
        (WINDOWS, "Windows 电脑 · Chrome"),
        (WINDOWS + " Edg/126.0", "Windows 电脑 · Edge"),
        ("", "未知设备"),
        ("curl/8.0", "未知设备"),
    ],
)
def test_a_browser_is_named_by_system_and_program(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


def test_phones_are_told_from_computers() -> None:
    assert is_phone(ANDROID)
    assert is_phone(IPHONE)
    assert not is_phone(WINDOWS)
