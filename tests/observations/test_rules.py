"""What may follow on what, and how a record counts."""

import itertools

import pytest

from fieldapp.observations.rules import (
    STATES,
    TRANSITIONS,
    changed_fields,
    count_answers,
    evidence_named,
    marks,
    next_state,
    pair_marks,
    refusal,
    with_pair,
)

ACTIONS = ("save", "submit", "discard", "return", "approve")

ENDS = {"approved", "discarded"}


def test_only_the_transitions_of_the_table_can_happen():
    possible = {
        (state, action): next_state(state, action)
        for state, action in itertools.product([None, *STATES], ACTIONS)
        if next_state(state, action) is not None
    }

    assert possible == {
        (None, "save"): "draft",
        (None, "submit"): "submitted",
        (None, "discard"): "discarded",
        ("draft", "save"): "draft",
        ("draft", "submit"): "submitted",
        ("draft", "discard"): "discarded",
        ("submitted", "return"): "returned",
        ("submitted", "approve"): "approved",
        ("returned", "save"): "returned",
        ("returned", "submit"): "submitted",
    }


def test_every_state_can_be_reached_and_only_an_approval_and_a_discarded_draft_are_the_end():
    assert set(TRANSITIONS.values()) == set(STATES)
    assert {state for state in STATES if not any(next_state(state, action) for action in ACTIONS)} == ENDS
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


def test_the_signatures_of_the_others_are_files_of_the_record_too():
    others = {"officers": {"evidence": "o"}, "party": {"refused": "不愿签"}}

    assert evidence_named({"signature": {"evidence": "s"}, "signatures": others}) == {"s": None, "o": None}


@pytest.mark.parametrize("body", [{}, {"answers": None, "signature": None, "unfiled_evidence": None}])
def test_a_record_without_evidence_names_none(body):
    assert evidence_named(body) == {}


def test_what_changed_between_two_revisions_is_named():
    assert changed_fields({"a": 1, "b": 2}, {"a": 1, "c": 3}, fields=("a", "b", "c", "d")) == ["b", "c"]


@pytest.mark.parametrize(
    ("people", "inspectors", "said"),
    [(0, 0, "single"), (1, 1, "single"), (2, 0, "no_inspector"), (2, 1, ""), (3, 3, "")],
)
def test_at_least_two_go_along_and_one_of_them_holds_an_inspectors_certificate(people: int, inspectors: int, said: str):
    assert pair_marks(people=people, inspectors=inspectors) == ((said,) if said else ())


def test_a_record_bears_every_mark_that_holds_in_the_order_in_which_they_are_read():
    assert marks(is_own=False, has_certificate=True, pair=()) == ()
    assert marks(is_own=True, has_certificate=False, pair=("single",)) == ("own_agency", "no_certificate", "single")
    assert marks(is_own=False, has_certificate=False, pair=()) == ("no_certificate",)


def test_the_marks_of_the_pair_are_looked_at_anew_and_the_others_stay():
    assert with_pair(("own_agency", "single"), ()) == ("own_agency",)
    assert with_pair(("no_certificate", "single"), ("no_inspector",)) == ("no_certificate", "no_inspector")


def test_a_refusal_names_each_mark_and_what_to_do_about_it():
    said = refusal(["own_agency", "single"])

    assert said.startswith("这份记录标有“")
    assert "不能通过" in said
    assert said.count("。") == 2
