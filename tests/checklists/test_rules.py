"""Which items apply, whether a record answers them, what it scores."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.checklists.content import load_default
from fieldapp.checklists.rules import (
    ANSWERS,
    applies,
    critical_noes,
    draft_gaps,
    gaps,
    items_for,
    items_matching,
    score,
)

CONTENT = load_default()
MODES = [mode.id for mode in CONTENT.modes]
DOMAINS = [domain.id for domain in CONTENT.domains]
ON_SITE = {"mode": "on_site", "domain": "urban_management"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
CODES = st.sampled_from([*CONTENT.by_code, "Z99", "a/b~c", ""])
VALUES = st.sampled_from(sorted(ANSWERS))


def answered(value="yes", **changes):
    """A complete record of a 现场监督 in 城市管理, each item answered `value`, but those in `changes`."""
    answers = {item.code: {"value": value, "note": "理由在此"} for item in items_for(CONTENT, **ON_SITE)}
    return answers | changes


def pointers(found):
    return [gap.pointer for gap in found]


def judged(answers, **scope):
    return gaps(CONTENT, circumstances=[], answers=answers, **(scope or ON_SITE))


@pytest.mark.parametrize(
    ("mode", "domain", "count"),
    [
        ("on_site", "urban_management", 29),
        ("on_site", "yangtze_fishing_ban", 28),
        ("on_site", "market_regulation", 28),
        ("ledger", "urban_management", 19),
        ("case_file", "eco_environment", 28),
    ],
)
def test_only_the_items_of_the_mode_and_domain_are_asked(mode, domain, count):
    asked = items_for(CONTENT, mode, domain)

    assert len(asked) == count
    assert all(mode in item.modes and (not item.domains or domain in item.domains) for item in asked)


def test_items_keep_the_order_of_the_sheet():
    codes = [item.code for item in CONTENT.items]

    for mode, domain in product(MODES, DOMAINS):
        asked = [codes.index(item.code) for item in items_for(CONTENT, mode, domain)]
        assert asked == sorted(asked)


def test_looking_through_the_sheet_an_empty_word_means_any():
    assert items_matching(CONTENT, "", "") == CONTENT.items
    matching = items_matching(CONTENT, "on_site", "transport")
    assert tuple(item for item in matching if not item.optional) == items_for(CONTENT, "on_site", "transport")
    assert len(items_matching(CONTENT, "", "yangtze_fishing_ban")) == 52


def test_an_optional_item_is_owed_by_nobody_and_moves_no_score_whoever_answers_it():
    optional = [item for item in CONTENT.optional if "on_site" in item.modes]
    assert [item.code for item in optional] == ["B14", "D09", "E09"]
    chosen = answered() | {item.code: {"value": "no", "note": "看到了"} for item in optional}

    assert judged(answered()) == judged(chosen) == []
    assert judged(answered() | {"E09": {"value": None, "note": "又不问了"}}) == []
    assert pointers(judged(answered() | {"E09": {"value": "no", "note": ""}})) == ["/answers/E09/note"]
    assert score(CONTENT, chosen) == score(CONTENT, answered())


def test_a_mode_nobody_knows_asks_nothing():
    assert items_for(CONTENT, "by_satellite", "transport") == ()


def test_asking_for_many_unknown_domains_does_not_fill_the_memory():
    for number in range(2000):
        items_for(CONTENT, "on_site", f"invented-{number}")

    assert len(CONTENT.in_scope) <= 500
    assert len(items_for(CONTENT, **ON_SITE)) == 29


def test_an_item_with_a_circumstance_applies_only_in_it():
    hearing, always = CONTENT.by_code["D06"], CONTENT.by_code["B01"]

    assert applies(always, [])
    assert not applies(hearing, ["penalty"])
    assert applies(hearing, ["penalty", "hearing_case"])


def test_a_whole_record_has_no_gaps():
    assert judged(answered()) == []


@given(st.sampled_from([item.code for item in items_for(CONTENT, **ON_SITE)]))
def test_each_item_left_out_is_named(code):
    answers = answered()
    del answers[code]

    found = judged(answers)

    assert pointers(found) == [f"/answers/{code}"]
    assert code in found[0].detail


@pytest.mark.parametrize(
    "answer",
    [
        {"value": "no"},
        {"value": "no", "note": "  \n "},
        {"value": "no", "note": "", "evidence": []},
        {"value": "no", "no_evidence_reason": " "},
    ],
)
def test_a_no_without_facts_evidence_or_reason_is_refused_at_its_note(answer):
    assert pointers(judged(answered(B01=answer))) == ["/answers/B01/note"]


@pytest.mark.parametrize(
    "answer",
    [
        {"value": "no", "note": "10:05 进门后未亮证"},
        {"value": "no", "evidence": ["0191c1c1-0000-7000-8000-000000000001"]},
        {"value": "no", "no_evidence_reason": "现场不允许拍照"},
        {"value": "no", "note": "未亮证", "corrected_on_spot": True, "at_ms": 184200, "bulk": False},
        {"value": "no", "note": "一到场就看见", "at_ms": 0},
    ],
)
def test_a_no_with_facts_evidence_or_reason_stands(answer):
    assert judged(answered(B01=answer)) == []


def test_not_applicable_needs_a_reason_and_not_observed_does_not():
    found = judged(answered(B01={"value": "na"}, B02={"value": "not_observed"}))

    assert pointers(found) == ["/answers/B01/note"]


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ("yes", "/answers/B01"),
        ([], "/answers/B01"),
        ({}, "/answers/B01/value"),
        ({"value": None}, "/answers/B01/value"),
        ({"value": "maybe"}, "/answers/B01/value"),
        ({"value": ["yes"]}, "/answers/B01/value"),
        ({"value": "yes", "note": 5}, "/answers/B01/note"),
        ({"value": "yes", "note": "长" * 20_001}, "/answers/B01/note"),
        ({"value": "yes", "corrected_on_spot": "yes"}, "/answers/B01/corrected_on_spot"),
        ({"value": "yes", "at_ms": -1}, "/answers/B01/at_ms"),
        ({"value": "yes", "at_ms": True}, "/answers/B01/at_ms"),
        ({"value": "yes", "at_ms": "5"}, "/answers/B01/at_ms"),
        ({"value": "yes", "evidence": "0191"}, "/answers/B01/evidence"),
        ({"value": "yes", "evidence": [1]}, "/answers/B01/evidence"),
    ],
)
def test_a_wrong_type_is_refused_where_it_stands(answer, pointer):
    assert pointers(judged(answered(B01=answer))) == [pointer]


def test_a_note_of_ten_thousand_characters_emoji_and_rare_characters_is_taken():
    assert judged(answered(B01={"value": "no", "note": "𠮷龘😀" + "长" * 10_000})) == []


def test_items_that_the_checklist_does_not_know_are_refused():
    found = judged(answered(**{"Z99": {"value": "yes"}, "a/b~c": {"value": "yes"}}))

    assert sorted(pointers(found)) == ["/answers/Z99", "/answers/a~1b~0c"]


def test_an_item_of_another_mode_may_be_answered_but_not_with_a_wrong_type():
    assert judged(answered(D07={"value": "yes"})) == []
    assert pointers(judged(answered(D07={"value": "perhaps"}))) == ["/answers/D07/value"]


def test_a_missing_item_does_not_hide_a_stray_one():
    answers = answered(Z99={"value": "yes"})
    del answers["B01"]

    assert sorted(pointers(judged(answers))) == ["/answers/B01", "/answers/Z99"]


@pytest.mark.parametrize("circumstances", ["penalty", {"penalty": True}, 5])
def test_circumstances_that_are_no_list_are_refused(circumstances):
    found = gaps(CONTENT, **ON_SITE, circumstances=circumstances, answers=answered())

    assert pointers(found) == ["/circumstances"]


def test_an_unknown_circumstance_is_pointed_at():
    found = gaps(CONTENT, **ON_SITE, circumstances=["penalty", "full_moon", ["x"]], answers=answered())

    assert pointers(found) == ["/circumstances/1", "/circumstances/2"]


def test_a_draft_may_be_full_of_holes():
    answers = {"B01": {}, "B02": {"value": None, "note": "想到再写"}, "B03": {"value": "no"}}

    assert draft_gaps(CONTENT, circumstances=[], answers=answers) == []


def test_a_draft_with_unknown_items_or_wrong_types_is_refused():
    answers = {"Z99": {"value": "yes"}, "B01": {"value": 1}, "B02": "yes"}

    found = draft_gaps(CONTENT, circumstances=["full_moon"], answers=answers)

    assert pointers(found) == ["/circumstances/0", "/answers/Z99", "/answers/B01/value", "/answers/B02"]


@given(JSON | st.dictionaries(CODES, JSON | st.fixed_dictionaries({"value": VALUES | JSON, "note": JSON})), JSON)
def test_whatever_is_sent_is_answered_with_pointers_and_words(answers, circumstances):
    for found in (
        gaps(CONTENT, **ON_SITE, circumstances=circumstances, answers=answers),
        draft_gaps(CONTENT, circumstances=circumstances, answers=answers),
    ):
        assert all(gap.pointer.startswith(("/answers", "/circumstances")) and gap.detail for gap in found)


@given(st.sampled_from(MODES), st.sampled_from(DOMAINS), st.data())
def test_exactly_what_is_missing_or_unknown_is_a_gap(mode, domain, data):
    asked = [item.code for item in items_for(CONTENT, mode, domain)]
    kept = data.draw(st.sets(st.sampled_from([*CONTENT.by_code, "Z99"])))
    answers = {
        code: {"value": "no", "note": "有事实"} for code in kept | (set(asked) if data.draw(st.booleans()) else set())
    }

    found = judged(answers, mode=mode, domain=domain)

    missing, unknown = set(asked) - set(answers), set(answers) - set(CONTENT.by_code)
    assert sorted(pointers(found)) == sorted(f"/answers/{code}" for code in missing | unknown)


def test_all_yes_scores_a_hundred_and_excellent():
    found = score(CONTENT, answered())

    assert (found.score, found.band.id, found.answered_weight) == (Decimal("100.00"), "excellent", 65)


def test_less_than_thirty_points_answered_gives_no_score():
    answers = answered("not_observed", B01={"value": "yes"}, B03={"value": "yes"})

    found = score(CONTENT, answers)

    assert (found.score, found.band, found.answered_weight) == (None, None, 8)


@pytest.mark.parametrize(
    ("noes", "points", "band"),
    [
        ((), "100.00", "excellent"),
        (("C02", "C03", "C04"), "90.77", "excellent"),
        (("C02", "C03", "C04", "B13"), "89.23", "good"),
        (("C02", "C03", "C04", "C05", "C06", "B04", "B05", "B11"), "75.38", "good"),
        (("C02", "C03", "C04", "C05", "C06", "B04", "B05", "B11", "B13"), "73.85", "pass"),
    ],
)
def test_bands_follow_the_share_of_points_answered_yes(noes, points, band):
    found = score(CONTENT, answered(**{code: {"value": "no", "note": "事实"} for code in noes}))

    assert (found.score, found.band.id, found.capped) == (Decimal(points), band, False)


def weighing(**points):
    """A list of one item for each name, so heavy: what was answered can be put exactly on a border."""
    base = CONTENT.by_code["B04"]
    return replace(CONTENT, items=tuple(replace(base, code=code, weight=weight) for code, weight in points.items()))


@pytest.mark.parametrize(("answered_points", "has_score"), [(29, False), (30, True), (31, True)])
@pytest.mark.parametrize("value", ["yes", "no"])
def test_exactly_thirty_points_are_enough_for_a_score_and_one_less_is_not(answered_points, has_score, value):
    content = weighing(Y01=answered_points, Z01=100 - answered_points)

    found = score(content, {"Y01": {"value": value}, "Z01": {"value": "not_observed"}})

    assert (found.score is not None, found.band is not None) == (has_score, has_score)
    assert found.answered_weight == answered_points


@pytest.mark.parametrize(
    ("yes", "points", "band"),
    [
        (9001, "90.01", "excellent"), (9000, "90.00", "excellent"), (8999, "89.99", "good"),
        (7501, "75.01", "good"), (7500, "75.00", "good"), (7499, "74.99", "pass"),
        (6001, "60.01", "pass"), (6000, "60.00", "pass"), (5999, "59.99", "fail"),
    ],
)  # fmt: skip
def test_a_band_begins_exactly_at_its_border(yes, points, band):
    found = score(weighing(Y01=yes, N01=10_000 - yes), {"Y01": {"value": "yes"}, "N01": {"value": "no"}})

    assert (found.score, found.band.id) == (Decimal(points), band)


def test_what_only_rounds_up_to_a_border_has_not_reached_it():
    found = score(weighing(Y01=89_999, N01=10_001), {"Y01": {"value": "yes"}, "N01": {"value": "no"}})

    assert (found.score, found.band.id) == (Decimal("90.00"), "good")


def test_a_critical_no_caps_the_band_at_pass():
    found = score(CONTENT, answered(B08={"value": "no", "note": "推搡"}))

    assert found.score > 90
    assert (found.band.id, found.capped, found.critical_noes) == ("pass", True, ("B08",))


def test_a_critical_no_corrected_on_the_spot_does_not_cap():
    answers = answered(B08={"value": "no", "note": "推搡", "corrected_on_spot": True})

    found = score(CONTENT, answers)

    assert (found.band.id, found.capped, found.critical_noes) == ("excellent", False, ())
    assert critical_noes(CONTENT, answers, uncorrected_only=False) == ("B08",)


def test_a_draft_item_without_an_answer_does_not_disturb_the_score():
    assert score(CONTENT, {"B01": {}, "B08": {"note": "x"}}).answered_weight == 0


ANSWER_SETS = st.dictionaries(st.sampled_from(list(CONTENT.by_code)), st.fixed_dictionaries({"value": VALUES}))


@given(ANSWER_SETS)
def test_a_score_is_a_share_of_what_was_answered_yes_or_no(answers):
    found = score(CONTENT, answers)

    weights = {
        value: sum(CONTENT.by_code[code].weight for code, one in answers.items() if one["value"] == value)
        for value in ANSWERS
    }
    assert found.answered_weight == weights["yes"] + weights["no"]
    assert (found.score is None) == (found.answered_weight < 30)
    if found.score is not None:
        assert abs(found.score - Decimal(100 * weights["yes"]) / found.answered_weight) <= Decimal("0.005")


@given(ANSWER_SETS, st.sampled_from(list(CONTENT.by_code)), st.sampled_from(["na", "not_observed"]))
def test_not_applicable_and_not_observed_never_move_a_score(answers, code, value):
    without = {one: answer for one, answer in answers.items() if one != code}

    assert score(CONTENT, without | {code: {"value": value}}) == score(CONTENT, without)


@given(ANSWER_SETS, st.sampled_from(list(CONTENT.by_code)))
def test_a_yes_instead_of_a_no_never_lowers_score_or_band(answers, code):
    worse, better = (score(CONTENT, answers | {code: {"value": value}}) for value in ("no", "yes"))

    if worse.score is not None:
        assert better.score >= worse.score
        assert better.band.min >= worse.band.min


def with_weights(*weights):
    """A list of items of these weights, none critical: A1, A2 …"""
    items = tuple(
        replace(CONTENT.items[0], code=f"A{place}", weight=weight, critical=False)
        for place, weight in enumerate(weights, start=1)
    )
    return replace(CONTENT, items=items)


def scored(yes, no):
    """What a record scores that answers one item of `yes` points 是 and one of `no` points 否."""
    answers = {"A1": {"value": "yes"}, "A2": {"value": "no"}}
    return score(with_weights(yes, no), answers)


@pytest.mark.parametrize(
    ("yes", "no", "band"),
    [(90, 10, "excellent"), (899, 101, "good"), (75, 25, "good"), (749, 251, "pass"), (60, 40, "pass"),
     (599, 401, "fail"), (0, 100, "fail")],
)  # fmt: skip
def test_each_band_has_its_border_in_whole_and_in_tenths_of_a_percent(yes, no, band):
    bands = sorted(CONTENT.scoring.bands, key=lambda one: one.min, reverse=True)
    ids_of_bands = dict(zip(("excellent", "good", "pass", "fail"), (one.id for one in bands), strict=True))

    assert [one.min for one in bands] == [90, 75, 60, 0]
    assert scored(yes, no).band.id == ids_of_bands[band]


@pytest.mark.parametrize(("answered_points", "has_score"), [(29, False), (30, True), (31, True)])
def test_exactly_thirty_answered_points_give_a_score_and_one_less_gives_none(answered_points, has_score):
    found = scored(answered_points - 10, 10)

    assert found.answered_weight == answered_points
    assert (found.score is not None, found.band is not None) == (has_score, has_score)
