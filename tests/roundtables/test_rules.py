"""What a roundtable must have, and what is marked when it lacks it."""

import pytest
from factories import roundtable_body

from fieldapp.roundtables.rules import (
    CONSENT_TEXTS,
    CONSENT_VERSION,
    evidence_named,
    gaps,
    missing,
    origin_words,
    present_count,
    registered,
)


def pointers(**changes):
    return [fault.pointer for fault in gaps(roundtable_body(**changes))]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"topic": " 　"}, ["/topic"]),
        ({"present": []}, ["/present"]),
        ({"present": [{"origin": "npc", "count": 0}]}, ["/present"]),
        ({"points": [], "consensus": [], "actions": []}, ["/points"]),
        ({"points": [], "actions": []}, []),
        ({"actions": [{"what": "公布"}, {"what": " "}]}, ["/actions/1/what"]),
        ({"place": "", "chair": "", "consent": None, "photos": ["x"]}, []),
    ],
)
def test_a_topic_somebody_present_and_something_said_are_asked_for_and_no_more(changes, wrong):
    assert pointers(**changes) == wrong


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, []),
        ({"place": ""}, ["place"]),
        ({"chair": " "}, ["chair"]),
        ({"photos": ["x"], "consent": None}, ["told"]),
        ({"people": {"salt": "", "named": []}, "consent": {"version": "x", "given": False}}, ["told"]),
        ({"consent": None}, []),
        ({"actions": [{"what": "做", "who": "", "agency": None, "due": "2026-12-31"}]}, ["who"]),
        ({"actions": [{"what": "做", "agency": "x"}]}, ["due"]),
    ],
)
def test_what_else_it_should_have_is_marked(changes, lacks):
    assert missing(roundtable_body(**changes)) == lacks


def test_a_body_that_somebody_is_newer_than_this_program_is_called_other():
    assert (origin_words("npc"), origin_words("youth_league"), origin_words("")) == ("人大代表", "其他", "其他")
    assert present_count(roundtable_body(present=[{"origin": "youth_league", "count": 2}])) == 2
    assert CONSENT_VERSION in CONSENT_TEXTS


def test_a_photo_that_is_named_twice_is_one_photo():
    assert evidence_named({"photos": ["b", "a", "b"]}) == ["b", "a"]
    assert evidence_named({"photos": None}) == evidence_named({}) == []


def test_every_body_of_the_register_that_is_named_is_asked_for_at_its_place():
    body = {"agency": "x", "locality": "y", "actions": [{"what": "做"}, {"what": "做", "agency": "z"}]}

    assert registered(body) == [("/agency", "x"), ("/locality", "y"), ("/actions/1/agency", "z")]
    assert registered({"agency": None, "actions": None}) == registered({}) == []
