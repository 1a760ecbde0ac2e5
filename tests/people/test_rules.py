"""Certificates by date, lock-out by count, who may have which role."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fieldapp.people import rules

ISSUED, UNTIL = date(2024, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("decided", "today", "expected"),
    [
        ("valid", date(2023, 12, 31), "not_yet"),
        ("valid", date(2024, 1, 1), "valid"),
        ("valid", date(2026, 11, 1), "expiring"),
        ("valid", date(2026, 10, 31), "valid"),
        ("valid", date(2026, 12, 31), "expiring"),
        ("valid", date(2027, 1, 1), "expired"),
        ("suspended", date(2025, 1, 1), "suspended"),
        ("revoked", date(2027, 1, 1), "revoked"),
    ],
)
def test_a_certificate_stands_as_was_decided_and_else_by_its_dates(decided, today, expected):
    assert rules.certificate_state(decided, issued_on=ISSUED, valid_until=UNTIL, today=today) == expected


@pytest.mark.parametrize("state", list(rules.CERTIFICATE_WORDS))
def test_only_valid_and_expiring_certificates_count(state):
    assert rules.counts_as_valid(state) == (state in ("valid", "expiring"))


def test_the_lock_ends_when_the_failure_that_filled_it_leaves_the_window():
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    failures = [start + timedelta(minutes=minute) for minute in (4, 0, 1, 2, 3)]
    window = timedelta(minutes=15)

    assert rules.locked_until(failures[:4], limit=5, window=window) is None
    assert rules.locked_until(failures, limit=5, window=window) == start + window


@pytest.mark.parametrize("username", ["zhangsan", "a-1", "li.si_2"])
def test_plain_user_names_are_taken(username):
    assert rules.username_faults(username) == []


@pytest.mark.parametrize("username", ["", "ab", "Zhang", "张三", "-abc", "abc-", "a b c", "a" * 61, "a\nbc"])
def test_other_user_names_are_refused(username):
    assert rules.username_faults(username)


@pytest.mark.parametrize(
    ("roles", "kind", "origin", "is_allowed"),
    [
        ("liaison", "agency", None, True),
        ("liaison", "justice_bureau", None, False),
        ("supervisor", "congress", "congress", True),
        ("supervisor", "congress", None, False),
        ("supervisor", "agency", "legal_unit", True),
        ("supervisor", "agency", "congress", False),
        ("lead", "justice_office", "justice_office", True),
        ("system security", "justice_bureau", None, True),
        ("system", "agency", None, False),
        ("security", "congress", None, False),
        ("auditor", "procuratorate", None, False),
        ("bureau", "agency", "legal_unit", False),
        ("invited", "congress", "congress", True),
        ("invited", "congress", None, False),
        ("lead supervisor bureau", "justice_bureau", "justice_bureau", True),
        ("liaison supervisor", "agency", "legal_unit", False),
        ("", "agency", None, True),
    ],
)
def test_who_may_have_which_roles(roles, kind, origin, is_allowed):
    assert (rules.role_faults(roles=roles.split(), organisation_kind=kind, origin=origin) == []) == is_allowed


@pytest.mark.parametrize(
    ("kind", "origin", "words"),
    [
        ("congress", "congress", ""),
        ("congress", None, ""),
        ("agency", "legal_unit", ""),
        ("justice_office", "justice_bureau", ""),
        ("congress", "cppcc", "应为“人大”"),
        ("agency", "justice_bureau", "应为“执法部门法制科”"),
        ("locality", "congress", "不派监督人员"),
    ],
)
def test_who_sends_somebody_is_where_they_belong(kind, origin, words):
    found = rules.origin_faults(organisation_kind=kind, origin=origin)

    assert bool(found) == bool(words)
    assert words in "".join(found)


def test_of_an_agency_only_its_legal_unit_may_supervise_and_others_are_told_so():
    (words,) = rules.role_faults(roles=["supervisor"], organisation_kind="agency", origin="people_congress")

    assert "执法部门法制科" in words
    assert rules.role_faults(roles=["supervisor"], organisation_kind="agency", origin="legal_unit") == []
