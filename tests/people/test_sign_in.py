"""Signing in, being locked out, being signed out."""

import threading

import pytest
from factories import PASSWORD, make_user
from sqlalchemy import func, select, update

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import as_if_at, now, timedelta
from fieldapp.errors import NotAllowed, NotFound, Refused, TooMany
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import lockout, operations, passwords, queries
from fieldapp.people.models import FailedSignIn, SignIn, User
from fieldapp.people.operations import WrongPair

OFFICE, HOME = "203.0.113.5", "198.51.100.7"
NEW_PASSWORD = "tidy-Heron-41-lake"


def sign_in(username, password=PASSWORD, *, address=OFFICE, device_id=None):
    return operations.sign_in(username, password, address=address, browser="test", device_id=device_id)


def fail(username, times, *, address=OFFICE):
    for _ in range(times):
        with pytest.raises(WrongPair):
            sign_in(username, "wrong", address=address)


def events(name):
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.event == name))


def who(token, hours=1):
    found = queries.user_of_token(token, at=now(), hours=hours)
    return found and found[0].username


def test_the_right_pair_signs_in_whatever_the_case_of_the_name(county):
    user, token = sign_in(" ZhangSan ")

    assert (user.id, who(token)) == (county.zhang_san.id, "zhangsan")
    assert events("sign_in.succeeded") == 1


def test_the_database_keeps_no_token_that_could_be_used(county):
    _, token = sign_in("zhangsan")

    kept = db.session.execute(select(SignIn.token_hash, SignIn.id)).one()

    assert token not in kept
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("username", "password"),
    [("zhangsan", "wrong"), ("nobody-there", PASSWORD), ("", ""), ("a\0b", "x\0"), ("\ud800", "\ud800")],
)
def test_a_wrong_pair_does_not_say_which_half_was_wrong(county, username, password):
    with pytest.raises(WrongPair) as refusal:
        sign_in(username, password)

    assert refusal.value.status == 401
    assert refusal.value.title == WrongPair.title


def test_what_was_typed_as_an_unknown_name_is_not_kept(county):
    fail("my-secret-typed-in-the-wrong-field", 1)

    kept = db.session.scalar(select(FailedSignIn.username))

    assert "secret" not in kept
    assert db.session.scalar(select(AuditEntry.subject_id).where(AuditEntry.event == "sign_in.failed")) == "unknown"


def test_five_failures_lock_the_account_for_this_network_with_words_how_long(county):
    fail("zhangsan", 5)

    with pytest.raises(TooMany) as refusal:
        sign_in("zhangsan")

    assert refusal.value.status == 429
    assert "15 分钟" in refusal.value.title
    assert 0 < refusal.value.extra["retry_after"] <= 900
    assert events("sign_in.locked") == 1


def test_another_network_is_not_locked_out_by_a_stranger(county):
    fail("zhangsan", 5, address=HOME)

    user, _ = sign_in("zhangsan", address=OFFICE)

    assert user.id == county.zhang_san.id


def test_after_fifteen_minutes_the_lock_is_gone(county):
    with as_if_at(now() - timedelta(minutes=16)):
        fail("zhangsan", 5)

    assert sign_in("zhangsan")[0].id == county.zhang_san.id


def test_the_right_password_takes_earlier_failures_back(county):
    for _ in range(3):
        fail("zhangsan", 4)
        sign_in("zhangsan")


def test_fifty_failures_lock_a_network_for_every_account(county):
    for number in range(10):
        fail(f"guess{number}", 5)

    with pytest.raises(TooMany):
        sign_in("zhangsan")
    assert sign_in("zhangsan", address=HOME)


def test_thirty_failures_from_everywhere_lock_an_account_but_not_the_phone_in_its_owners_hand(county):
    sign_in("zhangsan", device_id="0191d3a0-0000-7000-8000-000000000001")
    for network in range(6):
        fail("zhangsan", 5, address=f"192.0.2.{network}")

    with pytest.raises(TooMany):
        sign_in("zhangsan", device_id="0191d3a0-0000-7000-8000-000000000002")
    assert sign_in("zhangsan", device_id="0191d3a0-0000-7000-8000-000000000001")


def test_guesses_at_the_same_moment_are_counted_together(app, county):
    outcomes = []

    def guess():
        with app.app_context():
            try:
                sign_in("zhangsan", "wrong")
            except (WrongPair, TooMany) as refusal:
                outcomes.append(type(refusal))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes.count(WrongPair), outcomes.count(TooMany)) == (5, 7)


def test_sixteen_right_sign_ins_at_the_same_moment_behind_one_router_all_succeed(app, county):
    outcomes = []

    def enter():
        with app.app_context():
            try:
                outcomes.append(sign_in("zhangsan")[0].username)
            except TooMany as refusal:
                outcomes.append(refusal.title)

    threads = [threading.Thread(target=enter) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == ["zhangsan"] * 16


def test_who_comes_while_wrong_guesses_are_looked_at_waits_a_moment_and_is_then_refused(app, county, monkeypatch):
    monkeypatch.setattr(lockout, "IN_FLIGHT", timedelta(seconds=0.5))
    for _ in range(5):
        lockout.count_attempt("zhangsan", address=OFFICE, device_id=None)  # five processes look at passwords
    begun = now()

    with pytest.raises(TooMany):
        sign_in("zhangsan")

    assert timedelta(seconds=0.4) < now() - begun < timedelta(seconds=20)


def test_who_comes_after_five_failures_is_refused_without_waiting(app, county, monkeypatch):
    monkeypatch.setattr(lockout.time, "sleep", lambda _: pytest.fail("waited for nothing"))
    fail("zhangsan", 5)

    with pytest.raises(TooMany):
        sign_in("zhangsan")


def test_one_ipv6_subscriber_is_one_network(county):
    for suffix in range(5):
        fail("zhangsan", 1, address=f"2001:db8:1:2::{suffix}")

    with pytest.raises(TooMany):
        sign_in("zhangsan", address="2001:db8:1:2:ffff::1")


def test_an_administrator_can_unlock_at_once(county):
    fail("zhangsan", 5)

    assert lockout.unlock(county.wu, "zhangsan") == 5

    assert sign_in("zhangsan")


def test_a_disabled_user_with_the_right_password_is_told_so_and_with_a_wrong_one_is_not(county):
    with pytest.raises(NotAllowed):
        sign_in("feng")
    with pytest.raises(WrongPair):
        sign_in("feng", "wrong")


def test_the_demo_password_opens_nothing_outside_a_demonstration(county):
    user = make_user(username="demo-user")
    with unit_of_work() as session:
        session.execute(
            update(User)
            .where(User.id == user.id)
            .values(password_hash=passwords.hash_password(passwords.DEMO_PASSWORD))
        )

    with pytest.raises(WrongPair):
        sign_in("demo-user", passwords.DEMO_PASSWORD)


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(county):
    weak = passwords.PasswordHasher(time_cost=3, memory_cost=16, parallelism=1).hash(PASSWORD)
    with unit_of_work() as session:
        session.execute(update(User).where(User.id == county.zhang_san.id).values(password_hash=weak))

    sign_in("zhangsan")

    renewed = db.session.scalar(select(User.password_hash).where(User.id == county.zhang_san.id))
    assert renewed != weak
    assert not passwords.is_outdated(renewed)
    assert sign_in("zhangsan")


def test_signing_out_ends_the_sign_in_and_twice_is_no_error(county):
    _, token = sign_in("zhangsan")

    operations.sign_out(token)
    operations.sign_out(token)

    assert who(token) is None
    assert events("sign_in.ended") == 1


def test_a_sign_in_ends_after_the_hours_without_a_request_and_each_request_counts(county):
    start = now() - timedelta(hours=3)
    with as_if_at(start):
        _, token = sign_in("zhangsan")

    assert who(token, hours=2) is None
    operations.note_seen(token, start + timedelta(hours=2))
    assert who(token, hours=2) == "zhangsan"


def test_a_sign_in_can_be_ended_by_its_owner_or_an_admin_and_nobody_else(county):
    _, token = sign_in("zhangsan")
    sign_in_id = queries.sign_ins_of(county.zhang_san)[0].id

    with pytest.raises(NotFound):
        operations.end_sign_in(county.li_si, sign_in_id)
    assert who(token) == "zhangsan"
    operations.end_sign_in(county.wu, sign_in_id)

    assert who(token) is None


def test_a_changed_password_keeps_this_browser_and_ends_the_others(county):
    user, here = sign_in("zhangsan")
    _, elsewhere = sign_in("zhangsan")
    user.sign_in_token = here

    operations.change_password(user, PASSWORD, NEW_PASSWORD)

    assert (who(here), who(elsewhere)) == ("zhangsan", None)
    assert sign_in("zhangsan", NEW_PASSWORD)
    with pytest.raises(WrongPair):
        sign_in("zhangsan", PASSWORD)


def test_a_password_changes_only_with_the_old_one(county):
    with pytest.raises(Refused) as refusal:
        operations.change_password(county.zhang_san, "wrong", NEW_PASSWORD)

    assert [fault.pointer for fault in refusal.value.faults] == ["/old"]


def test_the_last_five_passwords_cannot_come_back_and_the_one_before_can(county):
    used = [PASSWORD, *(f"tidy-Heron-4{number}-lake" for number in range(5))]
    for old, new in zip(used, used[1:], strict=False):
        operations.change_password(queries.find_by_username("zhangsan"), old, new)

    for recent in used[1:]:
        with pytest.raises(Refused):
            operations.change_password(queries.find_by_username("zhangsan"), used[-1], recent)
    operations.change_password(queries.find_by_username("zhangsan"), used[-1], PASSWORD)


@pytest.mark.parametrize(
    "typed", ["ｚｈａｎｇｓａｎ", "zhang\u200bsan", "\ufeffZhangSan\u00a0", "zhangsan\u3000", "zhang san"]
)
def test_a_user_name_is_read_as_its_owner_meant_it(county, typed):
    assert sign_in(typed)[0].id == county.zhang_san.id


@pytest.mark.parametrize("pasted", ["{} ", " {}", "{}\r\n", "{}\u00a0", "\u200b{}\ufeff", "\t{}\u3000"])
def test_a_pasted_password_opens_with_what_came_along_at_its_ends(county, pasted):
    user, _ = sign_in("zhangsan", pasted.format(PASSWORD))

    assert user.id == county.zhang_san.id
    operations.change_password(user, pasted.format(PASSWORD), NEW_PASSWORD)
    assert sign_in("zhangsan", NEW_PASSWORD)[0].id == user.id


def test_a_password_with_a_blank_of_its_own_is_taken_exactly(county):
    user, _ = sign_in("zhangsan")
    operations.change_password(user, PASSWORD, NEW_PASSWORD + " ")

    assert sign_in("zhangsan", NEW_PASSWORD + " ")[0].id == user.id
    with pytest.raises(WrongPair):
        sign_in("zhangsan", NEW_PASSWORD)


def test_a_wrong_password_with_a_blank_counts_once(county):
    for _ in range(4):
        with pytest.raises(WrongPair):
            sign_in("zhangsan", "wrong ")

    assert db.session.scalar(select(func.count()).select_from(FailedSignIn)) == 4
    with pytest.raises(WrongPair):
        sign_in("zhangsan", "wrong ")
    with pytest.raises(TooMany):
        sign_in("zhangsan")
