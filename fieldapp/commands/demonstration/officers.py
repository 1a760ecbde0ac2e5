"""The register of officers of the demonstration: five in each agency, one of them with an expired certificate."""

from datetime import date, timedelta
from random import Random

from fieldapp.commands.demonstration.county import AGENCIES, LOCAL_AGENCIES, County
from fieldapp.officers import operations
from fieldapp.officers.operations import OfficerDraft

NAMES = ("执法员甲", "执法员乙", "执法员丙", "执法员丁", "执法员戊")
_AGENCIES = [*(name for name, _, _ in AGENCIES), *(f"{name}综合执法局" for name in LOCAL_AGENCIES)]
_ONE_IN = 12  # of those written down is in no register


def enter(county: County, today: date) -> None:
    """Puts the officers of every agency into the register."""
    for agency in _AGENCIES:
        for name in NAMES:
            until = today - timedelta(days=60) if name == NAMES[-1] else date(today.year + 3, 12, 31)
            operations.add(None, OfficerDraft(name, county[agency].id, _number(agency, name), until))


def number_shown(random: Random, agency: str, name: str) -> str:
    """The number that somebody of the agency showed: now and then one that nobody knows."""
    drawn = random.randint(10000, 99999)
    return f"示证{drawn}" if agency not in _AGENCIES or drawn % _ONE_IN == 0 else _number(agency, name)


def _number(agency: str, name: str) -> str:
    return f"示证{_AGENCIES.index(agency) + 11}{NAMES.index(name) + 1:04d}"
