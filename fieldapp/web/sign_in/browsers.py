"""A browser in words that its owner recognises."""

# The first that is found in the User-Agent wins: WeChat and Edge also say Chrome, and Chrome also says Safari.
_PROGRAMS = (
    ("MicroMessenger/", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("VivoBrowser", "vivo 浏览器"),
    ("HeyTapBrowser", "OPPO 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "鸿蒙手机"),
    ("HarmonyOS", "鸿蒙手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)


def browser_words(user_agent: str) -> str:
    """Such as 安卓手机 · 微信; 未知设备 when nothing in the User-Agent is known."""
    system = _first_found(user_agent, _SYSTEMS)
    program = _first_found(user_agent, _PROGRAMS)
    return " · ".join(word for word in (system, program) if word) or "未知设备"


def is_phone(user_agent: str) -> bool:
    """Whether a phone or tablet says so of itself."""
    return any(mark in user_agent for mark in ("Mobile", "Android", "iPhone", "iPad", "HarmonyOS"))


def _first_found(text: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((word for mark, word in table if mark in text), "")
