"""When a code serves, and what may be said with it. Pure."""

from datetime import datetime, timedelta

from fieldapp.errors import Fault

LIVES = timedelta(hours=24)
WORDS_LIMIT_CHARACTERS = 2000
LINE_LIMIT_CHARACTERS = 60
STATES = {"submitted": "已提交", "discarded": "已作废"}  # the latter as for every kind; nothing leads there
TRANSITIONS: dict[tuple[str | None, str], str] = {(None, "submit"): "submitted"}


def serves(*, expires_at: datetime, ended_at: datetime | None, is_used: bool, now: datetime) -> bool:
    """Whether a code still opens its page."""
    return ended_at is None and not is_used and now < expires_at


def gaps(words: str, name: str, number: str) -> list[Fault]:
    """What keeps an officer's word from being filed; empty when nothing does."""
    faults = []
    if not words.strip():
        faults.append(Fault("/words", "请写下您的说明"))
    if len(words) > WORDS_LIMIT_CHARACTERS:
        faults.append(Fault("/words", f"最多 {WORDS_LIMIT_CHARACTERS} 字"))
    for pointer, text in (("/name", name), ("/number", number)):
        if len(text) > LINE_LIMIT_CHARACTERS:
            faults.append(Fault(pointer, f"最多 {LINE_LIMIT_CHARACTERS} 字"))
    return faults
