"""What may follow on what, and how a record counts."""

import itertools

import pytest

from fieldapp.observations.rules import (
    STATES,
    TRANSITIONS,
    changed_fields,
    count_answers,
    evidence_named,
    next_state,
)

ACTIONS = ("save", "submit", "return", "approve")


def test_only_the_transitions_of_the_table_can_happen():
    possible = {
        (state, action): next_state(state, action)
        for state, action in itertools.product([None, *STATES], ACTIONS)
        if next_state(state, action) is not None
    }

    assert possible == {
        (None, "save"): "draft",
        (None, "submit"): "submitted",
        ("draft", "save"): "draft",
        ("draft", "submit"): "submitted",
        ("submitted", "return"): "returned",
        ("submitted", "approve"): "approved",
        ("returned", "save"): "returned",
        ("returned", "submit"): "submitted",
    }


def test_every_state_can_be_reached_and_only_an_approval_is_the_end():
    assert set(TRANSITIONS.values()) == set(STATES)
    assert {state for state in STATES if not any(next_state(state, action) for action in ACTIONS)} == {"approved"}
    assert next_state("gone", "save") is None
    assert next_state("draft", "approve") is None


def test_answers_are_counted_apart():
    answers = {
        "B02": {"value": "no"}, "B01": {"value": "no"}, "C01": {"value": "yes"}, "C02": {"value": "na"},
        "C03": {"value": "not_observed"}, "C04": {"value": None}, "C05": {},
    }  # fmt: skip

    counts = count_answers(answers)

    assert (counts.yes, counts.no, counts.na, counts.not_observed) == (1, 2, 1, 1)
    assert counts.no_items == ("B01", "B02")


def test_evidence_is_named_once_with_the_item_that_it_is_filed_under():
    body = {
        "answers": {"B01": {"evidence": ["p1", "p2"]}, "B02": {"evidence": None}, "B03": {}},
        "unfiled_evidence": ["p2", "p3"],
        "signature": {"evidence": "s"},
    }

    assert evidence_named(body) == {"p1": "B01", "p2": "B01", "p3": None, "s": None}
    assert list(evidence_named(body)) == ["p1", "p2", "p3", "s"]


@pytest.mark.parametrize("body", [{}, {"answers": None, "signature": None, "unfiled_evidence": None}])
def test_a_record_without_evidence_names_none(body):
    assert evidence_named(body) == {}


def test_what_changed_between_two_revisions_is_named():
    assert changed_fields({"a": 1, "b": 2}, {"a": 1, "c": 3}, fields=("a", "b", "c", "d")) == ["b", "c"]
