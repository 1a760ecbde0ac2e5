"""What is disclosed to a rated agency helps nobody to guess what one citizen has said."""

import ast
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seeds import seed_of_this_run

from fieldapp.ratings.disclosure import BANDS, DETAILS_FROM, POSTERS_FOR_A_SLIP, STEP, is_enough, shares_of
from fieldapp.ratings.rules import FACT_ANSWERS, FACTS
from fieldapp.ratings.tallies import Group, Totals, tally

ROOT = Path(__file__).parents[2]
MINIMUM = 5
HONEST = {5: 62, 4: 20, 3: 8, 2: 4, 1: 6}  # of a hundred


@dataclass
class Said:
    level: int
    show_credentials: str | None = "yes"
    inform_rights: str | None = "yes"
    full_recording: str | None = "yes"
    civil_language: str | None = "yes"


def totals_of(said):
    """As they are counted: each of its own level, all by slips."""
    facts = {fact: Counter(getattr(one, fact) for one in said) for fact in FACTS}
    counted = tally(Group(1, one.level, "slip", is_counted=True) for one in said)
    return Totals(counted, counted, {fact: {key: facts[fact][key] for key in FACT_ANSWERS} for fact in FACTS})


def guess(shares, own, population):
    """What the agency believes that one of the others said: it takes its own ratings out of what it reads."""
    if shares is None or not shares.levels:
        return population
    whole = shares.at_least
    left = {level: share / 100 * whole - own[level] for level, share in shares.levels.items()}
    return max(left, key=lambda level: left[level])


@pytest.mark.parametrize("rounds", [1_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_an_agency_that_adds_ratings_of_its_own_guesses_one_of_a_month_no_better_than_without(rounds):
    dice = random.Random(seed_of_this_run())
    levels, weights = list(HONEST), list(HONEST.values())
    right = by_base = 0
    for _ in range(rounds):
        others = [Said(level) for level in dice.choices(levels, weights, k=dice.randint(1, 60))]
        own = [Said(dice.choice(levels)) for _ in range(dice.randrange(POSTERS_FOR_A_SLIP * MINIMUM))]
        may, in_detail = (
            is_enough(len(others), len(own), minimum=minimum) for minimum in (MINIMUM, DETAILS_FROM * MINIMUM)
        )
        shares = shares_of(totals_of([*others, *own]), in_detail=in_detail) if may else None
        right += guess(shares, Counter(one.level for one in own), 5) == others[0].level
        by_base += others[0].level == 5

    assert right / rounds <= by_base / rounds + 0.03, seed_of_this_run()


def test_the_same_attack_succeeds_where_few_are_told_of_in_detail():
    """The attack can succeed: with four known ratings and one more, as it was once disclosed, it is read off."""
    own = [Said(5)] * 4
    shares = shares_of(totals_of([Said(1), *own]), in_detail=True)

    assert guess(shares, Counter({5: 4}), 5) == 1


@given(levels=st.lists(st.integers(1, 5), min_size=1, max_size=200), in_detail=st.booleans())
def test_no_exact_count_and_no_share_finer_than_a_step_is_told(levels, in_detail):
    shares = shares_of(totals_of([Said(level) for level in levels]), in_detail=in_detail)

    assert shares.at_least in (*BANDS, 1)
    assert shares.at_least <= len(levels)
    told = [shares.good, *shares.levels.values(), *(one for fact in shares.facts.values() for one in fact.values())]
    assert all(share % STEP == 0 and 0 <= share <= 100 for share in told)
    assert bool(shares.levels) == in_detail
    assert set(shares.facts) == (set(FACTS) if in_detail else set())


def test_an_agencys_pages_reach_ratings_by_disclosure_alone():
    reached = {
        f"{node.module}.{name.name}"
        for path in (ROOT / "fieldapp" / "web" / "agency").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fieldapp.ratings")
        for name in node.names
    }

    assert reached == {"fieldapp.ratings.disclosure", "fieldapp.ratings.rules"}
