"""三方印证: who spoke, who contradicts whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.interviews.rules import FACTS as IN_INTERVIEWS
from fieldapp.ratings.rules import FACTS as IN_RATINGS
from fieldapp.reviews import three_voices
from fieldapp.reviews.three_voices import FACTS, Voice

FACT = "show_credentials"
voices_of_anybody = st.builds(
    Voice,
    kind=st.sampled_from(sorted(three_voices.KINDS)),
    source_id=st.uuids().map(str),
    said=st.dictionaries(st.sampled_from(sorted(FACTS)), st.sampled_from(["yes", "no"])),
    apart=st.sampled_from([(), (), ("burst",), ("misrated",)]),
)


def voice(kind: str, said: str | None, *, apart: tuple[str, ...] = ()) -> Voice:
    return Voice(kind, f"{kind}-{said}", said={FACT: said} if said else {}, apart=apart)


@pytest.mark.parametrize(
    ("voices", "is_contradicted"),
    [
        ([("supervisor", "yes"), ("citizen", "no")], True),
        ([("supervisor", "yes"), ("party", "no")], True),
        ([("party", "yes"), ("citizen", "no")], True),
        ([("supervisor", "yes"), ("supervisor", "no")], True),
        ([("citizen", "yes"), ("citizen", "no")], True),
        ([("supervisor", "yes"), ("party", "yes"), ("citizen", "yes")], False),
        ([("supervisor", "no"), ("party", "no")], False),
        ([("supervisor", "no")], False),
        ([("supervisor", "no"), ("party", None)], False),
        ([], False),
    ],
)
def test_one_yes_and_one_no_contradict_whoever_says_them(voices, is_contradicted):
    found = three_voices.contradictions([voice(kind, said) for kind, said in voices])

    assert (FACT in found) is is_contradicted


@pytest.mark.parametrize("apart", [("same_device",), ("burst", "too_fast"), ("misrated",)])
def test_a_rating_that_is_not_counted_contradicts_nobody_and_is_not_compared(apart):
    voices = [voice("supervisor", "yes"), voice("citizen", "no", apart=apart)]

    assert three_voices.contradictions(voices) == ()
    assert three_voices.compared(voices) == ()


@pytest.mark.parametrize(
    ("value", "said"), [("yes", "yes"), ("no", "no"), ("na", None), ("not_observed", None), (None, None)]
)
def test_a_supervisor_speaks_only_by_yes_and_no(value, said):
    answers = {"B01": {"value": value}, "B02": {"value": "no"}} if value else {}

    assert three_voices.said_by_supervisor(answers).get(FACT) == said


def test_each_fact_is_one_item_of_the_checklist():
    answers = {code: {"value": "no"} for code in ("B01", "B03", "C01", "C02", "B07")}

    assert three_voices.said_by_supervisor(answers) == dict.fromkeys(FACTS, "no")


def test_not_knowing_is_not_speaking():
    facts = {FACT: "unclear", "inform_rights": None, "civil_language": "no"}

    assert three_voices.said_in_interview(facts) == three_voices.said_in_rating(facts) == {"civil_language": "no"}


def test_whether_it_was_recorded_and_whether_the_party_was_told_are_two_facts():
    """A recorder that ran and was not announced contradicts nobody."""
    supervisor = three_voices.said_by_supervisor({"C01": {"value": "yes"}})
    party = three_voices.said_in_interview({"full_recording": "yes"})
    citizen = three_voices.said_in_rating({"full_recording": "no"})
    voices = [Voice("supervisor", "1", said=supervisor), Voice("party", "2", said=party)]

    assert (supervisor, party, citizen) == ({"recorded": "yes"}, {"recorded": "yes"}, {"told_of_recording": "no"})
    assert three_voices.contradictions([*voices, Voice("citizen", "3", said=citizen)]) == ()
    assert three_voices.said_by_supervisor({"C02": {"value": "yes"}}) == {"told_of_recording": "yes"}
    assert three_voices.said_in_interview({"told_of_recording": "no"}) == {"told_of_recording": "no"}


def test_every_fact_that_parties_and_citizens_are_asked_about_is_one_of_the_table():
    assert set(three_voices.IN_INTERVIEW.values()) == set(IN_INTERVIEWS)
    assert set(three_voices.IN_RATING.values()) == set(IN_RATINGS)
    assert {*three_voices.IN_INTERVIEW, *three_voices.IN_RATING} == set(three_voices.ITEM_OF_FACT) == set(FACTS)


@pytest.mark.parametrize(
    ("voices", "verdict"),
    [
        ([], "silent"),
        ([("supervisor", None), ("party", None)], "silent"),
        ([("supervisor", "yes")], "alone"),
        ([("citizen", "no"), ("party", None)], "alone"),
        ([("supervisor", "yes"), ("supervisor", "yes")], "alone"),
        ([("supervisor", "yes"), ("supervisor", "no")], "contradicted"),
        ([("supervisor", "yes"), ("party", "yes")], "agreed"),
        ([("party", "no"), ("citizen", "no"), ("supervisor", None)], "agreed"),
        ([("party", "no"), ("citizen", "yes")], "contradicted"),
    ],
)
def test_one_side_alone_is_neither_agreement_nor_contradiction(voices, verdict):
    voices = [voice(kind, said) for kind, said in voices]

    assert three_voices.lines(voices)[0].verdict == verdict
    assert (FACT in three_voices.compared(voices)) is (verdict in ("agreed", "contradicted"))


def test_the_table_shows_everybody_under_their_kind_also_who_said_nothing():
    voices = [voice("supervisor", "yes"), voice("party", None), voice("citizen", "no")]

    line = three_voices.lines(voices)[0]

    assert (line.fact, line.is_contradicted) == (FACT, True)
    assert {kind: [said for _, said in found] for kind, found in line.by_kind.items()} == {
        "supervisor": ["yes"],
        "party": [None],
        "citizen": ["no"],
    }


@pytest.mark.parametrize(
    ("compared", "contradicted", "share"),
    [(8, 2, 0.75), (5, 0, 1.0), (5, 5, 0.0), (4, 1, None), (1, 1, None), (0, 0, None)],
)
def test_below_five_visits_that_could_be_compared_there_is_no_share(compared, contradicted, share):
    assert three_voices.share_without(compared_visits=compared, contradicted_visits=contradicted) == share


@given(st.lists(voices_of_anybody, max_size=8))
def test_what_contradicts_was_compared_and_the_order_of_voices_does_not_matter(voices):
    found = three_voices.contradictions(voices)

    assert set(found) <= set(three_voices.compared(voices))
    assert three_voices.contradictions(list(reversed(voices))) == found


@given(st.lists(voices_of_anybody, max_size=8), voices_of_anybody)
def test_another_voice_never_takes_a_contradiction_away(voices, another):
    assert set(three_voices.contradictions(voices)) <= set(three_voices.contradictions([*voices, another]))
