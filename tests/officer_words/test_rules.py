"""When a one-time code serves, and what may be said with it. Pure."""

from datetime import UTC, datetime, timedelta

from fieldapp.officer_words import rules

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def serves(**changes):
    given = {"expires_at": NOW + timedelta(seconds=1), "ended_at": None, "is_used": False, "now": NOW} | changes
    return rules.serves(**given)


def test_a_code_serves_for_a_day_once_and_until_another_takes_its_place():
    assert timedelta(hours=24) == rules.LIVES
    assert serves()
    assert not serves(expires_at=NOW)
    assert not serves(is_used=True)
    assert not serves(ended_at=NOW)


def test_there_must_be_words_and_not_too_many():
    assert [fault.pointer for fault in rules.gaps(" ", "", "")] == ["/words"]
    assert [fault.pointer for fault in rules.gaps("字" * 2001, "名" * 61, "")] == ["/words", "/name"]
    assert rules.gaps("当时忘了带证。", "执法甲", "32050099001") == []
