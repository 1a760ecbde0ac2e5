"""What the register says of an officer whom somebody wrote down. Pure; officer-register.js reckons the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fieldapp.folding import folded

# Best first: of several officers that a name and four digits could mean, the best one is meant.
RESULTS: dict[str, str] = {
    "registered": "在册",
    "other_agency": "他单位",
    "expired": "已过期",
    "other_name": "姓名不符",
    "not_found": "查无此证",
}
TAIL = 4  # people write the last four digits: domain.md 8.1


@dataclass(frozen=True)
class Entry:
    """One certificate of the register. `key`: of its number; `last_day`: of its validity."""

    key: str
    name: str
    organisation_id: str
    last_day: date


def key_of(text: str) -> str:
    """A number or a name as it is compared: letters and digits only, one width, capitals."""
    return "".join(one for one in folded(text) if one.isalnum()).upper()


def tail_of(number: str) -> str:
    """The last four letters or digits of a number; fewer where there are no more."""
    return key_of(number)[-TAIL:]


def last_day(valid_until: date, ended_on: date | None) -> date:
    """Until when a certificate is good: the day before it was ended, when that comes first."""
    return valid_until if ended_on is None else min(valid_until, ended_on - timedelta(days=1))


def finding(
    number: str, name: str, *, entries: Iterable[Entry], is_of_visited: Callable[[str], bool], day: date,
    is_known: bool,
) -> str:  # fmt: skip
    """A key of RESULTS, or "" where nothing can be said: too little was written, or nobody bears the number and the
    register does not know the visited agency (`is_known`).

    `entries`: those that could be meant, at least all with the same last four. `day`: of the visit.
    """
    key = key_of(number)
    if len(key) < TAIL:
        return ""
    meant = [one for one in entries if one.key == key]
    if not meant and len(key) == TAIL:
        if not key_of(name):
            return ""
        meant = [one for one in entries if one.key.endswith(key) and key_of(one.name) == key_of(name)]
    found = {_result(one, name, is_of_visited, day) for one in meant}
    return next((one for one in RESULTS if one in found), "not_found" if is_known else "")


def _result(one: Entry, name: str, is_of_visited: Callable[[str], bool], day: date) -> str:
    if key_of(name) and key_of(one.name) != key_of(name):
        return "other_name"
    if one.last_day < day:
        return "expired"
    return "registered" if is_of_visited(one.organisation_id) else "other_agency"
