"""三方印证: who spoke, who contradicts whom."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.checklists import shipped
from fieldapp.checklists.meanings import FACTS as IN_CHECKLISTS
from fieldapp.interviews.rules import FACTS as IN_INTERVIEWS
from fieldapp.ratings.rules import FACTS as IN_RATINGS
from fieldapp.reviews import three_voices
from fieldapp.reviews.three_voices import FACTS, Voice

FACT = "show_credentials"
CODES = shipped.load(shipped.FIELD).code_of_fact
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

    assert three_voices.said_by_supervisor(answers, CODES).get(FACT) == said


@pytest.mark.parametrize("name", shipped.LISTS)
def test_each_fact_is_one_item_of_each_checklist_that_comes_with_the_program(name):
    content = shipped.load(name)
    answers = {item.code: {"value": "no" if item.fact else "yes"} for item in content.items}

    assert three_voices.said_by_supervisor(answers, content.code_of_fact) == dict.fromkeys(FACTS, "no")


def test_swapping_the_codes_of_two_items_changes_nothing_that_is_heard():
    content = shipped.load(shipped.FIELD)
    swap = {"B01": "B02", "B02": "B01"}
    swapped = replace(
        content, items=tuple(replace(item, code=swap.get(item.code, item.code)) for item in content.items)
    )
    values = {item.title: "no" if item.title == "主动出示执法证件" else "yes" for item in content.items}

    def heard(one):
        return three_voices.said_by_supervisor(
            {item.code: {"value": values[item.title]} for item in one.items}, one.code_of_fact
        )

    assert swapped.code_of_fact["credential_shown"] == "B02"
    assert heard(swapped) == heard(content)
    assert heard(content)[FACT] == "no"


def test_of_a_fact_that_no_item_asks_about_the_supervisor_says_nothing():
    assert three_voices.said_by_supervisor({"B01": {"value": "no"}, "": {"value": "no"}}, {}) == {}


def test_not_knowing_is_not_speaking():
    facts = {FACT: "unclear", "inform_rights": None, "civil_language": "no"}

    assert three_voices.said_in_interview(facts) == three_voices.said_in_rating(facts) == {"civil_language": "no"}


def test_whether_it_was_recorded_and_whether_the_party_was_told_are_two_facts():
    """A recorder that ran and was not announced contradicts nobody."""
    supervisor = three_voices.said_by_supervisor({"C01": {"value": "yes"}}, CODES)
    party = three_voices.said_in_interview({"full_recording": "yes"})
    citizen = three_voices.said_in_rating({"full_recording": "no"})
    voices = [Voice("supervisor", "1", said=supervisor), Voice("party", "2", said=party)]

    assert (supervisor, party, citizen) == ({"recorded": "yes"}, {"recorded": "yes"}, {"told_of_recording": "no"})
    assert three_voices.contradictions([*voices, Voice("citizen", "3", said=citizen)]) == ()
    assert three_voices.said_by_supervisor({"C02": {"value": "yes"}}, CODES) == {"told_of_recording": "yes"}
    assert three_voices.said_in_interview({"told_of_recording": "no"}) == {"told_of_recording": "no"}


def test_every_fact_that_parties_and_citizens_are_asked_about_is_one_of_the_table():
    assert set(three_voices.IN_INTERVIEW.values()) == set(IN_INTERVIEWS)
    assert set(three_voices.IN_RATING.values()) == set(IN_RATINGS)
    assert {*three_voices.IN_INTERVIEW, *three_voices.IN_RATING} == set(three_voices.IN_CHECKLIST) == set(FACTS)
    assert set(three_voices.IN_CHECKLIST.values()) == set(IN_CHECKLISTS)


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


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.lists(voices_of_anybody, max_size=8))
def test_what_contradicts_was_compared_and_the_order_of_voices_does_not_matter(voices):
    found = three_voices.contradictions(voices)

    assert set(found) <= set(three_voices.compared(voices))
    assert three_voices.contradictions(list(reversed(voices))) == found


@given(st.lists(voices_of_anybody, max_size=8), voices_of_anybody)
def test_another_voice_never_takes_a_contradiction_away(voices, another):
    assert set(three_voices.contradictions(voices)) <= set(three_voices.contradictions([*voices, another]))


class Scene:
    """A visit of which is known who saw what: each side says it in its own form, with codes that mean nothing."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        codes = self.dice.sample([f"{letter}{number:02d}" for letter in "ABCDE" for number in range(1, 20)], len(FACTS))
        self.code_of_fact = dict(zip(IN_CHECKLISTS, codes, strict=True))
        self.voices = []
        self.seen = {fact: self.dice.choice(["yes", "no"]) for fact in FACTS}
        self.doubted = {fact for fact in FACTS if self.dice.random() < 0.3}
        for number in range(self.dice.randint(1, 6)):
            self.voices.append(self.somebody(number))

    def somebody(self, number):
        kind = self.dice.choice(sorted(three_voices.KINDS))
        apart = ("burst",) if kind == "citizen" and self.dice.random() < 0.2 else ()
        meant = {}
        for fact in FACTS:
            if self.dice.random() < 0.3 or (kind == "citizen" and fact not in three_voices.IN_RATING):
                continue
            turns = fact in self.doubted and self.dice.random() < 0.5
            meant[fact] = {"yes": "no", "no": "yes"}[self.seen[fact]] if turns or apart else self.seen[fact]
        return Voice(kind, str(number), said=self.heard(kind, meant), apart=apart), meant

    def heard(self, kind, meant):
        if kind == "supervisor":
            items = {three_voices.IN_CHECKLIST[fact]: said for fact, said in meant.items()}
            answers = {
                code: {"value": items.get(fact) or self.dice.choice(["na", "not_observed", None])}
                for fact, code in self.code_of_fact.items()
            }
            answers |= {"Z01": {"value": "no"}}
            return three_voices.said_by_supervisor(answers, self.code_of_fact)
        names, said_in = {
            "party": (three_voices.IN_INTERVIEW, three_voices.said_in_interview),
            "citizen": (three_voices.IN_RATING, three_voices.said_in_rating),
        }[kind]
        return said_in({names[fact]: meant.get(fact, "unclear") for fact in names})

    def known(self):
        counted = [meant for voice, meant in self.voices if not voice.apart]
        return {fact for fact in FACTS if len({meant[fact] for meant in counted if fact in meant}) == 2}


def test_of_a_thousand_visits_whose_truth_is_known_the_contradictions_are_found_and_no_others():
    hits = found_in_all = known_in_all = 0
    for seed in range(1000):
        scene = Scene(seed)
        found, known = set(three_voices.contradictions([voice for voice, _ in scene.voices])), scene.known()
        hits, found_in_all, known_in_all = (
            hits + len(found & known),
            found_in_all + len(found),
            known_in_all + len(known),
        )

    assert known_in_all > 500  # or nothing would be proved
    assert hits / found_in_all >= 0.98  # precision
    assert hits / known_in_all >= 0.98  # recall
