"""What may be a password."""

import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.people import passwords


@pytest.mark.parametrize(
    "password",
    [
        "Short-1a",
        "alllowercaseletters",
        "Password2026!!",
        "P@ssw0rd-2026",
        "Qwertyuiop123!",
        "Aa123456789!",
        "Woaini5201314!",
        "Sifaju@20261124",
        "Zhangsan-tidy-41x",
        "Aaaaaaaaaaa1!",
        "13800001111Aa!",
        passwords.DEMO_PASSWORD,
        "Aa1!" * 60,
    ],
)
def test_a_password_that_is_short_simple_or_common_is_refused(password):
    assert passwords.faults_of(password, username="zhangsan")


@pytest.mark.parametrize("password", ["tidy-Heron-41-lake", "Ma7-kupfer_Zinn", "青山Lake-41-渡口x"])
def test_a_password_with_three_classes_and_no_common_word_is_taken(password):
    assert passwords.faults_of(password, username="zhangsan") == []


def test_every_invented_password_may_be_used_and_none_comes_twice():
    invented = {passwords.invent(username="zhangsan") for _ in range(50)}

    assert len(invented) == 50
    assert not any(passwords.faults_of(password, username="zhangsan") for password in invented)


def test_only_the_right_password_matches_its_hash_and_the_hash_says_nothing_of_it():
    hashed = passwords.hash_password("tidy-Heron-41-lake")

    assert hashed.startswith("$argon2id$")
    assert "Heron" not in hashed
    assert passwords.matches("tidy-Heron-41-lake", hashed)
    assert not passwords.matches("tidy-heron-41-lake", hashed)
    assert not passwords.matches("tidy-Heron-41-lake", None)
    assert not passwords.matches("tidy-Heron-41-lake", "not a hash")


def test_hashes_use_at_least_what_owasp_asks_for():
    # In a process of its own: the tests themselves run with cheap hashes.
    code = "from fieldapp.people.passwords import hash_password; print(hash_password('x'))"
    root = Path(__file__).parents[2]
    hashed = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout

    parameters = dict(part.split("=") for part in hashed.split("$")[3].split(","))

    assert int(parameters["m"]) >= 19 * 1024
    assert int(parameters["t"]) >= 2


def test_the_same_letters_typed_in_another_unicode_form_still_match():
    composed, decomposed = "caf\u00e9-Heron-41x", "cafe\u0301-Heron-41x"

    assert passwords.matches(decomposed, passwords.hash_password(composed))
